import { may } from "../api/session";
import type { SumRow, SumTable } from "../api/types";
import { Select, Text } from "../page/Field";
import { Icon } from "../page/Icon";
import { useLoad } from "../page/load";
import { filter, place, withQuery } from "../page/router";
import { Empty, Failed, Loading } from "../page/State";
import { told } from "../words/language";
import { BOOKKEEPERS, READERS } from "./roles";
import { type Column, columnsOf, net, WAYS, type Way } from "./columns";
import { words } from "./words";

/** waysOf are those that the person here may ask for: an organization's admin her own organization, an operator no buildings. */
function waysOf(): Way[] {
  if (!may(...READERS)) return ["organization"];
  return WAYS.filter((one) => one !== "building" || may(...BOOKKEEPERS));
}

/** Sums is what organizations, teams, canteens, days and buildings moved, each line with its own check. */
export function Sums() {
  const query = place.value.query;
  const ways = waysOf();
  const by = ways.find((one) => one === query.get("by")) ?? "organization";
  const from = query.get("from") ?? "";
  const to = query.get("to") ?? "";
  const loaded = useLoad<SumTable>(withQuery("/v1/sums", { by, from, to }));
  return (
    <>
      <h1>{words.value.sums}</h1>
      <div class="card">
        <div class="filters">
          <Select label={words.value.sumsBy} value={by} set={(value) => filter({ by: value })} options={ways.map((one) => ({ value: one, text: words.value.sumsWays[one] }))} />
          <Text label={words.value.filterFrom} type="date" value={from} set={(value) => filter({ from: value })} />
          <Text label={words.value.filterTo} type="date" value={to} set={(value) => filter({ to: value })} />
          <button type="button" class="button" onClick={() => filter({ from: "", to: "" })}>
            {words.value.clear}
          </button>
        </div>
      </div>
      {loaded.value ? <Table table={loaded.value} by={by} whole={!from && !to} /> : loaded.error ? <Failed error={loaded.error} again={loaded.again} /> : <Loading />}
    </>
  );
}

/** behind is what a line is made of, for whoever may read it. */
function behind(row: SumRow, by: Way): string | null {
  if (row.part === "members") return "/console/members";
  if (row.part === "pools") return "/console/accounts?of=outstanding";
  if (row.part) return null;
  switch (by) {
    case "organization":
    case "team":
    case "canteen":
      return may(...BOOKKEEPERS, "org_admin") ? withQuery("/console/records", { scope: row.key }) : null;
    case "day":
      return may(...BOOKKEEPERS) ? withQuery("/console/records", { from: row.key, to: row.key }) : null;
    case "community":
    case "building":
      return null; // the books do not know where people live
  }
}

interface TableProps {
  table: SumTable;
  by: Way;
  /** From the first day to now. */
  whole: boolean;
}

function Table({ table, by, whole }: TableProps) {
  const { items, total } = table;
  if (items.length === 0) {
    return (
      <div class="card">
        <Empty icon="search" title={words.value.sumsEmpty}>
          <p class="muted">{by === "building" ? words.value.sumsFew : words.value.recordsEmptyHint}</p>
        </Empty>
      </div>
    );
  }
  const columns = columnsOf(by, items, whole);
  const groups = columns.map((one) => one.group).filter((one, index, all) => one && one !== all[index - 1]);
  return (
    <>
      <div class="sheet">
        <table class="table">
          <thead>
            {groups.length > 0 && (
              <tr>
                <th scope="col" rowSpan={2}>
                  {words.value.sumsWays[by]}
                </th>
                {groups.map((group) => (
                  <th key={group} scope="colgroup" class="group" colSpan={columns.filter((one) => one.group === group).length}>
                    {group}
                  </th>
                ))}
              </tr>
            )}
            <tr>
              {groups.length === 0 && <th scope="col">{words.value.sumsWays[by]}</th>}
              {columns.map((one) => (
                <th key={one.id} scope="col" class="right">
                  {one.head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {items.map((row) => (
              <Line key={row.key || row.part} row={row} columns={columns} to={behind(row, by)} />
            ))}
          </tbody>
          {total && (
            <tfoot>
              <Line row={total} columns={columns} to={may(...READERS) && by !== "community" ? "/console/sums?by=community" : null} />
            </tfoot>
          )}
        </table>
      </div>
      <p class="small muted">{words.value.sumsHints[by]}</p>
    </>
  );
}

function Line({ row, columns, to }: { row: SumRow; columns: Column[]; to: string | null }) {
  return (
    <tr>
      <th scope="row">{to ? <a href={to}>{told(row)}</a> : told(row)}</th>
      {columns.map((one) => (
        <td key={one.id} data-label={one.head} class="right number">
          {one.text(row)}
          {one.id === "net" && row.holds_true !== undefined && <Verdict holds={row.holds_true && row.held === net(row)} />}
        </td>
      ))}
    </tr>
  );
}

function Verdict({ holds }: { holds: boolean }) {
  return (
    <span class={`verdict small ${holds ? "" : "bad"}`}>
      <Icon name={holds ? "check" : "alert"} />
      {holds ? words.value.sumsHold : words.value.sumsBroken}
    </span>
  );
}

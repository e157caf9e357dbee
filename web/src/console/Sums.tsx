import { may } from "../api/session";
import type { List, SumRow } from "../api/types";
import { Select, Text } from "../page/Field";
import { Icon } from "../page/Icon";
import { useLoad } from "../page/load";
import { filter, place, withQuery } from "../page/router";
import { Empty, Failed, Loading } from "../page/State";
import { duration, number, signed } from "../words/format";
import { told } from "../words/language";
import { BOOKKEEPERS, READERS } from "./roles";
import { words } from "./words";

const WAYS = ["community", "organization", "team", "canteen", "day", "building"] as const;
type Way = (typeof WAYS)[number];

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
  const loaded = useLoad<List<SumRow>>(withQuery("/v1/sums", { by, from, to }));
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
      {loaded.value ? <SumTable rows={loaded.value.items} by={by} /> : loaded.error ? <Failed error={loaded.error} again={loaded.again} /> : <Loading />}
    </>
  );
}

/** recordsOf is the list of the records that a line is made of, for whoever may read it. */
function recordsOf(row: SumRow, by: Way): string | null {
  switch (by) {
    case "organization":
    case "team":
    case "canteen":
      return may(...BOOKKEEPERS, "org_admin") ? withQuery("/console/records", { scope: row.key }) : null;
    case "day":
      return may(...BOOKKEEPERS) ? withQuery("/console/records", { from: row.key, to: row.key }) : null;
    case "community":
      return may(...BOOKKEEPERS) ? "/console/records" : null;
    case "building":
      return null; // the books do not know where people live
  }
}

function SumTable({ rows, by }: { rows: SumRow[]; by: Way }) {
  if (rows.length === 0) {
    return (
      <div class="card">
        <Empty icon="search" title={words.value.sumsEmpty}>
          <p class="muted">{by === "building" ? words.value.sumsFew : words.value.recordsEmptyHint}</p>
        </Empty>
      </div>
    );
  }
  const name = words.value.sumsNames;
  return (
    <>
      <div class="sheet">
        <table class="table">
          <thead>
            <tr>
              {[words.value.sumsWays[by], name.minutes, name.earned, name.redeemed, name.expired, name.other, name.rest].map((head, index) => (
                <th key={head} scope="col" class={index > 0 ? "right" : ""}>
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <Line key={row.key} row={row} to={recordsOf(row, by)} />
            ))}
          </tbody>
        </table>
      </div>
      <p class="small muted">{words.value.sumsHint}</p>
    </>
  );
}

function Line({ row, to }: { row: SumRow; to: string | null }) {
  const name = words.value.sumsNames;
  const other = row.other + row.joined - row.left;
  const rest = row.earned - row.redeemed - row.expired + other;
  return (
    <tr>
      <th scope="row">{to ? <a href={to}>{told(row)}</a> : told(row)}</th>
      <td data-label={name.minutes} class="right number">
        {duration(row.minutes)}
      </td>
      <td data-label={name.earned} class="right number">
        {number(row.earned)}
      </td>
      <td data-label={name.redeemed} class="right number">
        {number(row.redeemed)}
      </td>
      <td data-label={name.expired} class="right number">
        {number(row.expired)}
      </td>
      <td data-label={name.other} class="right number">
        {signed(other)}
      </td>
      <td data-label={name.rest} class="right number">
        {number(rest)}
        {row.holds_true !== undefined && (
          <span class={`verdict small ${row.holds_true && row.held === rest ? "" : "bad"}`}>
            <Icon name={row.holds_true && row.held === rest ? "check" : "alert"} />
            {row.holds_true && row.held === rest ? words.value.sumsHold : words.value.sumsBroken}
          </span>
        )}
      </td>
    </tr>
  );
}

import { now } from "../api/servertime";
import type { RecordBrief } from "../api/types";
import { Select, Text } from "../page/Field";
import { usePages } from "../page/load";
import { PagedList } from "../page/PagedList";
import { filter, place, withQuery } from "../page/router";
import { Empty } from "../page/State";
import { duration, moment, number, signed, when } from "../words/format";
import { told } from "../words/language";
import { accountName, actorName, groupName } from "./called";
import { KINDS, kindName } from "./kinds";
import { words } from "./words";

/** Records is the book, newest first. Its one filter bar lives in the address. */
export function Records() {
  const query = place.value.query;
  const account = query.get("account") ?? "";
  const kind = query.get("kind") ?? "";
  const scope = query.get("scope") ?? "";
  const activity = query.get("activity") ?? "";
  const from = query.get("from") ?? "";
  const to = query.get("to") ?? "";
  const pages = usePages<RecordBrief>(
    withQuery("/v1/records", {
      account,
      scope,
      activity,
      kind,
      from: from && moment(from, "00:00"),
      to: to && moment(to, "23:59"),
      limit: "50",
    }),
  );
  const about = account ? !pages.first && ofAccount(account, pages.items) : groupName(scope);
  return (
    <>
      <h1>{words.value.records}</h1>
      <div class="card">
        <div class="filters">
          <Select
            label={words.value.filterKind}
            value={kind}
            set={(value) => filter({ kind: value })}
            options={[{ value: "", text: words.value.allKinds }, ...KINDS.map((one) => ({ value: one, text: kindName(one) }))]}
          />
          <Text label={words.value.filterFrom} type="date" value={from} set={(value) => filter({ from: value })} />
          <Text label={words.value.filterTo} type="date" value={to} set={(value) => filter({ to: value })} />
          <button type="button" class="button" onClick={() => filter({ account: "", scope: "", activity: "", kind: "", from: "", to: "" })}>
            {words.value.clear}
          </button>
        </div>
        {about && (
          <p>
            <span class="chip">{words.value.only(about)}</span>
          </p>
        )}
      </div>
      <PagedList
        pages={pages}
        empty={
          <div class="card">
            <Empty icon="search" title={words.value.recordsEmpty}>
              <p class="muted">{words.value.recordsEmptyHint}</p>
            </Empty>
          </div>
        }
      >
        {(records) => <RecordTable records={records} />}
      </PagedList>
    </>
  );
}

/** ofAccount is what an account is called by the records that are about it. */
function ofAccount(account: string, records: RecordBrief[]): string {
  const about = records.find((one) => one.account === account);
  return about || !account.startsWith("m/") ? accountName(account, about?.account_name) : words.value.roleNames.member;
}

/** RecordTable is a page of the book; on a phone each row becomes a small card. */
export function RecordTable({ records }: { records: RecordBrief[] }) {
  return (
    <div class="sheet">
      <table class="table">
        <thead>
          <tr>
            <th scope="col">{words.value.seq}</th>
            <th scope="col">{words.value.time}</th>
            <th scope="col">{words.value.kind}</th>
            <th scope="col">{words.value.who}</th>
            <th scope="col" class="right">
              {words.value.points}
            </th>
            <th scope="col" class="right">
              {words.value.minutes}
            </th>
            <th scope="col">{words.value.actor}</th>
          </tr>
        </thead>
        <tbody>
          {records.map((one) => (
            <tr key={one.seq}>
              <td data-label={words.value.seq}>
                <a href={`/console/records/${one.seq}`}>{number(one.seq)}</a>
              </td>
              <td data-label={words.value.time} class="nowrap">
                {when(one.time, now())}
              </td>
              <td data-label={words.value.kind}>
                {told({ zh: one.kind_zh, en: one.kind_en })} {one.reversed_by && <span class="chip">{words.value.reversed}</span>}
              </td>
              <td data-label={words.value.who}>{one.account ? accountName(one.account, one.account_name) : ""}</td>
              <td data-label={words.value.points} class="right number">
                {one.points ? signed(one.points) : ""}
              </td>
              <td data-label={words.value.minutes} class="right number">
                {one.minutes ? duration(one.minutes) : ""}
              </td>
              <td data-label={words.value.actor}>{actorName(one.actor, one.actor_name)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

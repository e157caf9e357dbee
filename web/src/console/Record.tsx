import { useState } from "preact/hooks";
import { may } from "../api/session";
import { now } from "../api/servertime";
import type { Posting, RecordDetail } from "../api/types";
import { Icon } from "../page/Icon";
import { useLoad } from "../page/load";
import { withQuery } from "../page/router";
import { Back } from "../page/Shell";
import { Failed, Loading, Note } from "../page/State";
import { Why } from "../page/Why";
import { clock, date, number, signed, when } from "../words/format";
import { told } from "../words/language";
import { accountName, actorName, viaName } from "./called";
import { KINDS, kindName } from "./kinds";
import { LineCheck } from "./LineCheck";
import { Reverse } from "./Reverse";
import { words } from "./words";

/** RecordPage is one record, laid out like a receipt: what happened, what moved, and the stored line with its hash. */
export function RecordPage({ seq }: { seq: string }) {
  const loaded = useLoad<RecordDetail>(`/v1/records/${encodeURIComponent(seq)}`);
  return (
    <>
      <Back to="/console/records">{words.value.records}</Back>
      {loaded.value ? <Receipt detail={loaded.value} again={loaded.again} /> : loaded.error ? <Failed error={loaded.error} again={loaded.again} /> : <Loading />}
    </>
  );
}

function Receipt({ detail, again }: { detail: RecordDetail; again: () => void }) {
  const [reversing, setReversing] = useState(false);
  const { record, block } = detail;
  const kind = KINDS.find((one) => one === record.kind);
  const facts: [string, string | undefined][] = [
    [words.value.entryKind, kind ? kindName(kind) : record.kind],
    [words.value.time, `${date(record.time, now())} ${clock(record.time, true)}`],
    [words.value.effective, record.effective && when(record.effective, now())],
    [words.value.actor, actorName(record.actor, record.actor_name)],
    [words.value.via, viaName(record.via)],
    [words.value.rulebook, record.rulebook ? words.value.rulebookValue(record.rulebook) : undefined],
    [words.value.key, record.key],
    [words.value.block, words.value.blockValue(number(block.height), number(block.first_seq))],
  ];
  return (
    <article class="receipt">
      <h1>{words.value.record(number(record.seq))}</h1>
      <p class="lead">{told({ zh: detail.explain_zh, en: detail.explain_en })}</p>
      {detail.reversed_by !== undefined && (
        <Note icon="undo" kind="held">
          <p>
            <a href={`/console/records/${detail.reversed_by}`}>{words.value.reversedBy(number(detail.reversed_by))}</a>
          </p>
        </Note>
      )}
      <dl class="facts">
        {facts.map(
          ([name, value]) =>
            value && (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ),
        )}
      </dl>
      <Why path={`/v1/explain/records/${record.seq}`} records="/console/records" />
      {record.postings.length > 0 && <Postings postings={record.postings} />}
      <LineCheck line={detail.line} leaf={detail.leaf} />
      {detail.reversible && may("organizer") && (
        <button type="button" class="button bad screen-only" onClick={() => setReversing(true)}>
          <Icon name="undo" />
          {words.value.reverse}
        </button>
      )}
      {reversing && <Reverse seq={record.seq} summary={told({ zh: detail.explain_zh, en: detail.explain_en })} close={() => setReversing(false)} done={again} />}
    </article>
  );
}

function Postings({ postings }: { postings: Posting[] }) {
  const units = [...new Set(postings.map((one) => one.unit))];
  const even = units.every((unit) => postings.filter((one) => one.unit === unit).reduce((sum, one) => sum + one.amount, 0) === 0);
  return (
    <section class="stack-small">
      <h2>{words.value.postings}</h2>
      <div class="sheet">
        <table class="table">
          <thead>
            <tr>
              <th scope="col">{words.value.account}</th>
              <th scope="col">{words.value.class}</th>
              <th scope="col" class="right">
                {words.value.amount}
              </th>
              <th scope="col" class="right">
                {words.value.balance}
              </th>
            </tr>
          </thead>
          <tbody>
            {postings.map((one) => (
              <tr key={one.account + one.unit}>
                <td data-label={words.value.account}>
                  <a href={withQuery("/console/records", { account: one.account })}>{accountName(one.account, one.account_name)}</a>
                </td>
                <td data-label={words.value.class}>{words.value.classes[one.class] ?? one.class}</td>
                <td data-label={words.value.amount} class="right number">
                  {signed(one.amount)} {words.value.units[one.unit] ?? one.unit}
                </td>
                <td data-label={words.value.balance} class="right number">
                  {number(one.balance)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p class={`verdict ${even ? "" : "bad"}`}>
        <Icon name={even ? "check" : "alert"} />
        {even ? words.value.sumZero : words.value.sumWrong}
      </p>
    </section>
  );
}

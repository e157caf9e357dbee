import { may } from "../api/session";
import { now } from "../api/servertime";
import type { List, Need, Summary } from "../api/types";
import { Bars } from "../page/Bars";
import { Icon } from "../page/Icon";
import { useLoad } from "../page/load";
import { Empty, Failed, Loading } from "../page/State";
import { number, points, when } from "../words/format";
import { told } from "../words/language";
import { exact } from "./columns";
import { Pictures } from "./Pictures";
import { BOOKKEEPERS, ENROLLERS, READERS } from "./roles";
import { words } from "./words";

/** Overview: one line of truth, then what needs a person today, then where the points lie; the first and last for whoever may see all. */
export function Overview() {
  return may(...READERS) ? <Everything /> : <Needs top />;
}

function Everything() {
  const summary = useLoad<Summary>("/v1/ledger/summary");
  return (
    <>
      {summary.value ? <Truth summary={summary.value} /> : summary.error ? <Failed error={summary.error} again={summary.again} /> : <Loading />}
      <Needs />
      <Pictures />
      {summary.value && <Classes summary={summary.value} />}
    </>
  );
}

/** recordsOf is a list of records, for whoever may read them. */
const recordsOf = (filter: string): string | null => (may(...BOOKKEEPERS) ? `/console/records${filter}` : null);

/** Truth is the equation that must hold, computed again here from the four numbers. */
function Truth({ summary }: { summary: Summary }) {
  const { issued, redeemed, expired, outstanding } = summary;
  const holds = summary.holds_true && issued - redeemed - expired === outstanding;
  const terms = [
    ["", "issued", issued],
    ["−", "redeemed", redeemed],
    ["−", "expired", expired],
    ["=", "outstanding", outstanding],
  ] as const;
  return (
    <section class={`card truth ${holds ? "" : "wrong"}`}>
      <div class="title">
        <h1>{words.value.truth}</h1>
        <p class={`verdict ${holds ? "" : "bad"}`} role="status">
          <Icon name={holds ? "check" : "alert"} />
          {holds ? words.value.truthOK : words.value.truthBad}
        </p>
      </div>
      <dl class="equation">
        {terms.map(([sign, of, value]) => (
          <div key={of}>
            <dt>{words.value[of]}</dt>
            <dd>
              {sign && <span class="sign">{sign}</span>}
              <a href={`/console/accounts?of=${of}`}>{number(value)}</a>
            </dd>
          </div>
        ))}
      </dl>
      <p>
        {words.value.truthParts(
          [issued - summary.issued_pools, summary.issued_pools, redeemed - summary.redeemed_pools, summary.redeemed_pools].map(number),
        )}{" "}
        <a href="/console/sums?by=community">{words.value.sumsMore}</a>
      </p>
      <p class="small muted">{words.value.asOf(when(summary.as_of, now()), number(summary.seq))}</p>
      <details>
        <summary>{words.value.truthCheck}</summary>
        <p class="number wrap">{words.value.truthSum(number(issued), number(redeemed), number(expired), number(issued - redeemed - expired))}</p>
        <p class="small muted">{words.value.truthSides}</p>
      </details>
    </section>
  );
}

function Needs({ top = false }: { top?: boolean }) {
  const Heading = top ? "h1" : "h2";
  const needs = useLoad<List<Need>>("/v1/needs");
  const open = needs.value?.items.filter((one) => one.count > 0);
  return (
    <section class="stack" aria-labelledby="needs">
      <Heading id="needs">
        <a href="/console/inbox">{may(...ENROLLERS) ? words.value.needs : words.value.needsRead}</a>
      </Heading>
      {open ? (
        <NeedList needs={open} />
      ) : needs.error ? (
        <Failed error={needs.error} again={needs.again} />
      ) : (
        <Loading />
      )}
    </section>
  );
}

function NeedList({ needs }: { needs: Need[] }) {
  if (needs.length === 0) {
    return (
      <div class="card">
        <Empty icon="check" title={words.value.needsEmpty}>
          <p class="muted">{words.value.needsEmptyHint}</p>
        </Empty>
      </div>
    );
  }
  return (
    <ul class="needs">
      {needs.map((need) => (
        <li key={need.code}>
          <a class="card need" href={need.link || "/console/inbox"}>
            <strong class="need-count" aria-hidden="true">
              {number(need.count)}
            </strong>
            <span>{told(need)}</span>
            <Icon name="next" />
          </a>
        </li>
      ))}
    </ul>
  );
}

/** Classes is the trial balance, added up again here, beside what else is counted. */
function Classes({ summary }: { summary: Summary }) {
  const name = words.value.totals;
  const even = summary.by_class.reduce((sum, one) => sum + one.points, 0) === 0;
  const facts: [string, string, string | null][] = [
    [name.records, number(summary.records), recordsOf("")],
    [name.members, number(summary.members), "/console/members"],
    [name.minutes, exact(summary.minutes_total), "/console/sums?by=team"],
    [name.pools, points(summary.pools), "/console/accounts?of=outstanding"],
    [name.shortfall, points(summary.shortfall), "/console/accounts?of=outstanding"],
  ];
  return (
    <section class="halves">
      <div class="card">
        <h2>{words.value.trial}</h2>
        <Bars
          name={words.value.class}
          unit={words.value.points}
          rows={summary.by_class.filter((one) => one.points !== 0).map((one) => ({ name: told({ zh: one.class_zh, en: one.class_en }), value: one.points }))}
        />
        <p class={`verdict ${even ? "" : "bad"}`}>
          <Icon name={even ? "check" : "alert"} />
          {even ? words.value.trialZero : words.value.trialWrong}
        </p>
        <p class="small muted">{words.value.trialHint}</p>
      </div>
      <dl class="card facts">
        {facts.map(([label, value, to]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{to ? <a href={to}>{value}</a> : value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

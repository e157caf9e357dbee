import { now } from "../api/servertime";
import type { Liabilities, SumTable } from "../api/types";
import { Bars } from "../page/Bars";
import { Columns } from "../page/Columns";
import { useLoad } from "../page/load";
import { withQuery } from "../page/router";
import { Failed, Loading } from "../page/State";
import { day, month, number, points } from "../words/format";
import { told } from "../words/language";
import { exact } from "./columns";
import { words } from "./words";

/** How many days the picture of redemptions shows. */
const DAYS = 30;
const DAY = 86_400_000;

/** lasting is what is unspent by when it expires: the members' by month, and what nobody loses. */
const lasting = (owed: Liabilities): { name: string; value: number }[] => [
  ...owed.items.map((one) => ({ name: month(one.month), value: one.points })),
  { name: words.value.owedNever, value: owed.pools },
];

/** Pictures are the numbers that people would rather see: hours by team, redemption by day, what is owed by its age. */
export function Pictures() {
  const from = day(now() - (DAYS - 1) * DAY);
  const teams = useLoad<SumTable>(withQuery("/v1/sums", { by: "team" }));
  const days = useLoad<SumTable>(withQuery("/v1/sums", { by: "day", from }));
  const owed = useLoad<Liabilities>("/v1/ledger/liabilities");
  const failed = teams.error ?? days.error ?? owed.error;
  if (failed) return <Failed error={failed} again={() => [teams, days, owed].forEach((one) => one.again())} />;
  if (!teams.value || !days.value || !owed.value) return <Loading />;
  return (
    <section class="halves" aria-label={words.value.pictures}>
      <div class="card">
        <h2>{words.value.hoursByTeam}</h2>
        <Bars
          name={words.value.team}
          unit={words.value.sumsNames.minutes}
          rows={teams.value.items.filter((one) => one.part !== "pools").map((one) => ({ name: told(one), value: one.minutes, text: exact(one.minutes) }))}
        />
        {teams.value.total && <p class="small muted">{words.value.hoursTotal(exact(teams.value.total.minutes))}</p>}
        <a href="/console/sums?by=team">{words.value.sumsMore}</a>
      </div>
      <div class="card">
        <h2>{words.value.redeemedByDay}</h2>
        <Columns name={words.value.day} unit={words.value.points} rows={days.value.items.map((one) => ({ name: one.key, value: one.redeemed }))} />
        <a href={withQuery("/console/sums", { by: "day", from })}>{words.value.sumsMore}</a>
      </div>
      <div class="card">
        <h2>{words.value.owedByAge}</h2>
        <Bars name={words.value.expiresWith} unit={words.value.points} rows={lasting(owed.value)} />
        <p class="small muted">{words.value.owedTotal(points(owed.value.outstanding), points(owed.value.pools), points(owed.value.outstanding + owed.value.pools))}</p>
        <p class="small muted">{words.value.owedAgainst(points(owed.value.redeemed_30_days), number(owed.value.weeks))}</p>
      </div>
    </section>
  );
}

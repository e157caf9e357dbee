import { now } from "../api/servertime";
import type { Balance } from "../api/types";
import { idPath } from "../page/router";
import { Note } from "../page/State";
import { Why } from "../page/Why";
import { local, month, number, points } from "../words/format";
import { words as shared } from "../words/words";
import { words } from "./words";

/** Points that end this month or in the next two are worth a reminder; later ones only worry people. */
const REMIND_MONTHS = 2;
/** How many records the reasons of a balance name; what came before them is one sum. */
const LINES = 20;

function soon(month: string): boolean {
  const [year = "0", index = "0"] = month.split("-");
  const today = local(now());
  return Number(year) * 12 + Number(index) - (today.year * 12 + today.month) <= REMIND_MONTHS;
}

/** Served is a time of service to the minute, with its numbers large. */
function Served({ minutes }: { minutes: number }) {
  const [whole, rest] = [Math.trunc(minutes / 60), minutes % 60];
  return (
    <>
      {whole > 0 && (
        <>
          <span class="big">{number(whole)}</span> <span class="unit">{shared.value.hours}</span>{" "}
        </>
      )}
      {(rest > 0 || whole === 0) && (
        <>
          <span class="big">{rest}</span> <span class="unit">{shared.value.minutes}</span>
        </>
      )}
    </>
  );
}

/** BalanceCard says what a member can spend and how long she has served: two numbers that are never converted. */
export function BalanceCard({ name, balance }: { name: string; balance: Balance }) {
  const why = `/v1/explain/accounts/${idPath(balance.account)}`;
  const next = balance.expiring.find((one) => soon(one.month));
  return (
    <section class="card balance" aria-label={shared.value.available}>
      <h1 class="greeting">{words.value.hello(name)}</h1>
      <dl class="totals">
        <div class="spendable">
          <dt>{shared.value.available}</dt>
          <dd>
            <span class="huge">{number(balance.available)}</span> <span class="unit">{shared.value.points}</span>
          </dd>
        </div>
        <div>
          <dt>{shared.value.served}</dt>
          <dd>
            <Served minutes={balance.minutes} />
          </dd>
        </div>
      </dl>
      {balance.held + balance.unconfirmed + balance.disputed > 0 && (
        <ul class="small muted">
          {balance.held > 0 && <li>{words.value.held(points(balance.held))}</li>}
          {balance.unconfirmed > 0 && <li>{words.value.unconfirmed(points(balance.unconfirmed))}</li>}
          {balance.disputed > 0 && <li>{words.value.disputed(points(balance.disputed))}</li>}
        </ul>
      )}
      <Why path={`${why}?unit=available`}>
        <Why path={`${why}?limit=${LINES}`} label={shared.value.whyBalance} />
      </Why>
      {next && (
        <Note icon="clock" kind="held">
          <p>{words.value.expiring(points(next.points), month(next.month))}</p>
        </Note>
      )}
    </section>
  );
}

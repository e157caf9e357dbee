import type { PublicCheckpoint, Totals } from "../api/types";
import { now } from "../api/servertime";
import { Problem } from "../api/problem";
import { Icon } from "../page/Icon";
import { useLoad } from "../page/load";
import { Failed, Loading, Note } from "../page/State";
import { seen } from "../page/watch";
import { Facts, Fingerprint, stamp } from "../verify/Outcome";
import { base64, hex } from "../verify/bytes";
import { words } from "../verify/words";
import { number, points, when } from "../words/format";

/** Books is the public page: the totals, the fingerprint, who has witnessed it and who has audited it. */
export function Books() {
  const totals = useLoad<Totals>("/v1/public/totals");
  const checkpoint = useLoad<PublicCheckpoint>("/v1/public/checkpoint");
  const none = checkpoint.error instanceof Problem && checkpoint.error.status === 404;
  return (
    <>
      <h1>{words.value.public}</h1>
      <p>{words.value.publicLead}</p>
      {checkpoint.value && <Trouble alarm={checkpoint.value.alarm} />}
      {totals.value ? <Truth totals={totals.value} /> : totals.error ? <Failed error={totals.error} again={totals.again} /> : <Loading />}
      {checkpoint.value ? (
        <Sealed state={checkpoint.value} />
      ) : none ? (
        <Note icon="wait">
          <p>{words.value.none}</p>
        </Note>
      ) : checkpoint.error ? (
        <Failed error={checkpoint.error} again={checkpoint.again} />
      ) : (
        <Loading />
      )}
      <Device />
      <Fingerprint />
    </>
  );
}

/** Trouble says that something must be looked at by a person. */
function Trouble({ alarm }: { alarm: PublicCheckpoint["alarm"] }) {
  if (!alarm) return null;
  return (
    <Note kind="bad" icon="alert">
      <p role="alert">
        <strong>{words.value[alarm]}</strong>
      </p>
      <p>{alarm === "stopped" ? words.value.stoppedHint : words.value.refusedHint}</p>
    </Note>
  );
}

function Truth({ totals }: { totals: Totals }) {
  return (
    <section class="card" aria-labelledby="truth">
      <h2 id="truth">{words.value.truth}</h2>
      <Facts
        facts={[
          [words.value.issued, points(totals.issued)],
          [words.value.redeemed, points(totals.redeemed)],
          [words.value.expired, points(totals.expired)],
          [words.value.outstanding, points(totals.outstanding)],
          [words.value.records, words.value.recordsValue(number(totals.records))],
        ]}
      />
      <p class="verdict">
        <Icon name={totals.holds_true ? "check" : "alert"} />
        {totals.holds_true ? words.value.holds : words.value.holdsNot}
      </p>
    </section>
  );
}

function Sealed({ state }: { state: PublicCheckpoint }) {
  return (
    <>
      <section class="card" aria-labelledby="checkpoint">
        <h2 id="checkpoint">{words.value.checkpoint}</h2>
        <p class="mono">{hex(base64(state.root) ?? new Uint8Array())}</p>
        <Facts
          facts={[
            [words.value.origin, state.origin],
            [words.value.size, number(state.size)],
            [words.value.date, state.signed_at && when(state.signed_at, now())],
          ]}
        />
        <p class="row">
          <a href="/checkpoint">{words.value.download} checkpoint</a>
          <a href="/log.txt">{words.value.download} log.txt</a>
        </p>
      </section>
      <Witnesses state={state} />
      <Auditors state={state} />
    </>
  );
}

function Witnesses({ state }: { state: PublicCheckpoint }) {
  const times = state.witnesses.flatMap((w) => (w.state === "signed" && w.at ? [w.at] : [])).sort();
  const last = times[times.length - 1];
  return (
    <section class="card" aria-labelledby="witnesses">
      <h2 id="witnesses">{words.value.witnesses}</h2>
      {!state.witnessed && (
        <p class="verdict">
          <Icon name="wait" />
          {words.value.unwitnessed}
        </p>
      )}
      {state.witnesses.length === 0 && <p class="muted">{words.value.noWitnesses}</p>}
      {last && <p>{words.value.witnessedBy(state.witnesses_signed, state.witnesses.length, when(last, now()))}</p>}
      <ul class="stack-small">
        {state.witnesses.map((w) => (
          <li key={w.name} class="verdict">
            <Icon name={w.state === "signed" ? "check" : w.state === "missing" ? "wait" : "alert"} />
            <span>
              {words.value.runBy(w.name, w.who ?? "")}
              <br />
              {words.value.witnessStates[w.state]}
              {w.state === "signed" && w.at ? ` ${when(w.at, now())}` : ""}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Auditors({ state }: { state: PublicCheckpoint }) {
  return (
    <section class="card" aria-labelledby="auditors">
      <h2 id="auditors">{words.value.auditors}</h2>
      {state.auditors.length === 0 && <p class="muted">{words.value.noAuditors}</p>}
      <ul class="stack-small">
        {state.auditors.map((a) => (
          <li key={a.name}>
            <p>
              {a.about} {a.removed && <span class="chip held">{words.value.auditorRemoved}</span>}
            </p>
            <p class="small muted">{a.size && a.at ? words.value.auditorSigned(number(a.size), stamp(a.at)) : words.value.auditorNot}</p>
          </li>
        ))}
      </ul>
      {state.readers.length > 0 && (
        <>
          <h3>{words.value.readers}</h3>
          <ul class="stack-small">
            {state.readers.map((r) => (
              <li key={r.name + r.since}>{words.value.reader(r.name, r.named_by, stamp(r.since))}</li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

/** Device says what this device itself has seen of the books. The alarm stands on top of every page. */
function Device() {
  const found = seen.value;
  if (found?.state !== "good") return null;
  return (
    <section class="card" aria-labelledby="device">
      <h2 id="device">{words.value.device}</h2>
      <p class="verdict">
        <Icon name="check" />
        {found.since ? words.value.deviceGood(when(found.since.at, now()), number(Number(found.since.note.split("\n")[1]))) : words.value.deviceFirst}
      </p>
    </section>
  );
}

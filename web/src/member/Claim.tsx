import { useEffect, useState } from "preact/hooks";
import { send, write } from "../api/client";
import { Problem } from "../api/problem";
import { arrive } from "../api/session";
import { now } from "../api/servertime";
import type { Claimed, ClaimUse } from "../api/types";
import { Icon } from "../page/Icon";
import { Empty, Failed, Loading, Note } from "../page/State";
import { clock, duration, span } from "../words/format";
import { told } from "../words/language";
import { words as shared } from "../words/words";
import { Profiles } from "./Profiles";
import { words } from "./words";

/**
 * Claim is the page behind a station's code. The scan is noted at once, signed in or not; signing in may take its
 * time. A device that nobody has used is never asked for a PIN or a phone number.
 */
export function Claim({ station, otp }: { station: string; otp: string }) {
  const [claimed, setClaimed] = useState<Claimed | null>(null);
  const [used, setUsed] = useState<ClaimUse | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [turn, setTurn] = useState(0);

  const spend = async (claim: Claimed): Promise<void> => {
    setUsed(await write<ClaimUse>("/v1/claims/use", {}, `${station} ${claim.claim.scanned_at}`));
    void arrive();
  };
  useEffect(() => {
    let gone = false;
    const note = async (): Promise<void> => {
      try {
        const got = claimed ?? (await send<Claimed>("/v1/claims", { station, otp }));
        if (gone) return;
        setClaimed(got);
        if (got.signed_in) await spend(got);
      } catch (caught) {
        if (!gone) setError(caught);
      }
    };
    setError(null);
    void note();
    return () => {
      gone = true;
    };
  }, [turn]);

  if (used) return <Done use={used} />;
  if (error) return <Refused error={error} again={() => setTurn(turn + 1)} />;
  if (!claimed) return <Waiting />;
  if (claimed.signed_in) return <Waiting />;
  const signedIn = (): void => {
    const known = { ...claimed, signed_in: true };
    setClaimed(known);
    spend(known).catch((caught: unknown) => setError(caught));
  };
  return <WhoIsIt claimed={claimed} done={signedIn} />;
}

function Waiting() {
  return (
    <section class="card">
      <div role="status">
        <h1>{words.value.claiming}…</h1>
      </div>
      <Loading />
    </section>
  );
}

function Refused({ error, again }: { error: unknown; again: () => void }) {
  if (error instanceof Problem && error.code === "code_expired") {
    return (
      <section class="card">
        <Empty page icon="code" title={words.value.claimExpired}>
          <p class="muted">{words.value.claimExpiredHint}</p>
        </Empty>
      </section>
    );
  }
  return (
    <section class="card">
      <Failed error={error} again={again} />
    </section>
  );
}

function WhoIsIt({ claimed, done }: { claimed: Claimed; done: () => void }) {
  const { claim } = claimed;
  return (
    <>
      <section class="card">
        <h1>{claim.activity.title}</h1>
        <p class="muted">
          {words.value.claimAt(claim.station_name)} · {span(claim.activity.start, claim.activity.end, now())}
        </p>
        <Note icon="check">
          <p>{words.value.claimKept(clock(claim.scanned_at))}</p>
          <p>{words.value.claimUntil(clock(claim.expires_at))}</p>
        </Note>
      </section>
      <section class="card">{claimed.known_device ? <Profiles done={done} none={<Unknown />} /> : <Unknown />}</section>
    </>
  );
}

function Unknown() {
  return (
    <Empty icon="card" title={words.value.claimUnknown}>
      <p>{words.value.claimUnknownHint}</p>
      <p class="muted">{words.value.claimUnknownNow}</p>
    </Empty>
  );
}

/** Done is the answer to a scan, large enough to be seen by the leader across the table. */
function Done({ use }: { use: ClaimUse }) {
  const title = { checked_in: words.value.claimIn, checked_out: words.value.claimOut, already: words.value.claimAlreadyIn }[use.result];
  return (
    <section class="card done" role="status">
      <Icon name="check" />
      <h1>{title}</h1>
      <p class="huge number">{clock(use.at)}</p>
      {use.minutes_so_far !== undefined && use.result !== "checked_in" && (
        <p class="so-far">
          {use.result === "already" && words.value.claimSoFar} <strong class="number">{duration(use.minutes_so_far)}</strong>
        </p>
      )}
      <p>
        <strong>{use.activity.title}</strong>
      </p>
      <p class="muted">{use.result === "already" ? told(use) : use.result === "checked_in" ? words.value.claimInNext : words.value.claimOutNext}</p>
      <a class="button wide" href="/">
        {shared.value.doors.member}
      </a>
    </section>
  );
}

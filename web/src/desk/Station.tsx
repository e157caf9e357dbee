import { useEffect, useRef, useState } from "preact/hooks";
import { read } from "../api/client";
import { learn, now } from "../api/servertime";
import type { Activity, StationCode } from "../api/types";
import { useTick } from "../page/act";
import { useLoad } from "../page/load";
import { Picture } from "../page/Picture";
import { idPath } from "../page/router";
import { Failed } from "../page/State";
import { useTitle } from "../page/title";
import { useAwake } from "../page/awake";
import { clock, number, span } from "../words/format";
import { words } from "./words";

/** A new code is fetched this long before the shown one ends, and the count at least this often. */
const AHEAD_MS = 1_500;
const FOLLOW_MS = 5_000;

/** Station fills the screen with the check-in code. A code past its time is never left standing. */
export function Station({ id }: { id: string }) {
  const activity = useLoad<Activity>(`/v1/activities/${idPath(id)}`);
  const [code, setCode] = useState<StationCode | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [, setTurn] = useState(0);
  const asking = useRef(false);
  const asked = useRef(0);
  useAwake();
  useTitle(activity.value?.title ?? words.value.stationScan);
  const ask = async (): Promise<void> => {
    if (asking.current) return;
    asking.current = true;
    asked.current = Date.now();
    try {
      const next = await read<StationCode>(`/v1/activities/${idPath(id)}/station-code`);
      learn(next.server_time, asked.current, Date.now());
      setCode(next);
      setError(null);
    } catch (caught) {
      setError(caught);
    }
    asking.current = false;
  };
  useEffect(() => void ask(), [id]);
  useTick(500, () => {
    setTurn((n) => n + 1);
    const due = !code || now() > Date.parse(code.valid_until) - AHEAD_MS || Date.now() - asked.current > FOLLOW_MS;
    if (due && Date.now() - asked.current > 1000) void ask();
  });
  const back = `/desk/activities/${idPath(id)}`;
  const live = code && now() < Date.parse(code.valid_until);
  const about = activity.value;
  return (
    <main id="main" class="station" tabIndex={-1}>
      <div class="station-code">
        {live && code.svg ? <Picture svg={code.svg} alt={words.value.stationAlt} /> : error ? <Failed error={error}>{code && <p>{words.value.stationStopped}</p>}</Failed> : null}
      </div>
      <div class="station-side">
        <h1>{about?.title ?? words.value.stationScan}</h1>
        {about && (
          <p>
            {about.place} · {span(about.start, about.end, now())}
          </p>
        )}
        <p class="station-do">{words.value.stationScan}</p>
        <p class="station-out">{words.value.stationOut}</p>
        <p class="station-count" aria-live="polite">
          <span>{words.value.stationIn}</span> <strong>{number(code?.in_count ?? about?.in_count ?? 0)}</strong>
        </p>
        <p class="station-clock">{clock(now(), true)}</p>
        <p class="muted small">{words.value.stationChanges}</p>
        <div class="row">
          <button type="button" class="button" onClick={() => void document.documentElement.requestFullscreen?.().catch(() => undefined)}>
            {words.value.stationFull}
          </button>
          <a class="button" href={back}>
            {words.value.stationDone}
          </a>
        </div>
      </div>
    </main>
  );
}

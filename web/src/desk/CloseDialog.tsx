import { useState } from "preact/hooks";
import { write } from "../api/client";
import { now } from "../api/servertime";
import type { Activity } from "../api/types";
import { useAct } from "../page/act";
import { Dialog } from "../page/Dialog";
import { Field } from "../page/Field";
import { idPath } from "../page/router";
import { Note, Wrong } from "../page/State";
import { clock, several } from "../words/format";
import { words } from "./words";

/** early says that an activity is closed before its planned end. */
export const early = (activity: Activity): boolean => now() < Date.parse(activity.end);

interface CloseProps {
  activity: Activity;
  close: () => void;
  closed: (activity: Activity) => void;
}

/** CloseDialog asks for the headcount, the leader's own count that the scans are held against, and closes. */
export function CloseDialog({ activity, close, closed }: CloseProps) {
  const [count, setCount] = useState(activity.in_count);
  const forgotten = activity.attendances.filter((one) => !one.out_at);
  const [seen, setSeen] = useState(forgotten.length === 0);
  const until = Math.min(now(), Date.parse(activity.end)); // as the rules count it
  const act = useAct();
  const submit = (event: Event): void => {
    event.preventDefault();
    void act.run(async () => {
      const body = { headcount: count, confirm_forgotten: true };
      closed(await write<Activity>(`/v1/activities/${idPath(activity.id)}/close`, body));
    });
  };
  return (
    <Dialog title={early(activity) ? words.value.closeEarly : words.value.close} close={close}>
      <form class="stack" onSubmit={submit}>
        {early(activity) && (
          <Note icon="clock" kind="held">
            <p>{words.value.closeEarlyNote(clock(activity.end))}</p>
          </Note>
        )}
        <Field label={words.value.headcount} hint={words.value.headcountHint(activity.in_count)}>
          {(ids) => (
            <div class="stepper">
              <button type="button" class="button" aria-label={words.value.fewer} disabled={count <= 0} onClick={() => setCount(count - 1)}>
                −
              </button>
              <input {...ids} type="number" inputMode="numeric" min={0} max={9999} value={count} onInput={(event) => setCount(Math.max(0, Math.round(event.currentTarget.valueAsNumber || 0)))} />
              <button type="button" class="button" aria-label={words.value.more} onClick={() => setCount(count + 1)}>
                +
              </button>
            </div>
          )}
        </Field>
        {forgotten.length > 0 && (
          <Note icon="alert" kind="held">
            <p>{words.value.forgotten(forgotten.length, several(forgotten.map((one) => one.name ?? one.masked_name)), clock(until))}</p>
            <label class="choice">
              <input type="checkbox" checked={seen} onChange={(event) => setSeen(event.currentTarget.checked)} />
              {words.value.forgottenOK}
            </label>
          </Note>
        )}
        <p class="muted">{words.value.closeThen}</p>
        <Wrong error={act.error} />
        <button type="submit" class="button main wide tall" disabled={act.busy || !seen}>
          {words.value.closeButton}
        </button>
      </form>
    </Dialog>
  );
}

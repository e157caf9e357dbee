import { write } from "../api/client";
import { now } from "../api/servertime";
import type { Activity, Attendance as One } from "../api/types";
import { useAct } from "../page/act";
import { Icon } from "../page/Icon";
import { idPath } from "../page/router";
import { Empty, Note, Wrong } from "../page/State";
import { clock, duration, points } from "../words/format";
import { told } from "../words/language";
import { words } from "./words";

/** Attendance lists who is here; what needs a look stands first, each mended with one tap. */
export function Attendance({ activity, again }: { activity: Activity; again: () => void }) {
  const open = activity.attendances.filter((one) => !one.out_at);
  const done = activity.attendances.filter((one) => one.out_at);
  return (
    <section class="stack" aria-labelledby="attendance">
      <h2 id="attendance">{words.value.attendance}</h2>
      {activity.oddities.length > 0 && (
        <Note icon="alert" kind="held">
          <p>
            <strong>{words.value.oddities}</strong>
          </p>
          <ul>
            {activity.oddities.map((one) => (
              <li key={one.code}>{told(one)}</li>
            ))}
          </ul>
        </Note>
      )}
      {activity.attendances.length === 0 ? (
        <div class="card">
          <Empty icon="people" title={words.value.attendanceEmpty}>
            <p class="muted">{words.value.attendanceEmptyHint}</p>
          </Empty>
        </div>
      ) : (
        <ul class="people">
          {[...open, ...done].map((one) => (
            <Person key={one.account} person={one} activity={activity} again={again} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Person({ person, activity, again }: { person: One; activity: Activity; again: () => void }) {
  const act = useAct();
  const live = activity.state === "open" || activity.state === "running";
  // Who has gone home is signed out now; who was forgotten, at the planned end: never at a time to come.
  const out = Math.min(now(), Date.parse(activity.end));
  const signOut = async (): Promise<void> => {
    const body = { account: person.account, out_at: new Date(out).toISOString() };
    if (await act.run(() => write(`/v1/activities/${idPath(activity.id)}/attest`, body))) again();
  };
  return (
    <li>
      <span class="person-name">{person.name ?? person.masked_name}</span>
      <span class="person-times">
        <span class="nowrap">{words.value.inAt(clock(person.in_at))}</span>
        {person.out_at ? (
          <span class="nowrap">
            <Icon name="check" /> {words.value.outAt(clock(person.out_at))}
          </span>
        ) : (
          <span class="chip held">{words.value.notOut}</span>
        )}
        {person.grade && <span class="chip">{words.value.grade(person.grade)}</span>}
        {person.minutes !== undefined && person.minutes > 0 && (
          <span class="nowrap">
            {duration(person.minutes)} · {points(person.points ?? 0)}
          </span>
        )}
      </span>
      {!person.out_at && live && (
        <button type="button" class="button" disabled={act.busy} onClick={() => void signOut()}>
          {words.value.signOutAt(clock(out))}
        </button>
      )}
      <Wrong error={act.error} />
    </li>
  );
}

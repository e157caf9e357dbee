import { write } from "../api/client";
import { now } from "../api/servertime";
import { may } from "../api/session";
import type { Activity, ActivityBrief } from "../api/types";
import { useAct } from "../page/act";
import { useLoad, usePages } from "../page/load";
import { PagedList } from "../page/PagedList";
import { idPath } from "../page/router";
import { Empty, Failed, Loading, Note, Wrong } from "../page/State";
import { Team } from "../page/Team";
import { number, span } from "../words/format";
import { told } from "../words/language";
import { words } from "./words";

/** Activities lists what waits for the community's confirmation, each with what is odd about it. */
export function Activities() {
  const pages = usePages<ActivityBrief>("/v1/activities?state=closed&limit=20");
  return (
    <>
      <h1>{words.value.activities}</h1>
      <PagedList
        pages={pages}
        empty={
          <div class="card">
            <Empty icon="check" title={words.value.activitiesEmpty}>
              <p class="muted">{words.value.activitiesEmptyHint}</p>
            </Empty>
          </div>
        }
      >
        {(activities) => activities.map((one) => <Closed key={one.id} brief={one} />)}
      </PagedList>
    </>
  );
}

function Closed({ brief }: { brief: ActivityBrief }) {
  const loaded = useLoad<Activity>(`/v1/activities/${idPath(brief.id)}`);
  const act = useAct();
  const activity = loaded.value;
  const confirm = (): void => {
    void act.run(async () => loaded.set(await write<Activity>(`/v1/activities/${idPath(brief.id)}/confirm`)));
  };
  return (
    <article class="card">
      <div class="stack-small">
        <h2>{brief.title}</h2>
        <div class="row">
          <Team id={brief.team} />
          <span>{span(brief.start, brief.end, now())}</span>
          <span class="muted">{brief.person_in_charge_name}</span>
        </div>
      </div>
      {activity ? (
        <>
          <p>
            <strong>{words.value.headcount(number(activity.headcount ?? 0), number(activity.in_count))}</strong>
          </p>
          {activity.oddities.length > 0 ? (
            <Note icon="alert" kind="held">
              <ul>
                {activity.oddities.map((one) => (
                  <li key={one.code}>{told(one)}</li>
                ))}
              </ul>
            </Note>
          ) : (
            <p class="muted">{words.value.nothingOdd}</p>
          )}
          <Wrong error={act.error} />
          {activity.state === "confirmed" ? (
            <span class="chip">{words.value.confirmed}</span>
          ) : (
            may("organizer", "org_admin") && (
              <button type="button" class="button main" disabled={act.busy} onClick={confirm}>
                {words.value.confirmActivity}
              </button>
            )
          )}
        </>
      ) : loaded.error ? (
        <Failed error={loaded.error} again={loaded.again} />
      ) : (
        <Loading />
      )}
    </article>
  );
}

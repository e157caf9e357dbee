import { useState } from "preact/hooks";
import { now } from "../api/servertime";
import type { Activity } from "../api/types";
import { useTick } from "../page/act";
import { Icon } from "../page/Icon";
import { useLoad, type Loaded } from "../page/load";
import { idPath } from "../page/router";
import { Back } from "../page/Shell";
import { Failed, Loading } from "../page/State";
import { Team } from "../page/Team";
import { number, span } from "../words/format";
import { words as shared } from "../words/words";
import { Attendance } from "./Attendance";
import { CloseDialog, early } from "./CloseDialog";
import { ScanIn } from "./ScanIn";
import { StartButton } from "./StartButton";
import { Tick } from "./Tick";
import { words } from "./words";

/** How often the list follows what others scan. */
const FOLLOW_MS = 10_000;

/** ActivityPage is one activity: who came, what needs a look, and its one next step. */
export function ActivityPage({ id }: { id: string }) {
  const loaded = useLoad<Activity>(`/v1/activities/${idPath(id)}`);
  useTick(FOLLOW_MS, () => {
    const live = loaded.value?.state === "open" || loaded.value?.state === "running";
    if (live && !loaded.busy && !document.hidden) loaded.again();
  });
  return (
    <>
      <Back to="/desk" />
      {loaded.value ? <Shown activity={loaded.value} loaded={loaded} /> : loaded.error ? <Failed error={loaded.error} again={loaded.again} /> : <Loading />}
    </>
  );
}

function Shown({ activity, loaded }: { activity: Activity; loaded: Loaded<Activity> }) {
  const [closing, setClosing] = useState(false);
  const live = activity.state === "open" || activity.state === "running";
  return (
    <>
      <section class="card">
        <div class="stack-small">
          <div class="title">
            <h1>{activity.title}</h1>
            <span class={`chip ${activity.state === "running" ? "held" : ""}`}>{shared.value.stateNames[activity.state]}</span>
          </div>
          <div class="row">
            <Team id={activity.team} />
            <span class="fact">
              <Icon name="clock" />
              {span(activity.start, activity.end, now())}
            </span>
            <span class="fact">
              <Icon name="place" />
              {activity.place}
            </span>
            <span class="fact">
              <Icon name="people" />
              {words.value.leader(activity.person_in_charge_name)}
            </span>
          </div>
        </div>
        <dl class="counts">
          <div>
            <dt>{words.value.inCount}</dt>
            <dd>{number(activity.in_count)}</dd>
          </div>
          <div>
            <dt>{words.value.outCount}</dt>
            <dd>{number(activity.out_count)}</dd>
          </div>
          {activity.headcount !== undefined && (
            <div>
              <dt>{words.value.headcount}</dt>
              <dd>{number(activity.headcount)}</dd>
            </div>
          )}
        </dl>
        <StartButton activity={activity} />
        {live && (
          <button type="button" class="button wide tall" onClick={() => setClosing(true)}>
            {early(activity) ? words.value.closeEarly : words.value.close}
          </button>
        )}
      </section>
      <Attendance activity={activity} again={loaded.again} />
      {live && (
        <>
          <h2>{words.value.moreActions}</h2>
          <ScanIn id={activity.id} done={loaded.again} />
          <Tick activity={activity} done={loaded.again} />
        </>
      )}
      {closing && (
        <CloseDialog
          activity={activity}
          close={() => setClosing(false)}
          closed={(next) => {
            setClosing(false);
            loaded.set(next);
          }}
        />
      )}
    </>
  );
}

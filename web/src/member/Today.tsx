import { now } from "../api/servertime";
import type { Today as TodayList, TodayActivity } from "../api/types";
import { Icon } from "../page/Icon";
import { useLoad } from "../page/load";
import { Empty, Failed, Loading } from "../page/State";
import { Team } from "../page/Team";
import { clock, span } from "../words/format";
import { words } from "./words";

/** Today is the member's activity of today with its one next step. */
export function Today() {
  const today = useLoad<TodayList>("/v1/me/today");
  return (
    <section class="stack" aria-labelledby="today">
      <h2 id="today">{words.value.today}</h2>
      {today.value ? (
        today.value.activities.length > 0 ? (
          today.value.activities.map((one) => <TodayCard key={one.id} activity={one} />)
        ) : (
          <div class="card">
            <Empty title={words.value.todayEmpty}>
              <p class="muted">{words.value.todayEmptyHint}</p>
            </Empty>
          </div>
        )
      ) : today.error ? (
        <Failed error={today.error} again={today.again} />
      ) : (
        <Loading />
      )}
    </section>
  );
}

function step(activity: TodayActivity): string {
  const steps = words.value.steps;
  if (activity.next_step !== "check_out") return steps[activity.next_step];
  return steps.check_out(activity.attendance ? clock(activity.attendance.in_at) : "");
}

function TodayCard({ activity }: { activity: TodayActivity }) {
  const done = activity.next_step === "done" || activity.next_step === "wait_close";
  return (
    <article class="card">
      <div class="stack-small">
        <h3>{activity.title}</h3>
        <Team id={activity.team} />
        <p class="fact">
          <Icon name="clock" />
          <span>{span(activity.start, activity.end, now())}</span>
        </p>
        <p class="fact">
          <Icon name="place" />
          <span>{activity.place}</span>
        </p>
        <p class="fact">
          <Icon name="people" />
          <span>{words.value.leader(activity.person_in_charge_name)}</span>
        </p>
      </div>
      <p class={`step ${done ? "done" : ""}`}>
        <Icon name={done ? "check" : "next"} />
        <span>{step(activity)}</span>
      </p>
    </article>
  );
}

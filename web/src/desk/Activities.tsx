import { me } from "../api/session";
import { now } from "../api/servertime";
import type { ActivityBrief } from "../api/types";
import { Select, Text } from "../page/Field";
import { Icon } from "../page/Icon";
import { usePages } from "../page/load";
import { PagedList } from "../page/PagedList";
import { filter, idPath, place, withQuery } from "../page/router";
import { Empty } from "../page/State";
import { Team } from "../page/Team";
import { day, span } from "../words/format";
import { words as shared } from "../words/words";
import { StartButton } from "./StartButton";
import { words } from "./words";

/** Activities is the leader's day: each activity is a card whose one large button is its next step. */
export function Activities() {
  const teams = (me.value?.roles ?? []).filter((one) => one.role === "leader");
  const on = place.value.query.get("day") ?? day(now());
  const team = place.value.query.get("team") ?? (teams.length === 1 ? teams[0]?.scope : "") ?? "";
  const pages = usePages<ActivityBrief>(withQuery("/v1/activities", { day: on, team: team || undefined }));
  return (
    <>
      <div class="title">
        <h1>{words.value.today}</h1>
        <div class="choices">
          <a class="button" href="/desk/deeds/new">
            {words.value.deed}
          </a>
          <a class="button main" href="/desk/new">
            {words.value.add}
          </a>
        </div>
      </div>
      <div class="filters">
        <Text label={words.value.day} type="date" value={on} set={(value) => filter({ day: value === day(now()) ? undefined : value })} />
        {teams.length !== 1 && (
          <Select
            label={words.value.team}
            value={team}
            set={(value) => filter({ team: value || undefined })}
            options={[{ value: "", text: words.value.allTeams }, ...teams.map((one) => ({ value: one.scope, text: one.scope_name }))]}
          />
        )}
      </div>
      <PagedList
        pages={pages}
        empty={
          <div class="card">
            <Empty icon="people" title={words.value.empty}>
              <p class="muted">{words.value.emptyHint}</p>
            </Empty>
          </div>
        }
      >
        {(activities) => activities.map((one) => <ActivityCard key={one.id} activity={one} />)}
      </PagedList>
    </>
  );
}

function ActivityCard({ activity }: { activity: ActivityBrief }) {
  const at = `/desk/activities/${idPath(activity.id)}`;
  return (
    <article class="card activity">
      <div class="stack-small">
        <div class="title">
          <h2>
            <a href={at}>{activity.title}</a>
          </h2>
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
        </div>
      </div>
      <StartButton activity={activity} />
    </article>
  );
}

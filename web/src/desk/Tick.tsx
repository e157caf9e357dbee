import { useState } from "preact/hooks";
import { write } from "../api/client";
import { now } from "../api/servertime";
import type { Activity, MemberBrief } from "../api/types";
import { useAct } from "../page/act";
import { Text } from "../page/Field";
import { usePages } from "../page/load";
import { PagedList } from "../page/PagedList";
import { idPath, withQuery } from "../page/router";
import { Wrong } from "../page/State";
import { words } from "./words";

/** Tick notes people of the team as present, one tap each, where neither phone nor card is at hand. Grade C. */
export function Tick({ activity, done }: { activity: Activity; done: () => void }) {
  const [query, setQuery] = useState("");
  const [ticked, setTicked] = useState<string[]>([]);
  const act = useAct();
  const asked = query.trim();
  const pages = usePages<MemberBrief>(asked ? withQuery("/v1/members", { query: asked, team: activity.team, limit: "10" }) : null);
  const here = new Set([...activity.attendances.map((one) => one.account), ...ticked]);
  const tick = async (account: string): Promise<void> => {
    const started = Math.max(Date.parse(activity.start), Math.min(now(), Date.parse(activity.end)));
    const body = { account, in_at: new Date(started).toISOString() };
    if (!(await act.run(() => write(`/v1/activities/${idPath(activity.id)}/attest`, body)))) return;
    setTicked([...ticked, account]);
    done();
  };
  return (
    <section class="card">
      <h3>{words.value.tick}</h3>
      <Text label={words.value.search} hint={words.value.tickHint} value={query} set={setQuery} inputMode="search" autocomplete="off" />
      <Wrong error={act.error} />
      {asked && (
        <PagedList pages={pages} empty={<p class="muted">{words.value.notFound}</p>}>
          {(members) => (
            <ul class="people">
              {members.map((one) => (
                <li key={one.account}>
                  <span class="person-name">{one.name || one.masked_name}</span>
                  {here.has(one.account) ? (
                    <span class="chip">{words.value.ticked}</span>
                  ) : (
                    <button type="button" class="button" disabled={act.busy} onClick={() => void tick(one.account)}>
                      {words.value.tickButton}
                    </button>
                  )}
                </li>
              ))}
            </ul>
          )}
        </PagedList>
      )}
    </section>
  );
}

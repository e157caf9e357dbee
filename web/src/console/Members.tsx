import { useState } from "preact/hooks";
import { community, may } from "../api/session";
import type { MemberBrief } from "../api/types";
import { Select, Text } from "../page/Field";
import { usePages } from "../page/load";
import { PagedList } from "../page/PagedList";
import { filter, idPath, place, withQuery } from "../page/router";
import { Empty } from "../page/State";
import { duration, points } from "../words/format";
import { told } from "../words/language";
import { words as shared } from "../words/words";
import { ENROLLERS } from "./roles";
import { words } from "./words";

/** Members finds people by name. What is searched for is a name, so it stays out of the address; the team does not. */
export function Members() {
  const team = place.value.query.get("team") ?? "";
  const [query, setQuery] = useState("");
  const [asked, setAsked] = useState("");
  const pages = usePages<MemberBrief>(withQuery("/v1/members", { query: asked, team, limit: "50" }));
  return (
    <>
      <div class="title">
        <h1>{words.value.members}</h1>
        {may(...ENROLLERS) && (
          <a class="button main" href="/console/members/new">
            {words.value.addMember}
          </a>
        )}
      </div>
      <form
        class="card"
        role="search"
        onSubmit={(event) => {
          event.preventDefault();
          setAsked(query.trim());
        }}
      >
        <div class="filters">
          <Text label={words.value.search} value={query} set={setQuery} inputMode="search" autocomplete="off" />
          <Select
            label={words.value.team}
            value={team}
            set={(value) => filter({ team: value })}
            options={[{ value: "", text: words.value.allTeams }, ...(community.value?.teams ?? []).map((one) => ({ value: one.id, text: told({ zh: one.name_zh, en: one.name_en }) }))]}
          />
          <button type="submit" class="button">
            {shared.value.search}
          </button>
        </div>
      </form>
      <PagedList
        pages={pages}
        empty={
          <div class="card">
            <Empty icon="search" title={words.value.membersEmpty}>
              <p class="muted">{may(...ENROLLERS) ? words.value.membersEmptyHint : words.value.membersEmptyRead}</p>
            </Empty>
          </div>
        }
      >
        {(members) => <MemberTable members={members} />}
      </PagedList>
    </>
  );
}

function MemberTable({ members }: { members: MemberBrief[] }) {
  return (
    <div class="sheet">
      <table class="table">
        <thead>
          <tr>
            <th scope="col">{words.value.name}</th>
            <th scope="col">{words.value.state}</th>
            <th scope="col" class="right">
              {words.value.points}
            </th>
            <th scope="col" class="right">
              {words.value.minutes}
            </th>
          </tr>
        </thead>
        <tbody>
          {members.map((one) => (
            <tr key={one.account}>
              <td data-label={words.value.name}>
                <a href={`/console/members/${idPath(one.account)}`}>{one.name ?? one.masked_name}</a>
              </td>
              <td data-label={words.value.state}>
                <span class="row">
                  {one.state !== "open" && <span class="chip held">{words.value.states[one.state]}</span>}
                  {one.has_phone && <span class="chip">{words.value.hasPhone}</span>}
                  {one.has_card && <span class="chip">{words.value.hasCard}</span>}
                  {!one.has_phone && !one.has_card && <span class="chip held">{words.value.noDevice}</span>}
                </span>
              </td>
              <td data-label={words.value.points} class="right number">
                {one.points === undefined ? "" : points(one.points)}
              </td>
              <td data-label={words.value.minutes} class="right number">
                {duration(one.minutes)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

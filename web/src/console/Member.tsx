import { may } from "../api/session";
import type { Entry, Member } from "../api/types";
import { LinkFamily } from "../family/LinkFamily";
import { EntryLine } from "../member/EntryLine";
import { useLoad, usePages } from "../page/load";
import { PagedList } from "../page/PagedList";
import { idPath, withQuery } from "../page/router";
import { Back } from "../page/Shell";
import { Empty, Failed, Loading } from "../page/State";
import { Why } from "../page/Why";
import { duration, points } from "../words/format";
import { words as shared } from "../words/words";
import { Cards } from "./Cards";
import { Enrolment } from "./Enrolment";
import { Roles } from "./Roles";
import { BOOKKEEPERS, KEEPERS, READERS } from "./roles";
import { words } from "./words";

/** MemberPage is one person as staff may see her: what she has, her code, roles, cards and history. */
export function MemberPage({ id }: { id: string }) {
  const loaded = useLoad<Member>(`/v1/members/${idPath(id)}`);
  return (
    <>
      <Back to="/console/members">{words.value.members}</Back>
      {loaded.value ? <Person member={loaded.value} again={loaded.again} /> : loaded.error ? <Failed error={loaded.error} again={loaded.again} /> : <Loading />}
    </>
  );
}

function Person({ member, again }: { member: Member; again: () => void }) {
  const { balance, person } = member;
  const why = `/v1/explain/accounts/${idPath(member.account)}`;
  const facts: [string, string | undefined][] = [
    [words.value.phone, person?.phone],
    [words.value.birthDate, person?.birth_date],
    [words.value.building, person?.building],
  ];
  return (
    <>
      <section class="card">
        <div class="title">
          <h1>{member.name ?? member.masked_name}</h1>
          <span class={`chip ${member.state === "open" ? "" : "held"}`}>{words.value.states[member.state]}</span>
        </div>
        <dl class="figures">
          <div>
            <dt>{shared.value.available}</dt>
            <dd>{balance ? points(balance.available) : "—"}</dd>
          </div>
          <div>
            <dt>{shared.value.served}</dt>
            <dd>{duration(member.minutes)}</dd>
          </div>
        </dl>
        {balance && (
          <Why path={`${why}?unit=available`}>
            <Why path={`${why}?limit=100`} label={shared.value.whyBalance} records={may(...BOOKKEEPERS) ? "/console/records" : undefined} />
          </Why>
        )}
        <dl class="facts">
          {facts.map(
            ([name, value]) =>
              value && (
                <div key={name}>
                  <dt>{name}</dt>
                  <dd>{value}</dd>
                </div>
              ),
          )}
        </dl>
        {may(...BOOKKEEPERS) && (
          <p>
            <a href={withQuery("/console/records", { account: member.account })}>{words.value.records}</a>
          </p>
        )}
      </section>
      {may(...KEEPERS) && (
        <div class="halves">
          <Enrolment account={member.account} />
          <Cards account={member.account} cards={member.cards} again={again} />
          {may("organizer") && <LinkFamily account={member.account} name={member.name ?? member.masked_name} />}
          <Roles account={member.account} roles={member.roles} again={again} />
        </div>
      )}
      {may(...READERS) && <MemberHistory id={member.account} />}
    </>
  );
}

function MemberHistory({ id }: { id: string }) {
  const pages = usePages<Entry>(`/v1/members/${idPath(id)}/history?limit=20`);
  return (
    <section class="stack">
      <h2>{words.value.history}</h2>
      <PagedList
        pages={pages}
        empty={
          <div class="card">
            <Empty title={words.value.historyEmpty} />
          </div>
        }
      >
        {(entries) => (
          <ul class="entries">
            {entries.map((entry) => (
              <EntryLine key={entry.seq} entry={entry} wrong={may("organizer") ? "card" : "none"} />
            ))}
          </ul>
        )}
      </PagedList>
    </section>
  );
}

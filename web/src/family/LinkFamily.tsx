import { useState } from "preact/hooks";
import { write } from "../api/client";
import { now } from "../api/servertime";
import type { FamilyLinked, List, MemberBrief } from "../api/types";
import { useAct } from "../page/act";
import { Text } from "../page/Field";
import { useLoad } from "../page/load";
import { Note, Wrong } from "../page/State";
import { when } from "../words/format";
import { words } from "./words";

/** proof reads what was handed over: six digits are a PIN, more are a card. */
const proof = (text: string) => {
  const digits = text.replaceAll(/\s/g, "");
  if (digits === "") return {};
  return digits.length === 6 ? { pin: digits } : { card: digits };
};

/** LinkFamily links two people at the desk, with both present or both cards. */
export function LinkFamily({ account, name }: { account: string; name: string }) {
  const [query, setQuery] = useState("");
  const [other, setOther] = useState<MemberBrief | null>(null);
  const [hers, setHers] = useState("");
  const [its, setIts] = useState("");
  const [done, setDone] = useState<FamilyLinked | null>(null);
  const act = useAct();
  const found = useLoad<List<MemberBrief>>(query.trim() && !other ? `/v1/members?limit=6&query=${encodeURIComponent(query.trim())}` : null);
  const others = (found.value?.items ?? []).filter((one) => one.account !== account);
  const link = (event: Event): void => {
    event.preventDefault();
    if (!other) return;
    const members = [
      { account, ...proof(hers) },
      { account: other.account, ...proof(its) },
    ];
    void act.run(async () => setDone(await write<FamilyLinked>("/v1/families", { members })));
  };
  const otherName = other?.name ?? other?.masked_name ?? "";
  return (
    <section class="card screen-only">
      <h2>{words.value.link}</h2>
      <p class="muted">{words.value.linkHint}</p>
      {done ? (
        <div role="status">
          <Note icon="check">
            <p>{words.value.linked(done.members, when(done.usable, now()))}</p>
          </Note>
        </div>
      ) : (
        <form class="stack" onSubmit={link}>
          {other ? (
            <>
              <div class="row row-ends">
                <strong>{otherName}</strong>
                <button type="button" class="button" onClick={() => setOther(null)}>
                  {words.value.change}
                </button>
              </div>
              <p class="small muted">{words.value.proofHint}</p>
              <Text label={words.value.cardOf(name)} value={hers} set={setHers} required={false} inputMode="numeric" maxLength={64} />
              <Text label={words.value.cardOf(otherName)} value={its} set={setIts} required={false} inputMode="numeric" maxLength={64} />
              <Wrong error={act.error} />
              <button type="submit" class="button main" disabled={act.busy}>
                {words.value.linkButton}
              </button>
            </>
          ) : (
            <>
              <Text label={words.value.other} value={query} set={setQuery} required inputMode="search" maxLength={40} />
              <Wrong error={found.error} />
              {found.value && others.length === 0 && <p class="muted">{words.value.notFound}</p>}
              <ul class="rows">
                {others.map((one) => (
                  <li key={one.account}>
                    <span class="grow">{one.name ?? one.masked_name}</span>
                    <button type="button" class="button" onClick={() => setOther(one)}>
                      {words.value.choose}
                    </button>
                  </li>
                ))}
              </ul>
            </>
          )}
        </form>
      )}
    </section>
  );
}

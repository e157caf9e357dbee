import { useState } from "preact/hooks";
import type { List, MemberBrief } from "../api/types";
import { Text } from "../page/Field";
import { useLoad } from "../page/load";
import { Failed, Loading } from "../page/State";
import { words } from "./words";

/** Somebody names a member: by account where the page has found her, else by name and phone number together. */
export interface Somebody {
  account?: string;
  name?: string;
  phone?: string;
}

interface PersonProps {
  label: string;
  hint: string;
  value: Somebody;
  set: (value: Somebody) => void;
  /** Whether the caller may search among the people she looks after. */
  search: boolean;
}

/** Person asks who somebody is. Nobody can look through strangers: a neighbour is named by what one knows of her. */
export function Person({ label, hint, value, set, search }: PersonProps) {
  return (
    <fieldset class="stack-small">
      <legend>{label}</legend>
      {search ? <Found value={value} set={set} /> : <Named value={value} set={set} hint={hint} />}
    </fieldset>
  );
}

function Named({ value, set, hint }: { value: Somebody; set: (value: Somebody) => void; hint: string }) {
  return (
    <>
      <p class="small muted">{hint}</p>
      <Text label={words.value.name} value={value.name ?? ""} set={(name) => set({ ...value, name: name.trim() })} required maxLength={40} />
      <Text label={words.value.phone} value={value.phone ?? ""} set={(phone) => set({ ...value, phone: phone.trim() })} required inputMode="tel" maxLength={20} />
    </>
  );
}

function Found({ value, set }: { value: Somebody; set: (value: Somebody) => void }) {
  const [query, setQuery] = useState("");
  const found = useLoad<List<MemberBrief>>(query.trim() && !value.account ? `/v1/members?limit=8&query=${encodeURIComponent(query.trim())}` : null);
  if (value.account) {
    return (
      <div class="row row-ends">
        <strong>{value.name}</strong>
        <button type="button" class="button" onClick={() => set({})}>
          {words.value.change}
        </button>
      </div>
    );
  }
  return (
    <>
      <Text label={words.value.search} value={query} set={setQuery} required inputMode="search" maxLength={40} />
      {found.error ? (
        <Failed error={found.error} again={found.again} />
      ) : found.value ? (
        found.value.items.length > 0 ? (
          <ul class="rows">
            {found.value.items.map((one) => (
              <li key={one.account}>
                <span class="grow">{one.name ?? one.masked_name}</span>
                <button type="button" class="button" onClick={() => set({ account: one.account, name: one.name ?? one.masked_name })}>
                  {words.value.choose}
                </button>
              </li>
            ))}
          </ul>
        ) : (
          <p class="muted">{words.value.searchEmpty}</p>
        )
      ) : (
        found.busy && <Loading />
      )}
    </>
  );
}

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { Problem } from "../api/problem";
import { signIn } from "../api/session";
import type { List, Profile } from "../api/types";
import { words } from "./words";
import { useAct } from "../page/act";
import { useLoad } from "../page/load";
import { Pin } from "../page/Pin";
import { Failed, Loading, Note, Wrong } from "../page/State";

/**
 * Profiles lets the people known on this device in by PIN. Where nobody is known it shows `none`, and who has no
 * PIN is told where to get a sign-in code: no PIN is asked.
 */
export function Profiles({ done, none }: { done: () => void; none: ComponentChildren }) {
  const profiles = useLoad<List<Profile>>("/v1/device/profiles");
  const [chosen, choose] = useState<Profile | null>(null);
  const [tries, setTries] = useState(0);
  const act = useAct();
  if (profiles.error instanceof Problem && profiles.error.status < 500) return <>{none}</>;
  if (profiles.error) return <Failed error={profiles.error} again={profiles.again} />;
  if (!profiles.value) return <Loading />;
  const people = profiles.value.items;
  if (people.length === 0) return <>{none}</>;
  const person = chosen ?? (people.length === 1 ? people[0] : undefined);
  if (!person) {
    return (
      <div class="stack">
        <h2>{words.value.chooseProfile}</h2>
        {people.map((one) => (
          <button key={one.account} type="button" class="button wide tall" onClick={() => choose(one)}>
            {one.large_name}
          </button>
        ))}
      </div>
    );
  }
  const enter = async (pin: string): Promise<void> => {
    const went = await act.run(() => signIn("/v1/sign-in/pin", { account: person.account, pin }));
    if (went) done();
    else setTries((n) => n + 1);
  };
  return (
    <div class="stack">
      <Wrong error={act.error} />
      {person.has_pin ? (
        <Pin label={words.value.pinOf(person.large_name)} done={(pin) => void enter(pin)} busy={act.busy} turn={tries} />
      ) : (
        <Note icon="card">
          <p>
            <strong>{words.value.noPin(person.large_name)}</strong>
          </p>
          <p>{words.value.newDeviceHint}</p>
        </Note>
      )}
      {people.length > 1 && (
        <button type="button" class="button plain" onClick={() => choose(null)}>
          {words.value.otherPerson}
        </button>
      )}
    </div>
  );
}

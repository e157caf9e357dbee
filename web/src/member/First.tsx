import { useState } from "preact/hooks";
import { signIn } from "../api/session";
import { useAct } from "../page/act";
import { Password, Text } from "../page/Field";
import { Wrong } from "../page/State";
import { words as shared } from "../words/words";
import { words } from "./words";

/** First makes the first operator, from the one-time link that the server printed. */
export function First({ token }: { token: string }) {
  const [name, setName] = useState("");
  const [phone, setPhone] = useState("");
  const [password, setPassword] = useState("");
  const act = useAct();
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const went = await act.run(() => signIn("/v1/first-operator", { token, name: name.trim(), phone: phone.replace(/[\s-]/g, ""), password }));
    if (went) location.assign("/console");
  };
  return (
    <form class="card" onSubmit={(event) => void submit(event)}>
      <h1>{words.value.firstTitle}</h1>
      <p class="muted">{words.value.firstHint}</p>
      <Text label={words.value.name} value={name} set={setName} autocomplete="name" required />
      <Text label={shared.value.phone} value={phone} set={setPhone} type="tel" inputMode="tel" autocomplete="tel" required />
      <Password label={shared.value.password} value={password} set={setPassword} hint={words.value.passwordHint} fresh />
      <Wrong error={act.error} />
      <button type="submit" class="button main wide" disabled={act.busy}>
        {words.value.firstButton}
      </button>
    </form>
  );
}

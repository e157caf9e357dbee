import { useState } from "preact/hooks";
import { send } from "../api/client";
import { useAct } from "../page/act";
import { Password } from "../page/Field";
import { Wrong } from "../page/State";
import { words } from "./words";

/** SetPassword gives staff the password that goes with their phone number. */
export function SetPassword({ done, later }: { done: () => void; later?: () => void }) {
  const [password, setPassword] = useState("");
  const [old, setOld] = useState("");
  const act = useAct();
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (await act.run(() => send("/v1/me/password", { password, ...(old ? { old } : {}) }))) done();
  };
  return (
    <form class="card" onSubmit={(event) => void submit(event)}>
      <h1>{words.value.passwordSet}</h1>
      <p class="muted">{words.value.passwordSetHint}</p>
      <Password label={words.value.passwordSet} value={password} set={setPassword} hint={words.value.passwordHint} fresh />
      {!later && <Password label={words.value.passwordOld} value={old} set={setOld} />}
      <Wrong error={act.error} />
      <button type="submit" class="button main wide" disabled={act.busy}>
        {words.value.save}
      </button>
      {later && (
        <button type="button" class="button plain" onClick={later}>
          {words.value.pinLater}
        </button>
      )}
    </form>
  );
}

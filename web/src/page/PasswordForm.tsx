import { useState } from "preact/hooks";
import { signIn } from "../api/session";
import type { Me } from "../api/types";
import { words } from "../words/words";
import { useAct } from "./act";
import { Password, Text } from "./Field";
import { Wrong } from "./State";

/** PasswordForm signs staff in. Both fields may be pasted and filled by a password manager. */
export function PasswordForm({ done }: { done?: (me: Me) => void }) {
  const [phone, setPhone] = useState("");
  const [password, setPassword] = useState("");
  const act = useAct();
  const submit = (event: Event): void => {
    event.preventDefault();
    void act.run(async () => {
      // Not inside done?.(…): without a listener that would not sign in at all.
      const arrived = await signIn("/v1/sign-in", { phone: phone.replace(/[\s-]/g, ""), password });
      done?.(arrived);
    });
  };
  return (
    <form class="stack" onSubmit={submit}>
      <Text label={words.value.phone} value={phone} set={setPhone} type="tel" inputMode="tel" autocomplete="username" required />
      <Password label={words.value.password} value={password} set={setPassword} />
      <Wrong error={act.error} />
      <button type="submit" class="button main wide" disabled={act.busy}>
        {words.value.enter}
      </button>
    </form>
  );
}

import { useState } from "preact/hooks";
import { Problem } from "../api/problem";
import { signIn } from "../api/session";
import type { Me } from "../api/types";
import { useAct } from "../page/act";
import { Password } from "../page/Field";
import { Icon } from "../page/Icon";
import { Empty, Wrong } from "../page/State";
import { words as shared } from "../words/words";
import { SetPassword } from "./SetPassword";
import { SetPin } from "./SetPin";
import { words } from "./words";

const STAFF = new Set(["leader", "org_admin", "cashier", "committee", "auditor", "organizer", "operator"]);

/** Enrol makes this phone its owner's: one tap (a messenger's preview taps nothing), then a PIN, for staff a password. */
export function Enrol({ token }: { token: string }) {
  const [who, setWho] = useState<Me | null>(null);
  const [done, setDone] = useState<string[]>([]);
  const [password, setPassword] = useState("");
  const act = useAct();
  const staff = act.error instanceof Problem && act.error.code === "password_needed";
  const [asksPassword, askPassword] = useState(false);
  if (staff && !asksPassword) askPassword(true);
  const enter = (event: Event): void => {
    event.preventDefault();
    void act.run(async () => setWho(await signIn("/v1/sign-in/enrolment", { token, ...(password ? { password } : {}) })));
  };
  if (!who) {
    return (
      <form class="card welcome" onSubmit={enter}>
        <h1>{words.value.enrolTitle}</h1>
        <p class="muted">{words.value.enrolHint}</p>
        {asksPassword && <Password label={shared.value.password} value={password} set={setPassword} />}
        <Wrong error={act.error} />
        <button type="submit" class="button main wide tall" disabled={act.busy}>
          {words.value.enrolButton}
        </button>
      </form>
    );
  }
  if (!who.account && who.device) {
    return (
      <section class="card">
        <Empty page icon="check" title={words.value.enrolTill}>
          <p>{who.device.name}</p>
          <a class="button main" href="/desk/till">
            {words.value.enrolTillOpen}
          </a>
        </Empty>
      </section>
    );
  }
  const finish = (step: string): void => setDone([...done, step]);
  if (!who.has_pin && !done.includes("pin")) return <SetPin hasOld={false} done={() => finish("pin")} later={() => finish("pin")} />;
  if (!who.has_password && who.roles.some((one) => STAFF.has(one.role)) && !done.includes("password")) {
    return <SetPassword done={() => finish("password")} later={() => finish("password")} />;
  }
  return (
    <section class="card done">
      <Icon name="check" />
      <h1>{words.value.enrolDone(who.name ?? "")}</h1>
      <a class="button main wide tall" href="/">
        {shared.value.doors.member}
      </a>
    </section>
  );
}

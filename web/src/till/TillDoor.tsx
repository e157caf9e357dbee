import { useState } from "preact/hooks";
import { arrive, may, me, meFailed, person, signIn } from "../api/session";
import { useAct } from "../page/act";
import { Text } from "../page/Field";
import { PasswordForm } from "../page/PasswordForm";
import { path } from "../page/router";
import { LanguageSwitch, Shell } from "../page/Shell";
import { Failed, Loading, Wrong } from "../page/State";
import { Counter } from "./Counter";
import { QueueScreen } from "./QueueScreen";
import { words } from "./words";

/** TillDoor leads to the counter: first the device, then the cashier, then the scans. */
export function TillDoor() {
  if (path.value === "/desk/till/queue") return <QueueScreen />;
  const device = me.value?.device;
  if (person.value && (may("cashier") || device?.kind === "till")) return <Counter />;
  return (
    <Shell title={words.value.title} home="/desk/till" door={words.value.title} tools={<LanguageSwitch />}>
      {person.value === undefined ? (
        meFailed.value ? (
          <Failed error={meFailed.value} again={() => void arrive()} />
        ) : (
          <Loading />
        )
      ) : (
        <div class="till-sign-in">
          <section class="card">
            <h1>{words.value.signInTitle}</h1>
            {device && <p class="muted">{device.name}</p>}
            <PasswordForm />
          </section>
          {!device && <EnrolTill />}
        </div>
      )}
    </Shell>
  );
}

/** EnrolTill takes the link that the console made; a till seldom has a camera of its own. */
function EnrolTill() {
  const [link, setLink] = useState("");
  const act = useAct();
  const token = link.trim().split("/").pop() ?? "";
  const submit = (event: Event): void => {
    event.preventDefault();
    void act.run(() => signIn("/v1/sign-in/enrolment", { token }));
  };
  return (
    <details class="card enrol">
      <summary>{words.value.enrolOpen}</summary>
      <form class="stack" onSubmit={submit}>
        <p>{words.value.enrolHint}</p>
        <Text label={words.value.enrolLabel} value={link} set={setLink} required autocomplete="off" />
        <Wrong error={act.error} />
        <button type="submit" class="button" disabled={act.busy || token === ""}>
          {words.value.enrolButton}
        </button>
      </form>
    </details>
  );
}

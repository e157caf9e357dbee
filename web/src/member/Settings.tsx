import { useState } from "preact/hooks";
import { may, me, person, signOut } from "../api/session";
import { forgetKey } from "../code/keys";
import { useAct } from "../page/act";
import { Icon } from "../page/Icon";
import { go } from "../page/router";
import { Back } from "../page/Shell";
import { SIZES, size } from "../page/size";
import { Note, Wrong } from "../page/State";
import { words as shared } from "../words/words";
import { SetPassword } from "./SetPassword";
import { SetPin } from "./SetPin";
import { words } from "./words";

/** Settings: text size, PIN, password for staff, signing out. */
export function Settings() {
  const [open, setOpen] = useState<"pin" | "password" | null>(null);
  const [said, setSaid] = useState("");
  const act = useAct();
  const who = person.value;
  if (!who) return null; // the table of pages lets nobody else in
  const leave = async (): Promise<void> => {
    const { account } = who;
    const went = await act.run(async () => {
      await signOut();
      if (account) await Promise.allSettled([forgetKey(account, "91"), forgetKey(account, "93")]);
    });
    if (went) go("/", true);
  };
  const saved = (text: string): void => {
    setOpen(null);
    setSaid(text);
    me.value = { ...who, has_pin: who.has_pin || text === words.value.pinChanged };
  };
  if (open === "pin") return <SetPin hasOld={who.has_pin} done={() => saved(words.value.pinChanged)} later={() => setOpen(null)} />;
  return (
    <>
      <Back to="/" />
      <h1>{words.value.settings}</h1>
      {said && (
        <div role="status">
          <Note icon="check">
            <p>{said}</p>
          </Note>
        </div>
      )}
      <fieldset class="card">
        <legend class="hidden">{shared.value.textSize}</legend>
        <h2 aria-hidden="true">{shared.value.textSize}</h2>
        <div class="stack-small">
          {SIZES.map((one) => (
            <label key={one} class="choice">
              <input type="radio" name="size" checked={size.value === one} onChange={() => (size.value = one)} />
              {shared.value.sizes[one]}
            </label>
          ))}
        </div>
      </fieldset>
      <section class="card">
        <button type="button" class="button wide" onClick={() => setOpen("pin")}>
          {who.has_pin ? words.value.pinChange : words.value.pinSet}
        </button>
        {may("leader", "org_admin", "cashier", "committee", "auditor", "organizer", "operator") && open !== "password" && (
          <button type="button" class="button wide" onClick={() => setOpen("password")}>
            {words.value.passwordSet}
          </button>
        )}
        <Wrong error={act.error} />
        <button type="button" class="button wide" disabled={act.busy} onClick={() => void leave()}>
          <Icon name="door" />
          {shared.value.signOut}
        </button>
        <p class="small muted">{words.value.signOutHint}</p>
      </section>
      {open === "password" && <SetPassword done={() => saved(words.value.passwordSaved)} />}
    </>
  );
}

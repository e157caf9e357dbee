import { useState } from "preact/hooks";
import { person } from "../api/session";
import { go, inside, place } from "../page/router";
import { PasswordForm } from "../page/PasswordForm";
import { Note } from "../page/State";
import { words as shared } from "../words/words";
import { Profiles } from "./Profiles";
import { words } from "./words";

/** SignIn offers what this device can do: a PIN for the people it knows, a password for staff, else how to begin. */
export function SignIn() {
  const next = place.value.query.get("next");
  const [staff, setStaff] = useState(inside(next));
  const done = (): void => {
    if (inside(next) && /^\/(desk|console)/.test(next)) location.assign(next);
    else if (place.value.path === "/sign-in") go(inside(next) ? next : "/", true);
  };
  if (person.value && place.value.path === "/sign-in" && !inside(next)) done();
  return (
    <>
      <section class="card welcome">
        <h1>{staff ? shared.value.staffSignIn : words.value.welcome}</h1>
        {staff ? (
          <PasswordForm done={done} />
        ) : (
          <>
            <p class="muted">{words.value.welcomeHint}</p>
            <Profiles
              done={done}
              none={
                <Note icon="card">
                  <p>
                    <strong>{words.value.newDevice}</strong>
                  </p>
                  <p>{words.value.newDeviceHint}</p>
                </Note>
              }
            />
            <button type="button" class="button wide" onClick={() => setStaff(true)}>
              {words.value.otherWay}
            </button>
          </>
        )}
      </section>
    </>
  );
}

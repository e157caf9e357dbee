import type { ComponentChildren } from "preact";
import { arrive, may, meFailed, person } from "../api/session";
import type { RoleName } from "../api/types";
import { words } from "../words/words";
import { place } from "./router";
import { Empty, Failed, Loading } from "./State";

/** Gate shows a staff page to those whose role it is, and tells everybody else kindly where to go. */
export function Gate({ roles, children }: { roles: RoleName[]; children: () => ComponentChildren }) {
  if (person.value === undefined) return meFailed.value ? <Failed error={meFailed.value} again={() => void arrive()} /> : <Loading />;
  if (person.value === null) {
    const here = place.value.path + (place.value.query.size ? `?${place.value.query.toString()}` : "");
    return (
      <Empty page icon="door" title={words.value.signedOut}>
        <p class="muted">{words.value.signedOutHint}</p>
        <a class="button main" href={`/sign-in?next=${encodeURIComponent(here)}`}>
          {words.value.signIn}
        </a>
      </Empty>
    );
  }
  if (!may(...roles)) {
    return (
      <Empty page icon="people" title={words.value.notYours}>
        <p class="muted">{words.value.notYoursHint}</p>
        <a class="button" href="/">
          {words.value.home}
        </a>
      </Empty>
    );
  }
  return <>{children()}</>;
}

import { LanguageSwitch } from "../page/Shell";
import { words } from "./words";

/** Foot holds what is needed seldom: settings and the other language. */
export function Foot({ signedIn }: { signedIn: boolean }) {
  return (
    <footer class="foot">
      {signedIn && <a href="/settings">{words.value.settings}</a>}
      <LanguageSwitch />
    </footer>
  );
}

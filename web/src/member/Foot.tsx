import { LanguageSwitch } from "../page/Shell";
import { words } from "./words";

/** Foot holds what is needed seldom: settings and the other language. */
export function Foot({ signedIn }: { signedIn: boolean }) {
  return (
    <footer class="foot">
      <a href="/public">{words.value.publicBooks}</a>
      <a href="/verify">{words.value.checkReceipt}</a>
      {signedIn && <a href="/settings">{words.value.settings}</a>}
      <LanguageSwitch />
    </footer>
  );
}

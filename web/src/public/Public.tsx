import { match, path } from "../page/router";
import { LanguageSwitch, Shell } from "../page/Shell";
import { words } from "../verify/words";
import { Books } from "./Books";
import { Lookup } from "./Lookup";
import { Printed } from "./Printed";

/** Public is the table of the pages that everybody may see, without signing in. */
export function Public() {
  const link = match("/r/:token", path.value);
  const lookup = path.value === "/r";
  return (
    <>
      <Shell title={link || lookup ? words.value.printed : words.value.public} home="/public" door={words.value.public}>
        {link ? <Printed token={link["token"] ?? ""} /> : lookup ? <Lookup /> : <Books />}
      </Shell>
      <footer class="foot">
        <a href="/public">{words.value.public}</a>
        <a href="/r">{words.value.linkLookup}</a>
        <a href="/verify">{words.value.linkVerify}</a>
        <LanguageSwitch />
      </footer>
    </>
  );
}

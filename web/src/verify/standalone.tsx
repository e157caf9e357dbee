import { render } from "preact";
import { showSize } from "../page/size";
import { ElderSwitch, LanguageSwitch } from "../page/Shell";
import { Mark } from "../page/Icon";
import { ready } from "../words/language";
import { words as shared } from "../words/words";
import { Checker } from "./Checker";
import { words } from "./words";
import "../look/tokens.css";
import "../look/base.css";
import "../look/frame.css";
import "../look/parts.css";
import "../look/fields.css";
import "./verify.css";

// The page that is one file: everything it needs is in it, and it may reach nothing but the site that it came from.

function Page() {
  return (
    <>
      <a class="skip" href="#main">
        {shared.value.skip}
      </a>
      <header>
        <div class="top">
          <div class="top-row">
            <span class="brand">
              <Mark />
              <span>{shared.value.bank}</span>
            </span>
            <div class="top-tools">
              <ElderSwitch />
            </div>
          </div>
        </div>
      </header>
      <main id="main" class="middle" tabIndex={-1}>
        <Checker />
      </main>
      <footer class="foot">
        <LanguageSwitch />
      </footer>
    </>
  );
}

async function start(): Promise<void> {
  showSize();
  await ready();
  document.title = `${words.value.title} · ${shared.value.bank}`;
  const root = document.getElementById("app");
  if (root) render(<Page />, root);
}

void start();

import type { ComponentChildren } from "preact";
import { communityName, demo } from "../api/session";
import { language, speak } from "../words/language";
import { words } from "../words/words";
import { BookAlarm } from "./BookAlarm";
import { Icon, Mark } from "./Icon";
import { size } from "./size";
import { useTitle } from "./title";

interface ShellProps {
  /** The page's title, for the window and the screen reader. */
  title: string;
  /** Where the brand leads. */
  home: string;
  /** Beside the brand: what this door is called. */
  door?: string;
  tools?: ComponentChildren;
  side?: ComponentChildren;
  children: ComponentChildren;
}

/** Shell is the frame of every page of a door. */
export function Shell({ title, home, door, tools, side, children }: ShellProps) {
  const name = communityName.value || words.value.bank;
  useTitle(title);
  return (
    <>
      <a class="skip" href="#main">
        {words.value.skip}
      </a>
      <header>
        <div class="top">
          <div class="top-row">
            <a class="brand" href={home}>
              <Mark />
              <span>{door ?? name}</span>
            </a>
            <div class="top-tools">
              {tools}
              <ElderSwitch />
            </div>
          </div>
        </div>
        {demo.value && <p class="demo">{words.value.demo}</p>}
      </header>
      <BookAlarm />
      {side}
      <main id="main" class="middle" tabIndex={-1}>
        {children}
      </main>
    </>
  );
}

/** ElderSwitch is 长辈版: larger text on every page, remembered. */
export function ElderSwitch() {
  const large = size.value !== "normal";
  return (
    <button
      type="button"
      class="button"
      aria-pressed={large}
      title={words.value.elderHint}
      onClick={() => {
        size.value = large ? "normal" : "large";
      }}
    >
      {words.value.elder}
    </button>
  );
}

/** LanguageSwitch changes the language of every page. */
export function LanguageSwitch() {
  const next = language.value === "zh" ? "en" : "zh";
  return (
    <button type="button" class="button plain" lang={next === "zh" ? "zh-CN" : "en"} onClick={() => void speak(next).catch(() => undefined)}>
      {words.value.otherLanguage}
    </button>
  );
}

/** Back leads one page up. */
export function Back({ to, children }: { to: string; children?: ComponentChildren }) {
  return (
    <a class="back" href={to}>
      <Icon name="back" />
      {children ?? words.value.back}
    </a>
  );
}

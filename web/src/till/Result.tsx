import { useEffect, useRef, useState } from "preact/hooks";
import { Icon, type IconName } from "../page/Icon";
import { sentence } from "../page/State";
import { shown, show, type Shown } from "./counter";
import { Done } from "./Done";
import { NextButton } from "./NextButton";
import { No } from "./No";
import { PinAsk } from "./PinAsk";
import { facing } from "./queue";
import { facingQueue } from "./Tools";
import { words } from "./words";

/** A success leaves the screen by itself after this; everything else waits for a touch or the next scan. */
const SUCCESS_MS = 6_000;

/** Result takes over the whole screen. The next scan replaces it. */
export function Result() {
  const now = shown.value;
  const box = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState(false);
  useEffect(() => {
    setOpen(false);
    box.current?.focus();
    if (now?.kind !== "ok" && now?.kind !== "voided") return undefined;
    const timer = setTimeout(() => show(null), SUCCESS_MS);
    return () => clearTimeout(timer);
  }, [now]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === "Escape" && shown.value) show(null);
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
  if (!now) return null;
  const veiled = facingQueue.value && !open && now.kind !== "pin";
  return (
    <div ref={box} class={`result ${tint(now)}`} role="alertdialog" aria-modal="true" aria-label={heading(now)} tabIndex={-1}>
      {veiled ? <Veiled shown={now} open={() => setOpen(true)} /> : <Open shown={now} />}
    </div>
  );
}

function tint(now: Shown): string {
  if (now.kind === "ok") return "ok";
  return now.kind === "working" || now.kind === "voided" ? "plain" : "held";
}

function heading(now: Shown): string {
  if (now.kind === "ok") return words.value.ok;
  return now.kind === "working" ? words.value.working : words.value.wait;
}

/** Veiled is the result on a screen that the queue can read. */
function Veiled({ shown, open }: { shown: Shown; open: () => void }) {
  const view = facing(shown);
  return (
    <>
      <Icon name={view.kind === "done" ? "check" : "wait"} />
      <p class="result-title">{view.kind === "done" ? words.value.queueDone : words.value.wait}</p>
      {view.kind === "done" && <p class="result-name">{view.name}</p>}
      <div class="result-buttons">
        {shown.kind !== "working" && (
          <button type="button" class="button" onClick={open}>
            {words.value.detail}
          </button>
        )}
        <NextButton />
      </div>
    </>
  );
}

function Open({ shown }: { shown: Shown }) {
  switch (shown.kind) {
    case "working":
      return <Plain icon="wait" title={words.value.working} />;
    case "ok":
      return <Done redemption={shown.redemption} code={shown.code} />;
    case "pin":
      return <PinAsk code={shown.code} order={shown.order} problem={shown.problem} />;
    case "no":
    case "lost":
      return <No shown={shown} />;
    case "voided":
      return <Plain icon="undo" title={shown.text === "swap" ? words.value.swapNext(shown.meal ?? "") : words.value.undone} next />;
    case "not_code":
      return <Plain icon="code" title={words.value.notCode} hint={words.value.notCodeHint} next />;
    case "failed":
      return <Plain icon="alert" title={sentence(shown.error)} next />;
    default: {
      const never: never = shown;
      return never;
    }
  }
}

function Plain({ icon, title, hint, next = false }: { icon: IconName; title: string; hint?: string; next?: boolean }) {
  return (
    <>
      <Icon name={icon} />
      <p class="result-title">{title}</p>
      {hint && <p class="result-hint">{hint}</p>}
      {next && (
        <div class="result-buttons">
          <NextButton />
        </div>
      )}
    </>
  );
}

import { useEffect, useState } from "preact/hooks";
import { words } from "../words/words";
import { Icon } from "./Icon";

const LENGTH = 6;
const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9"];

interface PinProps {
  label: string;
  done: (pin: string) => void;
  busy: boolean;
  /** Changes when the digits are to be entered anew. */
  turn?: number;
  /** True when the pad is the page: its label is then the heading. */
  page?: boolean;
  /** False where digits typed elsewhere on the page are not meant for the pad. */
  keyboard?: boolean;
}

/** Pin is a pad of large keys for six digits. It hands them over once the sixth is in; the keyboard works as well. */
export function Pin({ label, done, busy, turn = 0, page = false, keyboard = true }: PinProps) {
  const [digits, setDigits] = useState("");
  useEffect(() => setDigits(""), [turn, label]);
  const press = (digit: string): void => {
    if (busy || digits.length >= LENGTH) return;
    const next = digits + digit;
    setDigits(next);
    if (next.length === LENGTH) done(next);
  };
  const erase = (): void => {
    if (!busy) setDigits(digits.slice(0, -1));
  };
  useEffect(() => {
    if (!keyboard) return undefined;
    const onKey = (event: KeyboardEvent): void => {
      const digit = /^(?:Digit|Numpad)(\d)$/.exec(event.code)?.[1];
      if (digit !== undefined) press(digit);
      else if (event.code === "Backspace") erase();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  });
  return (
    <div class="pin" role="group" aria-label={label}>
      {page ? <h1 class="pin-label">{label}</h1> : <p class="pin-label">{label}</p>}
      <div class="pin-dots" aria-hidden="true">
        {Array.from({ length: LENGTH }, (_, i) => (
          <span key={i} class={i < digits.length ? "full" : ""} />
        ))}
      </div>
      <p class="hidden" role="status">
        {words.value.pinDigits(digits.length)}
      </p>
      <div class="pin-keys">
        {KEYS.map((key) => (
          <button key={key} type="button" class="button" disabled={busy} onClick={() => press(key)}>
            {key}
          </button>
        ))}
        <button type="button" class="button word" disabled={busy || !digits} onClick={() => setDigits("")}>
          {words.value.clear}
        </button>
        <button type="button" class="button" disabled={busy} onClick={() => press("0")}>
          0
        </button>
        <button type="button" class="button" disabled={busy || !digits} aria-label={words.value.delete} onClick={erase}>
          <Icon name="erase" />
        </button>
      </div>
    </div>
  );
}

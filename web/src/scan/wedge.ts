import { checks } from "../code/luhn";

// A hand scanner types: the digits of a code, then Enter or Tab. What tells a scan is that the digits are one whole code of
// ours: its length, its prefix, its check digit. Some scanners, over Bluetooth or on a busy machine, are no faster than a
// person. Speed decides only where the shape cannot: another firm's pay code, or a code that was read in part. The physical
// key (`code`) is read, because a Chinese input method turns `key` into "Process".

/** The longest pause within a burst: most scanners stay under 10 ms, people over this. */
export const GAP_MAX_MS = 50;
/** After a longer silence a new run of digits begins. */
export const SILENCE_MAX_MS = 1000;
/** Shorter runs of digits are people, not codes. */
export const DIGITS_MIN = 8;
/** Longer runs are a key held down. */
export const DIGITS_MAX = 64;

/** Stroke is the part of a keyboard event that the wedge looks at. */
export interface Stroke {
  code: string;
  /** What the key means; looked at where the keyboard does not say which key it was, as on some tablets. */
  key?: string;
  /** ms on any steady clock. */
  timeStamp: number;
  repeat?: boolean;
  /** Whether it goes into a field, where a person may write the digits of a worn card. */
  field?: boolean;
}

/** whole says whether digits are one code of a card or a phone. */
const whole = (digits: string): boolean => /^9[1-3]\d{18}$/.test(digits) && checks(digits);

/** Wedge gathers strokes into codes. feed returns the digits when a scan ends, "" while one is running, else null. */
export class Wedge {
  /** The digits since the last silence or other key, and when they began. */
  private digits = "";
  private began = 0;
  /** The last of them, which came without a pause. */
  private burst = "";
  private last = -Infinity;

  feed(stroke: Stroke): string | null {
    const pause = stroke.timeStamp - this.last;
    this.last = stroke.timeStamp;
    if (pause > SILENCE_MAX_MS) this.forget();
    if (pause >= GAP_MAX_MS) this.burst = "";
    const name = stroke.code || stroke.key || "";
    const digit = /^(?:Digit|Numpad|)(\d)$/.exec(name)?.[1];
    if (digit !== undefined && !stroke.repeat) {
      if (this.digits === "") this.began = stroke.timeStamp;
      this.digits = (this.digits + digit).slice(-DIGITS_MAX);
      this.burst = (this.burst + digit).slice(-DIGITS_MAX);
      return this.burst.length > 2 ? "" : null; // a person may roll over two keys, not three
    }
    if (name.startsWith("Shift")) return null;
    const ends = name === "Enter" || name === "NumpadEnter" || name === "Tab";
    const scanned = ends ? this.scan(stroke) : null;
    this.forget();
    return scanned;
  }

  /** scan is what was scanned, now that it ends. */
  private scan({ timeStamp, field }: Stroke): string | null {
    if (whole(this.burst)) return this.burst; // whatever was typed before it
    if (whole(this.digits) && !field) return this.digits;
    const quick = timeStamp - this.began < GAP_MAX_MS * this.digits.length;
    return quick && this.digits.length >= DIGITS_MIN ? this.digits : null;
  }

  private forget(): void {
    this.digits = this.burst = "";
  }
}

/** listen feeds every keystroke of the page to a wedge, before any field sees it, and reports codes. */
export function listen(scanned: (digits: string) => void): () => void {
  const wedge = new Wedge();
  const onKey = ({ code, key, timeStamp, repeat, target }: KeyboardEvent): string | null =>
    wedge.feed({ code, key, timeStamp, repeat, field: target instanceof HTMLElement && target.matches("input, textarea") });
  const onEvent = (event: KeyboardEvent): void => {
    const found = onKey(event);
    if (found === null) return;
    event.preventDefault(); // the digits of a scan belong in no field, and its Enter presses no button
    event.stopPropagation();
    if (found !== "") scanned(found);
  };
  document.addEventListener("keydown", onEvent, { capture: true });
  return () => document.removeEventListener("keydown", onEvent, { capture: true });
}

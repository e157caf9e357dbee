// A hand scanner types: digits a few milliseconds apart, then Enter or Tab. People type slower. The physical key
// (`code`) is read, because a Chinese input method turns `key` into "Process".

/** The longest pause within a scan; scanners stay under 10 ms, people over this. */
export const GAP_MAX_MS = 50;
/** Shorter runs of digits are people, not codes. */
export const DIGITS_MIN = 8;
/** Longer runs are a key held down. */
export const DIGITS_MAX = 64;

/** Stroke is the part of a keyboard event that the wedge looks at. */
export interface Stroke {
  code: string;
  /** ms on any steady clock. */
  timeStamp: number;
  repeat?: boolean;
}

/** Wedge gathers strokes into codes. feed returns the digits when a scan ends, "" while one is running, else null. */
export class Wedge {
  private digits = "";
  private last = -Infinity;

  feed(stroke: Stroke): string | null {
    const quick = stroke.timeStamp - this.last < GAP_MAX_MS;
    this.last = stroke.timeStamp;
    if (!quick) this.digits = "";
    const digit = /^(?:Digit|Numpad)(\d)$/.exec(stroke.code)?.[1];
    if (digit !== undefined && !stroke.repeat) {
      this.digits = (this.digits + digit).slice(-DIGITS_MAX);
      return this.digits.length > 2 ? "" : null; // a person may roll over two keys, not three
    }
    const ends = stroke.code === "Enter" || stroke.code === "NumpadEnter" || stroke.code === "Tab";
    const scanned = ends && this.digits.length >= DIGITS_MIN ? this.digits : null;
    if (!stroke.code.startsWith("Shift")) this.digits = "";
    return scanned;
  }
}

/** listen feeds every keystroke of the page to a wedge, before any field sees it, and reports codes. */
export function listen(scanned: (digits: string) => void): () => void {
  const wedge = new Wedge();
  const onKey = (event: KeyboardEvent): void => {
    const found = wedge.feed(event);
    if (found === null) return;
    event.preventDefault(); // the digits of a scan belong in no field, and its Enter presses no button
    event.stopPropagation();
    if (found !== "") scanned(found);
  };
  document.addEventListener("keydown", onKey, { capture: true });
  return () => document.removeEventListener("keydown", onKey, { capture: true });
}

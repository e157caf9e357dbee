import { recall, remember } from "../page/memory";

// The page tells time by the server: codes are valid for seconds, and a phone's clock may be minutes off. The offset
// is remembered, so that a code made without network is still right.

const known = Number(recall("offset") ?? "0");
let offsetMS = Number.isFinite(known) ? known : 0;
let uncertainMS = recall("offset") === null ? Infinity : 5_000;

/** From this difference on, a phone's clock is called wrong. */
export const CLOCK_WRONG_MS = 90_000;

/** now is the server's time, ms since 1970. */
export function now(): number {
  return Date.now() + offsetMS;
}

/** skew is how far this device's clock stands ahead of the server's, in ms; negative when behind. */
export function skew(): number {
  return -offsetMS;
}

/**
 * learn takes the server's time from an answer that was asked for at `asked` and came at `answered` (device ms). The
 * server read its clock somewhere between: a slow answer teaches less than a quick one and does not replace it.
 */
export function learn(serverTime: string, asked: number, answered: number): void {
  const server = Date.parse(serverTime);
  const spread = (answered - asked) / 2;
  if (!Number.isFinite(server) || spread < 0) return;
  const offset = server - (asked + spread);
  const moved = Math.abs(offset - offsetMS) > spread + uncertainMS; // the device's clock was set meanwhile
  if (spread > uncertainMS && !moved) return;
  offsetMS = Math.round(offset);
  uncertainMS = spread + 250;
  remember("offset", String(offsetMS));
  remember("seen", String(server));
}

/** wentBack says that the corrected clock stands before a time the server has already named: it was set back since. */
export function wentBack(): boolean {
  const seen = Number(recall("seen") ?? "0");
  return now() + 60_000 < seen;
}

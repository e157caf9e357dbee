import { signal } from "@preact/signals";
import { read, write } from "../api/client";
import { Problem, Unanswered } from "../api/problem";
import { learn, now } from "../api/servertime";
import type { List, RecentRedemption, Redemption, Till, Voided } from "../api/types";
import { SAME_CODE_MS } from "../scan/debounce";
import { day } from "../words/format";
import { servedNow } from "./meal";
import { announce } from "./queue";
import { chime } from "./sound";

// The counter is the state of one till: what it offers, what is on the screen, and the scans in their order.

/** Order is a meal other than the default, for one diner. */
export interface Order {
  meal: string;
  small: boolean;
}

/** Shown is what takes over the screen. */
export type Shown =
  | { kind: "working" }
  | { kind: "ok"; redemption: Redemption; code: string }
  | { kind: "voided"; text: "undone" | "swap"; meal?: string }
  | { kind: "pin"; code: string; order: Order | null; problem: Problem }
  | { kind: "no"; code: string; order: Order | null; problem: Problem }
  | { kind: "lost"; code: string; order: Order | null; pin?: string }
  | { kind: "failed"; error: unknown }
  | { kind: "not_code" };

export const till = signal<Till | null>(null);
export const tillFailed = signal<unknown>(null);
export const recent = signal<RecentRedemption[]>([]);
export const chosen = signal<Order | null>(null);
export const shown = signal<Shown | null>(null);

/** What may be a code, ours or another firm's; shorter ones are goods, or a part of a code. The server says which it is. */
const CODE = /^\d{16,64}$/;
/** How many scans may wait behind the one being answered; more is a stuck scanner. */
const WAITING_MAX = 8;
const waiting: string[] = [];
let working = false;
/** The code whose answer is out. */
let asking: string | null = null;
let shownAt = -Infinity;

/** openTill asks what is served now. */
export async function openTill(): Promise<void> {
  const asked = Date.now();
  try {
    const next = await read<Till>("/v1/till");
    learn(next.server_time, asked, Date.now());
    till.value = next;
    const order = chosen.value;
    if (order && !servedNow(next).some((one) => one.id === order.meal)) chosen.value = null; // its period is over
    tillFailed.value = null;
  } catch (error) {
    if (!till.value || !(error instanceof Unanswered)) tillFailed.value = error;
  }
}

/** loadRecent asks for the newest redemptions of this till. */
export async function loadRecent(): Promise<void> {
  try {
    recent.value = (await read<List<RecentRedemption>>("/v1/till/recent?limit=12")).items;
  } catch {
    // The list on the screen stays; the strip says when the network is gone.
  }
}

/** scanned takes a code from the hand scanner, the camera, a photo or the keyboard. Scans wait in line, none is lost. */
export async function scanned(text: string): Promise<void> {
  const code = text.trim();
  if (!CODE.test(code)) return show({ kind: "not_code" });
  if (code === asking || waiting.includes(code) || stillLies(code)) return;
  if (waiting.length < WAITING_MAX) waiting.push(code);
  if (working) return;
  working = true;
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const order = chosen.value;
    chosen.value = null;
    await redeem(next, order);
  }
  working = false;
}

/**
 * stillLies says that a scan is the showing that the screen answers already: a success of just now, or a pad on which the
 * diner may be typing. Whatever else is on the screen, a refusal or nothing, the same card is a new question.
 */
function stillLies(code: string): boolean {
  const on = shown.value;
  if (on?.kind === "pin") return on.code === code;
  return on?.kind === "ok" && on.code === code && !chosen.value && now() - shownAt < SAME_CODE_MS;
}

/** The same card at breakfast and at lunch is two questions; twice at one lunch is one. */
function occasion(): string {
  return `${day(now())} ${till.value?.period ?? ""}`;
}

/** redeem asks for a meal and shows the answer. A retry of the same code, meal and period goes out under the same key. */
export async function redeem(code: string, order: Order | null, pin?: string): Promise<void> {
  asking = code;
  show({ kind: "working" });
  const body = { code, ...(order ? { meal: order.meal, small: order.small } : {}), ...(pin ? { pin } : {}) };
  try {
    const redemption = await write<Redemption>("/v1/redemptions", body, occasion());
    recent.value = [{ ...redemption, voided: false }, ...recent.value.filter((one) => one.seq !== redemption.seq)].slice(0, 12);
    show({ kind: "ok", redemption, code });
  } catch (error) {
    if (error instanceof Unanswered) show({ kind: "lost", code, order, ...(pin ? { pin } : {}) });
    else if (!(error instanceof Problem)) show({ kind: "failed", error });
    else if (error.code === "pin_required" || error.code === "pin_wrong") show({ kind: "pin", code, order, problem: error });
    else show({ kind: "no", code, order, problem: error });
  } finally {
    if (asking === code) asking = null;
  }
}

/** serveAgain serves a diner who did not have the meal that stands in the books: it costs nothing, and the earlier one is looked into. */
export async function serveAgain(code: string, seq: number, order: Order | null): Promise<void> {
  const redemption = await write<Redemption>(`/v1/redemptions/${seq}/again`, { code, ...(order ? { meal: order.meal, small: order.small } : {}) });
  void loadRecent();
  show({ kind: "ok", redemption, code });
}

/** undo takes a redemption back within its minute: the server writes a reversal, nothing is deleted. */
export async function undo(redemption: Redemption): Promise<void> {
  await write<Voided>(`/v1/redemptions/${redemption.seq}/void`, {});
  recent.value = recent.value.map((one) => (one.seq === redemption.seq ? { ...one, voided: true } : one));
  show({ kind: "voided", text: "undone" });
}

/** swap takes a meal back and books another. A pay code has been used up by then, so its next showing gets the meal. */
export async function swap(redemption: Redemption, code: string, order: Order, name: string): Promise<void> {
  await undo(redemption);
  if (code.startsWith("92")) return redeem(code, order);
  chosen.value = order;
  show({ kind: "voided", text: "swap", meal: name });
}

/** show puts something on the screen, on the queue's screen, and into the air. */
export function show(next: Shown | null): void {
  shown.value = next;
  shownAt = now();
  announce(next);
  if (next?.kind === "ok") chime("ok", next.redemption.member.speak_balance ? next.redemption.available_after : undefined);
  else if (next && next.kind !== "working" && next.kind !== "voided") chime("wait");
}

/** left is how long a redemption can still be undone, in ms. */
export function left(redemption: Redemption): number {
  return Math.max(0, Date.parse(redemption.void_until) - now());
}

import type { Shown } from "./counter";

// The second screen, which faces the queue, learns over a channel inside this browser what it may show: a masked name
// and a tick, or 请稍等. Amounts, reasons and balances are never sent.

/** Facing is all that the queue ever sees. */
export type Facing = { kind: "idle" } | { kind: "done"; name: string } | { kind: "wait" };

const NAME = "moralbank.till";
let channel: BroadcastChannel | null = null;

function open(): BroadcastChannel | null {
  if (typeof BroadcastChannel === "undefined") return null;
  channel ??= new BroadcastChannel(NAME);
  return channel;
}

/** facing reduces what the cashier sees to what the queue may see. Every no looks the same. */
export function facing(shown: Shown | null): Facing {
  if (!shown || shown.kind === "voided") return { kind: "idle" };
  if (shown.kind === "ok") return { kind: "done", name: shown.redemption.member.masked_name };
  return { kind: "wait" };
}

/** announce tells the queue's screen. */
export function announce(shown: Shown | null): void {
  open()?.postMessage(facing(shown));
}

/** follow calls back with what the queue's screen is to show. */
export function follow(heard: (facing: Facing) => void): () => void {
  const listening = open();
  const onMessage = (event: MessageEvent<Facing>): void => heard(event.data);
  listening?.addEventListener("message", onMessage);
  return () => listening?.removeEventListener("message", onMessage);
}

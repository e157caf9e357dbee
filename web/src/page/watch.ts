import { signal } from "@preact/signals";
import type { Kept, Seen, Source } from "../verify/watch";
import { recall, remember } from "./memory";

// Every door holds the newest checkpoint of the books against the last one that this device has seen.

/** How soon after the first drawing a page looks, and how often a page that stays open looks again. */
const FIRST_MS = 1500;
const EVERY_MS = 30 * 60_000;

/** What the last look found; null before the first. */
export const seen = signal<Seen | null>(null);

const source: Source = {
  text: async (path) => {
    const response = await fetch(`/${path}`, { cache: "no-store", credentials: "omit" });
    return response.ok ? response.text() : null;
  },
  bytes: async (path) => {
    const response = await fetch(`/${path}`, { credentials: "omit" });
    return response.ok ? new Uint8Array(await response.arrayBuffer()) : null;
  },
};

/** kept reads what this device remembers; nothing where it cannot be read. */
function kept(): Kept | null {
  try {
    const value = JSON.parse(recall("checkpoint") ?? "null") as Kept | null;
    return value && typeof value.note === "string" && Array.isArray(value.keys) ? value : null;
  } catch {
    return null;
  }
}

/** lookAtBooks looks once. Without a network it says nothing, and the next look will. */
export async function lookAtBooks(): Promise<void> {
  try {
    const { look } = await import("../verify/watch");
    const found = await look(source, kept(), Date.now());
    if (found.state !== "nothing") remember("checkpoint", JSON.stringify(found.kept));
    seen.value = found;
  } catch {
    // No network, or none of the page's own files.
  }
}

/** watchBooks looks soon, and again while the page stays open. */
export function watchBooks(): void {
  setTimeout(() => void lookAtBooks(), FIRST_MS);
  setInterval(() => void lookAtBooks(), EVERY_MS);
}

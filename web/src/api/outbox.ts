// The outbox keeps the key of every write from before it is sent until it is answered, so that a retry after a lost
// reply (the page closed, the phone died) goes out under the same key and the server answers what it answered first.
// It holds a fingerprint of what was asked, never the request itself: no card number or PIN rests on a device.
// Its loss costs at worst a second question under a new key, which the rules answer calmly ("already taken").

/** Waiting is one unanswered write. */
export interface Waiting {
  /** SHA-256 of method, path, body and occasion. */
  print: string;
  /** The Idempotency-Key it goes out with. */
  key: string;
  /** Device time of the first try, ms since 1970. */
  since: number;
}

/** Shelf is where the outbox rests. */
export interface Shelf {
  get(print: string): Promise<Waiting | undefined>;
  put(item: Waiting): Promise<void>;
  drop(print: string): Promise<void>;
  all(): Promise<Waiting[]>;
}

/** A key is good for a day: by then the question belongs to another day and is asked anew. */
export const WAIT_MAX_MS = 86_400_000;

/** Outbox hands out keys. */
export class Outbox {
  constructor(
    private readonly shelf: Shelf,
    private readonly newKey: () => string,
    private readonly clock: () => number,
  ) {}

  /** keyFor returns the key of this very write, kept from an unanswered try or made and stored now. */
  async keyFor(print: string): Promise<string> {
    const kept = await this.shelf.get(print);
    if (kept && this.clock() - kept.since < WAIT_MAX_MS) return kept.key;
    const item = { print, key: this.newKey(), since: this.clock() };
    await this.shelf.put(item);
    return item.key;
  }

  /** answered forgets a write that has its answer. */
  async answered(print: string): Promise<void> {
    await this.shelf.drop(print);
  }

  /** waiting lists what has no answer yet, and clears away what is too old to matter. */
  async waiting(): Promise<Waiting[]> {
    const all = await this.shelf.all();
    const old = all.filter((item) => this.clock() - item.since >= WAIT_MAX_MS);
    await Promise.all(old.map((item) => this.shelf.drop(item.print)));
    return all.filter((item) => !old.includes(item));
  }
}

/** fingerprint names a write: the same question gives the same name. */
export async function fingerprint(method: string, path: string, body: unknown, occasion: string): Promise<string> {
  const text = [method, path, JSON.stringify(body ?? null), occasion].join("\n");
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

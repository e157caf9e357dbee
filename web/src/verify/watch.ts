import { checkpointText, openCheckpoint, parsePolicy, ReceiptError, type Policy } from "./note";
import { extended, proveSince } from "./tiles";

// A page remembers the last checkpoint it saw, and asks of each newer one whether the books were only added to. It is the
// witness of one reader: books that were rolled back or rewritten behind everybody's back show here.

/** Kept is what is remembered of a log: the last checkpoint that was seen, and the keys that it was trusted by. */
export interface Kept {
  note: string;
  keys: string[];
  /** When it was seen, in ms since 1970. */
  at: number;
  /** How often in a row the server showed a newer checkpoint and no proof for it. */
  unproved: number;
}

/**
 * Alarm is why the books cannot be the ones that were seen. shrunk: fewer records; forked: not the same records; unsigned: not
 * signed by a key that is known; unproved: the proof was withheld again and again.
 */
export type Alarm = "shrunk" | "forked" | "unsigned" | "unproved";

/** Seen is what became of a look. Nothing is remembered on an alarm: the older checkpoint is the evidence. */
export type Seen = { state: "nothing" } | { state: "good"; kept: Kept; since: Kept | null; size: number } | { state: "alarm"; why: Alarm; kept: Kept; note: string };

/** UNPROVED is how many looks without a proof are put down to a poor line. */
export const UNPROVED = 5;

/** Source is where the log is read: null for what is not there, an exception without a network. */
export interface Source {
  text: (path: string) => Promise<string | null>;
  bytes: (path: string) => Promise<Uint8Array | null>;
}

const keyLines = (keys: string[]): Policy => parsePolicy(`${keys.map((k) => `log ${k}`).join("\n")}\nquorum none\n`);

/** look reads the newest checkpoint and holds it against the one that was kept. */
export async function look(source: Source, kept: Kept | null, now: number): Promise<Seen> {
  const note = await source.text("checkpoint");
  const said = note === null ? undefined : checkpointText(note);
  if (note === null || !said) return { state: "nothing" }; // no log here, or a network that answers for others
  const before = kept && checkpointText(kept.note);
  if (before && before.origin !== said.origin) return { state: "alarm", why: "unsigned", kept, note };
  const keys = await trusted(source, note, kept);
  if (!keys) return kept ? { state: "alarm", why: "unsigned", kept, note } : { state: "nothing" };
  const fresh: Kept = { note, keys, at: now, unproved: 0 };
  if (!kept || !before) return { state: "good", kept: fresh, since: null, size: said.size };
  if (said.size < before.size) return { state: "alarm", why: "shrunk", kept, note };
  let proof: Uint8Array[];
  try {
    proof = await proveSince(before.size, said.size, async (path) => {
      const bytes = await source.bytes(path);
      if (!bytes) throw new Withheld();
      return bytes;
    });
  } catch (error) {
    if (!(error instanceof Withheld)) throw error;
    const again = { ...kept, unproved: kept.unproved + 1 };
    if (again.unproved >= UNPROVED) return { state: "alarm", why: "unproved", kept: again, note };
    return { state: "good", kept: again, since: kept, size: before.size };
  }
  if (!(await extended(before, said, proof))) return { state: "alarm", why: "forked", kept, note };
  return { state: "good", kept: fresh, since: kept, size: said.size };
}

/** Withheld is a tile that the server does not give. */
class Withheld extends Error {}

/**
 * trusted gives the keys to know this log by from now on, or nothing when it is not signed by one that was known. The first time
 * the published ones are believed; later only those that sign beside a known one, so that a rotation is followed.
 */
async function trusted(source: Source, note: string, kept: Kept | null): Promise<string[] | undefined> {
  const published = await source.text("log.txt");
  try {
    if (kept) await openCheckpoint(note, keyLines(kept.keys));
    if (published === null) return kept?.keys;
    return (await openCheckpoint(note, { ...parsePolicy(published), witnesses: [] })).keys;
  } catch (error) {
    if (error instanceof ReceiptError) return undefined;
    throw error;
  }
}

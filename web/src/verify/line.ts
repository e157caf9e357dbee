// What a record line says of its member, read from the line itself: a page that has verified the line need not take the
// server's word for what it means.

/** Told is what a receipt tells of an entry. */
export interface Told {
  seq: number;
  time: number;
  kind: string;
  points?: { amount: number; balance: number };
  minutes?: { amount: number; balance: number };
}

/** tell reads a record line; nothing where it is none. A record has postings of one member at most (docs/format.md). */
export function tell(line: string): Told | undefined {
  let record: unknown;
  try {
    record = JSON.parse(line);
  } catch {
    return undefined;
  }
  const { seq, time, kind, postings } = (record ?? {}) as Record<string, unknown>;
  if (typeof seq !== "number" || typeof time !== "number" || typeof kind !== "string") return undefined;
  const told: Told = { seq, time, kind };
  for (const one of Array.isArray(postings) ? (postings as unknown[]) : []) {
    const [account, unit, amount, balance] = one as [unknown, unknown, unknown, unknown];
    if (typeof account !== "string" || !account.startsWith("m/") || typeof amount !== "number" || typeof balance !== "number") continue;
    if (unit === "points") told.points = { amount, balance };
    if (unit === "minutes") told.minutes = { amount, balance };
  }
  return told;
}

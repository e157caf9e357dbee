/** A code seen again within this time is the same showing of it. */
export const SAME_CODE_MS = 5_000;

/** fresh makes a filter that lets a code pass once per showing: again only after it was out of sight for a while. */
export function fresh(): (code: string, now: number) => boolean {
  const seen = new Map<string, number>();
  return (code, now) => {
    const before = seen.get(code);
    for (const [old, at] of seen) if (now - at >= SAME_CODE_MS) seen.delete(old);
    seen.set(code, now);
    return before === undefined || now - before >= SAME_CODE_MS;
  };
}

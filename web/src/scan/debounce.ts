/** A code that a till has answered is not asked about again while the answer is this young. */
export const SAME_CODE_MS = 5_000;
/** A camera that has not seen a code for this long is shown it anew: it looks several times a second. */
export const OUT_OF_SIGHT_MS = 1_500;

/**
 * fresh makes a filter for a camera, which sees a code many times while it is held before it: the code passes once per showing,
 * and again as soon as it was out of sight. A hand scanner needs none, since each of its scans is meant.
 */
export function fresh(): (code: string, now: number) => boolean {
  const seen = new Map<string, number>();
  return (code, now) => {
    for (const [old, at] of seen) if (now - at >= OUT_OF_SIGHT_MS) seen.delete(old);
    const again = seen.has(code);
    seen.set(code, now);
    return !again;
  };
}

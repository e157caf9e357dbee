// What a browser remembers of its reader's wishes. Losing it costs a choice made again, so every failure is silent:
// some web views refuse storage altogether.

const PREFIX = "moralbank.";

/** recall reads a remembered wish. */
export function recall(name: string): string | null {
  try {
    return localStorage.getItem(PREFIX + name);
  } catch {
    return null;
  }
}

/** remember keeps a wish on this device; null forgets it. */
export function remember(name: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(PREFIX + name);
    else localStorage.setItem(PREFIX + name, value);
  } catch {
    // Kept for this page only.
  }
}

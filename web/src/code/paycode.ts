import { luhn } from "./luhn";
import { totp } from "./totp";
import type { StoredKey } from "./keys";

/** PayCode is what a member shows: twenty digits, good until a moment. */
export interface PayCode {
  digits: string;
  /** Server time at which the next code takes over, ms since 1970. */
  until: number;
}

/** payCode makes the code of this moment: 91 (or 93), the handle, the one-time digits and a check digit. No network. */
export async function payCode(stored: StoredKey, now: number): Promise<PayCode> {
  const stepMS = stored.stepSeconds * 1000;
  const step = Math.floor(now / stepMS);
  const body = stored.prefix + stored.handle + (await totp(stored.key, step));
  return { digits: body + luhn(body), until: (step + 1) * stepMS };
}

/** grouped writes digits in fours, as people read them out. */
export function grouped(digits: string): string[] {
  return digits.match(/\d{1,4}/g) ?? [];
}

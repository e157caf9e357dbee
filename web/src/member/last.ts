import { recall, remember } from "../page/memory";
import type { Balance, Me } from "../api/types";

/** Last is what this phone showed last: enough for a first page and a pay code without network. */
export interface Last {
  account: string;
  name: string;
  balance: Balance;
  /** Server time, ms since 1970. */
  at: number;
}

/** keepLast remembers what was shown. */
export function keepLast(me: Me, at: number): void {
  if (!me.account || !me.balance) return;
  const last: Last = { account: me.account, name: me.name ?? "", balance: me.balance, at };
  remember("last", JSON.stringify(last));
}

/** readLast is what was shown last, or null. */
export function readLast(): Last | null {
  try {
    return JSON.parse(recall("last") ?? "null") as Last | null;
  } catch {
    return null;
  }
}

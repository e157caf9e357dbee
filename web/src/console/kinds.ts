import { words } from "./words";
import { zh } from "./words.zh";

/** Kind is what a record says happened, as the ledger names it. */
export type Kind = keyof typeof zh.kinds;

/** KINDS are all kinds of records, in the ledger's order. */
export const KINDS = Object.keys(zh.kinds) as Kind[];

/** kindName is a kind in the reader's language. */
export function kindName(kind: Kind): string {
  return words.value.kinds[kind];
}

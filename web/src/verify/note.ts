import { base64, number } from "./bytes";
import { sha256 as digest } from "./sha256";
import { verified } from "./crypto";

// Signed checkpoints and policies (log.txt), as docs/format-seal.md has them.

/** Why is what is wrong with a receipt, a checkpoint or a policy. */
export type Why = "not_a_receipt" | "not_in_tree" | "not_signed" | "policy_unreadable";

/** ReceiptError is a text that does not verify. */
export class ReceiptError extends Error {
  constructor(readonly why: Why) {
    super(why);
  }
}

/** Key is a verifier key: whose it is, and the 32 bytes of it. */
export interface Key {
  name: string;
  id: number;
  key: Uint8Array;
  /** As it is written. */
  text: string;
}

/** Watcher is a witness of a policy. */
export interface Watcher {
  name: string;
  /** Who runs it; empty where the policy does not say. */
  who: string;
  key: Key;
}

/** Policy says who must have signed: one of the log's keys, and so many of its witnesses. */
export interface Policy {
  logs: Key[];
  witnesses: Watcher[];
  groups: Map<string, { need: number; of: string[] }>;
  quorum: string;
}

/** Witnessed is a witness that has signed, and when it says it did. */
export interface Witnessed {
  name: string;
  who: string;
  at: Date;
}

/** Checkpoint is a signed checkpoint whose signatures were verified. */
export interface Checkpoint {
  origin: string;
  /** Records under it. */
  size: number;
  root: Uint8Array;
  /** The log's keys of the policy that have signed it. */
  keys: string[];
  witnesses: Witnessed[];
  /** As many have signed as the policy asks for; false where it asks for none. */
  witnessed: boolean;
}

const utf8 = new TextEncoder();

/** checkpointText reads what a checkpoint says, whoever signed it; nothing where the text is none. */
export function checkpointText(note: string): { origin: string; size: number; root: Uint8Array; text: string } | undefined {
  const end = note.indexOf("\n\n");
  const text = note.slice(0, end + 1);
  const [origin, size, root, ...more] = text.split("\n");
  const hash = base64(root ?? "", 32);
  if (end < 0 || !origin || !/^(0|[1-9]\d{0,15})$/.test(size ?? "") || more.join() !== "" || !hash) return undefined;
  return { origin, size: Number(size), root: hash, text };
}

/** openCheckpoint verifies a signed checkpoint by a policy, or throws a ReceiptError. */
export async function openCheckpoint(note: string, policy: Policy): Promise<Checkpoint> {
  const said = checkpointText(note);
  if (!said) throw new ReceiptError("not_a_receipt");
  const signatures = note
    .slice(said.text.length + 1)
    .split("\n")
    .map((l) => /^\u2014 (\S+) (\S+)$/.exec(l))
    .filter((m) => m !== null)
    .map((m) => ({ name: m[1] ?? "", bytes: base64(m[2] ?? "") ?? new Uint8Array() }));
  const by = (k: Key) => signatures.filter((s) => s.name === k.name && number(s.bytes.subarray(0, 4)) === BigInt(k.id));
  const keys: string[] = [];
  for (const k of policy.logs.filter((one) => one.name === said.origin)) {
    for (const s of by(k)) if (await verified(k.key, utf8.encode(said.text), s.bytes.subarray(4))) keys.push(k.text);
  }
  if (keys.length === 0) throw new ReceiptError("not_signed");
  const witnesses: Witnessed[] = [];
  for (const { name, who, key } of policy.witnesses) {
    for (const s of by(key)) {
      const time = number(s.bytes.subarray(4, 12));
      if (await verified(key.key, utf8.encode(`cosignature/v1\ntime ${time}\n${said.text}`), s.bytes.subarray(12))) {
        witnesses.push({ name, who, at: new Date(Number(time) * 1000) });
        break;
      }
    }
  }
  const signed = new Set(witnesses.map((w) => w.name));
  const { origin, size, root } = said;
  return { origin, size, root, keys, witnesses, witnessed: satisfied(policy, policy.quorum, signed) };
}

function satisfied(policy: Policy, name: string, signed: Set<string>): boolean {
  const group = policy.groups.get(name);
  return group ? group.of.filter((one) => satisfied(policy, one, signed)).length >= group.need : signed.has(name);
}

/** asked is how many witnesses must have signed, where the policy is one plain group; else all that it names. */
export function asked(policy: Policy): number {
  return policy.groups.get(policy.quorum)?.need ?? (policy.quorum === "none" ? 0 : 1);
}

/** parsePolicy reads log.txt: log, witness, group and quorum lines, and the comments that say who runs a witness. */
export function parsePolicy(text: string): Policy {
  const policy: Policy = { logs: [], witnesses: [], groups: new Map(), quorum: "" };
  const runs = new Map<string, string>();
  for (const line of text.split("\n")) {
    const comment = /^\s*# who runs ([^\s:]+): (.*)$/.exec(line);
    if (comment) runs.set(comment[1] ?? "", (comment[2] ?? "").trim());
    const [word, ...fields] = line.replace(/#.*/, "").trim().split(/\s+/);
    const [first = "", second = "", ...others] = fields;
    if (word === "log") policy.logs.push(parseKey(first, 1));
    else if (word === "witness") policy.witnesses.push({ name: first, who: runs.get(first) ?? "", key: parseKey(second, 4) });
    else if (word === "group") policy.groups.set(first, { need: needOf(second, others.length), of: others });
    else if (word === "quorum") policy.quorum = first;
    else if (word !== "") throw new ReceiptError("policy_unreadable");
  }
  const known = (name: string) => policy.witnesses.some((w) => w.name === name) || policy.groups.has(name);
  const whole = [...policy.groups.values()].every((g) => g.of.every(known));
  if (policy.logs.length === 0 || !whole || (policy.quorum !== "none" && !known(policy.quorum))) throw new ReceiptError("policy_unreadable");
  return policy;
}

function needOf(word: string, of: number): number {
  const need = word === "any" ? 1 : word === "all" ? of : Number(word);
  if (!Number.isInteger(need) || need < 1 || need > of) throw new ReceiptError("policy_unreadable");
  return need;
}

/** parseKey reads name+id+base64 of the type and the public key. */
function parseKey(text: string, type: number): Key {
  const [, name = "", id = "", encoded = ""] = /^([^+]+)\+([0-9a-f]{8})\+(\S+)$/.exec(text) ?? [];
  const bytes = base64(encoded, 33);
  if (!bytes || bytes[0] !== type) throw new ReceiptError("policy_unreadable");
  const mark = digest(new Uint8Array([...utf8.encode(`${name}\n`), ...bytes]));
  if (number(mark.subarray(0, 4)) !== BigInt(`0x${id}`)) throw new ReceiptError("policy_unreadable");
  return { name, id: Number.parseInt(id, 16), key: bytes.subarray(1), text };
}

import { verified } from "./ed25519";
import { number, sha256 } from "./sha2";

// Receipts, checkpoints and policies as docs/format-seal.md has them, verified in the page: without network, without the
// server that the page came from, and without anything that an old web view lacks.

/** Why is what is wrong with a receipt. */
export type Why = "not_a_receipt" | "not_in_tree" | "not_signed" | "policy_unreadable";

/** ReceiptError is a receipt that does not verify. */
export class ReceiptError extends Error {
  constructor(readonly why: Why) {
    super(why);
  }
}

/** Verified is what a receipt proves. */
export interface Verified {
  /** From 0: seq - 1. */
  index: number;
  /** The record line. */
  line: string;
  origin: string;
  /** Records under the checkpoint. */
  size: number;
  /** Witnesses that have signed the checkpoint, with the time that each states. */
  witnesses: { name: string; at: Date }[];
  /** As many have signed as the policy asks for; false where it asks for none. */
  witnessed: boolean;
}

interface Key {
  name: string;
  id: number;
  type: number;
  key: Uint8Array;
}

interface Policy {
  logs: Key[];
  witnesses: Map<string, Key>;
  groups: Map<string, { need: number; of: string[] }>;
  quorum: string;
}

const utf8 = new TextEncoder();

/** verifyReceipt verifies a receipt by a published policy (log.txt), or throws a ReceiptError. */
export function verifyReceipt(receipt: string, policyText: string): Verified {
  const policy = parsePolicy(policyText);
  const [head, ...rest] = receipt.split("\n\n");
  const note = rest.join("\n\n");
  const lines = (head ?? "").split("\n");
  const extra = /^extra (.*)$/.exec(lines[1] ?? "")?.[1];
  const index = /^index (0|[1-9]\d{0,15})$/.exec(lines[2] ?? "")?.[1];
  if (lines[0] !== "c2sp.org/tlog-proof@v1" || extra === undefined || index === undefined) throw new ReceiptError("not_a_receipt");
  const line = base64(extra);
  const checkpoint = openCheckpoint(note, policy);
  const proof = lines.slice(3).map((l) => base64(l, 32));
  if (!included(Number(index), checkpoint.size, sha256(line), proof, checkpoint.root)) throw new ReceiptError("not_in_tree");
  const { origin, size, witnesses, witnessed } = checkpoint;
  return { index: Number(index), line: new TextDecoder().decode(line), origin, size, witnesses, witnessed };
}

/** included goes up from an entry to the root: RFC 9162 section 2.1.3.2. */
function included(index: number, size: number, entry: Uint8Array, proof: Uint8Array[], root: Uint8Array): boolean {
  if (index >= size) return false;
  let at = BigInt(index);
  let last = BigInt(size) - 1n;
  let hash = sha256(new Uint8Array([0, ...entry]));
  for (const next of proof) {
    if (last === 0n) return false;
    if (at & 1n || at === last) {
      hash = sha256(new Uint8Array([1, ...next, ...hash]));
      while (!(at & 1n) && at !== 0n) [at, last] = [at >> 1n, last >> 1n];
    } else {
      hash = sha256(new Uint8Array([1, ...hash, ...next]));
    }
    [at, last] = [at >> 1n, last >> 1n];
  }
  return last === 0n && same(hash, root);
}

/** openCheckpoint verifies a signed checkpoint by a policy. */
function openCheckpoint(note: string, policy: Policy) {
  const end = note.indexOf("\n\n");
  const text = note.slice(0, end + 1);
  const [origin, size, root, ...more] = text.split("\n");
  if (end < 0 || !origin || !/^(0|[1-9]\d{0,15})$/.test(size ?? "") || more.join() !== "") throw new ReceiptError("not_a_receipt");
  const signatures = note
    .slice(end + 2)
    .split("\n")
    .map((l) => /^\u2014 (\S+) (\S+)$/.exec(l))
    .filter((m) => m !== null)
    .map((m) => ({ name: m[1] ?? "", bytes: base64(m[2] ?? "") }));
  const by = (k: Key) => signatures.filter((s) => s.name === k.name && number(s.bytes.subarray(0, 4)) === BigInt(k.id));
  const log = policy.logs.find((k) => k.name === origin && by(k).some((s) => verified(k.key, utf8.encode(text), s.bytes.subarray(4))));
  if (!log) throw new ReceiptError("not_signed");
  const witnesses: { name: string; at: Date }[] = [];
  for (const [name, k] of policy.witnesses) {
    for (const s of by(k)) {
      const time = number(s.bytes.subarray(4, 12));
      if (verified(k.key, utf8.encode(`cosignature/v1\ntime ${time}\n${text}`), s.bytes.subarray(12))) {
        witnesses.push({ name, at: new Date(Number(time) * 1000) });
        break;
      }
    }
  }
  const signed = new Set(witnesses.map((w) => w.name));
  return { origin, size: Number(size), root: base64(root ?? "", 32), witnesses, witnessed: satisfied(policy, policy.quorum, signed) };
}

function satisfied(policy: Policy, name: string, signed: Set<string>): boolean {
  const group = policy.groups.get(name);
  return group ? group.of.filter((one) => satisfied(policy, one, signed)).length >= group.need : signed.has(name);
}

/** parsePolicy reads log.txt: log, witness, group and quorum lines. */
function parsePolicy(text: string): Policy {
  const policy: Policy = { logs: [], witnesses: new Map(), groups: new Map(), quorum: "" };
  for (const line of text.split("\n")) {
    const [word, ...fields] = line.replace(/#.*/, "").trim().split(/\s+/);
    const [first = "", second = "", ...others] = fields;
    if (word === "log") policy.logs.push(parseKey(first, 1));
    else if (word === "witness") policy.witnesses.set(first, parseKey(second, 4));
    else if (word === "group") policy.groups.set(first, { need: needOf(second, others.length), of: others });
    else if (word === "quorum") policy.quorum = first;
    else if (word !== "") throw new ReceiptError("policy_unreadable");
  }
  const known = (name: string) => policy.witnesses.has(name) || policy.groups.has(name);
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
function parseKey(vkey: string, type: number): Key {
  const [, name = "", id = "", text = ""] = /^([^+]+)\+([0-9a-f]{8})\+(\S+)$/.exec(vkey) ?? [];
  const bytes = name === "" ? new Uint8Array() : base64(text);
  const mark = sha256(new Uint8Array([...utf8.encode(`${name}\n`), ...bytes]));
  if (bytes.length !== 33 || bytes[0] !== type || number(mark.subarray(0, 4)) !== BigInt(`0x${id}`)) throw new ReceiptError("policy_unreadable");
  return { name, id: Number.parseInt(id, 16), type, key: bytes.subarray(1) };
}

/** base64 reads the one spelling of some bytes, of this length where one is given. */
function base64(text: string, length?: number): Uint8Array {
  let plain: string;
  try {
    plain = atob(text);
  } catch {
    throw new ReceiptError("not_a_receipt");
  }
  if (btoa(plain) !== text || (length !== undefined && plain.length !== length)) throw new ReceiptError("not_a_receipt");
  return Uint8Array.from(plain, (c) => c.charCodeAt(0));
}

const same = (a: Uint8Array, b: Uint8Array) => a.length === b.length && a.every((x, i) => x === b[i]);

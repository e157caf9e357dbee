import { base64, hex, same } from "./bytes";
import { leaf, node, sha256 } from "./crypto";
import { openCheckpoint, parsePolicy, ReceiptError, type Checkpoint } from "./note";

// Receipts as docs/format-seal.md has them, verified in the page: without network, without the server that the page came
// from, and without anything that an old web view lacks.

/** Verified is what a receipt proves, and the steps by which it does. */
export interface Verified {
  /** From 0: seq - 1. */
  index: number;
  /** The record line. */
  line: string;
  checkpoint: Checkpoint;
  /** The hashes on the way, in hex: of the line, of the leaf, of the root. */
  steps: { entry: string; leaf: string; root: string; proof: number };
}

/** verifyReceipt verifies a receipt by a published policy (log.txt), or throws a ReceiptError. */
export async function verifyReceipt(receipt: string, policyText: string): Promise<Verified> {
  const policy = parsePolicy(policyText);
  const [head, ...rest] = receipt.split("\n\n");
  const lines = (head ?? "").split("\n");
  const line = base64(/^extra (.*)$/.exec(lines[1] ?? "")?.[1] ?? "*");
  const index = /^index (0|[1-9]\d{0,15})$/.exec(lines[2] ?? "")?.[1];
  const proof = lines.slice(3).map((l) => base64(l, 32));
  if (lines[0] !== "c2sp.org/tlog-proof@v1" || !line || index === undefined || !proof.every((h) => h !== undefined)) throw new ReceiptError("not_a_receipt");
  const checkpoint = await openCheckpoint(rest.join("\n\n"), policy);
  const entry = await sha256(line);
  const top = await climb(Number(index), checkpoint.size, await leaf(entry), proof);
  if (!top || !same(top, checkpoint.root)) throw new ReceiptError("not_in_tree");
  const steps = { entry: hex(entry), leaf: hex(await leaf(entry)), root: hex(top), proof: proof.length };
  return { index: Number(index), line: new TextDecoder().decode(line), checkpoint, steps };
}

/** climb goes up from a leaf to the root: RFC 9162 section 2.1.3.2. Nothing where the proof has not as many steps as the tree. */
async function climb(index: number, size: number, from: Uint8Array, proof: Uint8Array[]): Promise<Uint8Array | undefined> {
  if (index >= size) return undefined;
  let at = BigInt(index);
  let last = BigInt(size) - 1n;
  let hash = from;
  for (const next of proof) {
    if (last === 0n) return undefined;
    if (at & 1n || at === last) {
      hash = await node(next, hash);
      while (!(at & 1n) && at !== 0n) [at, last] = [at >> 1n, last >> 1n];
    } else {
      hash = await node(hash, next);
    }
    [at, last] = [at >> 1n, last >> 1n];
  }
  return last === 0n ? hash : undefined;
}

import { same } from "./bytes";
import { node } from "./crypto";

// That a larger tree extends a smaller one, proved from the published tiles (C2SP tlog-tiles, RFC 6962 section 2.1.2).

const WIDTH = 256;

/** Tiles gives the bytes at the address of a tile, such as "tile/0/x001/234.p/7"; it throws where there are none. */
export type Tiles = (path: string) => Promise<Uint8Array>;

/** tilePath is the address of a tile of a tree of this size. */
export function tilePath(level: number, n: number, size: number): string {
  const parts = [String(n % 1000).padStart(3, "0")];
  for (let rest = Math.floor(n / 1000); rest > 0; rest = Math.floor(rest / 1000)) parts.unshift(`x${String(rest % 1000).padStart(3, "0")}`);
  const width = Math.min(Math.floor(size / WIDTH ** level) - n * WIDTH, WIDTH);
  return `tile/${level}/${parts.join("/")}${width < WIDTH ? `.p/${width}` : ""}`;
}

/** below is the largest power of two below n. */
function below(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

/** reader gives hashes of a tree of this size, each tile asked for once. */
function reader(size: number, tiles: Tiles) {
  const kept = new Map<string, Promise<Uint8Array>>();
  const tile = (path: string): Promise<Uint8Array> => {
    const asked = kept.get(path) ?? tiles(path);
    kept.set(path, asked);
    return asked;
  };
  /** perfect is the root of the subtree of 2^height leaves that begins at leaf `from`. */
  const perfect = async (from: number, height: number): Promise<Uint8Array> => {
    const level = Math.floor(height / 8);
    const count = 2 ** (height % 8);
    const first = Math.floor(from / WIDTH ** level);
    const bytes = await tile(tilePath(level, Math.floor(first / WIDTH), size));
    const at = (first % WIDTH) * 32;
    if (bytes.length < at + count * 32) throw new Error("a tile is too short");
    let row: Uint8Array[] = Array.from({ length: count }, (_, i) => bytes.slice(at + i * 32, at + (i + 1) * 32));
    while (row.length > 1) {
      const next: Uint8Array[] = [];
      for (let i = 0; i < row.length; i += 2) next.push(await node(row[i] as Uint8Array, row[i + 1] as Uint8Array));
      row = next;
    }
    return row[0] as Uint8Array;
  };
  /** range is the root of the leaves from `from` up to, not including, `to`. */
  const range = async (from: number, to: number): Promise<Uint8Array> => {
    const count = to - from;
    const height = Math.log2(count);
    if (Number.isInteger(height)) return perfect(from, height);
    const k = below(count);
    return node(await range(from, from + k), await range(from + k, to));
  };
  return range;
}

/** proveSince gives the consistency proof from a tree of `old` leaves to one of `size`: RFC 6962 section 2.1.2. */
export async function proveSince(old: number, size: number, tiles: Tiles): Promise<Uint8Array[]> {
  const range = reader(size, tiles);
  const parts = async (m: number, from: number, to: number, whole: boolean): Promise<Uint8Array[]> => {
    if (m === to - from) return whole ? [] : [await range(from, to)];
    const k = below(to - from);
    if (m <= k) return [...(await parts(m, from, from + k, whole)), await range(from + k, to)];
    return [...(await parts(m - k, from + k, to, false)), await range(from, from + k)];
  };
  return old === 0 || old === size ? [] : parts(old, 0, size, true);
}

interface Tree {
  size: number;
  root: Uint8Array;
}

/** extended tells whether a proof shows that `now` is `before` with more leaves behind: RFC 9162 section 2.1.4.2. */
export async function extended(before: Tree, now: Tree, proof: Uint8Array[]): Promise<boolean> {
  if (before.size === now.size) return proof.length === 0 && same(before.root, now.root);
  if (before.size > now.size) return false;
  if (before.size === 0) return proof.length === 0;
  const power = Number.isInteger(Math.log2(before.size));
  const [first, ...rest] = power ? [before.root, ...proof] : proof;
  if (!first || (power && rest.length === 0)) return false;
  let [at, last] = [BigInt(before.size) - 1n, BigInt(now.size) - 1n];
  while (at & 1n) [at, last] = [at >> 1n, last >> 1n];
  let [left, all] = [first, first];
  for (const next of rest) {
    if (last === 0n) return false;
    if (at & 1n || at === last) {
      [left, all] = [await node(next, left), await node(next, all)];
      while (!(at & 1n) && at !== 0n) [at, last] = [at >> 1n, last >> 1n];
    } else {
      all = await node(all, next);
    }
    [at, last] = [at >> 1n, last >> 1n];
  }
  return last === 0n && same(left, before.root) && same(all, now.root);
}

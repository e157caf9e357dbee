import { bytesOf, number } from "./bytes";

// SHA-512 (FIPS 180-4) without WebCrypto, for Ed25519 where a web view lacks that: slow, and not constant in time.

const primes = (() => {
  const found: bigint[] = [];
  for (let n = 2n; found.length < 80; n++) if (found.every((p) => n % p !== 0n)) found.push(n);
  return found;
})();

/** root is the largest integer whose power of this degree is not above n. */
function root(n: bigint, degree: bigint): bigint {
  let low = 0n;
  let high = 1n << 80n;
  while (low < high) {
    const middle = (low + high + 1n) / 2n;
    if (middle ** degree <= n) low = middle;
    else high = middle - 1n;
  }
  return low;
}

const mask = (1n << 64n) - 1n;
// The first 64 bits of the fractions of the square and cube roots of the primes.
const start = primes.slice(0, 8).map((p) => root(p << 128n, 2n) & mask);
const constants = primes.map((p) => root(p << 192n, 3n) & mask);

/** sha512 hashes a message. */
export function sha512(message: Uint8Array): Uint8Array {
  const state = start.slice();
  const padded = new Uint8Array(Math.ceil((message.length + 17) / 128) * 128);
  padded.set(message);
  padded[message.length] = 0x80;
  new DataView(padded.buffer).setBigUint64(padded.length - 8, BigInt(message.length) * 8n);
  for (let at = 0; at < padded.length; at += 128) {
    const words: bigint[] = [];
    for (let i = 0; i < 16; i++) words.push(number(padded.subarray(at + i * 8, at + (i + 1) * 8)));
    compress(state, words);
  }
  const out = new Uint8Array(64);
  for (const [i, word] of state.entries()) out.set(bytesOf(word, 8), i * 8);
  return out;
}

const turn = (x: bigint, by: bigint) => ((x >> by) | (x << (64n - by))) & mask;

function compress(state: bigint[], words: bigint[]): void {
  const word = (i: number) => words[i] ?? 0n;
  for (let i = 16; i < 80; i++) {
    const [a, b] = [word(i - 15), word(i - 2)];
    words.push((word(i - 16) + (turn(a, 1n) ^ turn(a, 8n) ^ (a >> 7n)) + word(i - 7) + (turn(b, 19n) ^ turn(b, 61n) ^ (b >> 6n))) & mask);
  }
  let [a, b, c, d, e, f, g, h] = state as [bigint, bigint, bigint, bigint, bigint, bigint, bigint, bigint];
  for (let i = 0; i < 80; i++) {
    const one = h + (turn(e, 14n) ^ turn(e, 18n) ^ turn(e, 41n)) + ((e & f) ^ (~e & mask & g)) + (constants[i] ?? 0n) + word(i);
    const two = (turn(a, 28n) ^ turn(a, 34n) ^ turn(a, 39n)) + ((a & b) ^ (a & c) ^ (b & c));
    [a, b, c, d, e, f, g, h] = [(one + two) & mask, a, b, c, (d + one) & mask, e, f, g];
  }
  for (const [i, x] of [a, b, c, d, e, f, g, h].entries()) state[i] = ((state[i] ?? 0n) + x) & mask;
}

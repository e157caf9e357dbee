// SHA-256 and SHA-512 (FIPS 180-4) without WebCrypto: it is missing in pages without TLS and, for what needs SHA-512 here,
// in old web views. For checking public things only: slow, and not constant in time.

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

const mask64 = (1n << 64n) - 1n;
// The first 64 bits of the fractions of the square and cube roots of the primes; SHA-256 takes the upper halves.
const squareRoots = primes.slice(0, 8).map((p) => root(p << 128n, 2n) & mask64);
const cubeRoots = primes.map((p) => root(p << 192n, 3n) & mask64);

/** Shape is what tells the two functions apart. */
interface Shape {
  bits: bigint;
  rounds: number;
  /** Rotations, and in the message schedule a shift as the third. */
  sums: [bigint[], bigint[], bigint[], bigint[]];
}

const sha256Shape: Shape = { bits: 32n, rounds: 64, sums: [[2n, 13n, 22n], [6n, 11n, 25n], [7n, 18n, 3n], [17n, 19n, 10n]] };
const sha512Shape: Shape = { bits: 64n, rounds: 80, sums: [[28n, 34n, 39n], [14n, 18n, 41n], [1n, 8n, 7n], [19n, 61n, 6n]] };

export const sha256 = (message: Uint8Array): Uint8Array => hash(message, sha256Shape);
export const sha512 = (message: Uint8Array): Uint8Array => hash(message, sha512Shape);

function hash(message: Uint8Array, shape: Shape): Uint8Array {
  const bytes = Number(shape.bits) / 8;
  const mask = (1n << shape.bits) - 1n;
  const constant = (word: bigint) => word >> (64n - shape.bits);
  const state = squareRoots.map(constant);
  const block = 16 * bytes;
  const padded = new Uint8Array(Math.ceil((message.length + 1 + 2 * bytes) / block) * block);
  padded.set(message);
  padded[message.length] = 0x80;
  new DataView(padded.buffer).setBigUint64(padded.length - 8, BigInt(message.length) * 8n);
  for (let at = 0; at < padded.length; at += block) {
    const words: bigint[] = [];
    for (let i = 0; i < 16; i++) words.push(number(padded.subarray(at + i * bytes, at + (i + 1) * bytes)));
    compress(state, words, shape, mask, constant);
  }
  const out = new Uint8Array(8 * bytes);
  for (const [i, word] of state.entries()) out.set(bytesOf(word, bytes), i * bytes);
  return out;
}

function compress(state: bigint[], words: bigint[], shape: Shape, mask: bigint, constant: (word: bigint) => bigint): void {
  const turn = (x: bigint, by: bigint) => ((x >> by) | (x << (shape.bits - by))) & mask;
  const big = (x: bigint, [a, b, c]: bigint[]) => turn(x, a ?? 0n) ^ turn(x, b ?? 0n) ^ turn(x, c ?? 0n);
  const small = (x: bigint, [a, b, c]: bigint[]) => turn(x, a ?? 0n) ^ turn(x, b ?? 0n) ^ (x >> (c ?? 0n));
  const word = (i: number) => words[i] ?? 0n;
  for (let i = 16; i < shape.rounds; i++) {
    words.push((small(word(i - 2), shape.sums[3]) + word(i - 7) + small(word(i - 15), shape.sums[2]) + word(i - 16)) & mask);
  }
  let [a, b, c, d, e, f, g, h] = state as [bigint, bigint, bigint, bigint, bigint, bigint, bigint, bigint];
  for (let i = 0; i < shape.rounds; i++) {
    const one = h + big(e, shape.sums[1]) + ((e & f) ^ (~e & mask & g)) + constant(cubeRoots[i] ?? 0n) + word(i);
    const two = big(a, shape.sums[0]) + ((a & b) ^ (a & c) ^ (b & c));
    [a, b, c, d, e, f, g, h] = [(one + two) & mask, a, b, c, (d + one) & mask, e, f, g];
  }
  for (const [i, x] of [a, b, c, d, e, f, g, h].entries()) state.splice(i, 1, ((state[i] ?? 0n) + x) & mask);
}

/** number reads bytes, the first the highest. */
export function number(bytes: Uint8Array): bigint {
  let n = 0n;
  for (const b of bytes) n = (n << 8n) | BigInt(b);
  return n;
}

/** bytesOf writes a number into so many bytes, the first the highest. */
export function bytesOf(n: bigint, length: number): Uint8Array {
  const out = new Uint8Array(length);
  for (let i = length - 1, rest = n; i >= 0; i--, rest >>= 8n) out[i] = Number(rest & 0xffn);
  return out;
}

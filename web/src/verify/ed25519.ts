import { bytesOf, number } from "./bytes";
import { sha512 } from "./sha512";

// Ed25519 signatures (RFC 8032 section 5.1.7), verified without WebCrypto, which has them only in newer browsers. There is
// no secret here: it is slow (some 20 ms), and not constant in time.

const p = 2n ** 255n - 19n;
const order = 2n ** 252n + 27742317777372353535851937790883648493n;
const mod = (n: bigint) => ((n % p) + p) % p;

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let b = mod(base), e = exponent; e > 0n; e >>= 1n, b = (b * b) % p) if (e & 1n) result = (result * b) % p;
  return result;
}

const inverse = (n: bigint) => power(n, p - 2n);
const d = mod(-121665n * inverse(121666n));
const rootOfMinusOne = power(2n, (p - 1n) / 4n);

/** Point stands as X, Y, Z, T with x = X/Z, y = Y/Z, x*y = T/Z. */
type Point = readonly [bigint, bigint, bigint, bigint];
const zero: Point = [0n, 1n, 1n, 0n];

function add([x1, y1, z1, t1]: Point, [x2, y2, z2, t2]: Point): Point {
  const a = mod((y1 - x1) * (y2 - x2));
  const b = mod((y1 + x1) * (y2 + x2));
  const c = mod(2n * t1 * t2 * d);
  const e = mod(2n * z1 * z2);
  const [f, g, h, i] = [b - a, e - c, e + c, b + a];
  return [mod(f * g), mod(h * i), mod(g * h), mod(f * i)];
}

function times(point: Point, factor: bigint): Point {
  let result = zero;
  for (let q = point, n = factor; n > 0n; n >>= 1n, q = add(q, q)) if (n & 1n) result = add(result, q);
  return result;
}

/** little reads bytes, the first the lowest. */
const little = (bytes: Uint8Array) => number(bytes.slice().reverse());

function encode([x, y, z]: Point): Uint8Array {
  const i = inverse(z);
  return bytesOf(mod(y * i) | ((mod(x * i) & 1n) << 255n), 32).reverse();
}

/** decode gives the point that these bytes name, or nothing where they name none. */
function decode(bytes: Uint8Array): Point | undefined {
  const n = little(bytes);
  const y = n & ((1n << 255n) - 1n);
  if (y >= p) return undefined;
  const u = mod(y * y - 1n);
  const v = mod(d * y * y + 1n);
  let x = mod(u * v ** 3n * power(u * v ** 7n, (p - 5n) / 8n));
  if (mod(v * x * x) === mod(-u)) x = mod(x * rootOfMinusOne);
  if (mod(v * x * x) !== u || (x === 0n && n >> 255n === 1n)) return undefined;
  if ((x & 1n) !== n >> 255n) x = mod(-x);
  return [x, y, 1n, mod(x * y)];
}

const base = decode(bytesOf(mod(4n * inverse(5n)), 32).reverse()) ?? zero;

/** verified tells whether this is the signature of the message by the holder of the public key. */
export function verified(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (publicKey.length !== 32 || signature.length !== 64) return false;
  const key = decode(publicKey);
  const first = signature.slice(0, 32);
  const s = little(signature.slice(32));
  if (!key || s >= order) return false;
  const h = little(sha512(new Uint8Array([...first, ...publicKey, ...message]))) % order;
  const negative: Point = [mod(-key[0]), key[1], key[2], mod(-key[3])];
  return encode(add(times(base, s), times(negative, h))).every((b, i) => b === first[i]);
}

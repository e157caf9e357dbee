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

/** hex is bytes as people compare them. */
export function hex(bytes: Uint8Array): string {
  return [...bytes].map((b) => b.toString(16).padStart(2, "0")).join("");
}

/** same tells whether two pieces of bytes are equal. Nothing here is secret. */
export const same = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((x, i) => x === b[i]);

/** base64 reads the one spelling of some bytes, of this length where one is given; nothing where it is none. */
export function base64(text: string, length?: number): Uint8Array | undefined {
  let plain: string;
  try {
    plain = atob(text);
  } catch {
    return undefined;
  }
  if (btoa(plain) !== text || (length !== undefined && plain.length !== length)) return undefined;
  return Uint8Array.from(plain, (c) => c.charCodeAt(0));
}

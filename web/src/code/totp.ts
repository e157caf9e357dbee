/** hmacKey imports a secret so that no script can read it back, not even ours. */
export function hmacKey(secret: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", secret, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
}

/** totp is the code of a step: RFC 6238 with HMAC-SHA-256 and 8 digits, truncated as RFC 4226 section 5.3 says. */
export async function totp(key: CryptoKey, step: number): Promise<string> {
  const counter = new DataView(new ArrayBuffer(8));
  counter.setUint32(0, Math.floor(step / 2 ** 32));
  counter.setUint32(4, step % 2 ** 32);
  const mac = new DataView(await crypto.subtle.sign("HMAC", key, counter.buffer));
  const offset = mac.getUint8(mac.byteLength - 1) & 0x0f;
  const number = (mac.getUint32(offset) & 0x7fffffff) % 100_000_000;
  return String(number).padStart(8, "0");
}

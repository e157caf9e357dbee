import { verified as slowly } from "./ed25519";
import { sha256 as byHand } from "./sha256";

// WebCrypto where the browser has it; else, in pages without TLS and old web views, the same by hand. Both give the same
// answers, and tests hold them against each other.

const subtle = (): SubtleCrypto | undefined => globalThis.crypto?.subtle;

/** sha256 hashes a message. */
export async function sha256(message: Uint8Array): Promise<Uint8Array> {
  const native = subtle();
  return native ? new Uint8Array(await native.digest("SHA-256", message as BufferSource)) : byHand(message);
}

/** verified tells whether this is the Ed25519 signature of the message by the holder of the public key. */
export async function verified(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): Promise<boolean> {
  const native = subtle();
  if (native) {
    try {
      const key = await native.importKey("raw", publicKey as BufferSource, "Ed25519", false, ["verify"]);
      return await native.verify("Ed25519", key, signature as BufferSource, message as BufferSource);
    } catch {
      // Unknown to this browser, or not a key: the answer by hand is a plain yes or no.
    }
  }
  return slowly(publicKey, message, signature);
}

/** leaf is the hash of an entry of the tree, and node of two hashes side by side: RFC 6962 section 2.1. */
export const leaf = (entry: Uint8Array): Promise<Uint8Array> => sha256(new Uint8Array([0, ...entry]));
export const node = (left: Uint8Array, right: Uint8Array): Promise<Uint8Array> => sha256(new Uint8Array([1, ...left, ...right]));

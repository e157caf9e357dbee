import { send } from "../api/client";
import { open } from "../api/store";
import { learn } from "../api/servertime";
import type { CodeKey } from "../api/types";
import { hmacKey } from "./totp";

/** 91 pays, 93 checks in. Each has its own key, so neither can stand for the other. */
export type Prefix = "91" | "93";

/** StoredKey is a code key on this device. The CryptoKey cannot be exported: a copied database shows no secret. */
export interface StoredKey {
  prefix: Prefix;
  handle: string;
  key: CryptoKey;
  stepSeconds: number;
}

const place = (account: string, prefix: Prefix): string => `${prefix} ${account}`;

/** storedKey is the key of this person on this device, or undefined when there is none. */
export async function storedKey(account: string, prefix: Prefix): Promise<StoredKey | undefined> {
  return (await open("keys")).get<StoredKey>(place(account, prefix));
}

/** fetchKey asks the server for a key for this device and keeps it. A new key ends the device's former one. */
export async function fetchKey(account: string, prefix: Prefix): Promise<StoredKey> {
  const asked = Date.now();
  const got = await send<CodeKey>("/v1/me/code-key", { prefix });
  learn(got.server_time, asked, Date.now());
  const secret = Uint8Array.from(atob(got.secret), (char) => char.charCodeAt(0));
  const stored: StoredKey = { prefix, handle: got.handle, key: await hmacKey(secret), stepSeconds: got.step_seconds };
  secret.fill(0);
  await (await open("keys")).put(place(account, prefix), stored);
  return stored;
}

/** forgetKey removes a person's key from this device, at sign-out. */
export async function forgetKey(account: string, prefix: Prefix): Promise<void> {
  await (await open("keys")).drop(place(account, prefix));
}

import { signal } from "@preact/signals";
import { Outbox, fingerprint } from "./outbox";
import { Problem, Unanswered, problemOf, settled } from "./problem";
import { databaseShelf, eitherShelf, simpleShelf } from "./shelf";
import { learn } from "./servertime";

/** A read is given up after this long; a write too, and is then kept as unanswered. */
const ANSWER_MAX_MS = 20_000;
/** How often a request is repeated by itself before the reader is asked, and the first pause: half as long again or less. */
const REPEATS = 2;
const PAUSE_MS = 400;

/** False while the last request found no network. */
export const online = signal(true);
/** How many writes have no answer yet. */
export const unanswered = signal(0);

const outbox = new Outbox(eitherShelf(databaseShelf(), simpleShelf()), newKey, Date.now);

/** newKey makes an Idempotency-Key. randomUUID is younger than the oldest browser we serve. */
export function newKey(): string {
  if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

async function ask(method: string, path: string, body: unknown, headers: Record<string, string>): Promise<Response> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), ANSWER_MAX_MS);
  const asked = Date.now();
  try {
    const form = body instanceof FormData;
    const response = await fetch(path, {
      method,
      headers: { Accept: "application/json", ...(body === undefined || form ? {} : { "Content-Type": "application/json" }), ...headers },
      ...(body === undefined ? {} : { body: form ? body : JSON.stringify(body) }),
      credentials: "same-origin",
      cache: "no-store",
      signal: stop.signal,
    });
    online.value = true;
    const date = response.headers.get("Date");
    if (date) learn(date, asked - 1000, Date.now()); // whole seconds: a second less sure
    return response;
  } catch (error) {
    online.value = false;
    throw new Unanswered(false, error);
  } finally {
    clearTimeout(timer);
  }
}

let refreshing: Promise<boolean> | undefined;

/** refresh renews the session once for everybody who waits. */
function refresh(): Promise<boolean> {
  refreshing ??= ask("POST", "/v1/refresh", {}, {})
    .then((response) => response.ok)
    .finally(() => {
      refreshing = undefined;
    });
  return refreshing;
}

async function askSignedIn(method: string, path: string, body: unknown, headers: Record<string, string>): Promise<Response> {
  const response = await ask(method, path, body, headers);
  if (response.status !== 401 || path === "/v1/refresh" || path.startsWith("/v1/sign-in")) return response;
  const problem = await problemOf(response.clone());
  if (problem.code !== "signed_out" || !(await refresh())) return response;
  return ask(method, path, body, headers);
}

async function answer<T>(response: Response): Promise<T> {
  if (!response.ok) throw await problemOf(response);
  if (response.status === 204) return undefined as T;
  return (await response.json()) as T;
}

/** pause waits longer at each turn, and never all pages for the same time: those who were turned away must not come back at once. */
const pause = (turn: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, PAUSE_MS * 2 ** turn * (0.5 + Math.random())));

/** read asks for something, again when there are too many before it. It throws Problem for a no, Unanswered without a network. */
export async function read<T>(path: string): Promise<T> {
  for (let turn = 0; ; turn++) {
    const response = await askSignedIn("GET", path, undefined, {});
    if (response.status !== 503 || turn >= REPEATS) return answer<T>(response);
    await pause(turn);
  }
}

/** send asks for something that is not a write of the ledger (signing in, a preview): no key, no repeats. */
export async function send<T>(path: string, body: unknown = {}, method = "POST"): Promise<T> {
  return answer<T>(await askSignedIn(method, path, body, {}));
}

/**
 * write asks for a write of the ledger under a key that is stored before it is sent and kept until it is answered.
 * `occasion` tells apart questions that look alike and are not: the same card at breakfast and at lunch.
 */
export async function write<T>(path: string, body: unknown = {}, occasion = "", method = "POST"): Promise<T> {
  const print = await fingerprint(method, path, body, occasion);
  const key = await outbox.keyFor(print);
  for (let turn = 0; ; turn++) {
    try {
      const response = await askSignedIn(method, path, body, { "Idempotency-Key": key });
      if (settled(response.status)) await outbox.answered(print);
      else if (response.status >= 500 && turn < REPEATS) throw new Unanswered(true, response.status);
      return await answer<T>(response);
    } catch (error) {
      if (error instanceof Problem || turn >= REPEATS) {
        throw error instanceof Unanswered ? new Unanswered(true, error.cause) : error;
      }
    } finally {
      void count();
    }
    await pause(turn);
  }
}

/** count looks up how many writes have no answer. */
export async function count(): Promise<void> {
  try {
    unanswered.value = (await outbox.waiting()).length;
  } catch {
    unanswered.value = 0; // no storage at all: keys live in this page only
  }
}

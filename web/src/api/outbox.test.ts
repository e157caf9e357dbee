import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { IDBFactory } from "fake-indexeddb";

// Each test gets a fresh browser: its storage, its module state, and a server that answers from a list.

interface Seen {
  path: string;
  key: string | null;
}
type Reply = Response | "lost";

let seen: Seen[];
let replies: Reply[];

function json(status: number, body: unknown): Response {
  return new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json", "Request-Id": "r1" } });
}

async function browser() {
  vi.resetModules();
  return import("./client");
}

beforeEach(() => {
  const kept = new Map<string, string>();
  vi.stubGlobal("localStorage", {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => void kept.set(name, value),
    removeItem: (name: string) => void kept.delete(name),
  });
  vi.stubGlobal("indexedDB", new IDBFactory());
  seen = [];
  replies = [];
  vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
    seen.push({ path, key: new Headers(init.headers).get("Idempotency-Key") });
    const reply = replies.shift() ?? json(200, { seq: 1 });
    if (reply === "lost") throw new TypeError("network");
    return reply;
  });
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** settle runs a write to its end, its pauses included. */
async function settle<T>(writing: Promise<T>): Promise<T | Error> {
  const open = Symbol("open");
  const done = writing.catch((error: unknown) => error as Error);
  for (;;) {
    const seen = await Promise.race([done, new Promise<typeof open>((resolve) => setImmediate(() => resolve(open)))]);
    if (seen !== open) return seen as T | Error;
    await vi.advanceTimersByTimeAsync(500);
  }
}

const keys = (path: string): (string | null)[] => seen.filter((one) => one.path === path).map((one) => one.key);

describe("write", () => {
  it("goes out under a fresh key each time it was answered", async () => {
    const { write } = await browser();
    await settle(write("/v1/redemptions", { code: "92" }, "lunch"));
    await settle(write("/v1/redemptions", { code: "92" }, "lunch"));
    expect(keys("/v1/redemptions")).toHaveLength(2);
    expect(new Set(keys("/v1/redemptions")).size).toBe(2);
    expect(keys("/v1/redemptions")[0]).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("repeats a lost request under the same key", async () => {
    const { write } = await browser();
    replies = ["lost", "lost", json(200, { seq: 7 })];
    expect(await settle(write("/v1/redemptions", { code: "92" }))).toEqual({ seq: 7 });
    expect(new Set(keys("/v1/redemptions")).size).toBe(1);
  });

  it("keeps the key over a restart of the page, until it is answered", async () => {
    const first = await browser();
    replies = ["lost", "lost", "lost"];
    expect(await settle(first.write("/v1/redemptions", { code: "92" }, "lunch"))).toMatchObject({ name: "Unanswered", kept: true });
    await vi.waitFor(() => expect(first.unanswered.value).toBe(1));

    const second = await browser();
    expect(await settle(second.write("/v1/redemptions", { code: "92" }, "lunch"))).toEqual({ seq: 1 });
    expect(new Set(keys("/v1/redemptions")).size).toBe(1);
    await vi.waitFor(() => expect(second.unanswered.value).toBe(0));

    await settle(second.write("/v1/redemptions", { code: "92" }, "lunch"));
    expect(new Set(keys("/v1/redemptions")).size).toBe(2);
  });

  it("does not take the same card at another meal for a retry", async () => {
    const { write } = await browser();
    replies = ["lost", "lost", "lost"];
    await settle(write("/v1/redemptions", { code: "92" }, "breakfast"));
    await settle(write("/v1/redemptions", { code: "92" }, "lunch"));
    expect(new Set(keys("/v1/redemptions")).size).toBe(2);
  });

  it("forgets the key after a refusal, which is an answer, and keeps it after a fault", async () => {
    const { write } = await browser();
    replies = [json(409, { code: "balance_short", zh: "余额还差 5 分", en: "short", fields: { need: 40 } })];
    expect(await settle(write("/v1/redemptions", { code: "92" }))).toMatchObject({ code: "balance_short", fields: { need: 40 }, requestId: "r1" });
    replies = [json(503, { code: "busy" }), json(503, { code: "busy" }), json(503, { code: "outcome_unknown", zh: "不确定", en: "unknown" })];
    expect(await settle(write("/v1/redemptions", { code: "92" }))).toMatchObject({ code: "outcome_unknown" });
    await settle(write("/v1/redemptions", { code: "92" }));
    const [refused, ...faults] = keys("/v1/redemptions");
    expect(new Set(faults).size).toBe(1);
    expect(faults[0]).not.toBe(refused);
  });

  it("renews an ended session once, and asks again under the same key", async () => {
    const { write } = await browser();
    replies = [json(401, { code: "signed_out" }), json(200, {}), json(200, { seq: 9 })];
    expect(await settle(write("/v1/redemptions", { code: "92" }))).toEqual({ seq: 9 });
    expect(seen.map((one) => one.path)).toEqual(["/v1/redemptions", "/v1/refresh", "/v1/redemptions"]);
    expect(new Set(keys("/v1/redemptions")).size).toBe(1);
  });

  it("works where IndexedDB is forbidden", async () => {
    vi.stubGlobal("indexedDB", undefined);
    const first = await browser();
    replies = ["lost", "lost", "lost"];
    await settle(first.write("/v1/redemptions", { code: "92" }));
    await settle((await browser()).write("/v1/redemptions", { code: "92" }));
    expect(new Set(keys("/v1/redemptions")).size).toBe(1);
  });

  it("never stores what was asked", async () => {
    const { write } = await browser();
    vi.stubGlobal("indexedDB", undefined);
    replies = ["lost", "lost", "lost"];
    await settle(write("/v1/redemptions", { code: "92000000000000000178", pin: "274916" }));
    expect(localStorage.getItem("moralbank.outbox")).toMatch(/"key"/);
    expect(localStorage.getItem("moralbank.outbox")).not.toMatch(/92000000000000000178|274916/);
  });
});

describe("read", () => {
  it("renews one session for many readers", async () => {
    const { read } = await browser();
    replies = [json(401, { code: "signed_out" }), json(401, { code: "signed_out" }), json(200, {}), json(200, { a: 1 }), json(200, { b: 2 })];
    const [a, b] = await Promise.all([settle(read("/v1/me")), settle(read("/v1/community"))]);
    expect([a, b]).toEqual(expect.arrayContaining([{ a: 1 }, { b: 2 }]));
    expect(seen.filter((one) => one.path === "/v1/refresh")).toHaveLength(1);
  });
});

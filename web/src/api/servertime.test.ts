import { beforeEach, describe, expect, it, vi } from "vitest";

const kept = new Map<string, string>();
vi.stubGlobal("localStorage", {
  getItem: (name: string) => kept.get(name) ?? null,
  setItem: (name: string, value: string) => void kept.set(name, value),
  removeItem: (name: string) => void kept.delete(name),
});

async function phone() {
  vi.resetModules();
  return import("./servertime");
}

const SERVER = Date.parse("2026-11-23T03:42:00.000Z");
const at = (ms: number): string => new Date(ms).toISOString();

beforeEach(() => {
  kept.clear();
  vi.useFakeTimers({ toFake: ["Date"], now: SERVER });
});

describe("server time", () => {
  it("corrects a phone that runs five minutes ahead, also after a restart without network", async () => {
    const first = await phone();
    vi.setSystemTime(SERVER + 300_000);
    first.learn(at(SERVER), Date.now() - 100, Date.now());
    expect(Math.abs(first.now() - SERVER)).toBeLessThan(200);
    expect(first.skew()).toBeGreaterThan(first.CLOCK_WRONG_MS);
    expect(Math.abs((await phone()).now() - SERVER)).toBeLessThan(200);
  });

  it("believes a quick answer over a slow one", async () => {
    const { learn, now } = await phone();
    learn(at(SERVER), SERVER - 50, SERVER + 50);
    learn(at(SERVER - 8_000), SERVER - 9_000, SERVER + 9_000);
    expect(Math.abs(now() - SERVER)).toBeLessThan(200);
  });

  it("notices that the clock was set back since", async () => {
    const { learn, wentBack } = await phone();
    learn(at(SERVER), SERVER, SERVER);
    expect(wentBack()).toBe(false);
    vi.setSystemTime(SERVER - 3_600_000);
    expect(wentBack()).toBe(true);
  });

  it("ignores what is no time", async () => {
    const { learn, now } = await phone();
    learn("soon", SERVER, SERVER);
    expect(now()).toBe(SERVER);
  });
});

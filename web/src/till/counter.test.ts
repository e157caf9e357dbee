import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { SAME_CODE_MS } from "../scan/debounce";

// One till with a hand scanner, and a server that answers from a list.

const CARD = "92000000000000000178";
const OTHER = "92000000000000000186";
const booked = { seq: 1, member: { masked_name: "王**", surname: "王", speak_balance: false }, meal: { id: "lunch" }, points: 40 };
const refused = { code: "meal_taken", title: "meal_taken", zh: "这一餐已经取过了。", en: "" };

type Reply = [status: number, body: unknown] | Promise<[status: number, body: unknown]>;
let asked: { code: string; meal?: string }[];
let replies: Reply[];

const pinNeeded: Reply = [409, { ...refused, code: "pin_required" }];

async function counter() {
  vi.resetModules();
  return import("./counter");
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.parse("2026-11-23T03:42:00.000Z") });
  asked = [];
  replies = [];
  vi.stubGlobal("fetch", async (_: string, init: { body?: string }) => {
    if (init.body) asked.push(JSON.parse(init.body) as { code: string });
    const [status, body] = await (replies.shift() ?? [201, booked]);
    return new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json" } });
  });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const later = (ms: number): void => void vi.setSystemTime(Date.now() + ms);

it("takes a card that lies under the scanner for one showing", async () => {
  const { scanned, shown } = await counter();
  await scanned(CARD);
  later(1_000);
  await scanned(CARD);
  expect(asked).toHaveLength(1);
  expect(shown.value?.kind).toBe("ok");
});

it("is not kept silent longer by the scans that it ignores", async () => {
  const { scanned } = await counter();
  await scanned(CARD);
  later(SAME_CODE_MS - 1_000);
  await scanned(CARD);
  later(1_000);
  await scanned(CARD);
  expect(asked).toHaveLength(2);
});

it("answers the same card after 下一位", async () => {
  const { scanned, show } = await counter();
  await scanned(CARD);
  show(null);
  await scanned(CARD);
  expect(asked).toHaveLength(2);
});

it("answers the same card when a dish was chosen for it", async () => {
  const { chosen, scanned } = await counter();
  await scanned(CARD);
  chosen.value = { meal: "soymilk", small: false };
  await scanned(CARD);
  expect(asked.map((one) => one.meal)).toEqual([undefined, "soymilk"]);
});

it.each([
  ["a refusal", [409, refused]],
  ["a fault", [400, "not json"]],
] as [string, Reply][])("answers the same card after %s", async (_, reply) => {
  const { scanned, shown } = await counter();
  replies = [reply];
  await scanned(CARD);
  await scanned(CARD);
  expect(asked).toHaveLength(2);
  expect(shown.value?.kind).toBe("ok");
});

it("answers the same card after something that is no code", async () => {
  const { scanned } = await counter();
  await scanned(CARD);
  await scanned("6901234");
  await scanned(CARD);
  expect(asked).toHaveLength(2);
});

it("asks once for a card that is scanned while its answer is out, however long that takes", async () => {
  const { scanned, show } = await counter();
  let answer: (reply: [number, unknown]) => void = () => {};
  replies = [new Promise((resolve) => (answer = resolve))];
  const first = scanned(CARD);
  await vi.waitFor(() => expect(asked).toHaveLength(1));
  await scanned(OTHER);
  later(SAME_CODE_MS * 2);
  show(null);
  await scanned(CARD);
  await scanned(OTHER);
  answer([201, booked]);
  await first;
  expect(asked.map((one) => one.code)).toEqual([CARD, OTHER]);
});

it("leaves the pad to the diner while her card lies under the scanner", async () => {
  const { scanned, show, shown } = await counter();
  replies = [pinNeeded];
  await scanned(CARD);
  later(SAME_CODE_MS * 2);
  await scanned(CARD);
  expect(asked).toHaveLength(1);
  expect(shown.value?.kind).toBe("pin");
  show(null);
  await scanned(CARD);
  expect(asked).toHaveLength(2);
});

it("offers what this meal period serves, and forgets a choice whose period is over", async () => {
  const { chosen, openTill, till } = await counter();
  const { servedNow } = await import("./meal");
  const meals = [
    { id: "breakfast", periods: ["breakfast"] },
    { id: "noodles", periods: ["lunch", "dinner"] },
    { id: "congee", periods: ["breakfast", "lunch", "dinner"] },
    { id: "withdrawn", periods: [] },
  ];
  const at = (period: string): Reply => [200, { period, meals, server_time: "2026-11-23T03:42:00.000Z" }];
  const offered = (): string[] => (till.value ? servedNow(till.value).map((one) => one.id) : []);
  replies = [at("breakfast"), at("lunch"), at("dinner")];
  await openTill();
  expect(offered()).toEqual(["breakfast", "congee"]);
  chosen.value = { meal: "breakfast", small: false };
  await openTill();
  expect(offered()).toEqual(["noodles", "congee"]);
  expect(chosen.value).toBeNull();
  chosen.value = { meal: "noodles", small: false };
  await openTill();
  expect(chosen.value).toEqual({ meal: "noodles", small: false });
});

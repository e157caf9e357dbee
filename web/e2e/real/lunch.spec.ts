/**
 * The lunch line at one till: the real server, a real browser, a card for every diner. It prints how long the software takes
 * for a scan, from the scanner's Enter to the answer on the screen. LUNCH_DINERS says how many come; eight in the test run,
 * where nothing is asserted of the time, and a whole lunch in `scripts/bench till`.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, type Page, test } from "@playwright/test";
import { binary, ended, freePort, listens } from "./server";

interface Links {
  links: string[];
  till: string;
  cashier: string;
  password: string;
}

const diners = Number(process.env["LUNCH_DINERS"] ?? 8);
test.skip(!process.env["MORALBANK_LINKS"] && !process.env["MORALBANK"], "needs the binary");
test.describe.configure({ timeout: 120_000 + diners * 2_000 });

let dir = "";
let server: ChildProcess | undefined;
let links: Links;

test.beforeAll(async () => {
  test.setTimeout(180_000);
  dir = mkdtempSync(join(tmpdir(), "moralbank-"));
  const address = `127.0.0.1:${await freePort()}`;
  const file = join(dir, "links.json");
  server = spawn(binary, ["demo", "--data", join(dir, "data"), "--listen", address, "--links", file], { stdio: "ignore" });
  await listens(address);
  await expect.poll(() => existsSync(file), { timeout: 60_000 }).toBe(true);
  links = JSON.parse(readFileSync(file, "utf8")) as Links;
});
test.afterAll(async () => {
  await ended(server);
  rmSync(dir, { recursive: true, force: true });
});

/** call asks the server as the person who is signed in on this page. */
function call<T>(page: Page, method: string, path: string, body?: object): Promise<T> {
  return page.evaluate(
    async ([how, where, what]) => {
      const response = await fetch(where, {
        method: how,
        headers: { "Content-Type": "application/json", "Idempotency-Key": crypto.randomUUID() },
        ...(what === undefined ? {} : { body: JSON.stringify(what) }),
      });
      if (!response.ok) throw new Error(`${how} ${where}: ${response.status} ${await response.text()}`);
      return (await response.json()) as T;
    },
    [method, path, body] as const,
  );
}

interface Member {
  account: string;
  state: string;
  points?: number;
}

/** able are members who can pay for the dearest meal, twice as many as will come. */
async function able(organizer: Page): Promise<string[]> {
  const found: string[] = [];
  for (let cursor = ""; found.length < 2 * diners; ) {
    const page = await call<{ items: Member[]; next_cursor?: string }>(organizer, "GET", `/v1/members?limit=100&cursor=${cursor}`);
    found.push(...page.items.filter((one) => one.state === "open" && (one.points ?? 0) >= 50).map((one) => one.account));
    if (!page.next_cursor) break;
    cursor = page.next_cursor;
  }
  return found;
}

/** deal prints cards and hands them over. Some people get none from the organizer: herself, those who work beside her. */
async function deal(organizer: Page, accounts: string[]): Promise<string[]> {
  const cards: string[] = [];
  for (let left = diners; left > 0; left -= 100) {
    const sheet = await call<{ cards: { number: string }[] }>(organizer, "POST", "/v1/cards/sheets", { count: Math.min(left, 100) });
    cards.push(...sheet.cards.map((card) => card.number.replaceAll(/\D/g, "")));
  }
  let dealt = 0;
  for (const account of accounts) {
    if (dealt === cards.length) break;
    const taken = await call(organizer, "POST", "/v1/cards/activate", { account, number: cards[dealt] }).then(() => true, () => false);
    if (taken) dealt++;
  }
  return cards.slice(0, dealt);
}

/** scan types a card as a hand scanner does, and tells the milliseconds from its Enter to the frame that shows the answer. */
function scan(till: Page, digits: string): Promise<number> {
  return till.evaluate(
    (code) =>
      new Promise<number>((resolve) => {
        const press = (name: string) => document.body.dispatchEvent(new KeyboardEvent("keydown", { code: name, bubbles: true, cancelable: true }));
        for (const digit of code) press(`Digit${digit}`);
        const began = performance.now();
        press("Enter");
        const look = () => {
          const shown = document.querySelector(".result");
          if (!shown || shown.classList.contains("plain")) return requestAnimationFrame(look);
          return requestAnimationFrame(() => resolve(performance.now() - began)); // the frame with it has been drawn
        };
        requestAnimationFrame(look);
      }),
    digits,
  );
}

test("a lunch line at one till: everybody is answered, and how long the software takes is told", async ({ browser }) => {
  const organizer = await (await browser.newContext()).newPage();
  await organizer.goto(links.links[3] ?? "");
  await organizer.getByRole("button", { name: "就用这部手机" }).click();
  await expect(organizer.getByText("给自己定一个六位口令")).toBeVisible();
  const cards = await deal(organizer, await able(organizer));
  expect(cards).toHaveLength(diners);

  const till = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
  await till.goto(links.till);
  const enrolled = till.waitForResponse((r) => r.url().includes("/v1/sign-in/enrolment") && r.ok());
  await till.getByRole("button", { name: /登记|就用/ }).first().click();
  await enrolled;
  await till.goto(new URL("/desk/till", links.till).href);
  await till.getByLabel("手机号").fill(links.cashier);
  await till.getByLabel("密码", { exact: true }).fill(links.password);
  await till.getByRole("button", { name: "登录" }).click();
  await expect(till.getByText("请出示卡片或积分码")).toBeVisible();

  const took: number[] = [];
  const served = till.getByRole("alertdialog", { name: "兑换成功" });
  const poor = till.getByRole("alertdialog").getByText("可用积分不够。"); // some of what she has waits for a confirmation
  for (const card of cards) {
    took.push(await scan(till, card));
    await expect(served.or(poor)).toBeVisible();
    await till.getByRole("button", { name: "下一位" }).click();
  }
  took.sort((a, b) => a - b);
  const rank = (part: number) => Math.round(took[Math.ceil(part * took.length) - 1] ?? 0);
  process.stdout.write(`till: ${took.length} diners, software time of a scan p50 ${rank(0.5)} ms, p99 ${rank(0.99)} ms, longest ${rank(1)} ms\n`);
});

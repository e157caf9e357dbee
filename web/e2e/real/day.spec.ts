/**
 * One day, for real: a browser for each person, the real server behind them, nothing canned. A volunteer opens a
 * scanned link signed out and is checked in; another checks out; the leader closes; a cashier scans with a hand scanner
 * and with a camera; the organizer confirms, looks into an entry and reverses it with a second person. Whoever started
 * the server runs `moralbank verify` on what is left behind.
 */
import { readFileSync } from "node:fs";
import { type Browser, expect, type Locator, type Page, test } from "@playwright/test";
import { filmOf, withCamera } from "./film";

/** What `moralbank demo --links FILE` writes. */
interface Links {
  links: [string, string, string, string, string, string];
  till: string;
  cards: [string, string, string];
  cashier: string;
  password: string;
}

const linksFile = process.env["MORALBANK_LINKS"] ?? "";
test.skip(linksFile === "", "needs a running demo: MORALBANK_URL and MORALBANK_LINKS");
test.describe.configure({ mode: "serial", timeout: 60_000 });

const pin = "274916";
let links: Links;
let newcomer: Page;
let present: Page;
let leader: Page;
let till: Page;
let organizer: Page;
let second: Page;
let stationURL = "";
let mealSeq = 0;

async function somebody(browser: Browser, width: number, height: number): Promise<Page> {
  const context = await browser.newContext({ viewport: { width, height } });
  return context.newPage();
}

/** enter opens a one-time link and says yes to this device. */
async function enter(page: Page, link: string): Promise<void> {
  await page.goto(link);
  await page.getByRole("button", { name: "就用这部手机" }).click();
  await expect(page.getByText("给自己定一个六位口令")).toBeVisible();
}

/** pad presses a PIN on the large keys. */
async function pad(page: Page, digits: string): Promise<void> {
  for (const digit of digits) await page.getByRole("button", { name: digit, exact: true }).click();
}

/** wedge types as a hand scanner does: digits in a burst, then Enter. */
async function wedge(page: Page, digits: string): Promise<void> {
  await page.evaluate((keys) => {
    for (const key of keys) {
      const code = key === "\n" ? "Enter" : `Digit${key}`;
      document.body.dispatchEvent(new KeyboardEvent("keydown", { key, code, bubbles: true, cancelable: true }));
    }
  }, `${digits}\n`);
}

/** again scans a code until the till takes it for a new showing: it ignores one for five seconds after it saw it. */
async function again(page: Page, digits: string, shown: Locator): Promise<void> {
  await expect(async () => {
    await wedge(page, digits);
    await expect(shown).toBeVisible({ timeout: 2_000 });
  }).toPass({ intervals: [4_000], timeout: 30_000 });
}

/** done is the whole-screen result of a redemption. */
function done(page: Page): Locator {
  return page.getByRole("alertdialog", { name: "兑换成功" });
}

/** payCode reads the digits under the code. */
async function payCode(page: Page): Promise<string> {
  const digits = page.locator(".digits");
  await expect(digits).toHaveText(/^\s*91/);
  return (await digits.innerText()).replaceAll(/\D/g, "");
}

test.beforeAll(async ({ browser }) => {
  links = JSON.parse(readFileSync(linksFile, "utf8")) as Links;
  newcomer = await somebody(browser, 375, 812);
  present = await somebody(browser, 375, 812);
  leader = await somebody(browser, 1024, 768);
  till = await somebody(browser, 1440, 900);
  organizer = await somebody(browser, 1440, 900);
  second = await somebody(browser, 1440, 900);
});

test("a volunteer signs in by her link, sets a PIN, and signs out", async () => {
  await enter(newcomer, links.links[0]);
  await pad(newcomer, pin);
  await expect(newcomer.getByRole("heading", { name: "请再输入一次" })).toBeVisible();
  await pad(newcomer, pin);
  await newcomer.getByRole("link", { name: "我的积分" }).click();
  await expect(newcomer.getByText("可用积分")).toBeVisible();
  await newcomer.getByRole("link", { name: "设置" }).click();
  await newcomer.getByRole("button", { name: "退出登录" }).click();
  await expect(newcomer.getByText("可用积分")).toBeHidden();
});

test("the leader shows the station code", async () => {
  await enter(leader, links.links[2]);
  await leader.goto("/desk");
  const code = leader.waitForResponse((r) => r.url().includes("station-code") && r.ok());
  await leader.getByRole("link", { name: "打开签到码" }).or(leader.getByRole("button", { name: "打开签到码" })).click();
  stationURL = ((await (await code).json()) as { url: string }).url;
  await expect(leader.getByRole("img", { name: "签到二维码" })).toBeVisible();
  expect(stationURL).toMatch(/\/c\/[a-z0-9-]+\/[a-z2-7]{12}$/);
});

test("the volunteer, signed out, opens the scanned link, gives her PIN, and is checked in; a second look is calm", async () => {
  await newcomer.goto(stationURL);
  await expect(newcomer.getByRole("group", { name: /口令/ })).toBeVisible();
  await pad(newcomer, pin);
  await expect(newcomer.getByText(/已签到/).first()).toBeVisible();
  await newcomer.reload();
  await expect(newcomer.getByRole("heading", { name: "您已经签到了" })).toBeVisible();
});

test("who was there for an hour checks out by the same scan", async () => {
  await enter(present, links.links[1]);
  await present.getByRole("button", { name: "以后再说" }).click();
  await present.goto(stationURL);
  await expect(present.getByText(/已签退/).first()).toBeVisible();
});

test("the leader closes with a headcount; minutes are posted", async () => {
  await leader.goto("/desk");
  await leader.getByRole("link", { name: /走访高龄老人/ }).first().click();
  await leader.getByRole("button", { name: /提前结束|结束并确认全部/ }).first().click();
  await leader.getByRole("checkbox", { name: "我看过了，就这样记" }).check();
  await leader.getByRole("button", { name: "结束活动" }).click();
  await expect(leader.getByText("已结束。时长已记上，积分等社区确认后可用。").first()).toBeVisible();
});

test("the organizer confirms: the points can be spent", async () => {
  await enter(organizer, links.links[3]);
  await organizer.goto("/console/activities");
  const closed = organizer.getByRole("article");
  await expect(closed.first()).toBeVisible();
  for (const one of await closed.all()) {
    await one.getByRole("button", { name: "确认，积分可用" }).click();
    await expect(one.getByText("已确认").or(one.getByText("您自己提出或参加过的事"))).toBeVisible(); // some are hers
  }
  await expect(closed.filter({ hasText: "走访高龄老人" }).getByText("已确认").first()).toBeVisible();
  await present.goto("/");
  await expect(present.getByText("可用积分")).toBeVisible();
});

test("the cashier enrols the till and signs in", async () => {
  await till.goto(links.till);
  const enrolled = till.waitForResponse((r) => r.url().includes("/v1/sign-in/enrolment") && r.ok());
  await till.getByRole("button", { name: /登记|就用/ }).first().click();
  await enrolled;
  await till.goto("/desk/till");
  await till.getByLabel("手机号").fill(links.cashier);
  await till.getByLabel("密码", { exact: true }).fill(links.password);
  await till.getByRole("button", { name: "登录" }).click();
  await expect(till.getByText("请出示卡片或积分码")).toBeVisible();
});

test("a card scanned by hand scanner is the period's meal, said on the whole screen, and taken back", async () => {
  await wedge(till, links.cards[0]);
  await expect(done(till)).toBeVisible();
  await done(till).getByRole("button", { name: /^撤销/ }).click();
  await expect(till.getByText("已撤销，积分已退回").first()).toBeVisible();
});

test("scanned again and again: served once, then a calm 'already'", async () => {
  await again(till, links.cards[0], done(till));
  await again(till, links.cards[0], till.getByText("这一餐已经领过了。").first());
});

test("a foreign code is told apart", async () => {
  await wedge(till, "134512345678901234");
  await expect(till.getByText(/微信/).first()).toBeVisible();
  await wedge(till, "12345678901234567890");
  await expect(till.getByText(/微信/)).toHaveCount(0);
  await till.getByRole("button", { name: "下一位" }).click();
});

test("a pay code made on the phone pays once", async () => {
  await present.getByRole("link", { name: "出示积分码" }).or(present.getByRole("button", { name: "出示积分码" })).first().click();
  const digits = await payCode(present);
  await till.getByRole("button", { name: /豆浆或粥/ }).first().click();
  await wedge(till, digits);
  await expect(done(till)).toBeVisible();
  await till.getByRole("button", { name: "下一位" }).click();
  await again(till, digits, till.getByText(/用过|更新|失效/).first());
});

test("a camera reads a card as well", async ({ launchOptions, browser }, info) => {
  const film = info.outputPath("card.mjpeg");
  await filmOf(browser, links.cards[1], film);
  const seeing = await withCamera(launchOptions, film);
  const context = await seeing.newContext({ storageState: await till.context().storageState(), permissions: ["camera"] });
  const page = await context.newPage();
  await page.goto(new URL("/desk/till", stationURL).href);
  await page.getByRole("button", { name: "摄像头" }).click();
  await expect(done(page)).toBeVisible({ timeout: 30_000 });
  await seeing.close();
});

test("the organizer looks into the meal, recomputes its hash, and asks for its reversal with a reason", async () => {
  await organizer.goto("/console/records?kind=redeemed");
  await organizer.getByRole("link", { name: /^\d/ }).first().click();
  await expect(organizer.getByText("与账本里的一致")).toBeVisible();
  await expect(organizer.getByText("每种单位相加为 0").first()).toBeVisible();
  mealSeq = Number(/records\/(\d+)/.exec(organizer.url())?.[1]);
  await organizer.getByRole("button", { name: "冲正这一条" }).click();
  await organizer.getByLabel("原因类别").selectOption({ label: "没有吃到" });
  await organizer.getByLabel("写给居民看的说明").fill("窗口忙，没有取到餐");
  await organizer.getByRole("dialog").getByRole("button", { name: "冲正这一条" }).click();
  await organizer.getByRole("button", { name: "确认冲正" }).click();
  await expect(organizer.getByText("已提交申请，等另一位负责人同意后生效")).toBeVisible();
});

test("a second organizer approves it; the books still agree", async () => {
  await enter(second, links.links[4]);
  await second.goto("/console/proposals");
  await second.getByRole("button", { name: "同意", exact: true }).first().click();
  await second.getByRole("dialog").getByRole("button", { name: "看过了，同意" }).click();
  await expect(second.getByRole("button", { name: "同意", exact: true })).toHaveCount(0);
  await organizer.goto(`/console/records/${mealSeq}`);
  await expect(organizer.getByText(/这一条已被第 [\d,]+ 条冲正/)).toBeVisible();
  await organizer.goto("/console");
  await expect(organizer.getByText("账是平的")).toBeVisible();
});

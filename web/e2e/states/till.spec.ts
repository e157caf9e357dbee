import { expect, type Page } from "@playwright/test";
import { totals } from "../fixture/people";
import { Lost, Refusal, type Answer } from "../fixture/site";
import { CARD, counter, redemption } from "../fixture/till";
import { desktop, draw, english, narrow, type State } from "./states";

/** scan types as a hand scanner does: no pause between the keys. */
async function scan(page: Page): Promise<void> {
  await page.locator(".idle h1").waitFor();
  await page.evaluate((digits) => {
    const press = (code: string): boolean => document.dispatchEvent(new KeyboardEvent("keydown", { code, bubbles: true, cancelable: true }));
    for (const digit of digits) press(`Digit${digit}`);
    press("Enter");
  }, CARD);
}

const no = (code: string, zh: string, fields = {}): Refusal => new Refusal(409, code, zh, zh, fields);
const answered = (answer: Answer) => ({ ...counter, "POST /v1/redemptions": answer });
const signedOut = new Refusal(401, "signed_out", "请先登录", "Please sign in");

const states: State[] = [
  { name: "till-idle", path: "/desk/till", answers: counter, sees: "请出示卡片或积分码" },
  {
    name: "till-chosen",
    path: "/desk/till",
    answers: counter,
    does: async (page) => {
      await page.locator(".tile").nth(1).click();
    },
    sees: "请出示卡片或积分码",
  },
  {
    name: "till-type",
    path: "/desk/till",
    answers: counter,
    does: async (page) => {
      await page.locator(".scanner-row button").nth(2).click();
    },
    sees: "就是这个号码",
  },
  {
    name: "till-ok",
    path: "/desk/till",
    answers: counter,
    does: async (page) => {
      await scan(page);
      await expect(page.locator(".recent li").first().locator("button")).toHaveCount(0); // the result itself counts down
    },
    sees: "王**",
  },
  { name: "till-ok-reduced", path: "/desk/till", answers: answered({ ...redemption, points: 20 }), does: scan, sees: "菜单价 40 分，长者或关怀优惠 20 分" },
  { name: "till-ok-free", path: "/desk/till", answers: answered({ ...redemption, points: 0 }), does: scan, sees: "这一餐没有扣积分，请正常取餐" },
  { name: "till-short", path: "/desk/till", answers: answered(no("balance_short", "余额还差 5 分，可以改选小份。", { need: 40, available: 35, small_points: 28 })), does: scan, sees: /还差 5 分/ },
  { name: "till-taken", path: "/desk/till", answers: answered(no("meal_taken", "这一餐已经取过了。", { time: "2026-11-23T03:12:00.000Z", seq: 48000, meal: "lunch" })), does: scan, sees: /已经取过/ },
  {
    name: "till-taken-again",
    path: "/desk/till",
    answers: answered(no("meal_taken", "这一餐已经领过了。", { time: "2026-11-23T03:12:00.000Z", seq: 48000, meal: "lunch" })),
    does: async (page) => {
      await scan(page);
      await page.locator(".result-buttons button").first().click();
    },
    sees: "照样取餐，不扣积分",
  },
  {
    name: "till-taken-side",
    path: "/desk/till",
    answers: answered(no("meal_taken", "这一餐已经领过了。", { time: "2026-11-23T03:12:00.000Z", seq: 48000, meal: "lunch" })),
    does: async (page) => {
      await scan(page);
      await page.locator(".result-buttons button").nth(2).click();
      await expect(page.locator("dialog .tile")).toHaveCount(1); // a main meal would be refused again
    },
    sees: "豆浆或粥",
  },
  {
    name: "till-taken-second",
    path: "/desk/till",
    answers: answered(no("meal_taken", "这一餐已经领过了。", { time: "2026-11-23T03:12:00.000Z", seq: 48000, meal: "lunch" })),
    does: async (page) => {
      await scan(page);
      await page.locator(".result-buttons button").nth(1).click();
    },
    sees: "请居民输入六位口令",
  },
  {
    name: "till-enrol",
    path: "/desk/till",
    answers: { "GET /v1/me": signedOut, "POST /v1/refresh": signedOut, "GET /v1/public/totals": totals },
    does: async (page) => {
      await page.locator(".enrol > summary").click();
    },
    sees: "登记这台机器",
  },
  { name: "till-frozen", path: "/desk/till", answers: answered(no("account_frozen", "请到服务台。")), does: scan, sees: /服务台/ },
  { name: "till-pin", path: "/desk/till", answers: answered(no("pin_required", "请输入密码。", { limit: 90, used: 80 })), does: scan, sees: "请居民输入六位口令" },
  { name: "till-pin-wrong", path: "/desk/till", answers: answered(no("pin_wrong", "密码不对。", { left: 3 })), does: scan, sees: /还可以试 3 次/ },
  { name: "till-fault", path: "/desk/till", answers: answered(new Refusal(500, "internal", "", "")), does: scan, sees: /没有回复|出了点问题/ },
  { name: "till-lost", path: "/desk/till", answers: answered(Lost), does: scan, sees: "网络没有回复" },
  { name: "till-queue", path: "/desk/till/queue", answers: counter, sees: "请出示卡片或积分码" },
  { name: "till-sign-in", path: "/desk/till", answers: { "GET /v1/me": signedOut, "POST /v1/refresh": signedOut, "GET /v1/public/totals": totals }, sees: "收银员登录" },
];

draw(states, [desktop, narrow, english]);

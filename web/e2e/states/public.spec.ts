import { expect, test } from "@playwright/test";
import { inspect } from "../fixture/inspect";
import { member, totals } from "../fixture/people";
import { checkpoint, note, policy, printed, receipt } from "../fixture/sealed";
import { Refusal } from "../fixture/site";
import { draw, elder, english, narrow, phone, type State } from "./states";

const signedOut = new Refusal(401, "signed_out", "请先登录", "Please sign in");
const anybody = {
  "GET /v1/me": signedOut,
  "POST /v1/refresh": signedOut,
  "GET /v1/public/totals": { ...totals, holds_true: true, expired: 4000 },
  "GET /v1/public/checkpoint": checkpoint,
};
const gone = new Refusal(404, "receipt_unknown", "没有找到这张凭条。", "There is no such receipt.");
const link = "GET /v1/public/receipts/k3x9";
const slip = { printed: printed(2).printed, url: "https://bank.example/r/0123456789abcdefghjkmnpqrs", code: "abcd-efgh-jk", svg: "" };

const states: State[] = [
  { name: "public", path: "/public", answers: anybody, sees: /2\/3 位见证人于 今天 11:40 见证/ },
  { name: "public-none", path: "/public", answers: { ...anybody, "GET /v1/public/checkpoint": new Refusal(404, "not_found", "没有", "None") }, sees: /还没有签名的账本指纹/ },
  {
    name: "public-stopped",
    path: "/public",
    answers: {
      ...anybody,
      "GET /v1/public/checkpoint": {
        ...checkpoint,
        alarm: "stopped",
        witnessed: false,
        witnesses_signed: 0,
        witnesses: [{ name: "street", who: "中川街道办事处", state: "ahead" }, { name: "university", state: "refused" }],
      },
    },
    sees: /已停止签名/,
  },
  { name: "printed", path: "/r/k3x9", answers: { ...anybody, [link]: printed(2) }, sees: "账目自洽，自 2026-11-23 11:30 起未被改动。" },
  {
    name: "printed-maths",
    path: "/r/k3x9",
    answers: { ...anybody, [link]: printed(2) },
    does: async (page) => {
      await page.locator("summary").nth(1).waitFor(); // both are there once the receipt is checked
      await page.locator("summary").first().click();
      await page.locator("summary").last().click();
    },
    sees: "记录的指纹（SHA-256）",
  },
  { name: "printed-unwitnessed", path: "/r/k3x9", answers: { ...anybody, [link]: printed(1) }, sees: "尚无见证" },
  { name: "printed-forged", path: "/r/k3x9", answers: { ...anybody, [link]: { ...printed(2), receipt: receipt(2).replace("index 1", "index 0") } }, sees: /核验没有通过：这笔记录不在/ },
  {
    name: "printed-differs",
    path: "/r/k3x9",
    answers: { ...anybody, [link]: { ...printed(2), printed: { ...printed(2).printed, points: -4 } } },
    sees: /纸上的内容和账上的不一样/,
  },
  { name: "printed-gone", path: "/r/k3x9", answers: { ...anybody, [link]: gone }, sees: "没有找到这张凭条。" },
  { name: "lookup", path: "/r", answers: anybody, sees: "查一张凭条" },
  {
    name: "lookup-wrong",
    path: "/r",
    answers: { ...anybody, "POST /v1/public/receipts": gone },
    does: async (page) => {
      await page.getByLabel(/凭条码|Receipt code/).fill("abcd-efgh-jk");
      await page.getByLabel(/日期|Date/).fill("2026-11-23");
      await page.getByLabel(/积分数|Points/).fill("40");
      await page.locator("button[type=submit]").click();
    },
    sees: "没有找到这张凭条。",
  },
  { name: "slip", path: "/receipt/2", answers: { ...member, "POST /v1/records/2/link": slip }, sees: "下载凭条文件" },
  { name: "verify", path: "/verify", answers: { "GET /log.txt": policy }, sees: /已从本站取得/ },
  {
    name: "verify-done",
    path: "/verify",
    answers: { "GET /log.txt": policy },
    does: async (page) => {
      await page.locator("textarea").fill(receipt(2));
      await page.locator("button[type=submit]").click();
    },
    sees: "账目自洽，自 2026-11-23 11:30 起未被改动。",
  },
  {
    name: "verify-no-key",
    path: "/verify",
    answers: {},
    does: async (page) => {
      await page.locator("textarea").fill(receipt(2));
      await page.locator("button[type=submit]").click();
    },
    sees: /还需要社区公布的公钥文件/,
  },
  {
    name: "alarm",
    path: "/public",
    answers: { ...anybody, "GET /checkpoint": note(2, 0), "GET /log.txt": policy },
    does: async (page) => {
      await page.evaluate((kept) => localStorage.setItem("moralbank.checkpoint", kept), JSON.stringify({ note: note(3, 0), keys: [policy.split(/\s/)[1]], at: 0, unproved: 0 }));
      await page.reload();
      await page.clock.runFor(2000);
      await page.getByRole("alert").first().waitFor();
    },
    sees: /账本变短了/,
  },
];

draw(states, [phone, narrow, elder, english]);

// The page that is one file, as somebody saved it: from a disk, without a network, with and without the browser's own cryptography.
for (const [name, crypto] of [
  ["as it is", ""],
  ["without WebCrypto", "Object.defineProperty(globalThis, 'crypto', { value: {} })"],
] as const) {
  test(`a saved page verifies without a network, ${name}`, async ({ page, context }) => {
    const asked: string[] = [];
    page.on("request", (request) => asked.push(request.url()));
    page.on("pageerror", (error) => asked.push(String(error)));
    await context.setOffline(true);
    if (crypto) await page.addInitScript(crypto);
    await page.setViewportSize({ width: 320, height: 640 });
    await page.goto(new URL("../../dist/site/verify.html", import.meta.url).href);
    const files = (text: string) => [
      { name: "receipt-2.tlog-proof", mimeType: "text/plain", buffer: Buffer.from(text) },
      { name: "log.txt", mimeType: "text/plain", buffer: Buffer.from(policy) },
    ];
    await page.locator("input[type=file]").setInputFiles(files(receipt(2)));
    await expect(page.getByText("这笔记录在账上，是第 2 条。")).toBeVisible();
    await expect(page.getByText("账目自洽，自 2026-11-23 11:30 起未被改动。")).toBeVisible();
    await expect(page.getByText("2/3 位见证人于 2026-11-23 11:30 见证：")).toBeVisible();
    await expect(page.getByText("中川街道办事处（street），2026-11-23 11:30")).toBeVisible();
    await inspect(page, `saved-${crypto ? "bare" : "whole"}`);
    await page.getByRole("button", { name: "换一张" }).click();
    await page.locator("input[type=file]").setInputFiles(files(receipt(1)));
    await expect(page.getByRole("heading", { name: "尚无见证" })).toBeVisible();
    await page.getByRole("button", { name: "换一张" }).click();
    await page.locator("textarea").fill(receipt(2).replace(/\nextra .*/, `\nextra ${Buffer.from('{"seq":2}').toString("base64")}`));
    await page.getByRole("button", { name: "核验", exact: true }).click();
    await expect(page.getByText(/核验没有通过：这笔记录不在/)).toBeVisible();
    expect(asked.filter((url) => !url.startsWith("file:")), "what it asked for").toEqual([]);
    expect(await page.locator("body").innerText()).not.toContain("真实");
  });
}

import { expect, type Page } from "@playwright/test";
import { auditorDay, organizerDay, orgAdminDay, detail, members, summary, sums } from "../fixture/console";
import { device, list, totals } from "../fixture/people";
import { Refusal, Slow } from "../fixture/site";
import { dark, desktop, draw, english, narrow, type State } from "./states";

/** reads waits for the page, and finds nothing on it that writes. */
const reads = (waits: string) => async (page: Page): Promise<void> => {
  await page.locator(waits).first().waitFor();
  await expect(page.locator("main :is(.button, input, textarea):not([role=search] *)")).toHaveCount(0);
};

const states: State[] = [
  { name: "overview", path: "/console", answers: organizerDay, sees: "账是平的" },
  { name: "overview-wrong", path: "/console", answers: { ...organizerDay, "GET /v1/ledger/summary": { ...summary, outstanding: 381160 } }, sees: /账不平/ },
  { name: "overview-trial-wrong", path: "/console", answers: { ...organizerDay, "GET /v1/ledger/summary": { ...summary, by_class: summary.by_class.slice(1) } }, sees: /加起来不是 0/ },
  { name: "overview-org-admin", path: "/console", answers: orgAdminDay, sees: "今天等您办的" },
  { name: "overview-auditor", path: "/console", answers: auditorDay, does: reads(".needs"), sees: "今天等人办的" },
  { name: "cards-org-admin", path: "/console/cards", answers: orgAdminDay, sees: "这一页由其他岗位使用" },
  { name: "console-known-phone", path: "/console", answers: { "GET /v1/me": device, "GET /v1/public/totals": totals }, sees: "请先登录" },
  { name: "overview-quiet", path: "/console", answers: { ...organizerDay, "GET /v1/needs": list([]) }, sees: "都办完了" },
  { name: "overview-pictures-slow", path: "/console", answers: { ...organizerDay, "GET /v1/ledger/liabilities": Slow }, sees: "账是平的" },
  { name: "inbox", path: "/console/inbox", answers: organizerDay, sees: /对第 48190 号记录有异议/ },
  { name: "inbox-empty", path: "/console/inbox", answers: { ...organizerDay, "GET /v1/needs": list([]) }, sees: "都办完了" },
  { name: "inbox-failed", path: "/console/inbox", answers: { ...organizerDay, "GET /v1/needs": new Refusal(500, "internal", "", "") }, sees: /req-7f3a9c/ },
  { name: "sums", path: "/console/sums?by=team", answers: organizerDay, sees: "对得上" },
  {
    name: "sums-org-admin",
    path: "/console/sums?by=building",
    answers: orgAdminDay,
    does: async (page) => {
      await page.locator(".table td").first().waitFor();
      await expect(page.locator("select option")).toHaveCount(1);
      await expect(page.locator("tfoot")).toHaveCount(0);
    },
    sees: "8,960",
  },
  { name: "sums-wrong", path: "/console/sums?by=team", answers: { ...organizerDay, "GET /v1/sums": list(sums.wrong) }, sees: /对不上/ },
  { name: "sums-community", path: "/console/sums?by=community", answers: organizerDay, sees: "资金池（含转赠途中和差额）" },
  { name: "sums-organizations", path: "/console/sums?by=organization", answers: organizerDay, sees: "8,960" },
  { name: "sums-canteens", path: "/console/sums?by=canteen", answers: organizerDay, sees: "其中资金池付" },
  { name: "accounts", path: "/console/accounts", answers: organizerDay, sees: /还不能用的/ },
  { name: "accounts-issued", path: "/console/accounts?of=issued", answers: organizerDay, sees: "1,286,400" },
  { name: "accounts-failed", path: "/console/accounts", answers: { ...organizerDay, "GET /v1/ledger/trial-balance": new Refusal(500, "internal", "", "") }, sees: /req-7f3a9c/ },
  { name: "sums-days", path: "/console/sums?by=day&from=2026-10-25", answers: organizerDay, sees: "2026-10-25" },
  { name: "sums-few", path: "/console/sums?by=building", answers: organizerDay, sees: /不到 10 人/ },
  {
    name: "record-why",
    path: "/console/records/48190",
    answers: organizerDay,
    does: async (page) => {
      await page.locator(".why > summary").click();
      await page.locator(".why .steps").waitFor();
    },
    sees: "每一步加起来正好",
  },
  {
    name: "member-why",
    path: "/console/members/m~wang",
    answers: organizerDay,
    does: async (page) => {
      await page.locator(".why > summary").first().click();
      await page.locator(".why .why > summary").click();
      await page.locator(".why .why .steps").waitFor();
    },
    sees: "此前的余额是 1246。",
  },
  { name: "records", path: "/console/records?kind=redeemed", answers: organizerDay, sees: "看更多" },
  { name: "records-member", path: "/console/records?account=m%2Fwang", answers: organizerDay, sees: "只看：王秀英" },
  { name: "records-team", path: "/console/records?scope=t2", answers: organizerDay, sees: "只看：夕阳行助老队" },
  { name: "records-empty", path: "/console/records?from=2020-01-01", answers: { ...organizerDay, "GET /v1/records": list([]) }, sees: "没有符合条件的账目" },
  { name: "records-slow", path: "/console/records", answers: { ...organizerDay, "GET /v1/records": Slow }, sees: "正在加载" },
  { name: "records-failed", path: "/console/records", answers: { ...organizerDay, "GET /v1/records": new Refusal(500, "internal", "", "") }, sees: /req-7f3a9c/ },
  {
    name: "record",
    path: "/console/records/48190",
    answers: organizerDay,
    does: async (page) => {
      await page.locator(".receipt .sheet").waitFor();
      for (const said of await page.locator(".receipt dl, .receipt .sheet").allInnerTexts()) expect(said).not.toMatch(/\b(m|i|c|p|a|till)\//);
    },
    sees: "与账本里的一致",
  },
  { name: "record-forged", path: "/console/records/48190", answers: { ...organizerDay, "GET /v1/records/48190": { ...detail, leaf: "00".repeat(32) } }, sees: /不一致/ },
  {
    name: "record-reverse",
    path: "/console/records/48190",
    answers: organizerDay,
    does: async (page) => {
      await page.locator(".receipt > .button.bad").click();
      await page.locator("dialog textarea").fill("打错餐了，应为牛肉面。");
      await page.locator("dialog form .button").click();
    },
    sees: "请再核对一遍",
  },
  { name: "members", path: "/console/members", answers: organizerDay, sees: "欧阳慧敏" },
  { name: "member", path: "/console/members/m~wang", answers: organizerDay, sees: "138****5678" },
  {
    name: "member-enrolment",
    path: "/console/members/m~wang",
    answers: organizerDay,
    does: async (page) => {
      await page.locator(".enrolment .button").first().click();
      await page.locator(".enrolment .picture").waitFor();
    },
    sees: /有效到/,
  },
  {
    name: "member-proof",
    path: "/console/members/m~wang",
    answers: { ...organizerDay, "POST /v1/members/m~wang/enrolment": new Refusal(422, "proof_needed", "这位居民有卡或口令。", "Card or PIN, please.") },
    does: async (page) => {
      await page.locator(".enrolment .button").first().click();
    },
    sees: "请核对是不是本人",
  },
  { name: "member-new", path: "/console/members/new", answers: organizerDay, sees: "出生日期" },
  { name: "confirm", path: "/console/activities", answers: organizerDay, sees: /多出 2 人/ },
  {
    name: "proposals-effect",
    path: "/console/proposals",
    answers: {
      ...organizerDay,
      "GET /v1/proposals/48000/effect": {
        seq: 48000,
        records: [{ zh: "孙立同意冲正第 47110 号记录，由李建国提出。原因：打错了餐。", en: "Sun Li agreed to reverse record 47110, as Li Jianguo proposed. Reason: wrong meal." }],
        moves: [
          { account: "c/1", class_zh: "食堂", class_en: "canteens", unit: "points", before: 1240, after: 1200 },
          { account: "m/wang", account_name: "王秀英", class_zh: "居民账户", class_en: "members", unit: "points", before: 1221, after: 1261 },
        ],
      },
    },
    does: async (page) => {
      await page.locator(".rows .button.main").click();
      await page.locator("dialog .facts").waitFor();
    },
    sees: "看过了，同意",
  },
  {
    name: "proposals-refused",
    path: "/console/proposals",
    answers: { ...organizerDay, "GET /v1/proposals/48000/effect": new Refusal(403, "too_close", "您和提出的人是一家人，请换一位来同意。", "You are family of the one who asks. Please let another person approve.") },
    does: async (page) => {
      await page.locator(".rows .button.main").click();
      await page.locator("dialog [role=alert]").waitFor();
      await expect(page.locator("dialog .button.main")).toHaveCount(0);
    },
    sees: /请换一位来同意/,
  },
  { name: "proposals", path: "/console/proposals", answers: organizerDay, sees: /申请让王秀英担任队长/ },
  {
    name: "cards",
    path: "/console/cards",
    answers: organizerDay,
    does: async (page) => {
      await page.locator("form .button.main").click();
      await page.locator(".paper").waitFor();
    },
    sees: "拾到请交社区服务台",
  },
  { name: "record-auditor", path: "/console/records/48190", answers: auditorDay, does: reads(".receipt .sheet"), sees: "与账本里的一致" },
  { name: "proposals-auditor", path: "/console/proposals", answers: auditorDay, does: reads(".rows li"), sees: /申请让王秀英担任队长/ },
  { name: "confirm-auditor", path: "/console/activities", answers: auditorDay, does: reads(".note"), sees: /多出 2 人/ },
  { name: "devices-auditor", path: "/console/devices", answers: auditorDay, does: reads(".rows li"), sees: /1 号收银台/ },
  {
    name: "member-auditor",
    path: "/console/members/m~wang",
    answers: auditorDay,
    does: async (page) => {
      await page.locator(".entry summary").nth(1).click();
      await reads(".entry .reasons .steps")(page);
    },
    sees: "凭证等级",
  },
  { name: "members-auditor", path: "/console/members", answers: { ...auditorDay, "GET /v1/members": list(members) }, does: reads(".table td"), sees: "欧阳慧敏" },
  { name: "devices", path: "/console/devices", answers: organizerDay, sees: /1 号收银台/ },
  {
    name: "devices-enrol",
    path: "/console/devices",
    answers: organizerDay,
    does: async (page) => {
      await page.locator("form .button.main").click();
    },
    sees: "复制链接",
  },
  {
    name: "import",
    path: "/console/imports",
    answers: organizerDay,
    does: async (page) => {
      await page.locator("input[type=file]").setInputFiles({ name: "a.csv", mimeType: "text/csv", buffer: Buffer.from("姓名,手机号\n王秀英,1") });
    },
    sees: "应为 11 位数字",
  },
];

draw(states, [desktop, dark, narrow, english]);

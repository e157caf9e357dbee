import { claim, device, list, me, member, totals } from "../fixture/people";
import { Lost, Refusal } from "../fixture/site";
import { draw, elder, english, narrow, phone, type State } from "./states";

const signedOut = new Refusal(401, "signed_out", "请先登录", "Please sign in");
const nobody = { "GET /v1/me": signedOut, "POST /v1/refresh": signedOut, "GET /v1/public/totals": totals };
const profiles = { ...nobody, "GET /v1/device/profiles": list([{ account: "m/wang", large_name: "王秀英", has_pin: true }, { account: "m/zhang", large_name: "张福来", has_pin: true }]) };
const known = (...people: unknown[]) => ({ ...nobody, "GET /v1/me": device, "GET /v1/device/profiles": list(people) });
const wang = { account: "m/wang", large_name: "王秀英", has_pin: true };
const zhang = { account: "m/zhang", large_name: "张福来", has_pin: false };

const states: State[] = [
  { name: "home", path: "/", answers: member, sees: "为什么" },
  {
    name: "home-why",
    path: "/",
    answers: member,
    does: async (page) => {
      await page.locator(".entry summary").nth(1).click();
    },
    sees: "凭证等级",
  },
  {
    name: "home-empty",
    path: "/",
    answers: { ...member, "GET /v1/me/today": { activities: [] }, "GET /v1/me/history": list([]) },
    sees: /还没有记录/,
  },
  {
    name: "home-failed",
    path: "/",
    answers: { ...member, "GET /v1/me/history": new Refusal(503, "busy", "现在人多，请过几秒再试。", "Busy: try again in a few seconds.") },
    sees: /现在人多/,
  },
  { name: "welcome", path: "/", answers: nobody, sees: /第一次用这部手机/ },
  { name: "profiles", path: "/", answers: profiles, sees: "您是哪一位？" },
  {
    name: "pin",
    path: "/",
    answers: profiles,
    does: async (page) => {
      await page.getByRole("button", { name: /王秀英/ }).click();
    },
    sees: /请输入六位口令/,
  },
  { name: "known-phone", path: "/", answers: known(wang), sees: "王秀英，请输入六位口令" },
  { name: "known-phone-sign-in", path: "/sign-in", answers: known(wang, zhang), sees: "您是哪一位？" },
  { name: "known-phone-code", path: "/code", answers: known(wang), sees: "王秀英，请输入六位口令" },
  { name: "known-phone-settings", path: "/settings", answers: known(wang), sees: "王秀英，请输入六位口令" },
  { name: "known-phone-history", path: "/history", answers: known(wang), sees: "王秀英，请输入六位口令" },
  { name: "known-phone-receipt", path: "/receipt/48190", answers: known(wang), sees: "王秀英，请输入六位口令" },
  { name: "known-phone-no-pin", path: "/", answers: known(zhang), sees: "张福来，您还没有设六位口令" },
  {
    name: "known-phone-no-pin-chosen",
    path: "/",
    answers: known(wang, zhang),
    does: async (page) => {
      await page.getByRole("button", { name: /张福来/ }).click();
      await page.getByRole("button", { name: /换一位|Someone else/ }).waitFor();
    },
    sees: "张福来，您还没有设六位口令",
  },
  { name: "staff-sign-in", path: "/sign-in?next=/desk", answers: nobody, sees: "工作人员登录" },
  { name: "code", path: "/code", answers: member, sees: /秒后更新/ },
  { name: "code-no-key", path: "/code", answers: { ...member, "POST /v1/me/code-key": Lost }, sees: /还没有积分码的钥匙/ },
  { name: "history", path: "/history", answers: member, sees: "看更多" },
  { name: "settings", path: "/settings", answers: member, sees: "特大" },
  {
    name: "claim-in",
    path: "/c/s1/abcdefghijkl",
    answers: {
      ...member,
      "POST /v1/claims": claim,
      "POST /v1/claims/use": { result: "checked_in", activity: claim.claim.activity, at: claim.claim.scanned_at, zh: "已签到", en: "Checked in" },
    },
    sees: "已签到",
  },
  {
    name: "claim-out",
    path: "/c/s1/abcdefghijkl",
    answers: {
      ...member,
      "POST /v1/claims": claim,
      "POST /v1/claims/use": { result: "checked_out", activity: claim.claim.activity, at: claim.claim.scanned_at, minutes_so_far: 121, zh: "已签退", en: "Checked out" },
    },
    sees: "已签退",
  },
  {
    name: "claim-already",
    path: "/c/s1/abcdefghijkl",
    answers: {
      ...member,
      "POST /v1/claims": claim,
      "POST /v1/claims/use": {
        result: "already",
        activity: claim.claim.activity,
        at: claim.claim.scanned_at,
        minutes_so_far: 40,
        zh: "您 09:02 已经签到，结束时再扫。",
        en: "Checked in at 09:02.",
      },
    },
    sees: "您已经签到了",
  },
  { name: "claim-unknown", path: "/c/s1/abcdefghijkl", answers: { ...nobody, "POST /v1/claims": { ...claim, signed_in: false, known_device: false } }, sees: /还没有登录过/ },
  { name: "claim-known", path: "/c/s1/abcdefghijkl", answers: { ...profiles, "POST /v1/claims": { ...claim, signed_in: false } }, sees: "您是哪一位？" },
  {
    name: "claim-expired",
    path: "/c/s1/abcdefghijkl",
    answers: { ...member, "POST /v1/claims": new Refusal(410, "code_expired", "这个码过期了", "Expired") },
    sees: /再扫一次/,
  },
  { name: "enrol", path: "/e/abc", answers: nobody, sees: "就用这部手机" },
  {
    name: "enrol-pin",
    path: "/e/abc",
    answers: { ...nobody, "POST /v1/sign-in/enrolment": { ...me, has_pin: false } },
    does: async (page) => {
      await page.locator(".button.main").click();
    },
    sees: "给自己定一个六位口令",
  },
  { name: "first", path: "/first/abc", answers: nobody, sees: "第一位管理员" },
  {
    name: "why-balance",
    path: "/",
    answers: member,
    does: async (page) => {
      await page.locator(".why > summary").click();
      await page.locator(".why .steps").waitFor();
    },
    sees: /25 分已预留给订好的餐/,
  },
  {
    name: "why-balance-records",
    path: "/",
    answers: member,
    does: async (page) => {
      await page.locator(".why > summary").first().click();
      await page.locator(".why .why > summary").click();
      await page.locator(".why .why .steps").waitFor();
    },
    sees: "此前的余额是 1246。",
  },
  {
    name: "why-award",
    path: "/history",
    answers: member,
    does: async (page) => {
      await page.locator(".entry summary").nth(1).click();
    },
    sees: /每小时 10 分/,
  },
  { name: "not-found", path: "/nothing", answers: nobody, sees: "没有这一页" },
];

draw(states, [phone, elder, narrow, english]);

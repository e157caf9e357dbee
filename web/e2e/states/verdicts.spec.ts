import { device, list } from "../fixture/people";
import { court, jury, verdicts } from "../fixture/verdicts";
import { Refusal } from "../fixture/site";
import { desktop, draw, elder, english, narrow, phone, type State } from "./states";

const picture = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAFklEQVR4nGNkYPjPgA0wYRUdtBIAO4gBD2LmZqAAAAAASUVORK5CYII=",
  "base64",
);

const states: State[] = [
  { name: "deeds", path: "/deeds", answers: verdicts, sees: "没有这回事" },
  { name: "deeds-empty", path: "/deeds", answers: { ...verdicts, "GET /v1/me/deeds": list([]) }, sees: "还没有正在办的好事" },
  {
    name: "deeds-evidence",
    path: "/deeds",
    answers: verdicts,
    does: async (page) => {
      await page.locator("article .button").first().click();
      await page.locator("img.photo").waitFor();
    },
    sees: /煤气罐/,
  },
  {
    name: "deeds-withdraw",
    path: "/deeds",
    answers: verdicts,
    does: async (page) => {
      await page.locator("article .choices .button").first().click();
    },
    sees: /可以重新填/,
  },
  {
    name: "deed-new",
    path: "/deeds/new",
    answers: verdicts,
    does: async (page) => {
      await page.locator("select").first().selectOption("neighbour-help");
      await page.locator("input[type=radio]").nth(1).check();
      await page.locator("input[type=file]").setInputFiles({ name: "a.png", mimeType: "image/png", buffer: picture });
      await page.locator("img.photo").waitFor();
    },
    sees: "帮了谁",
  },
  {
    name: "deed-unmatched",
    path: "/deeds/new",
    answers: { ...verdicts, "POST /v1/deeds": new Refusal(404, "person_unmatched", "没有找到这位居民。请核对姓名和手机号。", "No member has this name and phone number.") },
    does: async (page) => {
      await page.locator("textarea").fill("捡到钱包交给了保安。");
      await page.locator("form .button.main").click();
      await page.getByRole("alert").waitFor();
    },
    sees: /没有找到这位居民/,
  },
  {
    name: "deed-filed",
    path: "/deeds/new",
    answers: verdicts,
    does: async (page) => {
      await page.locator("textarea").fill("捡到钱包交给了保安。");
      await page.locator("form .button.main").click();
      await page.getByRole("status").first().waitFor();
    },
    sees: "已提交，谢谢您",
  },
  { name: "notices", path: "/notices", answers: verdicts, sees: /有人提了异议/ },
  { name: "notices-known-phone", path: "/notices", answers: { ...verdicts, "GET /v1/me": device }, sees: "登录后可以提异议" },
  { name: "notices-empty", path: "/notices", answers: { ...verdicts, "GET /v1/public/notices": list([]) }, sees: "现在没有公示" },
  {
    name: "notices-object",
    path: "/notices",
    answers: verdicts,
    does: async (page) => {
      await page.locator("article .button").first().click();
    },
    sees: /只有社区组织者看得到/,
  },
  { name: "disputes", path: "/disputes", answers: verdicts, sees: /厨房确认没有取餐/ },
  { name: "disputes-empty", path: "/disputes", answers: { ...verdicts, "GET /v1/me/disputes": list([]) }, sees: "您没有提过异议" },
  {
    name: "wrong",
    path: "/history",
    answers: verdicts,
    does: async (page) => {
      await page.locator("summary").first().click();
      await page.locator(".reasons .button").first().click();
    },
    sees: "哪里不对？",
  },
  {
    name: "wrong-sent",
    path: "/history",
    answers: verdicts,
    does: async (page) => {
      await page.locator("summary").first().click();
      await page.locator(".reasons .button").first().click();
      await page.locator("dialog .button.wide").first().click();
      await page.locator("dialog .note").waitFor();
    },
    sees: "已收到，正在核对",
  },
];

draw(states, [phone, elder, narrow, english]);

const staff: State[] = [
  { name: "committee", path: "/desk/committee", answers: jury, sees: "不同意" },
  {
    name: "committee-voted",
    path: "/desk/committee",
    answers: jury,
    does: async (page) => {
      await page.locator(".choices .button.main").first().click();
      await page.getByRole("status").first().waitFor();
    },
    sees: /开始公示/,
  },
  { name: "committee-empty", path: "/desk/committee", answers: { ...jury, "GET /v1/deeds": list([]) }, sees: "没有等评议的好事" },
  { name: "committee-disputes", path: "/desk/disputes", answers: jury, sees: /评议会也可以决定/ },
  {
    name: "deed-team",
    path: "/desk/deeds/new",
    answers: { ...jury, "GET /v1/members": list([{ account: "m/wang", name: "王秀英", masked_name: "王**", teams: ["t2"], state: "open", minutes: 0, has_phone: true, has_card: false }]) },
    does: async (page) => {
      await page.locator("fieldset input").first().fill("王");
    },
    sees: "就是这位",
  },
  { name: "console-deeds", path: "/console/deeds", answers: court, sees: "同意，开始公示" },
  {
    name: "console-deeds-card",
    path: "/console/deeds",
    answers: court,
    does: async (page) => {
      await page.locator("article > .button").nth(1).click();
    },
    sees: /20 位数字/,
  },
  { name: "console-disputes", path: "/console/disputes", answers: court, sees: "核对完了，答复她" },
  {
    name: "console-disputes-decide",
    path: "/console/disputes",
    answers: court,
    does: async (page) => {
      await page.locator("article .button.main").first().click();
      await page.locator("dialog textarea").fill("厨房确认没有取餐，积分退回。");
    },
    sees: "同时冲正这一条",
  },
  {
    name: "console-disputes-decided",
    path: "/console/disputes",
    answers: court,
    does: async (page) => {
      await page.locator("article .button.main").first().click();
      await page.locator("dialog textarea").fill("厨房确认没有取餐，积分退回。");
      await page.locator("dialog form .button.main").click();
      await page.getByRole("status").first().waitFor();
    },
    sees: /等另一位组织者同意/,
  },
];

draw(staff, [phone, desktop, narrow, english]);

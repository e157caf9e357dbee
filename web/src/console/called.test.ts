import { beforeEach, expect, it } from "vitest";
import { community } from "../api/session";
import type { Community } from "../api/types";
import { accountName, actorName, viaName } from "./called";

beforeEach(() => {
  const named = (id: string, name_zh: string, name_en: string) => ({ id, name_zh, name_en });
  community.value = {
    teams: [named("t2", "夕阳行助老队", "Sunset")],
    organizations: [named("o1", "爸妈食堂助餐社", "Helpers")],
    canteens: [named("c1", "爸妈食堂", "Canteen")],
  } as unknown as Community;
});

it("says every account of a record in words", () => {
  const called = ["m/wang", "i/t2", "i/o1", "i/community", "i/opening", "c/c1", "p/donation", "transit", "expired", "shortfall", "settled"].map((id) => accountName(id, undefined));
  expect(called).toEqual([
    "姓名已删除的居民", "夕阳行助老队的发放账户", "爸妈食堂助餐社的发放账户", "社区发放账户", "期初发放账户", "爸妈食堂", "爱心池", "转赠途中", "已过期", "差额", "已结算",
  ]);
  expect(accountName("m/wang", "王秀英")).toBe("王秀英");
});

it("has a word for groups that it does not know yet", () => {
  community.value = null;
  expect(["i/t2", "c/c1", "p/heating"].map((id) => accountName(id, undefined))).toEqual(["发放账户", "食堂", "资金池"]);
});

it("says who acted and by what, and never an id", () => {
  expect([actorName("timer", "系统定时"), actorName("root", undefined), actorName("m/ma", "马小兰")]).toEqual(["系统定时", "本机控制台", "马小兰"]);
  expect(["web", "cli", "timer", "till/1", "kiosk/a", "phone/x", "drone/1"].map(viaName)).toEqual(["网页", "本机命令行", "系统定时", "收银台", "自助机", "手机", "其他设备"]);
});

import { desk } from "../fixture/desk";
import { device, list, member, totals } from "../fixture/people";
import { Lost, Refusal } from "../fixture/site";
import { desktop, draw, english, narrow, phone, type State } from "./states";

const signedOut = new Refusal(401, "signed_out", "请先登录", "Please sign in");

const states: State[] = [
  { name: "desk", path: "/desk", answers: desk, sees: "开始签到" },
  { name: "desk-empty", path: "/desk", answers: { ...desk, "GET /v1/activities": list([]) }, sees: "今天还没有活动" },
  { name: "desk-offline", path: "/desk", answers: { ...desk, "GET /v1/activities": Lost }, sees: /连不上服务器/ },
  { name: "desk-signed-out", path: "/desk", answers: { "GET /v1/me": signedOut, "POST /v1/refresh": signedOut, "GET /v1/public/totals": totals }, sees: "请先登录" },
  { name: "desk-known-phone", path: "/desk", answers: { "GET /v1/me": device, "GET /v1/public/totals": totals }, sees: "请先登录" },
  { name: "station-known-phone", path: "/desk/activities/a~visit/code", answers: { ...desk, "GET /v1/me": device }, sees: "请先登录" },
  { name: "desk-not-yours", path: "/desk", answers: member, sees: "这一页由其他岗位使用" },
  { name: "desk-new", path: "/desk/new", answers: desk, sees: "保存活动" },
  { name: "activity", path: "/desk/activities/a~visit", answers: desk, sees: /补签退/ },
  {
    name: "activity-tick",
    path: "/desk/activities/a~visit",
    answers: desk,
    does: async (page) => {
      await page.locator("input").last().fill("王");
    },
    sees: "记为到场",
  },
  {
    name: "activity-close",
    path: "/desk/activities/a~visit",
    answers: desk,
    does: async (page) => {
      await page.locator(".button.wide.tall").nth(1).click();
    },
    sees: "实际到场人数",
  },
  { name: "station", path: "/desk/activities/a~visit/code", answers: desk, sees: "用微信扫一扫签到" },
  { name: "station-stopped", path: "/desk/activities/a~visit/code", answers: { ...desk, "GET /v1/activities/a~visit/station-code": Lost }, sees: /连不上服务器/ },
];

draw(states, [phone, desktop, narrow, english]);

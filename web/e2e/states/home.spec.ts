import { expect } from "@playwright/test";
import { bookings, cook, emptyKitchen, family, household, noFamily } from "../fixture/home";
import { organizerDay } from "../fixture/console";
import { at, list } from "../fixture/people";
import { Refusal } from "../fixture/site";
import { desktop, draw, elder, english, narrow, phone, type State } from "./states";

const states: State[] = [
  { name: "family", path: "/family", answers: household, sees: "转给爸妈" },
  {
    name: "family-new-phone",
    path: "/family",
    answers: { ...household, "GET /v1/me/family": { ...family, rest_until: at(9000) } },
    does: async (page) => {
      await expect(page.locator("form")).toHaveCount(0); // neither a gift nor a donation is offered that would be refused
      await expect(page.locator(".note")).toHaveCount(2);
    },
    sees: /起才能捐/,
  },
  { name: "family-none", path: "/family", answers: noFamily, sees: "还没有关联家人" },
  {
    name: "family-ask",
    path: "/family",
    answers: household,
    does: async (page) => {
      await page.locator("form input").first().fill("30");
      await page.locator("form .button.main").first().click();
    },
    sees: /把 30 分转给 李桂兰/,
  },
  {
    name: "family-refused",
    path: "/family",
    answers: { ...household, "POST /v1/gifts": new Refusal(409, "gift_limit", "今年的转赠额度用完了，明年可以再转。", "This year's limit is used up.") },
    does: async (page) => {
      await page.locator("form input").first().fill("30");
      await page.locator("form .button.main").first().click();
      await page.locator("dialog .button.main").click();
      await page.getByRole("alert").waitFor();
    },
    sees: /明年可以再转/,
  },
  {
    name: "family-given",
    path: "/family",
    answers: household,
    does: async (page) => {
      await page.locator("form input").first().fill("30");
      await page.locator("form .button.main").first().click();
      await page.locator("dialog .button.main").click();
      await page.locator("form .note").waitFor();
    },
    sees: /已转给李桂兰/,
  },
  { name: "meals", path: "/meals", answers: household, sees: "就订这个" },
  { name: "meals-none", path: "/meals", answers: { ...household, "GET /v1/me/bookings": { ...bookings, booked: [] } }, sees: "还没有订餐" },
  {
    name: "meals-today", // it is 11:42: breakfast is over
    path: "/meals",
    answers: { ...household, "GET /v1/me/bookings": { ...bookings, today: ["dinner"] } },
    does: async (page) => {
      await page.locator("form select").first().selectOption("2026-11-23");
      await expect(page.locator("form select").nth(1).locator("option")).toHaveCount(1);
      await expect(page.locator("form select").nth(1)).toHaveValue("dinner");
    },
    sees: "就订这个",
  },
  {
    name: "meals-booked",
    path: "/meals",
    answers: household,
    does: async (page) => {
      await page.locator("form .button.main").click();
      await page.locator("form .note").waitFor();
    },
    sees: /订好了/,
  },
];

draw(states, [phone, elder, narrow, english]);

const staff: State[] = [
  { name: "kitchen", path: "/desk/kitchen", answers: cook, sees: "12 份" },
  { name: "kitchen-empty", path: "/desk/kitchen", answers: emptyKitchen, sees: "这一天没有人订餐" },
  {
    name: "link-family",
    path: "/console/members/m~wang",
    answers: { ...organizerDay, "GET /v1/members": list([{ account: "m/li", name: "李桂兰", masked_name: "李**", teams: [], state: "open", minutes: 0, has_phone: false, has_card: true }]) },
    does: async (page) => {
      await page.getByLabel(/另一位家人|The other one/).fill("李");
      await page.getByRole("button", { name: /就是这位|This one/ }).click();
    },
    sees: "关联这两位",
  },
];

draw(staff, [phone, desktop, narrow, english]);

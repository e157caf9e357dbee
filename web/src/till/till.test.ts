import { describe, expect, it } from "vitest";
import { Problem } from "../api/problem";
import { facing } from "./queue";

const redemption = {
  seq: 1,
  member: { masked_name: "王**", surname: "王", speak_balance: false },
  meal: { id: "lunch", name_zh: "午餐", name_en: "Lunch", small: false },
  points: 40,
  balance_after: 1221,
  available_after: 1221,
  time: "2026-11-23T03:42:00.000Z",
  void_until: "2026-11-23T03:43:00.000Z",
  zh: "",
  en: "",
};
const no = (code: string) => new Problem(code, 409, { zh: "余额还差 5 分", en: "" }, "r", { need: 40, available: 35 });

describe("what the queue sees", () => {
  it("is a masked name and a tick", () => {
    expect(facing({ kind: "ok", redemption, code: "92" })).toEqual({ kind: "done", name: "王**" });
  });

  it("is the same for every no, with nothing of its reason", () => {
    for (const code of ["balance_short", "account_frozen", "card_revoked", "meal_taken", "daily_limit"]) {
      expect(facing({ kind: "no", code: "92", order: null, problem: no(code) })).toEqual({ kind: "wait" });
    }
    expect(facing({ kind: "pin", code: "92", order: null, problem: no("pin_required") })).toEqual({ kind: "wait" });
  });

  it("is the invitation when nothing is on", () => {
    expect(facing(null)).toEqual({ kind: "idle" });
    expect(facing({ kind: "voided", text: "undone" })).toEqual({ kind: "idle" });
  });
});

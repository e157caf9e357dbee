import { beforeEach, describe, expect, it } from "vitest";
import { clock, date, day, duration, moment, month, number, points, signed, span, when } from "./format";
import { language } from "./language";

// 2026-11-23 11:42 in the community; still the 22nd in Honolulu, where a phone may believe to be.
const NOW = Date.parse("2026-11-23T03:42:00.000Z");

beforeEach(() => {
  language.value = "zh";
});

describe("times are the community's, wherever the phone is", () => {
  it.each([
    ["2026-11-23T03:42:00.000Z", "今天 11:42"],
    ["2026-11-22T16:00:00.000Z", "今天 00:00"],
    ["2026-11-22T15:59:59.999Z", "昨天 23:59"],
    ["2026-11-24T02:00:00.000Z", "明天 10:00"],
    ["2026-11-20T02:05:00.000Z", "11月20日 10:05"],
    ["2025-12-31T16:30:00.000Z", "1月1日 00:30"],
    ["2025-12-31T15:30:00.000Z", "2025年12月31日 23:30"],
  ])("%s is %s", (time, text) => {
    expect(when(time, NOW)).toBe(text);
  });

  it("says spans within a day and across midnight", () => {
    expect(span("2026-11-23T01:00:00.000Z", "2026-11-23T03:00:00.000Z", NOW)).toBe("今天 09:00–11:00");
    expect(span("2026-11-23T14:00:00.000Z", "2026-11-23T18:00:00.000Z", NOW)).toBe("今天 22:00–明天 02:00");
  });

  it("turns a form's day and clock into a moment and back", () => {
    const time = moment("2026-11-23", "00:30");
    expect(time).toBe("2026-11-22T16:30:00.000Z");
    expect(day(time)).toBe("2026-11-23");
    expect(clock(time, true)).toBe("00:30:00");
  });

  it("speaks English", () => {
    language.value = "en";
    expect(when("2026-11-20T02:05:00.000Z", NOW)).toBe("20 Nov 10:05");
    expect(date("2025-11-20T02:05:00.000Z", NOW)).toBe("20 Nov 2025");
    expect(month("2027-05")).toBe("May 2027");
  });
});

describe("quantities carry their unit", () => {
  it.each([
    [0, "0"],
    [999, "999"],
    [1286, "1,286"],
    [-1286400, "−1,286,400"],
  ])("number %i is %s", (n, text) => {
    expect(number(n)).toBe(text);
  });

  it("signs what moved", () => {
    expect([20, -40, 0].map(signed)).toEqual(["+20", "−40", "0"]);
  });

  it("never rounds time up", () => {
    const told = (minutes: number): string => duration(minutes).replaceAll("\u00a0", " ");
    expect([0, 5, 60, 89, 120, 72_030].map(told)).toEqual(["0 分钟", "5 分钟", "1 小时", "1 小时 29 分钟", "2 小时", "1,200 小时 30 分钟"]);
    expect(told(-90)).toBe("−1 小时 30 分钟");
  });

  it("counts points in both languages", () => {
    expect(points(20)).toBe("20 分");
    language.value = "en";
    expect([1, 20].map(points)).toEqual(["1 point", "20 points"]);
    expect(month("2026-12")).toBe("Dec 2026");
  });
});

import { describe, expect, it } from "vitest";
import { idPath, inside, match, pathId, withQuery } from "./router";

describe("match", () => {
  it.each([
    ["/c/:station/:otp", "/c/s1/abcdefghijkl", { station: "s1", otp: "abcdefghijkl" }],
    ["/desk/activities/:id", "/desk/activities/a~visit", { id: "a~visit" }],
    ["/desk/activities/:id", "/desk/activities/a~visit/", { id: "a~visit" }],
    ["/e/:token", "/e/%E7%A0%81", { token: "码" }],
  ])("%s takes %s", (pattern, path, found) => {
    expect(match(pattern, path)).toEqual(found);
  });

  it.each([
    ["/c/:station/:otp", "/c/s1"],
    ["/c/:station/:otp", "/c/s1/otp/more"],
    ["/e/:token", "/d/token"],
    ["/e/:token", "/e/%E7%A"],
  ])("%s leaves %s", (pattern, path) => {
    expect(match(pattern, path)).toBeNull();
  });
});

describe("ids in paths", () => {
  it("travel with ~ for /", () => {
    expect(idPath("m/wang")).toBe("m~wang");
    expect(pathId("m~wang")).toBe("m/wang");
    expect(idPath("m/a b?#")).toBe("m~a%20b%3F%23");
  });
});

describe("filters", () => {
  it("live in the address, the empty ones left out", () => {
    expect(withQuery("/console/records", { kind: "redeemed", from: "", to: undefined })).toBe("/console/records?kind=redeemed");
    expect(withQuery("/console/records", { kind: "" })).toBe("/console/records");
  });
});

describe("where a sign-in may lead", () => {
  it.each([
    ["/desk", true],
    ["/console/records?kind=redeemed", true],
    ["//evil.example", false],
    ["/\\evil.example", false],
    ["https://evil.example", false],
    ["/desk\n//evil.example", false],
    ["", false],
    [null, false],
  ])("%s: %s", (path, yes) => {
    expect(inside(path)).toBe(yes);
  });
});

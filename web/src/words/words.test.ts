import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { en as consoleEn } from "../console/words.en";
import { zh as consoleZh } from "../console/words.zh";
import { en as deskEn } from "../desk/words.en";
import { zh as deskZh } from "../desk/words.zh";
import { en as memberEn } from "../member/words.en";
import { zh as memberZh } from "../member/words.zh";
import { en as tillEn } from "../till/words.en";
import { zh as tillZh } from "../till/words.zh";
import { kinds as kindsEn } from "./kinds.en";
import { kinds as kindsZh } from "./kinds.zh";
import { en } from "./words.en";
import { zh } from "./words.zh";

/** keysOf lists every key of a dictionary, with how many blanks its sentence has. */
function keysOf(words: object, before = ""): string[] {
  return Object.entries(words).flatMap(([key, value]: [string, unknown]) => {
    const name = `${before}${key}`;
    if (typeof value === "function") return [`${name}(${value.length})`];
    return value && typeof value === "object" ? keysOf(value, `${name}.`) : [name];
  });
}

// tsc holds most of this already; dictionaries that are open (codes to sentences) only this test compares.
describe.each([
  ["shared", zh, en],
  ["member", memberZh, memberEn],
  ["till", tillZh, tillEn],
  ["desk", deskZh, deskEn],
  ["console", consoleZh, consoleEn],
])("the words of %s", (_name, chinese, english) => {
  it("are complete in both languages", () => {
    expect(new Set(keysOf(english))).toEqual(new Set(keysOf(chinese)));
  });
});

// The ledger's own list of kinds is read where it is written: a kind that is added there asks for its words here.
describe("the kinds of records", () => {
  const source = readFileSync(new URL("../../../ledger/kind.go", import.meta.url), "utf8");
  const names = [...source.matchAll(/^\tKind\w+:\s*\{"([a-z-]+)",/gm)].map((match) => match[1] ?? "").filter((name) => name !== "unknown");
  it("are found in the ledger", () => {
    expect(names.length).toBeGreaterThan(60);
    expect(names).toContain("redeemed");
  });
  it.each([
    ["Chinese", kindsZh],
    ["English", kindsEn],
  ])("all have words in %s, in the ledger's order", (_name, kinds) => {
    expect(Object.keys(kinds)).toEqual(names);
  });
});

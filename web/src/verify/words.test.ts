import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { en } from "./words.en";
import { zh } from "./words.zh";

/** sentences are all texts of a dictionary. */
function sentences(words: unknown): string[] {
  if (typeof words === "string") return [words];
  if (typeof words === "function") return [String((words as (...args: unknown[]) => unknown)(1, 2, "3"))];
  return Object.values(words as object).flatMap(sentences);
}

describe("what is said about verification", () => {
  it("is the explanation that docs/fingerprint.zh.md gives", () => {
    const page = readFileSync(new URL("../../../docs/fingerprint.zh.md", import.meta.url), "utf8").split("\n\n");
    expect(page.slice(-zh.fingerprintText.length).map((text) => text.trim())).toEqual(zh.fingerprintText);
    expect(en.fingerprintText).toHaveLength(zh.fingerprintText.length);
  });

  it("never claims that what was recorded is true", () => {
    for (const text of sentences(zh)) expect(text).not.toMatch(/真实|属实|保证|绝对/);
    for (const text of sentences(en)) expect(text).not.toMatch(/\b(true|truth|authentic|genuine|guarantee)/i);
  });
});

// Checks the words of the pages: no empty sentence in either language, no Chinese left in the English, and no sentence
// written into a page past the dictionaries. That both languages have the same keys is what tsc checks.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const source = new URL("../src/", import.meta.url).pathname;
const han = /[\u3400-\u9fff]/;
/** Words that name the other language in its own script. */
const allowed = new Set(["中文"]);
const wrong = [];

const withoutComments = (text) => text.replace(/\/\*[\s\S]*?\*\//g, (block) => block.replace(/[^\n]/g, " ")).replace(/(^|[\s;{}])\/\/.*$/gm, "$1");
const strings = (line) => [...line.matchAll(/"((?:[^"\\]|\\.)*)"|`((?:[^`\\]|\\.)*)`/g)].map((match) => match[1] ?? match[2]);

for (const entry of readdirSync(source, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !/\.tsx?$/.test(entry.name) || /\.test\.ts$|\.gen\.ts$/.test(entry.name)) continue;
  const path = join(entry.parentPath, entry.name);
  const words = /^words\.(zh|en)\.ts$/.exec(entry.name)?.[1];
  for (const [index, line] of withoutComments(readFileSync(path, "utf8")).split("\n").entries()) {
    const say = (what) => wrong.push(`${path.slice(source.length)}:${index + 1}: ${what}: ${line.trim()}`);
    if (words === "en" && strings(line).some((text) => han.test(text) && !allowed.has(text))) say("Chinese among the English words");
    if (words && /^\s*[\w"$-]+:.*(""|``)\s*,?$/.test(line) && !/posted: ""/.test(line)) say("an empty sentence");
    if (!words && entry.name.endsWith(".tsx") && (han.test(line) || />\s*[A-Z][a-z]+ [a-z]+[^<>{}=]*</.test(line)) && !/^\s*[红橙黄绿青蓝紫]: /.test(line)) {
      say("a sentence outside the dictionaries");
    }
  }
}
for (const line of wrong) console.error(line);
if (wrong.length > 0) process.exit(1);

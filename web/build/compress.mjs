// Writes a .br and a .gz beside every text file of the built site, and prints what each door weighs on first load.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { compileFunction } from "node:vm";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const site = new URL("../dist/site/", import.meta.url).pathname;
// A service worker is a classic script: an import or export left in it would stop it, and nobody would notice until the
// network is gone. So it is parsed as one here.
compileFunction(readFileSync(join(site, "sw.js"), "utf8"));

const text = /\.(js|css|html|svg|webmanifest)$/;
const weight = new Map();

for (const entry of readdirSync(site, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !text.test(entry.name)) continue;
  const path = join(entry.parentPath, entry.name);
  const bytes = readFileSync(path);
  const small = gzipSync(bytes, { level: 9 });
  weight.set("/" + path.slice(site.length), small.length);
  writeFileSync(path + ".gz", small);
  writeFileSync(
    path + ".br",
    brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }),
  );
}

// The first load in KB after gzip. A door over its floor fails the build.
const floors = { "index.html": 40, "till.html": 70, "desk.html": 70, "console.html": 150, "public.html": 40, "verify.html": 40 };
let heavy = false;
for (const [door, floor] of Object.entries(floors)) {
  const html = readFileSync(join(site, door), "utf8");
  const parts = ["/" + door, ...[...html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map((m) => m[1])];
  const kilobytes = parts.reduce((sum, part) => sum + (weight.get(part) ?? 0), 0) / 1000;
  heavy ||= kilobytes > floor;
  console.log(`${door.padEnd(14)} first load ${kilobytes.toFixed(1)} KB gzip, ${parts.length} files (floor ${floor})`);
}
if (heavy) process.exit(1);

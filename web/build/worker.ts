import { readFileSync } from "node:fs";
import { createHash } from "node:crypto";
import { resolve } from "node:path";
import type { Plugin } from "vite";
import { transformWithOxc } from "vite";

/**
 * worker writes /sw.js: src/member/worker.ts with the list of the files that the page `entry` needs, its lazy parts
 * included, and a version that is the hash of that list, so that a new release is a new worker.
 */
export function worker(entry: string): Plugin {
  return {
    name: "worker",
    apply: "build",
    enforce: "post",
    async generateBundle(_options, bundle) {
      const files = new Set<string>();
      const visit = (file: string): void => {
        const part = bundle[file];
        if (!part || part.type !== "chunk" || files.has(file)) return;
        files.add(file);
        for (const sheet of part.viteMetadata?.importedCss ?? []) files.add(sheet);
        for (const asset of part.viteMetadata?.importedAssets ?? []) files.add(asset);
        [...part.imports, ...part.dynamicImports].forEach(visit);
      };
      for (const part of Object.values(bundle)) {
        if (part.type === "chunk" && part.isEntry && part.facadeModuleId?.endsWith(entry)) visit(part.fileName);
      }
      if (files.size === 0) this.error(`no files found for ${entry}`);
      const list = ["/", "/icon.svg", "/manifest.webmanifest", ...[...files].sort().map((file) => `/${file}`)];
      const path = resolve(import.meta.dirname, "../src/member/worker.ts");
      const { code } = await transformWithOxc(readFileSync(path, "utf8"), path);
      const version = createHash("sha256").update(list.join("\n") + code).digest("hex").slice(0, 12);
      const head = `const FILES=${JSON.stringify(list)};const VERSION=${JSON.stringify(version)};\n`;
      this.emitFile({ type: "asset", fileName: "sw.js", source: head + code });
    },
  };
}

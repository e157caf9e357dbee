import { createHash } from "node:crypto";
import type { Plugin } from "vite";

const digest = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

/**
 * standalone makes one file of a page: its script and its style stand in it, under a policy that allows these two by their hashes and
 * nothing else to run, and no connection but to the site that the page came from; opened from a disk, none at all. Beside it goes the
 * hash of the file, as `sha256sum -c` reads it.
 */
export function standalone(page: string): Plugin {
  return {
    name: "standalone",
    apply: "build",
    enforce: "post",
    generateBundle(_options, bundle) {
      let script = "";
      let style = "";
      let html = "";
      for (const [name, part] of Object.entries(bundle)) {
        if (part.type === "chunk") script += part.code.replaceAll("</script", "<\\/script");
        else if (name.endsWith(".css")) style += String(part.source);
        else if (name === page) html = String(part.source);
        else this.error(`${page} needs ${name}, which cannot stand in it`);
        delete bundle[name];
      }
      if (!script || !style || !html) this.error(`${page} was not built`);
      const policy = [
        "default-src 'none'",
        `script-src ${digest(script)}`,
        `style-src ${digest(style)}`,
        "connect-src 'self'",
        "form-action 'none'",
        "base-uri 'none'",
      ].join("; ");
      html = html
        .replace(/\s*<(script|link)\b[^>]*\b(src|href)="\/assets\/[^"]*"[^>]*>(<\/script>)?/g, "")
        .replace('<meta charset="utf-8" />', () => `<meta charset="utf-8" />\n    <meta http-equiv="Content-Security-Policy" content="${policy}" />`)
        .replace("</head>", () => `  <style>${style}</style>\n  </head>`)
        .replace("</body>", () => `  <script>${script}</script>\n  </body>`);
      const sum = createHash("sha256").update(html).digest("hex");
      this.emitFile({ type: "asset", fileName: page, source: html });
      this.emitFile({ type: "asset", fileName: page.replace(/html$/, "sha256"), source: `${sum}  ${page}\n` });
      this.info(`${page} ${(html.length / 1000).toFixed(1)} KB, SHA-256 ${sum}`);
    },
  };
}

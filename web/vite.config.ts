import { resolve } from "node:path";
import { defineConfig } from "vitest/config";
import { worker } from "./build/worker.ts";

const page = (name: string) => resolve(import.meta.dirname, name);

/** Five doors, one bundle each; the service worker is written last, because it lists the member door's files. */
export default defineConfig({
  build: {
    outDir: "dist/site",
    emptyOutDir: true,
    // The floor of facts: Chromium 92 and iOS 15.4, which WeChat's web views meet.
    target: ["chrome92", "safari15.4"],
    // Styles and scripts stay files of their own: the Content-Security-Policy allows nothing inline.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: {
        member: page("index.html"),
        desk: page("desk.html"),
        till: page("till.html"),
        console: page("console.html"),
        public: page("public.html"),
      },
    },
  },
  plugins: [worker("index.html")],
  server: { host: "127.0.0.1", proxy: { "/v1": "http://127.0.0.1:8460" } },
  test: { environment: "node", include: ["src/**/*.test.ts"] },
});

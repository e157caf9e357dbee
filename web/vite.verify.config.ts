import { resolve } from "node:path";
import { defineConfig } from "vite";
import { standalone } from "./build/standalone.ts";

/** The page that verifies receipts is one file, which can be saved and opened without a network. It is built after the doors. */
export default defineConfig({
  publicDir: false,
  build: {
    outDir: "dist/site",
    emptyOutDir: false,
    target: ["chrome92", "safari15.4"],
    cssCodeSplit: false,
    modulePreload: false,
    rolldownOptions: {
      input: resolve(import.meta.dirname, "verify.html"),
      output: { format: "iife", codeSplitting: false },
      transform: { define: { "import.meta": "{}" } }, // a classic script has none; nothing is preloaded
    },
  },
  plugins: [standalone("verify.html")],
});

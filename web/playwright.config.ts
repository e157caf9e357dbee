import { defineConfig } from "@playwright/test";

/**
 * A browser that is already on the machine (Debian's Chromium) is used; none is downloaded. e2e/states draws every page
 * in every state from canned answers; e2e/real walks through a running server, whose address MORALBANK_URL names.
 */
export default defineConfig({
  testDir: "e2e",
  outputDir: "e2e/out/tests",
  fullyParallel: true,
  forbidOnly: true,
  workers: 2,
  timeout: 12_000,
  reporter: [["list"]],
  use: {
    baseURL: process.env["MORALBANK_URL"] ?? "http://127.0.0.1:8460",
    locale: "zh-CN",
    timezoneId: "Europe/Berlin", // the pages tell the community's time, wherever the phone believes to be
    launchOptions: {
      executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
      args: [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
});

import { writeFileSync } from "node:fs";
import { type Browser, chromium, type LaunchOptions } from "@playwright/test";
import encodeQR from "qr";

/** FRAMES of one picture: the camera plays them again and again. */
const FRAMES = 3;

/** filmOf writes a film of a QR code on a table, in the form that Chromium's fake camera plays. */
export async function filmOf(browser: Browser, text: string, file: string): Promise<void> {
  const page = await browser.newPage({ viewport: { width: 640, height: 480 } });
  const drawn = encodeQR(text, "svg", { ecc: "high" });
  await page.setContent(`<body style="margin:0;background:#cfc8bd"><div style="width:300px;margin:60px auto;padding:20px;background:#fff">${drawn}</div></body>`);
  const frame = await page.screenshot({ type: "jpeg", quality: 90 });
  await page.close();
  writeFileSync(file, Buffer.concat(Array.from({ length: FRAMES }, () => frame)));
}

/** withCamera starts a browser whose camera sees a film. */
export function withCamera(options: LaunchOptions, film: string): Promise<Browser> {
  return chromium.launch({
    ...options,
    args: [
      ...(options.args ?? []),
      "--use-fake-ui-for-media-stream",
      "--use-fake-device-for-media-stream",
      `--use-file-for-fake-video-capture=${film}`,
    ],
  });
}

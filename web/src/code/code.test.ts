import decodeQR from "qr/decode.js";
import { describe, expect, it } from "vitest";
import { draw } from "./draw";
import { checks, luhn } from "./luhn";
import { grouped, payCode } from "./paycode";
import { hmacKey, totp } from "./totp";

const secret = new TextEncoder().encode("12345678901234567890123456789012");

describe("totp", () => {
  // RFC 6238 appendix B, the SHA-256 rows.
  it.each([
    [59, "46119246"],
    [1111111109, "68084774"],
    [1111111111, "67062674"],
    [1234567890, "91819424"],
    [2000000000, "90698825"],
    [20000000000, "77737706"],
  ])("at %i s is %s", async (time, digits) => {
    expect(await totp(await hmacKey(secret), Math.floor(time / 30))).toBe(digits);
  });

  it("keeps its key to itself", async () => {
    const key = await hmacKey(secret);
    expect(key.extractable).toBe(false);
    await expect(crypto.subtle.exportKey("raw", key)).rejects.toThrow();
  });
});

describe("luhn", () => {
  it.each([
    ["7992739871", "3"],
    ["0000000000", "0"],
    ["411111111111111", "1"],
  ])("of %s is %s", (digits, check) => {
    expect(luhn(digits)).toBe(check);
    expect(checks(digits + check)).toBe(true);
  });

  it("sees every single wrong digit", () => {
    const code = "9110000000146119246";
    const good = code + luhn(code);
    for (let at = 0; at < good.length; at++) {
      const wrong = good.slice(0, at) + String((Number(good[at]) + 1) % 10) + good.slice(at + 1);
      expect(checks(wrong)).toBe(false);
    }
  });

  it("knows what is no code", () => {
    for (const text of ["", "7", "79a", "https://x"]) expect(checks(text)).toBe(false);
  });
});

describe("payCode", () => {
  it("is prefix, handle, one-time digits and check digit, until the step ends", async () => {
    const stored = { prefix: "91", handle: "123456789", key: await hmacKey(secret), stepSeconds: 30 } as const;
    const code = await payCode(stored, 59_000);
    expect(code.digits).toMatch(/^9112345678946119246\d$/);
    expect(code.digits).toHaveLength(20);
    expect(checks(code.digits)).toBe(true);
    expect(code.until).toBe(60_000);
    expect(grouped(code.digits)).toHaveLength(5);
    expect((await payCode(stored, 60_000)).digits).not.toBe(code.digits);
  });

  it("is drawn as version 2 (25 modules) and read back", () => {
    const digits = "91123456789461192466";
    const { size, path } = draw(digits);
    expect(size).toBe(25 + 8);
    expect(decodeQR(raster(size, path, 6))).toBe(digits);
  });
});

/** raster paints a drawing, so that the decoder sees what a camera would. */
function raster(size: number, path: string, scale: number) {
  const side = size * scale;
  const data = new Uint8ClampedArray(side * side * 4).fill(255);
  for (const [, x = "", y = "", run = ""] of path.matchAll(/M(\d+) (\d+)h(\d+)/g)) {
    for (let py = Number(y) * scale; py < (Number(y) + 1) * scale; py++) {
      for (let px = Number(x) * scale; px < (Number(x) + Number(run)) * scale; px++) {
        data.fill(0, (py * side + px) * 4, (py * side + px) * 4 + 3);
      }
    }
  }
  return { width: side, height: side, data };
}

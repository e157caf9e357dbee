import encodeQR from "qr";
import { describe, expect, it } from "vitest";
import { luhn } from "../code/luhn";
import { fresh } from "./debounce";
import { decode, stretch, type Frame } from "./decode";
import { Wedge } from "./wedge";

const CODE = `9200000000000000017${luhn("9200000000000000017")}`;

/** types feeds digits `gap` ms apart and then `end`; the result of the last stroke. */
function types(wedge: Wedge, digits: string, gap: number, end = "Enter", key = "Digit", from = 1000): string | null {
  let time = from;
  for (const digit of digits) wedge.feed({ code: key + digit, timeStamp: (time += gap) });
  return wedge.feed({ code: end, timeStamp: (time += gap) });
}

describe("wedge", () => {
  it.each(["Enter", "NumpadEnter", "Tab"])("takes a scan that ends with %s", (end) => {
    expect(types(new Wedge(), CODE, 4, end)).toBe(CODE);
  });

  it("reads the number pad too", () => {
    expect(types(new Wedge(), CODE, 8, "Enter", "Numpad")).toBe(CODE);
  });

  it("reads keys without a place on the keyboard", () => {
    const wedge = new Wedge();
    for (const [i, key] of [...CODE].entries()) wedge.feed({ code: "", key, timeStamp: i * 4 });
    expect(wedge.feed({ code: "", key: "Enter", timeStamp: 90 })).toBe(CODE);
  });

  it.each([60, 120, 400, 900])("takes a whole code from a scanner that pauses %i ms after each key", (gap) => {
    expect(types(new Wedge(), CODE, gap)).toBe(CODE);
  });

  it.each([1, 7, 12, 19])("takes a whole code that stumbled after %i digits, never a part of it", (at) => {
    const wedge = new Wedge();
    for (const [i, digit] of [...CODE].entries()) wedge.feed({ code: `Digit${digit}`, timeStamp: i * 4 + (i < at ? 0 : 300) });
    expect(wedge.feed({ code: "Enter", timeStamp: 600 })).toBe(CODE);
  });

  it("takes another firm's code that stumbled as it was shown", () => {
    const wedge = new Wedge();
    const wechat = "134567890123456789";
    for (const [i, digit] of [...wechat].entries()) wedge.feed({ code: `Digit${digit}`, timeStamp: i * 4 + (i < 9 ? 0 : 300) });
    expect(wedge.feed({ code: "Enter", timeStamp: 380 })).toBe(wechat);
  });

  it("leaves a person's typing alone", () => {
    expect(types(new Wedge(), "13800005678", 80)).toBeNull();
    expect(types(new Wedge(), CODE.slice(0, 19), 80)).toBeNull(); // not whole
    expect(types(new Wedge(), CODE.slice(0, 19) + String((Number(CODE[19]) + 1) % 10), 80)).toBeNull(); // a wrong check digit
    expect(types(new Wedge(), "1234567", 4)).toBeNull();
  });

  it("leaves a code that a person writes into a field to the field", () => {
    const wedge = new Wedge();
    for (const [i, digit] of [...CODE].entries()) expect(wedge.feed({ code: `Digit${digit}`, timeStamp: i * 120, field: true })).toBeNull();
    expect(wedge.feed({ code: "Enter", timeStamp: 2500, field: true })).toBeNull();
    for (const [i, digit] of [...CODE].entries()) wedge.feed({ code: `Digit${digit}`, timeStamp: 9000 + i * 4, field: true });
    expect(wedge.feed({ code: "Enter", timeStamp: 9090, field: true })).toBe(CODE); // a scan it is, even there
  });

  it("forgets what was typed before the scan", () => {
    for (const before of [100, 700, 940]) {
      const wedge = new Wedge();
      for (const digit of "123") wedge.feed({ code: `Digit${digit}`, timeStamp: before });
      expect(types(wedge, CODE, 4)).toBe(CODE);
    }
  });

  it("joins nothing over a silence", () => {
    const wedge = new Wedge();
    for (const [i, digit] of [...CODE].entries()) wedge.feed({ code: `Digit${digit}`, timeStamp: i * 4 + (i < 10 ? 0 : 2000) });
    expect(wedge.feed({ code: "Enter", timeStamp: 2090 })).not.toBe(CODE);
  });

  it("takes the next scan right after", () => {
    const wedge = new Wedge();
    expect(types(wedge, CODE, 4, "Enter", "Digit", 0)).toBe(CODE);
    expect(types(wedge, "9112345678901234567", 4, "Enter", "Digit", 100)).toBe("9112345678901234567");
  });

  it("drops a scan with a letter in it", () => {
    const wedge = new Wedge();
    for (const [i, code] of ["Digit1", "Digit2", "KeyA", "Digit3"].entries()) wedge.feed({ code, timeStamp: i });
    expect(wedge.feed({ code: "Enter", timeStamp: 5 })).toBeNull();
  });
});

describe("fresh", () => {
  it("lets a code pass once while it is held before the camera", () => {
    const pass = fresh();
    expect([0, 400, 1800, 3200].map((at) => pass("a", at))).toEqual([true, false, false, false]);
    expect(pass("b", 3300)).toBe(true);
  });

  it("lets it pass again as soon as it was taken away", () => {
    const pass = fresh();
    expect([0, 400, 2000].map((at) => pass("a", at))).toEqual([true, false, true]);
  });
});

/** photo paints a code into a grey frame: dark and light are the greys of its modules, noise is added to every pixel. */
function photo(text: string, scale: number, dark: number, light: number, noise: number, turned = false): Frame {
  const rows = encodeQR(text, "raw", { ecc: "high", border: 4 });
  const side = rows.length * scale + 40;
  const data = new Uint8ClampedArray(side * side * 4);
  let seed = 7;
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const [row, column] = turned ? [x, side - 1 - y] : [y, x];
      const module = rows[Math.floor((row - 20) / scale)]?.[Math.floor((column - 20) / scale)];
      seed = (seed * 1103515245 + 12345) % 2147483648;
      const grey = (module ? dark : light) + (seed / 2147483648 - 0.5) * noise;
      data.fill(grey, (y * side + x) * 4, (y * side + x) * 4 + 3);
      data[(y * side + x) * 4 + 3] = 255;
    }
  }
  return { width: side, height: side, data };
}

describe("decode", () => {
  it("reads a clear code, and one lying on its side", () => {
    expect(decode(photo(CODE, 8, 10, 245, 10))).toBe(CODE);
    expect(decode(photo(CODE, 8, 10, 245, 10, true))).toBe(CODE);
  });

  it("reads a link", () => {
    const link = "https://bank.example/c/s1/abcdefghijkl";
    expect(decode(photo(link, 6, 20, 230, 20))).toBe(link);
  });

  it("reads a dim phone in the sun", () => {
    expect(decode(photo(CODE, 8, 196, 224, 4))).toBe(CODE);
  });

  it("finds nothing in an empty frame", () => {
    expect(decode({ width: 64, height: 64, data: new Uint8ClampedArray(64 * 64 * 4).fill(200) })).toBeNull();
  });

  it("stretches the greys over the whole range", () => {
    const { data } = stretch(photo(CODE, 4, 196, 224, 0));
    expect(Math.min(...data.filter((_, i) => i % 4 === 0))).toBe(0);
    expect(Math.max(...data.filter((_, i) => i % 4 === 0))).toBe(255);
  });
});

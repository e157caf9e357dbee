import { createHash, generateKeyPairSync, sign } from "node:crypto";
import { readFileSync } from "node:fs";
import { afterEach, describe, expect, it, vi } from "vitest";
import * as either from "./crypto";
import { verified } from "./ed25519";
import { ReceiptError } from "./note";
import { verifyReceipt } from "./receipt";
import { sha256 } from "./sha256";
import { sha512 } from "./sha512";

const page = readFileSync(new URL("../../../docs/format-seal.md", import.meta.url), "utf8");
const vkey = /verifier key: `([^`]+)`/.exec(page)?.[1] ?? "";
const receipt = /```\n(c2sp\.org\/tlog-proof@v1\nextra eyJ[^`]*)```/.exec(page)?.[1] ?? "";
const policy = `log ${vkey}\nquorum none\n`;

const why = async (text: string, by = policy) => {
  try {
    return (await verifyReceipt(text, by)).index;
  } catch (e) {
    return e instanceof ReceiptError ? e.why : String(e);
  }
};

/** Each way of computing: WebCrypto, and an old web view that has none. */
const ways: [string, () => void][] = [
  ["with WebCrypto", () => undefined],
  ["without WebCrypto", () => vi.stubGlobal("crypto", {})],
  [
    "with a WebCrypto that knows no Ed25519",
    () => vi.stubGlobal("crypto", { subtle: { digest: crypto.subtle.digest.bind(crypto.subtle), importKey: () => Promise.reject(new Error("NotSupportedError")) } }),
  ],
];
afterEach(() => vi.unstubAllGlobals());

describe("hashes", () => {
  it.each([0, 1, 55, 56, 63, 64, 65, 111, 112, 127, 128, 129, 1000])("of %i bytes are those of node", (n) => {
    const message = Uint8Array.from({ length: n }, (_, i) => (i * 7) & 0xff);
    expect(Buffer.from(sha256(message)).toString("hex")).toBe(createHash("sha256").update(message).digest("hex"));
    expect(Buffer.from(sha512(message)).toString("hex")).toBe(createHash("sha512").update(message).digest("hex"));
  });
});

describe("signatures", () => {
  it("of node verify, and no bit of key, message or signature can be another", () => {
    for (let round = 0; round < 4; round++) {
      const pair = generateKeyPairSync("ed25519");
      const key = new Uint8Array(pair.publicKey.export({ type: "spki", format: "der" }).subarray(12));
      const message = Uint8Array.from({ length: round * 40 }, (_, i) => i);
      const signature = new Uint8Array(sign(null, message, pair.privateKey));
      expect(verified(key, message, signature)).toBe(true);
      for (const at of [0, 17, 31, 32, 50, 63]) {
        const bad = signature.map((b, i) => (i === at ? b ^ 4 : b));
        expect(verified(key, message, bad)).toBe(false);
      }
      expect(verified(key, new Uint8Array([...message, 1]), signature)).toBe(false);
      expect(verified(key.map((b, i) => (i === 3 ? b ^ 1 : b)), message, signature)).toBe(false);
    }
  });
});

describe("whichever way", () => {
  it.each(ways)("%s the answers are the same", async (_, way) => {
    const pair = generateKeyPairSync("ed25519");
    const key = new Uint8Array(pair.publicKey.export({ type: "spki", format: "der" }).subarray(12));
    const message = Uint8Array.from({ length: 200 }, (_, i) => i);
    const signature = new Uint8Array(sign(null, message, pair.privateKey));
    way();
    expect(await either.sha256(message)).toEqual(sha256(message));
    expect(await either.verified(key, message, signature)).toBe(true);
    expect(await either.verified(key, message.subarray(1), signature)).toBe(false);
    expect(await either.verified(key.subarray(1), message, signature)).toBe(false);
    expect(await either.verified(key, message, signature.subarray(1))).toBe(false);
  });
});

describe.each(ways)("receipts %s", (_, way) => {
  it("verifies the one in docs/format-seal.md", async () => {
    way();
    const r = await verifyReceipt(receipt, policy);
    expect(r).toMatchObject({ index: 1, checkpoint: { origin: "bank.example/rainbow", size: 3, witnesses: [], witnessed: false } });
    expect(JSON.parse(r.line)).toMatchObject({ seq: 2, kind: "account-opened" });
  });

  it("refuses another line, another place, another tree, another key", async () => {
    way();
    expect(await why(receipt.replace("extra eyJz", "extra eyJt"))).toBe("not_in_tree");
    expect(await why(receipt.replace("index 1", "index 0"))).toBe("not_in_tree");
    expect(await why(receipt.replace("\n3\n", "\n4\n"))).toBe("not_signed");
    expect(await why(receipt, "log bank.example/rainbow+9a96e03e+Ac5Y0VnR2wl9nvD6/zkOc9Bp9AzWViAWdH9pc1zT9R1t\nquorum none")).toBe("policy_unreadable");
    expect(await why(receipt, "quorum none")).toBe("policy_unreadable");
    expect(await why("hello")).toBe("not_a_receipt");
    expect(await why("")).toBe("not_a_receipt");
  });

  it("takes no receipt in which a character was changed for another record", async () => {
    const line = (await verifyReceipt(receipt, policy)).line;
    const proved = async (text: string) => {
      try {
        return (await verifyReceipt(text, policy)).line;
      } catch (e) {
        return e instanceof ReceiptError ? line : String(e);
      }
    };
    for (let at = 0; at < receipt.length; at += 3) {
      expect(await proved(`${receipt.slice(0, at)}${receipt[at] === "B" ? "C" : "B"}${receipt.slice(at + 1)}`)).toBe(line);
    }
  });

  it("counts witnesses by the policy", async () => {
    way();
    const note = receipt.slice(receipt.indexOf("\n\n") + 2);
    const text = note.slice(0, note.indexOf("\n\n") + 1);
    let signed = receipt;
    let asked = `log ${vkey}\n`;
    for (const name of ["street", "university", "volunteers"]) {
      const pair = generateKeyPairSync("ed25519");
      const key = Buffer.concat([Buffer.from([4]), pair.publicKey.export({ type: "spki", format: "der" }).subarray(12)]);
      const id = createHash("sha256").update(`${name}.example/w\n`).update(key).digest().subarray(0, 4);
      asked += `# who runs ${name}: ${name} 单位\nwitness ${name} ${name}.example/w+${id.toString("hex")}+${key.toString("base64")} http://127.0.0.1/\n`;
      if (name === "volunteers") continue;
      const time = Buffer.alloc(8);
      time.writeBigUInt64BE(1_800_000_000n);
      const signature = sign(null, Buffer.from(`cosignature/v1\ntime 1800000000\n${text}`), pair.privateKey);
      signed += `\u2014 ${name}.example/w ${Buffer.concat([id, time, signature]).toString("base64")}\n`;
    }
    const opened = async (text: string, by: string) => (await verifyReceipt(text, by)).checkpoint;
    const two = await opened(signed, `${asked}group all 2 street university volunteers\nquorum all\n`);
    expect(two.witnessed).toBe(true);
    expect(two.witnesses).toEqual(["street", "university"].map((name) => ({ name, who: `${name} 单位`, at: new Date(1_800_000_000_000) })));
    expect((await opened(signed, `${asked}group all all street university volunteers\nquorum all\n`)).witnessed).toBe(false);
    expect((await opened(signed, `${asked}quorum volunteers\n`)).witnessed).toBe(false);
    expect(await opened(receipt, `${asked}quorum street\n`)).toMatchObject({ witnessed: false, witnesses: [] });
  });
});

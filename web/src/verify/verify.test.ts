import { createHash, generateKeyPairSync, sign } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { verified } from "./ed25519";
import { ReceiptError, verifyReceipt } from "./receipt";
import { sha256, sha512 } from "./sha2";

const page = readFileSync(new URL("../../../docs/format-seal.md", import.meta.url), "utf8");
const vkey = /verifier key: `([^`]+)`/.exec(page)?.[1] ?? "";
const receipt = /```\n(c2sp\.org\/tlog-proof@v1\nextra eyJ[^`]*)```/.exec(page)?.[1] ?? "";
const policy = `log ${vkey}\nquorum none\n`;

const why = (text: string, by = policy) => {
  try {
    return verifyReceipt(text, by).index;
  } catch (e) {
    return e instanceof ReceiptError ? e.why : String(e);
  }
};

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

describe("receipts", () => {
  it("verifies the one in docs/format-seal.md", () => {
    const r = verifyReceipt(receipt, policy);
    expect(r).toMatchObject({ index: 1, origin: "bank.example/rainbow", size: 3, witnesses: [], witnessed: false });
    expect(JSON.parse(r.line)).toMatchObject({ seq: 2, kind: "account-opened" });
  });

  it("refuses another line, another place, another tree, another key", () => {
    expect(why(receipt.replace("extra eyJz", "extra eyJt"))).toBe("not_in_tree");
    expect(why(receipt.replace("index 1", "index 0"))).toBe("not_in_tree");
    expect(why(receipt.replace("\n3\n", "\n4\n"))).toBe("not_signed");
    expect(why(receipt, "log bank.example/rainbow+9a96e03e+Ac5Y0VnR2wl9nvD6/zkOc9Bp9AzWViAWdH9pc1zT9R1t\nquorum none")).toBe("policy_unreadable");
    expect(why(receipt, "quorum none")).toBe("policy_unreadable");
    expect(why("hello")).toBe("not_a_receipt");
    expect(why("")).toBe("not_a_receipt");
  });

  it("takes no receipt in which a character was changed for another record", () => {
    const line = verifyReceipt(receipt, policy).line;
    const proved = (text: string) => {
      try {
        return verifyReceipt(text, policy).line;
      } catch (e) {
        return e instanceof ReceiptError ? line : String(e);
      }
    };
    for (let at = 0; at < receipt.length; at += 3) {
      expect(proved(`${receipt.slice(0, at)}${receipt[at] === "B" ? "C" : "B"}${receipt.slice(at + 1)}`)).toBe(line);
    }
  });

  it("counts witnesses by the policy", () => {
    const note = receipt.slice(receipt.indexOf("\n\n") + 2);
    const text = note.slice(0, note.indexOf("\n\n") + 1);
    let signed = receipt;
    let asked = `log ${vkey}\n`;
    for (const name of ["street", "university", "volunteers"]) {
      const pair = generateKeyPairSync("ed25519");
      const key = Buffer.concat([Buffer.from([4]), pair.publicKey.export({ type: "spki", format: "der" }).subarray(12)]);
      const id = createHash("sha256").update(`${name}.example/w\n`).update(key).digest().subarray(0, 4);
      asked += `witness ${name} ${name}.example/w+${id.toString("hex")}+${key.toString("base64")} http://127.0.0.1/\n`;
      if (name === "volunteers") continue;
      const time = Buffer.alloc(8);
      time.writeBigUInt64BE(1_800_000_000n);
      const signature = sign(null, Buffer.from(`cosignature/v1\ntime 1800000000\n${text}`), pair.privateKey);
      signed += `\u2014 ${name}.example/w ${Buffer.concat([id, time, signature]).toString("base64")}\n`;
    }
    const two = verifyReceipt(signed, `${asked}group all 2 street university volunteers\nquorum all\n`);
    expect(two.witnessed).toBe(true);
    expect(two.witnesses).toEqual(["street", "university"].map((name) => ({ name, at: new Date(1_800_000_000_000) })));
    expect(verifyReceipt(signed, `${asked}group all all street university volunteers\nquorum all\n`).witnessed).toBe(false);
    expect(verifyReceipt(signed, `${asked}quorum volunteers\n`).witnessed).toBe(false);
    expect(verifyReceipt(receipt, `${asked}quorum street\n`)).toMatchObject({ witnessed: false, witnesses: [] });
  });
});

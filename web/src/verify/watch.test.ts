import { createHash, generateKeyPairSync, sign, type KeyObject } from "node:crypto";
import { describe, expect, it } from "vitest";
import { extended, proveSince, tilePath } from "./tiles";
import { look, UNPROVED, type Kept, type Source } from "./watch";

const hash = (...parts: Uint8Array[]) => new Uint8Array(createHash("sha256").update(Buffer.concat(parts)).digest());
const leafAt = (i: number, salt = "") => hash(new Uint8Array([0]), hash(Buffer.from(`record ${i}${salt}`)));

/** root is RFC 6962 section 2.1 as it is written there. */
function root(leaves: Uint8Array[]): Uint8Array {
  if (leaves.length === 0) return hash();
  if (leaves.length === 1) return leaves[0] as Uint8Array;
  let k = 1;
  while (k * 2 < leaves.length) k *= 2;
  return hash(new Uint8Array([1]), root(leaves.slice(0, k)), root(leaves.slice(k)));
}

/** tilesOf serves the tiles of a tree from their addresses, as a server does; those of a wider tree too. */
function tilesOf(leaves: Uint8Array[]) {
  const above = (row: Uint8Array[]) => Array.from({ length: Math.floor(row.length / 256) }, (_, i) => root(row.slice(i * 256, (i + 1) * 256)));
  const rows = [leaves, above(leaves)];
  return async (path: string): Promise<Uint8Array> => {
    const [, level = "", rest = ""] = /^tile\/(\d+)\/(.*)$/.exec(path) ?? [];
    const [digits = "", width = "256"] = rest.split(".p/");
    const n = Number(digits.replace(/[x/]/g, ""));
    const some = (rows[Number(level)] ?? []).slice(n * 256, n * 256 + Number(width));
    if (some.length < Number(width)) throw new Error(`no tile ${path}`);
    return new Uint8Array(Buffer.concat(some));
  };
}

const leaves = Array.from({ length: 1200 }, (_, i) => leafAt(i));
const trees = new Map<number, { size: number; root: Uint8Array }>();
const tree = (size: number) => {
  const known = trees.get(size) ?? { size, root: root(leaves.slice(0, size)) };
  trees.set(size, known);
  return known;
};

describe("consistency from tiles", () => {
  const sizes = [0, 1, 2, 3, 4, 5, 7, 8, 9, 63, 64, 65, 255, 256, 257, 511, 512, 513, 600, 767, 768, 1023, 1024, 1025, 1200];

  it("holds between all pairs of sizes, and between no other trees", { timeout: 30_000 }, async () => {
    for (const now of sizes) {
      const tiles = tilesOf(leaves.slice(0, now));
      for (const before of sizes.filter((n) => n <= now)) {
        const proof = await proveSince(before, now, tiles);
        expect(await extended(tree(before), tree(now), proof), `${before} to ${now}`).toBe(true);
      }
      for (const before of sizes.filter((n) => n > 0 && n < now)) {
        const proof = await proveSince(before, now, tiles);
        expect(await extended({ size: before, root: hash() }, tree(now), proof), `another ${before} to ${now}`).toBe(false);
        expect(await extended(tree(before), { size: now, root: hash() }, proof), `${before} to another ${now}`).toBe(false);
        expect(await extended(tree(before), tree(now), proof.slice(1)), "a step less").toBe(false);
        expect(await extended(tree(before), tree(now), [...proof, hash()]), "a step more").toBe(false);
      }
    }
  });

  it("finds a rewritten record wherever it is", async () => {
    for (const at of [0, 1, 254, 255, 256, 511, 598]) {
      const other = leaves.map((l, i) => (i === at ? leafAt(i, "!") : l));
      const proof = await proveSince(600, 1200, tilesOf(other));
      expect(await extended(tree(600), { size: 1200, root: root(other) }, proof), `record ${at}`).toBe(false);
    }
  });

  it("asks for tiles by their one address", () => {
    expect(tilePath(0, 1234067, 1234067 * 256 + 5)).toBe("tile/0/x001/x234/067.p/5");
    expect(tilePath(1, 0, 65536)).toBe("tile/1/000");
    expect(tilePath(1, 0, 65535)).toBe("tile/1/000.p/255");
  });
});

/** A log as a server shows it: honest, rolled back, rewritten, or with another key. */
class Log {
  leaves: Uint8Array[] = [];
  keys: { vkey: string; id: Buffer; secret: KeyObject }[] = [];
  withheld = false;

  constructor(readonly origin = "bank.example/rainbow") {
    this.rotate();
  }

  rotate(): void {
    const pair = generateKeyPairSync("ed25519");
    const key = Buffer.concat([Buffer.from([1]), pair.publicKey.export({ type: "spki", format: "der" }).subarray(12)]);
    const id = createHash("sha256").update(`${this.origin}\n`).update(key).digest().subarray(0, 4);
    this.keys = [{ vkey: `${this.origin}+${id.toString("hex")}+${key.toString("base64")}`, id, secret: pair.privateKey }, ...this.keys].slice(0, 2);
  }

  grow(to: number, salt = ""): this {
    while (this.leaves.length < to) this.leaves.push(leafAt(this.leaves.length, salt));
    return this;
  }

  source(): Source {
    const text = `${this.origin}\n${this.leaves.length}\n${Buffer.from(root(this.leaves)).toString("base64")}\n`;
    const signed = this.keys.map((k) => `\u2014 ${this.origin} ${Buffer.concat([k.id, sign(null, Buffer.from(text), k.secret)]).toString("base64")}\n`);
    const files: Record<string, string> = {
      checkpoint: `${text}\n${signed.join("")}`,
      "log.txt": `${this.keys.map((k) => `log ${k.vkey}\n`).join("")}quorum none\n`,
    };
    return { text: async (path) => files[path] ?? null, bytes: async (path) => (this.withheld ? null : tilesOf(this.leaves)(path)) };
  }
}

const see = async (log: Log, kept: Kept | null) => {
  const seen = await look(log.source(), kept, 1);
  return { what: seen.state === "alarm" ? seen.why : seen.state, kept: seen.state === "nothing" ? kept : seen.kept };
};

describe("the remembered checkpoint", () => {
  it("follows a log that grows, and a key that is rotated beside the old one", async () => {
    const log = new Log().grow(3);
    let { what, kept } = await see(log, null);
    expect(what).toBe("good");
    for (const size of [3, 4, 255, 256, 300, 700]) {
      ({ what, kept } = await see(log.grow(size), kept));
      expect(what, `${size} records`).toBe("good");
    }
    for (const size of [701, 702, 703]) {
      log.rotate();
      ({ what, kept } = await see(log.grow(size), kept));
      expect(what).toBe("good");
      expect(kept?.keys).toEqual(log.keys.map((k) => k.vkey));
    }
  });

  it("sees a log that shrank, one that was rewritten, and one that somebody else signs", async () => {
    const log = new Log().grow(500);
    const { kept } = await see(log, null);
    const keys = log.keys;
    const copy = (size: number, salt: string, to: number) => Object.assign(new Log(), { keys, leaves: leaves.slice(0, size) }).grow(to, salt);
    expect((await see(copy(400, "", 400), kept)).what).toBe("shrunk");
    expect((await see(copy(400, "!", 500), kept)).what).toBe("forked");
    expect((await see(copy(400, "!", 900), kept)).what).toBe("forked");
    expect((await see(new Log().grow(600), kept)).what).toBe("unsigned");
    expect((await see(new Log("other.example/log").grow(600), kept)).what).toBe("unsigned");
    expect((await see(copy(500, "", 900), kept)).what).toBe("good");
  });

  it("keeps the older checkpoint on an alarm: it is the evidence", async () => {
    const log = new Log().grow(500);
    const { kept } = await see(log, null);
    const short = Object.assign(new Log(), { keys: log.keys, leaves: leaves.slice(0, 400) });
    expect((await see(short, kept)).kept).toEqual(kept);
  });

  it("takes a proof that is withheld once for a poor line, and again and again for what it is", async () => {
    const log = new Log().grow(300);
    let { what, kept } = await see(log, null);
    log.grow(600).withheld = true;
    for (let i = 1; i < UNPROVED; i++) ({ what, kept } = await see(log, kept));
    expect(what).toBe("good");
    ({ what, kept } = await see(log, kept));
    expect(what).toBe("unproved");
    log.withheld = false;
    expect((await see(log, kept)).what).toBe("good");
  });

  it("says nothing where there is no log, or a hotel's network answers in its place", async () => {
    const nothing: Source = { text: async () => null, bytes: async () => null };
    const hotel: Source = { text: async () => "<!doctype html><title>Welcome</title>", bytes: async () => null };
    const { kept } = await see(new Log().grow(5), null);
    for (const source of [nothing, hotel]) expect((await look(source, kept, 1)).state).toBe("nothing");
  });
});

/**
 * A page remembers what it saw. The real server, on books that are then rolled back and rewritten behind everybody's back by whoever
 * owns the machine, with its own key and its own mark file: nothing on the machine can tell, and the page does.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, type Page, test } from "@playwright/test";
import { binary, ended, freePort, listens } from "./server";

test.skip(!process.env["MORALBANK_LINKS"] && !process.env["MORALBANK"], "needs the binary");
test.describe.configure({ timeout: 120_000 });

let dir = "";
let server: ChildProcess | undefined;
let address = "";

test.beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "moralbank-"));
  address = `127.0.0.1:${await freePort()}`;
});
test.afterAll(async () => {
  await ended(server);
  rmSync(dir, { recursive: true, force: true });
});

const run = (...args: string[]) => execFileSync(binary, args, { stdio: "pipe" });
const data = (name: string) => join(dir, name);

/** grow adds members to books that nobody serves. */
function grow(name: string, people: string[]): void {
  const file = join(dir, "people.csv");
  writeFileSync(file, `姓名,手机号,出生日期\n${people.map((one, i) => `${one},139${String(10_000_000 + i * 7919 + one.length)},1960-01-0${1 + (i % 9)}\n`).join("")}`);
  run("import", "--data", data(name), file);
}

/** serve serves these books at the address that everybody knows. */
async function serve(name: string): Promise<void> {
  await ended(server);
  server = spawn(binary, ["serve", "--data", data(name), "--listen", address], { stdio: "pipe" });
  await listens(address);
}

async function looked(page: Page): Promise<void> {
  await page.goto(`http://${address}/public`);
  await page.waitForResponse((response) => response.url().endsWith("/checkpoint"));
}

test("books that are rolled back or rewritten are seen by the page that remembers them", async ({ page }) => {
  run("init", "--data", data("books"), "--public-url", `http://${address}`);
  grow("books", ["王一", "王二", "王三"]);
  cpSync(data("books"), data("young"), { recursive: true });
  grow("books", ["王四", "王五", "王六", "王七"]);
  cpSync(data("young"), data("rewritten"), { recursive: true });
  grow("rewritten", ["李一", "李二", "李三", "李四", "李五", "李六", "李七", "李八"]);

  await serve("books");
  await looked(page);
  await expect(page.getByText("这台设备第一次看到这个账本")).toBeVisible();

  await serve("young");
  await looked(page);
  await expect(page.getByRole("alert").getByText("账本变短了")).toBeVisible();

  await serve("rewritten");
  await looked(page);
  await expect(page.getByRole("alert").getByText("旧账被改了")).toBeVisible();
  const evidence = page.waitForEvent("download");
  await page.getByRole("button", { name: "保存证据" }).click();
  expect((await evidence).suggestedFilename()).toBe("moralbank-evidence.txt");

  await serve("books");
  await looked(page);
  await expect(page.getByText("到现在只有增加，没有改动")).toBeVisible();
  await expect(page.getByRole("alert")).toHaveCount(0);
});

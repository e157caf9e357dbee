/** What walks that start the real server themselves share. */
import type { ChildProcess } from "node:child_process";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect } from "@playwright/test";

/** The program that was built last. */
export const binary = process.env["MORALBANK"] ?? join(import.meta.dirname, "../../../bin/moralbank");

/** freePort is a port of this machine that nobody listens on. */
export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const at = probe.address();
      probe.close(() => resolve(typeof at === "object" && at ? at.port : 0));
    });
  });
}

/** listens waits until a server answers at this address. */
export async function listens(address: string): Promise<void> {
  await expect.poll(async () => (await fetch(`http://${address}/checkpoint`).catch(() => null))?.status, { timeout: 120_000 }).toBe(200);
}

/** ended tells a server to stop and waits until it has. */
export async function ended(server: ChildProcess | undefined): Promise<void> {
  if (!server || server.exitCode !== null || server.signalCode !== null) return;
  const gone = new Promise((resolve) => server.once("exit", resolve));
  server.kill();
  await gone;
}

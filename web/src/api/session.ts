import { computed, signal } from "@preact/signals";
import { recall, remember } from "../page/memory";
import { read, send } from "./client";
import { Problem } from "./problem";
import { learn } from "./servertime";
import type { Community, Me, RoleName, Totals } from "./types";

/** Who is here: undefined while unknown, null when nobody is signed in. */
export const me = signal<Me | null | undefined>(undefined);
/**
 * The person who is signed in here, unknown and nobody as with me. A device that the server knows has a session of its own,
 * at which nobody may be signed in: whoever needs a person asks here.
 */
export const person = computed(() => (me.value && !me.value.account ? null : me.value));
/** Why it is unknown, when the question failed. */
export const meFailed = signal<unknown>(null);
/** The community's name, remembered so that the first paint has it. */
export const communityName = signal(recall("community") ?? "");
/** Teams, stations and kinds, once somebody has asked for them. */
export const community = signal<Community | null>(null);

/** become takes the answer of a sign-in. */
export function become(next: Me, asked: number): void {
  learn(next.server_time, asked, Date.now());
  meFailed.value = null;
  me.value = next;
}

/** arrive asks who is here. */
export async function arrive(): Promise<void> {
  const asked = Date.now();
  try {
    become(await read<Me>("/v1/me"), asked);
  } catch (error) {
    if (error instanceof Problem && error.status === 401) me.value = null;
    else meFailed.value = error;
  }
}

/** signIn runs a call that answers Me. */
export async function signIn(path: string, body: unknown): Promise<Me> {
  const asked = Date.now();
  const next = await send<Me>(path, body);
  become(next, asked);
  return next;
}

/** signOut ends the session and forgets what this device showed of it. */
export async function signOut(): Promise<void> {
  await send("/v1/sign-out");
  remember("last", null);
  me.value = null;
}

/** learnName asks for the community's name. It is decoration: a failure changes nothing. */
export async function learnName(): Promise<void> {
  try {
    communityName.value = (await read<Totals>("/v1/public/totals")).community_name;
    remember("community", communityName.value);
  } catch {
    // The header says 道德银行 alone.
  }
}

/** learnCommunity asks for teams, stations and kinds. */
export async function learnCommunity(): Promise<Community> {
  community.value ??= await read<Community>("/v1/community");
  return community.value;
}

/** may says whether the person here has one of these roles, in any scope. */
export function may(...roles: RoleName[]): boolean {
  return me.value?.roles.some((one) => roles.includes(one.role)) ?? false;
}

/** Whether the data is made up. */
export const demo = computed(() => me.value?.demo ?? community.value?.demo ?? false);

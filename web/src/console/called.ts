import { community } from "../api/session";
import { told } from "../words/language";
import { words } from "./words";

// What the ids of a record are called. A record holds ids only; names come from the roster, and the rest from words.

/** accountName is an account in words: a person by the name that the server gave, a group by its own, the others by their kind. */
export function accountName(id: string, name: string | undefined): string {
  if (name) return name;
  const [kind = "", which = ""] = id.split("/");
  if (kind === "m") return words.value.nameless;
  const special = words.value.accounts[id];
  if (special) return special;
  const group = groupName(which);
  return group && kind === "i" ? words.value.issuerOf(group) : group || (words.value.accounts[kind] ?? id);
}

/** groupName is a team, organization or canteen by its name; "" for none that is known. */
export function groupName(id: string): string {
  const known = community.value;
  const group = [...(known?.teams ?? []), ...(known?.organizations ?? []), ...(known?.canteens ?? [])].find((one) => one.id === id);
  return group ? told({ zh: group.name_zh, en: group.name_en ?? group.name_zh }) : "";
}

/** actorName is who gave a command: a person, or one of the machine's own. */
export function actorName(id: string, name: string | undefined): string {
  return words.value.actors[id] ?? accountName(id, name);
}

/** viaName is the kind of device or the channel by which a command came. */
export function viaName(id: string): string {
  return words.value.vias[id.split("/")[0] ?? ""] ?? words.value.otherDevice;
}

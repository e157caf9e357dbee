import { useState } from "preact/hooks";
import { write } from "../api/client";
import { community } from "../api/session";
import type { Role, RoleName, RoleChange } from "../api/types";
import { useAct } from "../page/act";
import { Dialog } from "../page/Dialog";
import { Select } from "../page/Field";
import { idPath } from "../page/router";
import { Note, Wrong } from "../page/State";
import { told } from "../words/language";
import { words } from "./words";

const GRANTED: RoleName[] = ["leader", "cashier", "org_admin", "committee", "auditor", "organizer", "operator"];

/** scopesOf are the places at which a role can be held. */
function scopesOf(role: RoleName): { value: string; text: string }[] {
  const known = community.value;
  const named = (all: { id: string; name_zh: string; name_en?: string }[] | undefined) => (all ?? []).map((one) => ({ value: one.id, text: told({ zh: one.name_zh, en: one.name_en ?? one.name_zh }) }));
  if (role === "leader") return named(known?.teams);
  if (role === "org_admin") return named(known?.organizations);
  if (role === "cashier") return named(known?.canteens);
  return [{ value: "community", text: words.value.wholeCommunity }];
}

/** Roles gives and takes staff roles. Giving one needs a second person, and the answer says so. */
export function Roles({ account, roles, again }: { account: string; roles: Role[]; again: () => void }) {
  const [role, setRole] = useState<RoleName>("leader");
  const [scope, setScope] = useState("");
  const [said, setSaid] = useState("");
  const [removing, setRemoving] = useState<Role | null>(null);
  const act = useAct();
  const scopes = scopesOf(role);
  const chosen = scopes.some((one) => one.value === scope) ? scope : (scopes[0]?.value ?? "");
  const held = roles.filter((one) => one.role !== "member");
  const add = (event: Event): void => {
    event.preventDefault();
    void act.run(async () => {
      const change = await write<RoleChange>(`/v1/members/${idPath(account)}/roles`, { role, scope: chosen });
      setSaid(change.granted ? words.value.saved : words.value.proposed);
      again();
    });
  };
  const remove = async (one: Role): Promise<void> => {
    const path = `/v1/members/${idPath(account)}/roles/${one.role}/${idPath(one.scope)}`;
    const done = await act.run(async () => {
      const change = await write<RoleChange>(path, undefined, "", "DELETE");
      setSaid(change.proposal ? words.value.proposed : words.value.saved);
    });
    if (!done) return;
    setRemoving(null);
    again();
  };
  return (
    <section class="card screen-only">
      <h2>{words.value.roles}</h2>
      {held.length > 0 && (
        <ul class="rows">
          {held.map((one) => (
            <li key={one.role + one.scope}>
              <strong>{words.value.roleNames[one.role]}</strong>
              <span class="muted">{one.scope_name}</span>
              <button type="button" class="button" onClick={() => setRemoving(one)}>
                {words.value.removeRole}
              </button>
            </li>
          ))}
        </ul>
      )}
      <form class="stack" onSubmit={add}>
        <div class="filters">
          <Select
            label={words.value.role}
            value={role}
            set={(value) => setRole(GRANTED.find((one) => one === value) ?? "leader")}
            options={GRANTED.map((one) => ({ value: one, text: words.value.roleNames[one] }))}
          />
          <Select label={words.value.scope} value={chosen} set={setScope} options={scopes} />
        </div>
        {!removing && <Wrong error={act.error} />}
        {said && (
          <div role="status">
            <Note icon="check">
              <p>{said}</p>
            </Note>
          </div>
        )}
        <button type="submit" class="button" disabled={act.busy || chosen === ""}>
          {words.value.addRole}
        </button>
      </form>
      {removing && (
        <Dialog title={words.value.removeRoleAsk(words.value.roleNames[removing.role])} close={() => setRemoving(null)}>
          <Wrong error={act.error} />
          <button type="button" class="button bad" disabled={act.busy} onClick={() => void remove(removing)}>
            {words.value.removeRole}
          </button>
        </Dialog>
      )}
    </section>
  );
}

import { useState } from "preact/hooks";
import { write } from "../api/client";
import { community } from "../api/session";
import type { Member } from "../api/types";
import { useAct } from "../page/act";
import { Select, Text } from "../page/Field";
import { go, idPath } from "../page/router";
import { Back } from "../page/Shell";
import { Wrong } from "../page/State";
import { told } from "../words/language";
import { words } from "./words";

/** NewMember opens an account. Only the name is needed; everything else can follow at the desk. */
export function NewMember() {
  const [form, setForm] = useState({ name: "", phone: "", birth_date: "", building: "", team: "" });
  const act = useAct();
  const set = (name: keyof typeof form) => (value: string) => setForm((old) => ({ ...old, [name]: value }));
  const submit = (event: Event): void => {
    event.preventDefault();
    const body = Object.fromEntries(Object.entries(form).flatMap(([name, value]) => (value.trim() ? [[name, value.trim()]] : [])));
    void act.run(async () => {
      const made = await write<Member>("/v1/members", body);
      go(`/console/members/${idPath(made.account)}`, true);
    });
  };
  return (
    <>
      <Back to="/console/members">{words.value.members}</Back>
      <form class="card" onSubmit={submit}>
        <h1>{words.value.addMember}</h1>
        <Text label={words.value.name} value={form.name} set={set("name")} required maxLength={40} autocomplete="off" />
        <Text label={words.value.phone} value={form.phone} set={set("phone")} required={false} type="tel" inputMode="tel" autocomplete="off" />
        <Text label={words.value.birthDate} value={form.birth_date} set={set("birth_date")} required={false} type="date" />
        <Text label={words.value.building} value={form.building} set={set("building")} required={false} maxLength={40} autocomplete="off" />
        <Select
          label={words.value.team}
          value={form.team}
          set={set("team")}
          options={[{ value: "", text: "—" }, ...(community.value?.teams ?? []).map((one) => ({ value: one.id, text: told({ zh: one.name_zh, en: one.name_en }) }))]}
        />
        <Wrong error={act.error} />
        <button type="submit" class="button main" disabled={act.busy}>
          {words.value.save}
        </button>
      </form>
    </>
  );
}

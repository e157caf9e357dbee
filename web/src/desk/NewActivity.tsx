import { useEffect, useState } from "preact/hooks";
import { write } from "../api/client";
import { Problem } from "../api/problem";
import { community, learnCommunity, may, me } from "../api/session";
import { now } from "../api/servertime";
import type { Activity } from "../api/types";
import { useAct } from "../page/act";
import { Field, Select, Text } from "../page/Field";
import { go, idPath } from "../page/router";
import { Back } from "../page/Shell";
import { Failed, Loading, Wrong } from "../page/State";
import { aside, clock, day, moment } from "../words/format";
import { told } from "../words/language";
import { words } from "./words";

const HOUR_MS = 3_600_000;

/** NewActivity opens an activity: the fields that the law asks of a service record, and no more. */
export function NewActivity() {
  const [error, setError] = useState<unknown>(null);
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    setError(null);
    learnCommunity().catch(setError);
  }, [turn]);
  if (error) return <Failed error={error} again={() => setTurn(turn + 1)} />;
  return community.value ? <Form /> : <Loading />;
}

function Form() {
  const soon = Math.ceil(now() / HOUR_MS) * HOUR_MS;
  const led = new Set((me.value?.roles ?? []).filter((one) => one.role === "leader").map((one) => one.scope));
  const teams = (community.value?.teams ?? []).filter((one) => may("organizer") || led.has(one.id));
  const kinds = community.value?.kinds ?? [];
  const stations = community.value?.stations ?? [];
  const [form, setForm] = useState({
    title: "",
    kind: kinds[0]?.id ?? "",
    place: "",
    content: "",
    team: teams[0]?.id ?? "",
    org: "",
    station: stations[0]?.id ?? "",
    day: day(soon),
    start: clock(soon),
    end: clock(soon + 2 * HOUR_MS),
  });
  const act = useAct();
  const [late, setLate] = useState(false);
  const set = (name: keyof typeof form) => (value: string) => setForm((old) => ({ ...old, [name]: value }));
  const missing = act.error instanceof Problem && act.error.code === "legal_field_missing" ? String(act.error.fields["field"] ?? "") : "";
  const wrong = (name: string): string | undefined => (missing === name ? words.value.missing : undefined);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const { day: on, start, end, org, ...rest } = form;
    if (end <= start) return setLate(true);
    setLate(false);
    const body = { ...rest, ...(org ? { org } : {}), start: moment(on, start), end: moment(on, end) };
    await act.run(async () => {
      const made = await write<Activity>("/v1/activities", body);
      go(`/desk/activities/${idPath(made.id)}`);
    });
  };
  return (
    <>
      <Back to="/desk" />
      <form class="card" onSubmit={(event) => void submit(event)}>
        <h1>{words.value.add}</h1>
        <Text label={words.value.activityTitle} value={form.title} set={set("title")} required maxLength={60} wrong={wrong("title")} />
        <Select
          label={words.value.kind}
          value={form.kind}
          set={set("kind")}
          options={kinds.map((one) => ({ value: one.id, text: told({ zh: one.name_zh, en: one.name_en }) + (one.counts ? "" : aside(words.value.kindNotCounted)) }))}
        />
        <div class="filters">
          <Text label={words.value.day} type="date" value={form.day} set={set("day")} required />
          <Text label={words.value.startAt} type="time" value={form.start} set={set("start")} required />
          <Text label={words.value.endAt} type="time" value={form.end} set={set("end")} required wrong={late ? words.value.endFirst : undefined} />
        </div>
        <Text label={words.value.place} value={form.place} set={set("place")} required maxLength={60} wrong={wrong("place")} />
        <Field label={words.value.content} hint={words.value.contentHint} wrong={wrong("content")}>
          {(ids) => <textarea {...ids} required value={form.content} maxLength={400} onInput={(event) => set("content")(event.currentTarget.value)} />}
        </Field>
        {teams.length > 1 && (
          <Select label={words.value.team} value={form.team} set={set("team")} options={teams.map((one) => ({ value: one.id, text: told({ zh: one.name_zh, en: one.name_en }) }))} />
        )}
        <Select label={words.value.station} value={form.station} set={set("station")} options={stations.map((one) => ({ value: one.id, text: one.name_zh }))} />
        <Select
          label={words.value.org}
          value={form.org}
          set={set("org")}
          options={[{ value: "", text: words.value.noOrg }, ...(community.value?.organizations ?? []).map((one) => ({ value: one.id, text: told({ zh: one.name_zh, en: one.name_en }) }))]}
        />
        <Wrong error={missing ? null : act.error} />
        <button type="submit" class="button main wide tall" disabled={act.busy}>
          {words.value.create}
        </button>
      </form>
    </>
  );
}

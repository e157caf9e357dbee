import { useState } from "preact/hooks";
import { write } from "../api/client";
import { now } from "../api/servertime";
import type { Deed, DeedKind, DeedKinds } from "../api/types";
import { useAct } from "../page/act";
import { Field, Select } from "../page/Field";
import { Icon } from "../page/Icon";
import { useLoad } from "../page/load";
import { Back } from "../page/Shell";
import { Failed, Loading, Wrong } from "../page/State";
import { day } from "../words/format";
import { told } from "../words/language";
import { Person, type Somebody } from "./Person";
import { PhotoField } from "./PhotoField";
import { bare } from "./photo";
import { words } from "./words";

const DAY_MS = 86_400_000;
/** The most hours that an hourly deed can have. */
const HOURS = [1, 2, 3, 4, 5, 6, 7, 8];

/** NewDeed tells of a good deed. `team` is set at the leader's desk, where the doer is chosen from the team. */
export function NewDeed({ home, team = false }: { home: string; team?: boolean }) {
  const kinds = useLoad<DeedKinds>("/v1/deeds/kinds");
  return (
    <>
      <Back to={home} />
      {kinds.value ? <Form kinds={kinds.value} home={home} team={team} /> : kinds.error ? <Failed error={kinds.error} again={kinds.again} /> : <Loading />}
    </>
  );
}

function Form({ kinds, home, team }: { kinds: DeedKinds; home: string; team: boolean }) {
  const [type, setType] = useState(kinds.items[0]?.id ?? "");
  const [other, setOther] = useState(team);
  const [doer, setDoer] = useState<Somebody>({});
  const [whom, setWhom] = useState<Somebody>({});
  const [on, setOn] = useState(day(now()));
  const [hours, setHours] = useState("1");
  const [text, setText] = useState("");
  const [photo, setPhoto] = useState("");
  const [filed, setFiled] = useState<Deed | null>(null);
  const act = useAct();
  const kind: DeedKind | undefined = kinds.items.find((one) => one.id === type);
  const send = (event: Event): void => {
    event.preventDefault();
    const body = {
      type,
      day: on,
      words: text.trim(),
      ...(other ? { doer } : {}),
      ...(kind?.whom ? { beneficiary: whom } : {}),
      ...(kind?.hourly ? { hours: Number(hours) } : {}),
      ...(photo ? { photo: bare(photo) } : {}),
    };
    void act.run(async () => setFiled(await write<Deed>("/v1/deeds", body)));
  };
  if (filed) return <Filed deed={filed} home={home} />;
  return (
    <form class="card" onSubmit={send}>
      <h1>{words.value.add}</h1>
      <Select
        label={words.value.kind}
        value={type}
        set={setType}
        options={kinds.items.map((one) => ({ value: one.id, text: `${told({ zh: one.name_zh, en: one.name_en })} · ${worthOf(one)}` }))}
        {...(kind?.hint_zh ? { hint: told({ zh: kind.hint_zh, en: kind.hint_en ?? kind.hint_zh }) } : {})}
      />
      {!team && <Who other={other} set={setOther} />}
      {other && <Person label={team ? words.value.whoDid : words.value.other} hint={words.value.whoDidHint} value={doer} set={setDoer} search={team} />}
      {kind?.whom && <Person label={words.value.whom} hint={words.value.whomHint} value={whom} set={setWhom} search={team} />}
      <Field label={words.value.day} hint={words.value.dayHint(kinds.file_days)}>
        {(ids) => (
          <input {...ids} type="date" required value={on} max={day(now())} min={day(now() - kinds.file_days * DAY_MS)} onInput={(event) => setOn(event.currentTarget.value)} />
        )}
      </Field>
      {kind?.hourly && <Select label={words.value.hours} value={hours} set={setHours} options={HOURS.map((n) => ({ value: String(n), text: String(n) }))} />}
      <Field label={words.value.words} hint={words.value.wordsHint}>
        {(ids) => <textarea {...ids} required maxLength={1000} value={text} onInput={(event) => setText(event.currentTarget.value)} />}
      </Field>
      <PhotoField value={photo} set={setPhoto} />
      <Wrong error={act.error} />
      <button type="submit" class="button main wide tall" disabled={act.busy}>
        {words.value.file}
      </button>
    </form>
  );
}

const worthOf = (kind: DeedKind): string => (kind.hourly ? words.value.perHour(kind.points) : words.value.kindPoints(kind.points, kind.most ?? 0));

function Who({ other, set }: { other: boolean; set: (other: boolean) => void }) {
  return (
    <fieldset class="stack-small">
      <legend>{words.value.whoDid}</legend>
      <div class="choices">
        {[false, true].map((one) => (
          <label key={String(one)} class="choice">
            <input type="radio" name="who" checked={other === one} onChange={() => set(one)} />
            {one ? words.value.somebody : words.value.me}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

function Filed({ deed, home }: { deed: Deed; home: string }) {
  return (
    <section class="card done" role="status">
      <Icon name="check" />
      <h1>{words.value.filed}</h1>
      <p>{words.value.filedNext[deed.stage]}</p>
      <a class="button main wide" href={home}>
        {words.value.title}
      </a>
    </section>
  );
}

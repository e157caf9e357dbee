import { useState } from "preact/hooks";
import { write } from "../api/client";
import { person } from "../api/session";
import { now } from "../api/servertime";
import type { List, Notice } from "../api/types";
import { useAct } from "../page/act";
import { Dialog } from "../page/Dialog";
import { Field, Select } from "../page/Field";
import { useLoad } from "../page/load";
import { Back } from "../page/Shell";
import { Empty, Failed, Loading, Note, Wrong } from "../page/State";
import { date, points, when } from "../words/format";
import { told } from "../words/language";
import { words } from "./words";

const REASONS = ["wrong_person", "wrong_time", "suspicion", "other"] as const;

/** Notices is the public notice: masked, for everybody, and only while its days last. */
export function Notices() {
  const notices = useLoad<List<Notice>>("/v1/public/notices");
  return (
    <>
      <Back to="/" />
      <h1>{words.value.notices}</h1>
      <p>{words.value.noticesIntro}</p>
      {!person.value && <p class="muted">{words.value.objectSignIn}</p>}
      {notices.error ? (
        <Failed error={notices.error} again={notices.again} />
      ) : !notices.value ? (
        <Loading />
      ) : notices.value.items.length > 0 ? (
        notices.value.items.map((one) => <Line key={one.deed} notice={one} again={notices.again} />)
      ) : (
        <div class="card">
          <Empty title={words.value.noticesEmpty}>
            <p class="muted">{words.value.noticesEmptyHint}</p>
          </Empty>
        </div>
      )}
    </>
  );
}

function Line({ notice, again }: { notice: Notice; again: () => void }) {
  const [asking, setAsking] = useState(false);
  const [sent, setSent] = useState(false);
  const done = (): void => {
    setAsking(false);
    setSent(true);
    again();
  };
  return (
    <article class="card">
      <div class="title">
        <h2>
          {notice.name} · {told({ zh: notice.type_zh, en: notice.type_en })}
        </h2>
        <strong class="number">{points(notice.points)}</strong>
      </div>
      <p class="muted">
        {words.value.week(date(`${notice.week}T12:00:00+08:00`, now()))}
        {notice.team_zh && ` · ${told({ zh: notice.team_zh, en: notice.team_en ?? notice.team_zh })}`}
      </p>
      <p class="small muted">{words.value.until(when(notice.ends, now()))}</p>
      {sent ? (
        <div role="status">
          <Note icon="check">
            <p>{words.value.objectSent}</p>
          </Note>
        </div>
      ) : notice.halted ? (
        <Note icon="wait" kind="held">
          <p>{words.value.halted}</p>
        </Note>
      ) : (
        person.value && (
          <button type="button" class="button" onClick={() => setAsking(true)}>
            {words.value.object}
          </button>
        )
      )}
      {asking && <Objection deed={notice.deed} close={() => setAsking(false)} done={done} />}
    </article>
  );
}

function Objection({ deed, close, done }: { deed: number; close: () => void; done: () => void }) {
  const [reason, setReason] = useState<string>(REASONS[0]);
  const [text, setText] = useState("");
  const act = useAct();
  const send = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (await act.run(() => write(`/v1/deeds/${deed}/object`, { reason_code: reason, words: text.trim() }))) done();
  };
  return (
    <Dialog title={words.value.object} close={close}>
      <p>{words.value.objectHint}</p>
      <form class="stack" onSubmit={(event) => void send(event)}>
        <Select label={words.value.why} value={reason} set={setReason} options={REASONS.map((one) => ({ value: one, text: words.value.objectReasons[one] }))} />
        <Field label={words.value.say}>
          {(ids) => <textarea {...ids} required maxLength={1000} value={text} onInput={(event) => setText(event.currentTarget.value)} />}
        </Field>
        <Wrong error={act.error} />
        <button type="submit" class="button main" disabled={act.busy}>
          {words.value.send}
        </button>
      </form>
    </Dialog>
  );
}

import { useState } from "preact/hooks";
import { write } from "../api/client";
import { arrive, me } from "../api/session";
import { now } from "../api/servertime";
import type { FamilyPage, Given } from "../api/types";
import { useAct } from "../page/act";
import { Dialog } from "../page/Dialog";
import { Select, Text } from "../page/Field";
import { useLoad } from "../page/load";
import { idPath } from "../page/router";
import { Back } from "../page/Shell";
import { Empty, Failed, Loading, Note, Wrong } from "../page/State";
import { points, when } from "../words/format";
import { told } from "../words/language";
import { words } from "./words";

/** Family is 转给爸妈: whom one can give points to, how many are left this year, and the donation pool. */
export function Family() {
  const family = useLoad<FamilyPage>("/v1/me/family");
  const again = (): void => {
    family.again();
    void arrive(); // the balance on the first page
  };
  return (
    <>
      <Back to="/" />
      <h1>{words.value.title}</h1>
      {family.value ? <Both family={family.value} again={again} /> : family.error ? <Failed error={family.error} again={family.again} /> : <Loading />}
    </>
  );
}

function Both({ family, again }: { family: FamilyPage; again: () => void }) {
  const left = Math.max(0, family.year_limit - family.year_used);
  const ready = family.members.filter((one) => one.ready);
  return (
    <>
      <section class="card">
        <h2>{words.value.give}</h2>
        <p class="muted">{words.value.giveHint}</p>
        <dl class="figures">
          <div>
            <dt>{words.value.givable}</dt>
            <dd>{points(family.givable)}</dd>
          </div>
          <div>
            <dt>{words.value.left}</dt>
            <dd>{points(left)}</dd>
          </div>
        </dl>
        <p class="small muted">{words.value.used(points(family.year_used), points(family.year_limit))}</p>
        {!family.linked && (
          <Empty icon="people" title={words.value.none}>
            <p class="muted">{words.value.noneHint}</p>
          </Empty>
        )}
        <ul class="rows">
          {family.members.map((one) => (
            <li key={one.account}>
              <strong class="grow">{one.name}</strong>
              {!one.ready && <span class="muted">{one.elder ? words.value.wait(when(one.usable, now())) : words.value.young}</span>}
            </li>
          ))}
        </ul>
        {family.rest_until && (
          <Note icon="clock" kind="held">
            <p>{words.value.rest(when(family.rest_until, now()))}</p>
          </Note>
        )}
        {ready.length > 0 && !family.rest_until && (
          <Amount
            label={words.value.points}
            most={Math.min(left, family.givable)}
            to={ready.map((one) => ({ value: one.account, text: one.name }))}
            ask={(n, name) => words.value.ask(name, points(n))}
            hint={words.value.askHint}
            sure={words.value.sure}
            send={(n, to) => write<Given>("/v1/gifts", { to, points: n }, String(family.year_used))}
            done={again}
          />
        )}
        {family.linked && <Leave again={again} />}
      </section>
      <section class="card">
        <h2>{words.value.donate}</h2>
        <p class="muted">{words.value.donateHint}</p>
        {family.rest_until ? (
          <Note icon="clock" kind="held">
            <p>{words.value.donateRest(when(family.rest_until, now()))}</p>
          </Note>
        ) : (
          <Amount
            label={words.value.donatePoints}
            most={family.givable}
            ask={(n) => words.value.donateAsk(points(n))}
            hint={words.value.donateHint}
            sure={words.value.donateSure}
            send={(n) => write<Given>("/v1/donations", { points: n }, String(family.givable))}
            done={again}
          />
        )}
      </section>
    </>
  );
}

interface AmountProps {
  label: string;
  most: number;
  to?: { value: string; text: string }[];
  ask: (points: number, name: string) => string;
  hint: string;
  sure: string;
  send: (points: number, to: string) => Promise<Given>;
  done: () => void;
}

/** Amount asks how many points leave, says it once more, and sends them. */
function Amount({ label, most, to, ask, hint, sure, send, done }: AmountProps) {
  const [whom, setWhom] = useState(to?.[0]?.value ?? "");
  const [text, setText] = useState("");
  const [asking, setAsking] = useState(false);
  const [said, setSaid] = useState<Given | null>(null);
  const act = useAct();
  const wanted = /^[0-9]{1,5}$/.test(text) ? Number(text) : 0;
  const go = (): void => {
    void act.run(async () => {
      setSaid(await send(wanted, whom));
      setAsking(false);
      setText("");
      done();
    });
  };
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        if (wanted > 0) setAsking(true);
      }}
    >
      {to && to.length > 1 && <Select label={words.value.to} value={whom} set={setWhom} options={to} />}
      {to?.length === 1 && (
        <p>
          {words.value.to} <strong>{to[0]?.text}</strong>
        </p>
      )}
      <Text label={label} value={text} set={setText} required inputMode="numeric" maxLength={5} />
      {said && (
        <div role="status">
          <Note icon="check">
            <p>{told(said)}</p>
          </Note>
        </div>
      )}
      <button type="submit" class="button main wide" disabled={most < 1}>
        {words.value.next}
      </button>
      {asking && (
        <Dialog title={ask(wanted, to?.find((one) => one.value === whom)?.text ?? "")} close={() => setAsking(false)}>
          <p>{hint}</p>
          <Wrong error={act.error} />
          <button type="button" class="button main wide" disabled={act.busy} onClick={go}>
            {sure}
          </button>
        </Dialog>
      )}
    </form>
  );
}

function Leave({ again }: { again: () => void }) {
  const [asking, setAsking] = useState(false);
  const act = useAct();
  const leave = async (): Promise<void> => {
    const path = `/v1/members/${idPath(me.value?.account ?? "")}/family`;
    if (!(await act.run(() => write(path, undefined, "", "DELETE")))) return;
    setAsking(false);
    again();
  };
  return (
    <>
      <button type="button" class="button plain" onClick={() => setAsking(true)}>
        {words.value.leave}
      </button>
      {asking && (
        <Dialog title={words.value.leave} close={() => setAsking(false)}>
          <p>{words.value.leaveAsk}</p>
          <Wrong error={act.error} />
          <button type="button" class="button bad" disabled={act.busy} onClick={() => void leave()}>
            {words.value.leave}
          </button>
        </Dialog>
      )}
    </>
  );
}

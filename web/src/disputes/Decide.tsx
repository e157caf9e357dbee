import { useState } from "preact/hooks";
import { write } from "../api/client";
import { may } from "../api/session";
import type { DisputeEnded, DisputeItem } from "../api/types";
import { useAct } from "../page/act";
import { Dialog } from "../page/Dialog";
import { Field, Select } from "../page/Field";
import { usePages } from "../page/load";
import { PagedList } from "../page/PagedList";
import { filter, place, withQuery } from "../page/router";
import { Empty, Note, Wrong } from "../page/State";
import { number } from "../words/format";
import { told } from "../words/language";
import { DisputeCard } from "./DisputeCard";
import { words } from "./words";

/** AllDisputes is what waits for a decision, by an organizer, and once it is overdue by the committee too. */
export function AllDisputes() {
  const state = place.value.query.get("state") === "all" ? "all" : "open";
  const pages = usePages<DisputeItem>(withQuery("/v1/disputes", { state, limit: "20" }));
  return (
    <>
      <h1>{words.value.list}</h1>
      <p>{words.value.listIntro}</p>
      <div class="filters">
        <Select
          label={words.value.filter}
          value={state}
          set={(value) => filter({ state: value === "open" ? "" : value })}
          options={[
            { value: "open", text: words.value.open },
            { value: "all", text: words.value.all },
          ]}
        />
      </div>
      <PagedList
        pages={pages}
        empty={
          <div class="card">
            <Empty icon="check" title={words.value.listEmpty}>
              <p class="muted">{words.value.listEmptyHint}</p>
            </Empty>
          </div>
        }
      >
        {(disputes) => disputes.map((one) => <Line key={one.dispute} dispute={one} again={pages.again} />)}
      </PagedList>
    </>
  );
}

function Line({ dispute, again }: { dispute: DisputeItem; again: () => void }) {
  const [deciding, setDeciding] = useState(false);
  const [ended, setEnded] = useState<DisputeEnded | null>(null);
  return (
    <DisputeCard dispute={dispute} whose>
      {may("organizer", "auditor") && <a href={`/console/records/${dispute.line.seq}`}>{words.value.record(number(dispute.line.seq))}</a>}
      {dispute.state === "open" && dispute.conflict && (
        <Note icon="people" kind="held">
          <p>{words.value.conflict}</p>
        </Note>
      )}
      {ended ? (
        <div role="status">
          <Note icon="check">
            <p>{told(ended)}</p>
            <button type="button" class="button" onClick={again}>
              {words.value.decided}
            </button>
          </Note>
        </div>
      ) : (
        dispute.can.includes("resolve") && (
          <button type="button" class="button main" onClick={() => setDeciding(true)}>
            {words.value.decide}
          </button>
        )
      )}
      {deciding && <Answer dispute={dispute} close={() => setDeciding(false)} done={setEnded} />}
    </DisputeCard>
  );
}

function Answer({ dispute, close, done }: { dispute: DisputeItem; close: () => void; done: (ended: DisputeEnded) => void }) {
  const [outcome, setOutcome] = useState("upheld");
  const [text, setText] = useState("");
  const [reverse, setReverse] = useState(true);
  const act = useAct();
  const organizer = may("organizer");
  const send = (event: Event): void => {
    event.preventDefault();
    const body = { outcome, words: text.trim(), ...(outcome === "upheld" && reverse && organizer ? { reverse } : {}) };
    void act.run(async () => {
      done(await write<DisputeEnded>(`/v1/disputes/${dispute.dispute}/resolve`, body));
      close();
    });
  };
  return (
    <Dialog title={words.value.decide} close={close}>
      <form class="stack" onSubmit={send}>
        <Select
          label={words.value.outcome}
          value={outcome}
          set={setOutcome}
          options={[
            { value: "upheld", text: words.value.uphold },
            { value: "rejected", text: words.value.reject },
          ]}
        />
        <Field label={words.value.answer} hint={words.value.answerHint}>
          {(ids) => <textarea {...ids} required maxLength={1000} value={text} onInput={(event) => setText(event.currentTarget.value)} />}
        </Field>
        {outcome === "upheld" && organizer && (
          <label class="choice">
            <input type="checkbox" checked={reverse} onChange={() => setReverse(!reverse)} />
            <span>
              {words.value.reverse}
              <br />
              <span class="small muted">{words.value.reverseHint}</span>
            </span>
          </label>
        )}
        <Wrong error={act.error} />
        <button type="submit" class="button main" disabled={act.busy}>
          {words.value.decideButton}
        </button>
      </form>
    </Dialog>
  );
}

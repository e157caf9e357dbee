import { useState } from "preact/hooks";
import { write } from "../api/client";
import { now } from "../api/servertime";
import type { DisputeMade, Entry } from "../api/types";
import { useAct } from "../page/act";
import { Dialog } from "../page/Dialog";
import { Field, Text } from "../page/Field";
import { Note, Wrong } from "../page/State";
import { points, when } from "../words/format";
import { words } from "./words";

const REASONS = ["wrong_person", "wrong_meal", "wrong_time", "not_served", "other"] as const;
type Reason = (typeof REASONS)[number];

/** reasonsFor are those that can be meant by a line: nobody ate an activity. */
const reasonsFor = (entry: Entry): Reason[] => REASONS.filter((one) => !!entry.why.meal || (one !== "wrong_meal" && one !== "not_served"));

/**
 * WrongButton is 有误 on a line: one tap, one reason, and it is on its way. `card` is for staff, who file it with the card
 * that an elder without a phone hands over.
 */
export function WrongButton({ entry, card = false }: { entry: Entry; card?: boolean }) {
  const [open, setOpen] = useState(false);
  const [made, setMade] = useState<DisputeMade | null>(null);
  if (entry.dispute || made) {
    return (
      <p>
        <span class="chip held">{words.value.mine}</span>{" "}
        {!card && <a href="/disputes">{words.value.see}</a>}
        {made && (
          <span role="status" class="small muted">
            {" "}
            {words.value.sentHint(when(made.escalates, now()))}
          </span>
        )}
      </p>
    );
  }
  return (
    <>
      <button type="button" class="button" onClick={() => setOpen(true)}>
        {card ? words.value.cardTitle : words.value.wrong}
      </button>
      {open && <Ask entry={entry} card={card} close={() => setOpen(false)} made={setMade} />}
    </>
  );
}

function Ask({ entry, card, close, made }: { entry: Entry; card: boolean; close: () => void; made: (dispute: DisputeMade) => void }) {
  const [text, setText] = useState("");
  const [number, setNumber] = useState("");
  const [sent, setSent] = useState<DisputeMade | null>(null);
  const act = useAct();
  const leave = (): void => {
    if (sent) made(sent);
    close();
  };
  const send = (reason: Reason): void => {
    const body = { reason_code: reason, ...(text.trim() ? { words: text.trim() } : {}), ...(card ? { card: number } : {}) };
    void act.run(async () => setSent(await write<DisputeMade>(`/v1/records/${entry.seq}/dispute`, body)));
  };
  return (
    <Dialog title={sent ? words.value.sent : card ? words.value.cardTitle : words.value.ask} close={leave}>
      {sent ? (
        <div role="status">
          <Note icon="check">
            <p>{words.value.sentHint(when(sent.escalates, now()))}</p>
            {sent.pinned > 0 && <p>{words.value.pinned(points(sent.pinned))}</p>}
          </Note>
        </div>
      ) : (
        <>
          <p class="muted">{words.value.askHint}</p>
          {card && <Text label={words.value.cardNumber} hint={words.value.card} value={number} set={setNumber} required inputMode="numeric" maxLength={64} />}
          <Field label={`${words.value.say}`}>
            {(ids) => <textarea {...ids} rows={2} maxLength={1000} value={text} onInput={(event) => setText(event.currentTarget.value)} />}
          </Field>
          <Wrong error={act.error} />
          <div class="stack-small">
            {reasonsFor(entry).map((one) => (
              <button key={one} type="button" class="button wide" disabled={act.busy || (card && number === "")} onClick={() => send(one)}>
                {words.value.reasons[one]}
              </button>
            ))}
          </div>
        </>
      )}
    </Dialog>
  );
}

import { useState } from "preact/hooks";
import { send } from "../api/client";
import { Problem } from "../api/problem";
import { now } from "../api/servertime";
import type { EnrolmentCode } from "../api/types";
import { useAct } from "../page/act";
import { Text } from "../page/Field";
import { Picture } from "../page/Picture";
import { Pin } from "../page/Pin";
import { idPath } from "../page/router";
import { Note, Wrong } from "../page/State";
import { when } from "../words/format";
import { words } from "./words";

/** Enrolment makes the one-time code that turns a phone into this member's. Who has a card or a PIN shows it first. */
export function Enrolment({ account }: { account: string }) {
  const [code, setCode] = useState<EnrolmentCode | null>(null);
  const [card, setCard] = useState("");
  const [printed, setPrinted] = useState(false);
  const [turn, setTurn] = useState(0);
  const act = useAct();
  const proof = act.error instanceof Problem && act.error.code.startsWith("proof_");
  const make = (onPaper: boolean, shown: { card?: string; pin?: string } = {}): void => {
    setPrinted(onPaper);
    setTurn((n) => n + 1);
    void act.run(async () => setCode(await send<EnrolmentCode>(`/v1/members/${idPath(account)}/enrolment`, { printed: onPaper, ...shown })));
  };
  return (
    <section class="card enrolment">
      <h2>{words.value.enrolment}</h2>
      <p class="muted">{words.value.enrolmentHint}</p>
      {code ? (
        <>
          <Picture svg={code.svg} alt={words.value.enrolment} />
          <p>{words.value.enrolmentUntil(when(code.expires_at, now()))}</p>
          <button type="button" class="button screen-only" onClick={() => print()}>
            {words.value.print}
          </button>
        </>
      ) : (
        <div class="row screen-only">
          <button type="button" class="button" disabled={act.busy} onClick={() => make(false)}>
            {words.value.enrolmentShow}
          </button>
          <button type="button" class="button" disabled={act.busy} onClick={() => make(true)}>
            {words.value.enrolmentPrint}
          </button>
        </div>
      )}
      {!code && <Wrong error={act.error} />}
      {proof && !code && (
        <form
          class="stack"
          onSubmit={(event) => {
            event.preventDefault();
            make(printed, { card: card.replace(/\D/g, "") });
          }}
        >
          <Note icon="card" kind="held">
            <p>
              <strong>{words.value.proofAsk}</strong>
            </p>
            <p>{words.value.proofHint}</p>
          </Note>
          <Text label={words.value.cardNumber} value={card} set={setCard} inputMode="numeric" autocomplete="off" required />
          <button type="submit" class="button" disabled={act.busy}>
            {words.value.enrolmentShow}
          </button>
          <Pin label={words.value.proofPin} busy={act.busy} turn={turn} done={(pin) => make(printed, { pin })} keyboard={false} />
        </form>
      )}
    </section>
  );
}

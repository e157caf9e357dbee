import { useState } from "preact/hooks";
import { write } from "../api/client";
import { now } from "../api/servertime";
import type { Card } from "../api/types";
import { useAct } from "../page/act";
import { Dialog } from "../page/Dialog";
import { Text } from "../page/Field";
import { idPath } from "../page/router";
import { Note, Wrong } from "../page/State";
import { date } from "../words/format";
import { words } from "./words";

/** Cards hands a printed card over, and ends one that is lost. */
export function Cards({ account, cards, again }: { account: string; cards: Card[]; again: () => void }) {
  const [number, setNumber] = useState("");
  const [done, setDone] = useState(false);
  const [losing, setLosing] = useState<Card | null>(null);
  const act = useAct();
  const activate = (event: Event): void => {
    event.preventDefault();
    void act.run(async () => {
      await write("/v1/cards/activate", { number: number.replace(/\D/g, ""), account });
      setNumber("");
      setDone(true);
      again();
    });
  };
  const revoke = async (card: Card): Promise<void> => {
    if (!(await act.run(() => write(`/v1/cards/${idPath(card.id)}/revoke`, { reason_code: "lost" })))) return;
    setLosing(null);
    again();
  };
  return (
    <section class="card screen-only">
      <h2>{words.value.cardsOf}</h2>
      {cards.length > 0 && (
        <ul class="rows">
          {cards.map((card) => (
            <li key={card.id}>
              <span class={`chip ${card.state === "active" ? "" : "held"}`}>{words.value.cardStates[card.state]}</span>
              <span class="muted">{date(card.activated_at ?? card.printed_at, now())}</span>
              {card.state === "active" && (
                <button type="button" class="button" onClick={() => setLosing(card)}>
                  {words.value.revokeCard}
                </button>
              )}
            </li>
          ))}
        </ul>
      )}
      <form class="stack" onSubmit={activate}>
        <Text label={words.value.cardNumber} hint={words.value.activateHint} value={number} set={setNumber} inputMode="numeric" autocomplete="off" required />
        {!losing && <Wrong error={act.error} />}
        {done && (
          <div role="status">
            <Note icon="check">
              <p>{words.value.activated}</p>
            </Note>
          </div>
        )}
        <button type="submit" class="button" disabled={act.busy}>
          {words.value.activate}
        </button>
      </form>
      {losing && (
        <Dialog title={words.value.revokeCard} close={() => setLosing(null)}>
          <p>{words.value.revokeAsk}</p>
          <Wrong error={act.error} />
          <button type="button" class="button bad" disabled={act.busy} onClick={() => void revoke(losing)}>
            {words.value.revokeCard}
          </button>
        </Dialog>
      )}
    </section>
  );
}

import { useState } from "preact/hooks";
import { send } from "../api/client";
import { communityName } from "../api/session";
import type { PrintedCard, PrintedCards } from "../api/types";
import { grouped } from "../code/paycode";
import { useAct } from "../page/act";
import { Text } from "../page/Field";
import { Icon } from "../page/Icon";
import { Picture } from "../page/Picture";
import { Note, Wrong } from "../page/State";
import { words } from "./words";

/** Cards on an A4 page: two columns of five. */
const ON_PAGE = 10;
const MOST = 100;

/** CardSheet makes pages of cards and prints them. Their numbers are shown once and kept nowhere. */
export function CardSheet() {
  const [count, setCount] = useState(String(ON_PAGE));
  const [made, setMade] = useState<PrintedCards | null>(null);
  const act = useAct();
  const submit = (event: Event): void => {
    event.preventDefault();
    const wanted = Math.min(MOST, Math.max(1, Math.round(Number(count) || ON_PAGE)));
    void act.run(async () => setMade(await send<PrintedCards>("/v1/cards/sheets", { count: wanted })));
  };
  const pages = made ? Array.from({ length: Math.ceil(made.cards.length / ON_PAGE) }, (_, i) => made.cards.slice(i * ON_PAGE, (i + 1) * ON_PAGE)) : [];
  return (
    <>
      <form class="card screen-only" onSubmit={submit}>
        <h1>{words.value.sheets}</h1>
        <p class="muted">{words.value.sheetsHint}</p>
        {made ? (
          <>
            <Note icon="alert" kind="held">
              <p>{words.value.sheetOnce}</p>
            </Note>
            <button type="button" class="button main" onClick={() => print()}>
              <Icon name="print" />
              {words.value.print}
            </button>
          </>
        ) : (
          <>
            <Text label={words.value.count} value={count} set={setCount} type="number" inputMode="numeric" required />
            <Wrong error={act.error} />
            <button type="submit" class="button main" disabled={act.busy}>
              {words.value.sheetMake}
            </button>
          </>
        )}
      </form>
      {pages.map((cards, i) => (
        <section key={i} class="paper" aria-label={`${i + 1} / ${pages.length}`}>
          {cards.map((card) => (
            <PaperCard key={card.id} card={card} />
          ))}
          <p class="paper-foot">
            {words.value.sheetNumber(cards[0]?.sheet ?? "")} · {i + 1} / {pages.length}
          </p>
        </section>
      ))}
    </>
  );
}

function PaperCard({ card }: { card: PrintedCard }) {
  return (
    <div class="paper-card">
      <div class="paper-words">
        <p class="paper-bank">{communityName.value}</p>
        <p class="paper-title">{words.value.cardTitle}</p>
        <p class="paper-name">{words.value.cardName}</p>
        <p class="paper-found">{words.value.cardFound}</p>
      </div>
      <Picture svg={card.svg} alt={words.value.cardTitle} />
      <p class="paper-number">
        {grouped(card.number.replace(/\D/g, "")).map((group, i) => (
          <span key={i}>{group}</span>
        ))}
      </p>
    </div>
  );
}

import { useState } from "preact/hooks";
import { write } from "../api/client";
import { may } from "../api/session";
import type { Deed } from "../api/types";
import { useAct } from "../page/act";
import { Dialog } from "../page/Dialog";
import { Select, Text } from "../page/Field";
import { usePages } from "../page/load";
import { PagedList } from "../page/PagedList";
import { filter, place, withQuery } from "../page/router";
import { Empty, Note, Wrong } from "../page/State";
import { DeedCard } from "./DeedCard";
import { words } from "./words";

const STAGES = ["asked", "voting", "passed", "notice"] as const;

/** AllDeeds is the organizer's list: she consents where a kind asks for it, and confirms for an elder who hands over her card. */
export function AllDeeds() {
  const stage = place.value.query.get("stage") ?? "";
  const pages = usePages<Deed>(withQuery("/v1/deeds", { stage, limit: "30" }));
  return (
    <>
      <h1>{words.value.all}</h1>
      <div class="filters">
        <Select
          label={words.value.title}
          value={stage}
          set={(value) => filter({ stage: value })}
          options={[{ value: "", text: words.value.all }, ...STAGES.map((one) => ({ value: one, text: words.value.stages[one] }))]}
        />
      </div>
      <PagedList
        pages={pages}
        empty={
          <div class="card">
            <Empty icon="check" title={words.value.committeeEmpty}>
              <p class="muted">{words.value.committeeEmptyHint}</p>
            </Empty>
          </div>
        }
      >
        {(deeds) => deeds.map((one) => <Line key={one.seq} deed={one} again={pages.again} />)}
      </PagedList>
    </>
  );
}

function Line({ deed, again }: { deed: Deed; again: () => void }) {
  const [card, setCard] = useState<string | null>(null);
  const act = useAct();
  const step = async (path: "confirm" | "refuse" | "consent", body: unknown): Promise<void> => {
    if (!(await act.run(() => write(`/v1/deeds/${deed.seq}/${path}`, body)))) return;
    setCard(null);
    again();
  };
  return (
    <DeedCard deed={deed}>
      {card === null && <Wrong error={act.error} />}
      {deed.stage === "passed" && (
        <Note icon="people">
          <p>{deed.conflict ? words.value.conflict : words.value.consentHint}</p>
        </Note>
      )}
      {deed.can.includes("consent") && (
        <button type="button" class="button main" disabled={act.busy} onClick={() => void step("consent", {})}>
          {words.value.consent}
        </button>
      )}
      {deed.stage === "asked" && may("organizer") && (
        <button type="button" class="button" onClick={() => setCard("")}>
          {words.value.cardConfirm}
        </button>
      )}
      {card !== null && (
        <Dialog title={words.value.cardConfirm} close={() => setCard(null)}>
          <form
            class="stack"
            onSubmit={(event) => {
              event.preventDefault();
              void step("confirm", { card });
            }}
          >
            <Text label={words.value.cardNumber} hint={words.value.cardHint} value={card} set={setCard} required inputMode="numeric" maxLength={64} />
            <Wrong error={act.error} />
            <div class="choices">
              <button type="submit" class="button main" disabled={act.busy}>
                {words.value.confirm}
              </button>
              <button type="button" class="button" disabled={act.busy || card === ""} onClick={() => void step("refuse", { card })}>
                {words.value.deny}
              </button>
            </div>
          </form>
        </Dialog>
      )}
    </DeedCard>
  );
}

import { useState } from "preact/hooks";
import { write } from "../api/client";
import type { Deed, DeedKinds, DeedStep } from "../api/types";
import { useAct } from "../page/act";
import { Text } from "../page/Field";
import { useLoad, usePages } from "../page/load";
import { PagedList } from "../page/PagedList";
import { Empty, Note, Wrong } from "../page/State";
import { told } from "../words/language";
import { DeedCard } from "./DeedCard";
import { words } from "./words";

/** Committee is the weekly table of the review committee (评议会): each deed with 同意 and 不同意. */
export function Committee() {
  const pages = usePages<Deed>("/v1/deeds?stage=voting&limit=30");
  const kinds = useLoad<DeedKinds>("/v1/deeds/kinds");
  return (
    <>
      <h1>{words.value.committee}</h1>
      {kinds.value && <p>{words.value.committeeIntro(kinds.value.quorum)}</p>}
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
        {(deeds) => deeds.map((one) => <Ballot key={one.seq} deed={one} monthMax={kinds.value?.month_max ?? 0} />)}
      </PagedList>
      <a class="button" href="/desk/disputes">
        {words.value.overdue}
      </a>
    </>
  );
}

/** Ballot is one deed and the voter's word on it. Whoever has a part in it sees that, and no buttons. */
function Ballot({ deed, monthMax }: { deed: Deed; monthMax: number }) {
  const [worth, setWorth] = useState(String(deed.points));
  const [lift, setLift] = useState(false);
  const [step, setStep] = useState<DeedStep | null>(null);
  const act = useAct();
  const vote = (yes: boolean): void => {
    const body = { yes, ...(yes && deed.most ? { points: Number(worth) } : {}), ...(yes && lift ? { lift } : {}) };
    void act.run(async () => setStep(await write<DeedStep>(`/v1/deeds/${deed.seq}/vote`, body)));
  };
  return (
    <DeedCard deed={deed}>
      <p>{words.value.votes(deed.yes, deed.no, deed.quorum)}</p>
      {step ? (
        <div role="status">
          <Note icon="check">
            <p>{told(step)}</p>
          </Note>
        </div>
      ) : deed.my_vote !== undefined ? (
        <p>
          <span class="chip">{words.value.myVote(deed.my_vote)}</span>
        </p>
      ) : deed.conflict ? (
        <Note icon="people" kind="held">
          <p>{words.value.conflict}</p>
        </Note>
      ) : (
        deed.can.includes("vote") && (
          <>
            {deed.most ? <Text label={words.value.worth} hint={words.value.worthHint(deed.points, deed.most)} value={worth} set={setWorth} required inputMode="numeric" maxLength={4} /> : null}
            {!deed.most && (
              <label class="choice">
                <input type="checkbox" checked={lift} onChange={() => setLift(!lift)} />
                <span>
                  {words.value.lift}
                  <br />
                  <span class="small muted">{words.value.liftHint(monthMax)}</span>
                </span>
              </label>
            )}
            <Wrong error={act.error} />
            <div class="choices">
              <button type="button" class="button main" disabled={act.busy} onClick={() => vote(true)}>
                {words.value.agree}
              </button>
              <button type="button" class="button" disabled={act.busy} onClick={() => vote(false)}>
                {words.value.disagree}
              </button>
            </div>
          </>
        )
      )}
    </DeedCard>
  );
}

import { useState } from "preact/hooks";
import { write } from "../api/client";
import type { DisputeItem } from "../api/types";
import { useAct } from "../page/act";
import { Dialog } from "../page/Dialog";
import { usePages } from "../page/load";
import { PagedList } from "../page/PagedList";
import { Back } from "../page/Shell";
import { Empty, Wrong } from "../page/State";
import { DisputeCard } from "./DisputeCard";
import { words } from "./words";

/** Disputes is 我的异议: each with its clock, its answer, and what was changed. */
export function Disputes() {
  const pages = usePages<DisputeItem>("/v1/me/disputes?limit=20");
  return (
    <>
      <Back to="/" />
      <h1>{words.value.title}</h1>
      <p>{words.value.intro}</p>
      <PagedList
        pages={pages}
        empty={
          <div class="card">
            <Empty icon="check" title={words.value.empty}>
              <p class="muted">{words.value.emptyHint}</p>
              <a class="button" href="/history">
                {words.value.see}
              </a>
            </Empty>
          </div>
        }
      >
        {(disputes) => disputes.map((one) => <Mine key={one.dispute} dispute={one} again={pages.again} />)}
      </PagedList>
    </>
  );
}

function Mine({ dispute, again }: { dispute: DisputeItem; again: () => void }) {
  const [asking, setAsking] = useState(false);
  const act = useAct();
  const withdraw = async (): Promise<void> => {
    if (!(await act.run(() => write(`/v1/disputes/${dispute.dispute}/withdraw`)))) return;
    setAsking(false);
    again();
  };
  return (
    <DisputeCard dispute={dispute}>
      {dispute.can.includes("withdraw") && (
        <button type="button" class="button" onClick={() => setAsking(true)}>
          {words.value.withdraw}
        </button>
      )}
      {asking && (
        <Dialog title={words.value.withdraw} close={() => setAsking(false)}>
          <p>{words.value.withdrawAsk}</p>
          <Wrong error={act.error} />
          <button type="button" class="button bad" disabled={act.busy} onClick={() => void withdraw()}>
            {words.value.withdraw}
          </button>
        </Dialog>
      )}
    </DisputeCard>
  );
}

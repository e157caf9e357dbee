import { useState } from "preact/hooks";
import { write } from "../api/client";
import type { Deed } from "../api/types";
import { useAct } from "../page/act";
import { Dialog } from "../page/Dialog";
import { usePages } from "../page/load";
import { PagedList } from "../page/PagedList";
import { Back } from "../page/Shell";
import { Empty, Wrong } from "../page/State";
import { DeedCard } from "./DeedCard";
import { words } from "./words";

/** Deeds is a member's page of good deeds: what she can tell, and what is under way. */
export function Deeds() {
  const pages = usePages<Deed>("/v1/me/deeds?limit=30");
  return (
    <>
      <Back to="/" />
      <h1>{words.value.title}</h1>
      <p>{words.value.intro}</p>
      <a class="button main wide tall" href="/deeds/new">
        {words.value.add}
      </a>
      <section class="stack" aria-labelledby="mine">
        <h2 id="mine">{words.value.mine}</h2>
        <PagedList
          pages={pages}
          empty={
            <div class="card">
              <Empty title={words.value.mineEmpty}>
                <p class="muted">{words.value.mineEmptyHint}</p>
              </Empty>
            </div>
          }
        >
          {(deeds) => deeds.map((one) => <Mine key={one.seq} deed={one} again={pages.again} />)}
        </PagedList>
      </section>
      <a class="button wide" href="/notices">
        {words.value.noticesOpen}
      </a>
    </>
  );
}

/** Mine is a deed with what its people can do: the helped one confirms or denies, who told it takes it back. */
function Mine({ deed, again }: { deed: Deed; again: () => void }) {
  const [asking, setAsking] = useState<"deny" | "withdraw" | null>(null);
  const act = useAct();
  const can = new Set(deed.can);
  const step = async (path: "confirm" | "refuse"): Promise<void> => {
    if (!(await act.run(() => write(`/v1/deeds/${deed.seq}/${path}`)))) return;
    setAsking(null);
    again();
  };
  return (
    <DeedCard deed={deed} below>
      {!asking && <Wrong error={act.error} />}
      {(can.has("confirm") || can.has("withdraw")) && (
        <div class="choices">
          {can.has("confirm") && (
            <button type="button" class="button main" disabled={act.busy} onClick={() => void step("confirm")}>
              {words.value.confirm}
            </button>
          )}
          {can.has("deny") && (
            <button type="button" class="button" onClick={() => setAsking("deny")}>
              {words.value.deny}
            </button>
          )}
          {can.has("withdraw") && (
            <button type="button" class="button" onClick={() => setAsking("withdraw")}>
              {words.value.withdraw}
            </button>
          )}
        </div>
      )}
      {asking && (
        <Dialog title={asking === "deny" ? words.value.deny : words.value.withdraw} close={() => setAsking(null)}>
          <p>{asking === "deny" ? words.value.denyAsk : words.value.withdrawAsk}</p>
          <Wrong error={act.error} />
          <button type="button" class="button bad" disabled={act.busy} onClick={() => void step("refuse")}>
            {asking === "deny" ? words.value.deny : words.value.withdraw}
          </button>
        </Dialog>
      )}
    </DeedCard>
  );
}


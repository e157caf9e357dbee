import { write } from "../api/client";
import { may } from "../api/session";
import { now } from "../api/servertime";
import type { Proposal } from "../api/types";
import { useAct } from "../page/act";
import { usePages } from "../page/load";
import { PagedList } from "../page/PagedList";
import { Empty, Wrong } from "../page/State";
import { when } from "../words/format";
import { told } from "../words/language";
import { KEEPERS } from "./roles";
import { words } from "./words";

/** Proposals is the inbox of what takes two people. Nobody decides on her own. */
export function Proposals() {
  const pages = usePages<Proposal>("/v1/proposals");
  return (
    <>
      <h1>{words.value.proposals}</h1>
      <PagedList
        pages={pages}
        empty={
          <div class="card">
            <Empty icon="check" title={words.value.proposalsEmpty} />
          </div>
        }
      >
        {(proposals) => (
          <ul class="rows boxed">
            {proposals.map((one) => (
              <Line key={one.seq} proposal={one} again={pages.again} />
            ))}
          </ul>
        )}
      </PagedList>
    </>
  );
}

function Line({ proposal, again }: { proposal: Proposal; again: () => void }) {
  const act = useAct();
  const decide = async (how: "approve" | "refuse"): Promise<void> => {
    if (await act.run(() => write(`/v1/proposals/${proposal.seq}/${how}`))) again();
  };
  return (
    <li>
      <div class="grow">
        <p>{told(proposal)}</p>
        {proposal.reason && <p class="muted">{proposal.reason}</p>}
        <p class="small muted">{words.value.lapses(when(proposal.lapses, now()))}</p>
        <Wrong error={act.error} />
      </div>
      {!proposal.mine && may("organizer") && (
        <button type="button" class="button main" disabled={act.busy} onClick={() => void decide("approve")}>
          {words.value.approve}
        </button>
      )}
      {(may("organizer") || (proposal.mine && may(...KEEPERS))) && (
        <button type="button" class="button" disabled={act.busy} onClick={() => void decide("refuse")}>
          {proposal.mine ? words.value.takeBack : words.value.refuse}
        </button>
      )}
    </li>
  );
}

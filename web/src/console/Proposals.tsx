import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { write } from "../api/client";
import { may } from "../api/session";
import { now } from "../api/servertime";
import type { Proposal, ProposalEffect } from "../api/types";
import { useAct } from "../page/act";
import { Dialog } from "../page/Dialog";
import { useLoad, usePages } from "../page/load";
import { PagedList } from "../page/PagedList";
import { Empty, Loading, Wrong } from "../page/State";
import { duration, points, when } from "../words/format";
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
  const [looking, setLooking] = useState(false);
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
        {!looking && <Wrong error={act.error} />}
      </div>
      {!proposal.mine && may("organizer") && (
        <button type="button" class="button main" disabled={act.busy} onClick={() => setLooking(true)}>
          {words.value.approve}
        </button>
      )}
      {(may("organizer") || (proposal.mine && may(...KEEPERS))) && (
        <button type="button" class="button" disabled={act.busy} onClick={() => void decide("refuse")}>
          {proposal.mine ? words.value.takeBack : words.value.refuse}
        </button>
      )}
      {looking && (
        <Dialog title={words.value.approve} close={() => setLooking(false)}>
          <p>
            <strong>{told(proposal)}</strong>
          </p>
          {proposal.reason && <p class="muted">{proposal.reason}</p>}
          <Effect seq={proposal.seq}>
            <Wrong error={act.error} />
            <button type="button" class="button main" disabled={act.busy} onClick={() => void decide("approve")}>
              {words.value.approveSure}
            </button>
          </Effect>
        </Dialog>
      )}
    </li>
  );
}

/** Effect says what an approval would write, of whom and how much, before the button that it is given; none where the rules refuse. */
function Effect({ seq, children }: { seq: number; children: ComponentChildren }) {
  const effect = useLoad<ProposalEffect>(`/v1/proposals/${seq}/effect`);
  if (effect.error) return <Wrong error={effect.error} />;
  if (!effect.value) return <Loading />;
  const { records, moves } = effect.value;
  return (
    <>
      <h3>{words.value.effect}</h3>
      <ul class="effect">
        {records.map((one, i) => (
          <li key={i}>{told(one)}</li>
        ))}
      </ul>
      {moves.length > 0 ? (
        <dl class="facts">
          {moves.map((one) => (
            <div key={`${one.account} ${one.unit}`}>
              <dt>{one.account_name ?? told({ zh: one.class_zh, en: one.class_en })}</dt>
              <dd class="number">
                {amount(one, one.before)} → <strong>{amount(one, one.after)}</strong> <span class="nowrap">({one.after > one.before ? "+" : ""}{amount(one, one.after - one.before)})</span>
              </dd>
            </div>
          ))}
        </dl>
      ) : (
        <p class="muted">{words.value.effectNone}</p>
      )}
      {children}
    </>
  );
}

const amount = (move: ProposalEffect["moves"][number], n: number): string => (move.unit === "points" ? points(n) : duration(n));

import type { ComponentChildren } from "preact";
import { now } from "../api/servertime";
import type { DisputeItem } from "../api/types";
import { points, signed, when } from "../words/format";
import { told } from "../words/language";
import { words as shared } from "../words/words";
import { words } from "./words";

/** DisputeCard is one dispute: the line, what is said to be wrong, its clock, and what became of it. */
export function DisputeCard({ dispute, whose = false, children }: { dispute: DisputeItem; whose?: boolean; children?: ComponentChildren }) {
  const { line } = dispute;
  const opened = when(dispute.opened, now());
  return (
    <article class="card">
      <div class="title">
        <h2>{told({ zh: line.title_zh, en: line.title_en })}</h2>
        <span class={`chip ${dispute.state === "open" ? "held" : ""}`}>{words.value.states[dispute.state]}</span>
      </div>
      <p class="muted">
        {when(line.effective ?? line.time, now())}
        {line.points !== 0 && ` · ${signed(line.points)} ${shared.value.points}`}
      </p>
      <dl class="facts">
        {whose && (
          <div>
            <dt>{words.value.whose}</dt>
            <dd>{dispute.name}</dd>
          </div>
        )}
        <div>
          <dt>{words.value.reason}</dt>
          <dd>{told({ zh: dispute.reason_zh, en: dispute.reason_en })}</dd>
        </div>
        {dispute.words && (
          <div>
            <dt>{words.value.words}</dt>
            <dd>{dispute.words}</dd>
          </div>
        )}
      </dl>
      <p class="small muted">{dispute.opener_name ? words.value.openedBy(dispute.opener_name, opened) : words.value.opened(opened)}</p>
      {dispute.state === "open" && (
        <p>
          <strong>{dispute.escalated ? words.value.clockOver(when(dispute.ends, now())) : words.value.clock(when(dispute.escalates, now()))}</strong>
        </p>
      )}
      {dispute.pinned > 0 && <p>{words.value.pinned(points(dispute.pinned))}</p>}
      {dispute.trail.length > 0 && (
        <section class="stack-small" aria-label={words.value.trail}>
          <ol class="trail">
            {dispute.trail.map((step) => (
              <li key={step.seq}>
                <p>
                  {told(step)} <span class="small muted">{when(step.time, now())}</span>
                </p>
                {step.words && <p class="told">{step.words}</p>}
              </li>
            ))}
          </ol>
        </section>
      )}
      {children}
    </article>
  );
}

import type { ComponentChildren } from "preact";
import { now } from "../api/servertime";
import type { Deed } from "../api/types";
import { date, when } from "../words/format";
import { told } from "../words/language";
import { Evidence } from "./Evidence";
import { words } from "./words";

/** worth is what a deed brings, or the range that the committee decides on. */
export const worth = (deed: Deed): string => words.value.kindPoints(deed.points, deed.most ?? 0);

/** DeedCard is one deed that is not decided yet; what can be done with it stands below. */
export function DeedCard({ deed, below = false, children }: { deed: Deed; below?: boolean; children?: ComponentChildren }) {
  const Heading = below ? "h3" : "h2"; // below another heading of the page, or right under its title
  const facts: [string, string | undefined][] = [
    [words.value.doer, deed.doer_name],
    [words.value.beneficiary, deed.beneficiary_name],
    [words.value.filer, `${deed.filer_name} · ${words.value.by[deed.by]}`],
    [words.value.day, date(`${deed.day}T12:00:00+08:00`, now())],
    [words.value.points, worth(deed)],
    [words.value.filedAt, when(deed.filed, now())],
  ];
  return (
    <article class="card">
      <div class="title">
        <Heading>{told({ zh: deed.type_zh, en: deed.type_en })}</Heading>
        <span class={`chip ${deed.disputed ? "held" : ""}`}>{deed.disputed ? words.value.stopped : words.value.stages[deed.stage]}</span>
      </div>
      <dl class="facts">
        {facts.map(
          ([name, value]) =>
            value && (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ),
        )}
      </dl>
      {deed.ends && <p class="small muted">{words.value.until(when(deed.ends, now()))}</p>}
      <Evidence seq={deed.seq} />
      {children}
    </article>
  );
}

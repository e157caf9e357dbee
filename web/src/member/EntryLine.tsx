import { now } from "../api/servertime";
import type { Entry } from "../api/types";
import { WrongButton } from "../disputes/WrongButton";
import { Icon } from "../page/Icon";
import { aside, duration, number, points, signed, span, when } from "../words/format";
import { told } from "../words/language";
import { words as shared } from "../words/words";
import { words } from "./words";
import { Steps } from "../page/Why";
import "../look/entries.css";

/**
 * EntryLine is one line of the history in a plain sentence; 为什么 opens everything that explains it. Who only reads it, "none",
 * can neither say that it is wrong nor print its receipt.
 */
export function EntryLine({ entry, wrong = "own" }: { entry: Entry; wrong?: "own" | "card" | "none" }) {
  const status = words.value.status[entry.status];
  return (
    <li class="entry">
      <div class="entry-head">
        <div>
          <p class="entry-title">{told({ zh: entry.title_zh, en: entry.title_en })}</p>
          <p class="small muted">{when(entry.effective ?? entry.time, now())}</p>
          {status && <span class={`chip ${entry.status === "unconfirmed" ? "held" : ""}`}>{status}</span>}
        </div>
        <div class="entry-amount">
          {entry.points !== 0 && (
            <p class={`number amount ${entry.points > 0 ? "plus" : ""} ${entry.status === "reversed" ? "struck" : ""}`}>
              {signed(entry.points)} <span class="unit">{shared.value.points}</span>
            </p>
          )}
          {entry.held !== undefined && entry.held > 0 && <p class="small muted">{words.value.heldNow(points(entry.held))}</p>}
          {entry.minutes !== 0 && (
            <p class="number small">
              {entry.minutes > 0 ? "+" : ""}
              {duration(entry.minutes)}
            </p>
          )}
        </div>
      </div>
      <details>
        <summary>
          {words.value.why}
          <Icon name="down" />
        </summary>
        <Reasons entry={entry} wrong={wrong} />
      </details>
    </li>
  );
}

function Reasons({ entry, wrong }: { entry: Entry; wrong: "own" | "card" | "none" }) {
  const { why } = entry;
  const name = words.value.facts;
  const facts: [string, string | undefined][] = [
    [name.activity, why.activity?.title],
    [name.place, why.activity?.place],
    [name.time, why.activity && span(why.activity.start, why.activity.end, now())],
    [name.team, why.activity?.team_name],
    [name.minutes, why.minutes === undefined ? undefined : duration(why.minutes)],
    [name.grade, why.grade && `${why.grade} · ${shared.value.grades[why.grade] ?? ""}`],
    [name.meal, why.meal && told({ zh: why.meal.name, en: why.meal.name_en }) + (why.meal.small ? aside(name.small) : "")],
    [name.canteen, why.canteen_name],
    [name.rule, !why.steps && told({ zh: why.rule_zh, en: why.rule_en }) ? told({ zh: why.rule_zh, en: why.rule_en }) : undefined],
    [name.rulebook, why.rulebook ? name.rulebookValue(why.rulebook) : undefined],
    [name.reason, told({ zh: why.reason_zh ?? "", en: why.reason_en ?? "" }) || undefined],
    [name.note, why.note],
    [name.actor, why.actor_name],
    [name.reversedBy, why.reversed_by ? `#${number(why.reversed_by)}` : undefined],
    [name.reverses, why.reverses ? `#${number(why.reverses)}` : undefined],
    [name.balance, entry.balance_points === undefined ? undefined : points(entry.balance_points)],
    [name.recorded, when(entry.time, now())],
    [name.number, `#${number(entry.seq)}`],
  ];
  return (
    <div class="stack reasons">
      <dl class="facts">
        {facts.map(
          ([label, value]) =>
            value && (
              <div key={label}>
                <dt>{label}</dt>
                <dd>{value}</dd>
              </div>
            ),
        )}
      </dl>
      {wrong !== "none" && <WrongButton entry={entry} card={wrong === "card"} />}
      {wrong !== "none" && (
        <a class="button" href={`/receipt/${entry.seq}`}>
          <Icon name="print" />
          {words.value.receipt}
        </a>
      )}
      {why.steps && <Steps steps={why.steps} />}
    </div>
  );
}

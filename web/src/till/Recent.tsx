import { useState } from "preact/hooks";
import { now } from "../api/servertime";
import type { RecentRedemption } from "../api/types";
import { useAct, useTick } from "../page/act";
import { Icon } from "../page/Icon";
import { Empty, Wrong } from "../page/State";
import { number, when } from "../words/format";
import { told } from "../words/language";
import { left, recent, shown, undo } from "./counter";
import { words } from "./words";

/** How many lines fit beside the meals. */
const LINES = 5;

/** Recent lists the newest redemptions; each can be undone for a minute. */
export function Recent() {
  const [, setTurn] = useState(0);
  useTick(1000, () => setTurn((n) => n + 1));
  return (
    <section class="recent" aria-labelledby="recent">
      <h2 id="recent">{words.value.recent}</h2>
      {recent.value.length === 0 ? (
        <Empty icon="meal" title={words.value.recentEmpty} />
      ) : (
        <ul>
          {recent.value.slice(0, LINES).map((one) => (
            <Line key={one.seq} redemption={one} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Line({ redemption }: { redemption: RecentRedemption }) {
  const act = useAct();
  const on = shown.value;
  const ms = on?.kind === "ok" && on.redemption.seq === redemption.seq ? 0 : left(redemption); // the result itself offers it
  return (
    <li>
      <span class="nowrap">{redemption.member.masked_name}</span>
      <span>{told({ zh: redemption.meal.name_zh, en: redemption.meal.name_en })}</span>
      <span class="number">−{number(redemption.points)}</span>
      <span class="muted small nowrap">{when(redemption.time, now())}</span>
      {redemption.voided ? (
        <span class="chip">{words.value.voided}</span>
      ) : (
        ms > 0 && (
          <button type="button" class="button" disabled={act.busy} onClick={() => void act.run(() => undo(redemption))}>
            <Icon name="undo" />
            {words.value.undo(Math.ceil(ms / 1000))}
          </button>
        )
      )}
      <Wrong error={act.error} />
    </li>
  );
}

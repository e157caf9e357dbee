import type { Till } from "../api/types";
import { Icon } from "../page/Icon";
import { points } from "../words/format";
import { chosen } from "./counter";
import { mealOf, nameOf, priceOf } from "./meal";
import { Scanner } from "./Scanner";
import { words } from "./words";

/** Idle invites the next diner and says what a scan means now. */
export function Idle({ till }: { till: Till }) {
  const order = chosen.value;
  const meal = order ? mealOf(till, order.meal) : mealOf(till, till.default_meal.id);
  return (
    <section class="idle">
      <p class="period">{words.value.periods[till.period]}</p>
      <div class="idle-icons" aria-hidden="true">
        <Icon name="card" />
        <Icon name="code" />
      </div>
      <h1>{words.value.show}</h1>
      {meal && (
        <div class={`default ${order ? "other" : ""}`}>
          <p class="small">{order ? words.value.chosen : words.value.default}</p>
          <p class="default-meal">
            <strong>{nameOf(meal, order?.small ?? false)}</strong> <span class="number">{points(priceOf(meal, order?.small ?? false))}</span>
          </p>
          {order && (
            <button type="button" class="button" onClick={() => (chosen.value = null)}>
              {words.value.undoChoice}
            </button>
          )}
        </div>
      )}
      <Scanner />
    </section>
  );
}

import type { Meal, Till } from "../api/types";
import { points } from "../words/format";
import { chosen, type Order } from "./counter";
import { nameOf, priceOf, servedNow } from "./meal";
import { words } from "./words";

/** Meals are the tiles for everything that is served now, small portions beside large ones. */
export function Meals({ till }: { till: Till }) {
  return (
    <section class="meals" aria-labelledby="meals">
      <h2 id="meals">{words.value.meals}</h2>
      <p class="small muted">{words.value.mealsHint}</p>
      <MealTiles till={till} chosen={chosen.value} choose={(order) => (chosen.value = order)} />
    </section>
  );
}

interface TilesProps {
  till: Till;
  chosen: Order | null;
  choose: (order: Order) => void;
  /** What is offered; all that the current meal period serves when absent: the rules refuse any other meal (decision 0022). */
  meals?: Meal[];
}

/** MealTiles lists meals to choose from, small portions beside large ones. */
export function MealTiles({ till, chosen, choose, meals = servedNow(till) }: TilesProps) {
  const tiles = meals.flatMap((meal) => (meal.small_points === undefined ? [{ meal, small: false }] : [{ meal, small: false }, { meal, small: true }]));
  return (
    <ul class="tiles">
      {tiles.map(({ meal, small }) => {
        const on = chosen?.meal === meal.id && chosen.small === small;
        return (
          <li key={meal.id + String(small)}>
            <button type="button" class={`tile ${on ? "on" : ""}`} aria-pressed={on} onClick={() => choose({ meal: meal.id, small })}>
              <span>{nameOf(meal, small)}</span>
              <strong class="number">{points(priceOf(meal, small))}</strong>
            </button>
          </li>
        );
      })}
    </ul>
  );
}

import { useState } from "preact/hooks";
import { now } from "../api/servertime";
import { Dialog } from "../page/Dialog";
import { Icon } from "../page/Icon";
import { sentence } from "../page/State";
import { points, when } from "../words/format";
import { words as shared } from "../words/words";
import { redeem, till, type Shown } from "./counter";
import { mealOf } from "./meal";
import { MealTiles } from "./Meals";
import { NextButton } from "./NextButton";
import { words } from "./words";

type NoShown = Extract<Shown, { kind: "no" | "lost" }>;

/** Refusals that another meal or portion may answer. */
const OTHER_MEAL = new Set(["balance_short", "meal_taken", "meal_unknown", "daily_limit"]);

/** No is an answer that is no: one calm colour, the reason in a sentence, and the next step as a button. */
export function No({ shown }: { shown: NoShown }) {
  const [choosing, setChoosing] = useState(false);
  const { code, order } = shown;
  const problem = shown.kind === "no" ? shown.problem : null;
  const short = problem?.code === "balance_short" ? problem.fields : undefined;
  const taken = problem?.code === "meal_taken" ? text(problem.fields["time"]) : undefined;
  const menu = till.value;
  const meal = order?.meal ?? menu?.default_meal.id;
  const smaller = short && !order?.small && menu && meal !== undefined && mealOf(menu, meal)?.small_points !== undefined ? meal : undefined;
  return (
    <>
      <Icon name={problem ? "wait" : "offline"} />
      <p class="result-title">{problem ? sentence(problem) : words.value.lostTitle}</p>
      {taken && <p class="result-number when">{when(taken, now())}</p>}
      <p class="result-hint">{problem ? (words.value.steps[problem.code] ?? "") : words.value.lostHint}</p>
      {short && typeof short["available"] === "number" && typeof short["need"] === "number" && (
        <p class="result-hint">{words.value.short(points(short["available"]), points(short["need"]))}</p>
      )}
      {problem && problem.status >= 500 && (
        <p class="small">
          {shared.value.requestId} {problem.requestId}
        </p>
      )}
      <div class="result-buttons">
        {(!problem || problem.status >= 500) && (
          <button type="button" class="button" onClick={() => void redeem(code, order, shown.kind === "lost" ? shown.pin : undefined)}>
            {words.value.tryAgain}
          </button>
        )}
        {smaller !== undefined && (
          <button type="button" class="button" onClick={() => void redeem(code, { meal: smaller, small: true })}>
            {words.value.toSmall}
          </button>
        )}
        {problem && OTHER_MEAL.has(problem.code) && menu && (
          <button type="button" class="button" onClick={() => setChoosing(true)}>
            {words.value.swap}
          </button>
        )}
        <NextButton />
      </div>
      {choosing && menu && (
        <Dialog title={words.value.swapTo} close={() => setChoosing(false)}>
          <MealTiles till={menu} chosen={order} choose={(other) => void redeem(code, other)} />
        </Dialog>
      )}
    </>
  );
}

const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

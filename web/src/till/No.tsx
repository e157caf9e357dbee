import { useState } from "preact/hooks";
import type { Problem } from "../api/problem";
import { now } from "../api/servertime";
import { useAct } from "../page/act";
import { Dialog } from "../page/Dialog";
import { Icon } from "../page/Icon";
import { sentence, Wrong } from "../page/State";
import { points, when } from "../words/format";
import { words as shared } from "../words/words";
import { redeem, serveAgain, show, till, type Order, type Shown } from "./counter";
import { mealOf, sidesNow } from "./meal";
import { MealTiles } from "./Meals";
import { NextButton } from "./NextButton";
import { words } from "./words";

type NoShown = Extract<Shown, { kind: "no" | "lost" }>;

/** Refusals that another meal or portion may answer. */
const OTHER_MEAL = new Set(["balance_short", "meal_unknown", "daily_limit"]);

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
        {problem?.code === "meal_taken" && <Taken code={code} order={order} problem={problem} />}
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

/** Taken are the ways on after a second main meal of the period: the first was not hers, she takes another with her PIN, or a side. */
function Taken({ code, order, problem }: { code: string; order: Order | null; problem: Problem }) {
  const [asking, setAsking] = useState<"again" | "side" | null>(null);
  const act = useAct();
  const close = (): void => setAsking(null);
  const { seq } = problem.fields;
  const menu = till.value;
  const sides = menu ? sidesNow(menu) : [];
  return (
    <>
      {typeof seq === "number" && (
        <button type="button" class="button" onClick={() => setAsking("again")}>
          {words.value.notHad}
        </button>
      )}
      <button type="button" class="button" onClick={() => show({ kind: "pin", code, order, problem })}>
        {words.value.second}
      </button>
      {sides.length > 0 && (
        <button type="button" class="button" onClick={() => setAsking("side")}>
          {words.value.side}
        </button>
      )}
      {asking === "again" && typeof seq === "number" && (
        <Dialog title={words.value.notHad} close={close}>
          <p>{words.value.notHadHint}</p>
          <Wrong error={act.error} />
          <button type="button" class="button main" disabled={act.busy} onClick={() => void act.run(() => serveAgain(code, seq, order))}>
            {words.value.notHadSure}
          </button>
        </Dialog>
      )}
      {asking === "side" && menu && (
        <Dialog title={words.value.side} close={close}>
          <MealTiles till={menu} chosen={null} meals={sides} choose={(side) => void redeem(code, side)} />
        </Dialog>
      )}
    </>
  );
}

const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

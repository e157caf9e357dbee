import { useState } from "preact/hooks";
import type { Redemption } from "../api/types";
import { useAct, useTick } from "../page/act";
import { Dialog } from "../page/Dialog";
import { Icon } from "../page/Icon";
import { Wrong } from "../page/State";
import { number, points } from "../words/format";
import { told } from "../words/language";
import { left, swap, till, undo } from "./counter";
import { mealOf, nameOf, priceOf, reasonOf } from "./meal";
import { MealTiles } from "./Meals";
import { NextButton } from "./NextButton";
import { words } from "./words";

/** Done is a redemption, in figures that the cashier reads while handing over the tray. */
export function Done({ redemption, code }: { redemption: Redemption; code: string }) {
  const [, setTurn] = useState(0);
  const [choosing, setChoosing] = useState(false);
  const act = useAct();
  useTick(1000, () => setTurn((n) => n + 1));
  const ms = left(redemption);
  const menu = till.value;
  const meal = menu ? mealOf(menu, redemption.meal.id) : undefined;
  const reason = meal && reasonOf(priceOf(meal, redemption.meal.small), redemption.points);
  return (
    <>
      <Icon name="check" />
      <p class="result-number">−{number(redemption.points)}</p>
      <p class="result-name">{redemption.member.masked_name}</p>
      <p class="result-title">{meal ? nameOf(meal, redemption.meal.small) : told({ zh: redemption.meal.name_zh, en: redemption.meal.name_en })}</p>
      {reason && <p class="result-hint">{reason}</p>}
      <p class="result-hint">{words.value.left(points(redemption.available_after))}</p>
      <Wrong error={act.error} />
      <div class="result-buttons">
        {ms > 0 && (
          <>
            <button type="button" class="button" disabled={act.busy} onClick={() => void act.run(() => undo(redemption))}>
              <Icon name="undo" />
              {words.value.undo(Math.ceil(ms / 1000))}
            </button>
            {menu && (
              <button type="button" class="button" disabled={act.busy} onClick={() => setChoosing(true)}>
                {words.value.swap}
              </button>
            )}
          </>
        )}
        <NextButton />
      </div>
      {choosing && menu && (
        <Dialog title={words.value.swapTo} close={() => setChoosing(false)}>
          <MealTiles
            till={menu}
            chosen={{ meal: redemption.meal.id, small: redemption.meal.small }}
            choose={(order) => {
              setChoosing(false);
              const wanted = mealOf(menu, order.meal);
              void act.run(() => swap(redemption, code, order, wanted ? nameOf(wanted, order.small) : ""));
            }}
          />
        </Dialog>
      )}
    </>
  );
}

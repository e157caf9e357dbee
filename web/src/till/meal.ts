import type { Meal, Till } from "../api/types";
import { aside, points } from "../words/format";
import { told } from "../words/language";
import { words } from "./words";

/** mealOf finds a meal of the menu. */
export function mealOf(till: Till, id: string): Meal | undefined {
  return till.meals.find((one) => one.id === id);
}

/** servedNow is what the menu has in the meal period of this moment. */
export function servedNow(till: Till): Meal[] {
  return till.meals.filter((one) => one.periods.includes(till.period));
}

/** sidesNow is what a diner can have beside the main meal she had already. */
export function sidesNow(till: Till): Meal[] {
  return servedNow(till).filter((one) => one.side);
}

/** nameOf is a meal's name with its portion. */
export function nameOf(meal: Meal, small: boolean): string {
  const name = told({ zh: meal.name_zh, en: meal.name_en });
  return small ? name + aside(words.value.small) : name;
}

/** priceOf is what a portion costs before the diner's own subsidy. */
export function priceOf(meal: Meal, small: boolean): number {
  return small ? (meal.small_points ?? meal.points) : meal.points;
}

/**
 * reasonOf says why a diner paid less than the menu says, for the cashier alone; nothing where she paid it. It does not tell
 * which reduction it was: that is nobody's business at a till.
 */
export function reasonOf(list: number, paid: number): string | undefined {
  if (paid >= list) return undefined;
  return paid === 0 ? words.value.free : words.value.menuPrice(points(list), points(list - paid));
}

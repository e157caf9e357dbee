import type { BookingWords } from "./words.zh";

export const en: BookingWords = {
  title: "Book a meal",
  intro: "Points are set aside. Show card or code at the canteen to collect it; not collected, they come back by themselves.",
  mine: "Booked",
  none: "Nothing is booked",
  noneHint: "Choose day and meal, then “Book this”.",
  day: "Day",
  period: "Meal time",
  periods: { breakfast: "Breakfast", lunch: "Lunch", dinner: "Dinner" },
  canteen: "Canteen",
  meal: "Meal",
  small: "small",
  nothing: "Nothing can be booked for this meal time.",
  book: "Book this",
  cancel: "Cancel it",
  cancelAsk: "The points can be used again at once.",
  until: (when) => `collect before ${when}`,
  kitchen: "Booked meals",
  kitchenEmpty: "Nobody has booked for this day",
  kitchenHint: "Scan card or code as always: the booked meal is handed over by itself.",
  count: (n) => `${n}`,
};

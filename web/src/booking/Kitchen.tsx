import { now } from "../api/servertime";
import { community, me } from "../api/session";
import type { KitchenPage } from "../api/types";
import { Select, Text } from "../page/Field";
import { useLoad } from "../page/load";
import { filter, place, withQuery } from "../page/router";
import { Empty, Failed, Loading } from "../page/State";
import { day as dayOf } from "../words/format";
import { told } from "../words/language";
import { mealName } from "./Booking";
import { words } from "./words";

/** Kitchen is what to cook for a day's bookings, and who comes for it. It prints. */
export function Kitchen() {
  const own = me.value?.roles.find((one) => one.role === "cashier")?.scope;
  const canteens = community.value?.canteens ?? [];
  const canteen = place.value.query.get("canteen") ?? own ?? canteens[0]?.id ?? "";
  const on = place.value.query.get("day") ?? dayOf(now());
  const list = useLoad<KitchenPage>(canteen ? withQuery("/v1/kitchen", { canteen, day: on }) : null);
  return (
    <>
      <h1>{words.value.kitchen}</h1>
      <p class="muted">{words.value.kitchenHint}</p>
      <div class="filters">
        <Text label={words.value.day} type="date" value={on} set={(value) => filter({ day: value })} />
        {canteens.length > 1 && (
          <Select label={words.value.canteen} value={canteen} set={(value) => filter({ canteen: value })} options={canteens.map((one) => ({ value: one.id, text: told({ zh: one.name_zh, en: one.name_en }) }))} />
        )}
      </div>
      {list.error ? <Failed error={list.error} again={list.again} /> : !list.value ? <Loading /> : <Lists page={list.value} />}
    </>
  );
}

function Lists({ page }: { page: KitchenPage }) {
  if (page.booked.length === 0) {
    return (
      <div class="card">
        <Empty icon="meal" title={words.value.kitchenEmpty} />
      </div>
    );
  }
  return (
    <>
      <ul class="rows boxed">
        {page.sums.map((one) => (
          <li key={`${one.period}${one.meal_zh}${String(one.small)}`}>
            <span class="grow">
              {words.value.periods[one.period]} · {mealName(one)}
            </span>
            <strong class="number">{words.value.count(one.count)}</strong>
          </li>
        ))}
      </ul>
      <ul class="rows boxed">
        {page.booked.map((one) => (
          <li key={one.hold}>
            <span class="grow">{one.name}</span>
            <span>{mealName(one)}</span>
            <span class="muted">{words.value.periods[one.period]}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

import { useState } from "preact/hooks";
import { write } from "../api/client";
import { now } from "../api/servertime";
import type { Booked, Booking, BookingPage } from "../api/types";
import { useAct } from "../page/act";
import { Dialog } from "../page/Dialog";
import { Select } from "../page/Field";
import { useLoad } from "../page/load";
import { Back } from "../page/Shell";
import { Empty, Failed, Loading, Note, Wrong } from "../page/State";
import { aside, date, points, when } from "../words/format";
import { told } from "../words/language";
import { words } from "./words";

export const PERIODS = ["breakfast", "lunch", "dinner"] as const;
type Period = (typeof PERIODS)[number];

/** noonOf is a moment of a local day, so that it can be called 今天 or 明天. */
export const noonOf = (day: string): string => `${day}T12:00:00+08:00`;

/** Bookings is a member's page of booked meals. */
export function Bookings() {
  const page = useLoad<BookingPage>("/v1/me/bookings");
  return (
    <>
      <Back to="/" />
      <h1>{words.value.title}</h1>
      <p>{words.value.intro}</p>
      {page.value ? <Both page={page.value} again={page.again} /> : page.error ? <Failed error={page.error} again={page.again} /> : <Loading />}
    </>
  );
}

function Both({ page, again }: { page: BookingPage; again: () => void }) {
  return (
    <>
      <section class="stack" aria-labelledby="booked">
        <h2 id="booked">{words.value.mine}</h2>
        {page.booked.length > 0 ? (
          page.booked.map((one) => <Line key={one.hold} booking={one} again={again} />)
        ) : (
          <div class="card">
            <Empty icon="meal" title={words.value.none}>
              <p class="muted">{words.value.noneHint}</p>
            </Empty>
          </div>
        )}
      </section>
      <Form page={page} again={again} />
    </>
  );
}

/** mealName is a meal with its portion. */
export const mealName = (booking: { meal_zh: string; meal_en: string; small: boolean }): string =>
  told({ zh: booking.meal_zh, en: booking.meal_en }) + (booking.small ? ` · ${words.value.small}` : "");

function Line({ booking, again }: { booking: Booking; again: () => void }) {
  const [asking, setAsking] = useState(false);
  const act = useAct();
  const cancel = async (): Promise<void> => {
    if (!(await act.run(() => write(`/v1/bookings/${booking.hold}`, undefined, "", "DELETE")))) return;
    setAsking(false);
    again();
  };
  return (
    <article class="card">
      <div class="title">
        <h3>{mealName(booking)}</h3>
        <strong class="number">{points(booking.points)}</strong>
      </div>
      <p>
        {date(noonOf(booking.day), now())} {words.value.periods[booking.period]} · {booking.canteen_name}
      </p>
      <p class="small muted">{words.value.until(when(booking.until, now()))}</p>
      <button type="button" class="button" onClick={() => setAsking(true)}>
        {words.value.cancel}
      </button>
      {asking && (
        <Dialog title={words.value.cancel} close={() => setAsking(false)}>
          <p>{words.value.cancelAsk}</p>
          <Wrong error={act.error} />
          <button type="button" class="button bad" disabled={act.busy} onClick={() => void cancel()}>
            {words.value.cancel}
          </button>
        </Dialog>
      )}
    </article>
  );
}

function Form({ page, again }: { page: BookingPage; again: () => void }) {
  const [day, setDay] = useState(page.days[1] ?? page.days[0] ?? "");
  const [period, setPeriod] = useState<Period>("lunch");
  const [canteen, setCanteen] = useState(page.canteens[0]?.id ?? "");
  const [chosen, setChosen] = useState("");
  const [said, setSaid] = useState<Booked | null>(null);
  const act = useAct();
  const open = day === page.days[0] ? PERIODS.filter((one) => page.today.includes(one)) : PERIODS; // what is over today is not offered
  const wanted = open.find((one) => one === period) ?? open[0];
  const choices = page.meals
    .filter((one) => wanted !== undefined && one.periods.includes(wanted))
    .flatMap((one) => {
      const name = told({ zh: one.name_zh, en: one.name_en });
      const whole = { value: one.id, text: `${name} · ${points(one.points)}` };
      return one.small_points ? [whole, { value: `${one.id} small`, text: `${name}${aside(words.value.small)} · ${points(one.small_points)}` }] : [whole];
    });
  const meal = choices.some((one) => one.value === chosen) ? chosen : (choices[0]?.value ?? "");
  const send = (event: Event): void => {
    event.preventDefault();
    const [id, small] = meal.split(" ");
    const body = { canteen, day, period: wanted, meal: id, ...(small ? { small: true } : {}) };
    void act.run(async () => {
      setSaid(await write<Booked>("/v1/bookings", body, String(page.booked.length)));
      again();
    });
  };
  return (
    <form class="card" onSubmit={send}>
      <Select label={words.value.day} value={day} set={setDay} options={page.days.filter((_, i) => i > 0 || page.today.length > 0).map((one) => ({ value: one, text: date(noonOf(one), now()) }))} />
      <Select
        label={words.value.period}
        value={wanted ?? ""}
        set={(value) => setPeriod(PERIODS.find((one) => one === value) ?? "lunch")}
        options={open.map((one) => ({ value: one, text: words.value.periods[one] }))}
      />
      {page.canteens.length > 1 && (
        <Select label={words.value.canteen} value={canteen} set={setCanteen} options={page.canteens.map((one) => ({ value: one.id, text: told({ zh: one.name_zh, en: one.name_en }) }))} />
      )}
      {choices.length > 0 ? <Select label={words.value.meal} value={meal} set={setChosen} options={choices} /> : <p class="muted">{words.value.nothing}</p>}
      <Wrong error={act.error} />
      {said && (
        <div role="status">
          <Note icon="check">
            <p>{told(said)}</p>
          </Note>
        </div>
      )}
      <button type="submit" class="button main wide tall" disabled={act.busy || meal === ""}>
        {words.value.book}
      </button>
    </form>
  );
}

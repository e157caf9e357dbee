import type { SumRow } from "../api/types";
import { number, signed } from "../words/format";
import { words } from "./words";

// Which numbers each table of sums shows. A number that means nothing of a row is not shown: a canteen has nothing left, it is settled.

/** WAYS are what the community's numbers can be told by. */
export const WAYS = ["community", "organization", "team", "canteen", "day", "building"] as const;
export type Way = (typeof WAYS)[number];

/** Column is one number of a row. */
export interface Column {
  id: string;
  head: string;
  /** What the numbers of neighbouring columns count: activities, or people. */
  group?: string;
  text: (row: SumRow) => string;
}

/** others is what came and went between those who hold points, and with people who joined and left. */
const others = (row: SumRow): number => row.other + row.joined - row.left;

/** net is how many points more the row's people hold after the time than before it. */
export const net = (row: SumRow): number => row.earned - row.redeemed - row.expired + others(row);

/** exact is a time to the minute: tenths of an hour, rounded one by one, would not add up to their total. */
export const exact = (minutes: number): string =>
  `${minutes < 0 ? "−" : ""}${words.value.hoursOf(number(Math.floor(Math.abs(minutes) / 60)), String(Math.abs(minutes) % 60))}`;

/** columnsOf is the columns of a table; whole when it goes from the first day to now, so that what moved is what is held. */
export function columnsOf(by: Way, rows: SumRow[], whole: boolean): Column[] {
  const name = words.value.sumsNames;
  const column = (id: string, head: string, value: (row: SumRow) => number, show = number): Column => ({ id, head, text: (row) => show(value(row)) });
  const minutes = column("minutes", name.minutes, (row) => row.minutes, exact);
  const issued = column("issued", name.issued, (row) => row.issued);
  const redeemed = column("redeemed", name.redeemed, (row) => row.redeemed);
  const expired = column("expired", name.expired, (row) => row.expired);
  const points = [
    column("earned", name.earned, (row) => row.earned),
    redeemed,
    expired,
    column("other", name.other, others, signed),
    whole ? column("net", name.held, net) : column("net", name.net, net, signed),
  ];
  switch (by) {
    case "community":
      return [minutes, ...points];
    case "team":
    case "organization": {
      const done = [minutes, issued].map((one) => ({ ...one, group: words.value.sumsGroups.activities }));
      const peopled = rows.some((row) => !row.part && (row.people || net(row) || row.earned));
      return peopled ? [...done, ...points.map((one) => ({ ...one, group: words.value.sumsGroups.people }))] : done;
    }
    case "canteen":
      return [
        column("meals", name.meals, (row) => row.meals),
        redeemed,
        column("pools", name.byPools, (row) => row.pool + row.shortfall + row.subsidy),
        column("settled", name.settled, (row) => row.settled),
        column("open", name.open, (row) => row.redeemed - row.settled),
      ];
    case "day":
      return [minutes, issued, redeemed, expired, column("net", name.net, net, signed)];
    case "building":
      return [minutes, ...points.slice(0, 3)];
  }
}

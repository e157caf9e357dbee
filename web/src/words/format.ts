import { language } from "./language";

// The community's fixed offset from UTC (the rulebook's +480 minutes), never the zone of the phone: a member abroad
// reads the same times as the canteen.
const OFFSET_MS = 480 * 60_000;
const DAY_MS = 86_400_000;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** Local is a moment in the community's calendar. */
export interface Local {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  /** Days since 1970-01-01 in the community's calendar. */
  ordinal: number;
}

/** local turns a moment (RFC 3339 or ms since 1970) into the community's calendar. */
export function local(time: string | number): Local {
  const shifted = (typeof time === "number" ? time : Date.parse(time)) + OFFSET_MS;
  const date = new Date(shifted);
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    ordinal: Math.floor(shifted / DAY_MS),
  };
}

const two = (n: number): string => String(n).padStart(2, "0");

/** day is 2026-11-23, as the API's `day` wants it. */
export function day(time: string | number): string {
  const at = local(time);
  return `${at.year}-${two(at.month)}-${two(at.day)}`;
}

/** moment is the RFC 3339 time of a day and a clock time in the community's calendar, as a form gives them. */
export function moment(day: string, clock: string): string {
  return new Date(Date.parse(`${day}T${clock}:00Z`) - OFFSET_MS).toISOString();
}

/** clock is 11:42, or 11:42:07 with seconds. */
export function clock(time: string | number, seconds = false): string {
  const at = local(time);
  return `${two(at.hour)}:${two(at.minute)}${seconds ? `:${two(at.second)}` : ""}`;
}

/** date is 今天, 昨天, 11月22日, or 2025年11月22日 in another year. */
export function date(time: string | number, now: number): string {
  const at = local(time);
  const today = local(now);
  const zh = language.value === "zh";
  const ago = today.ordinal - at.ordinal;
  if (ago === 0) return zh ? "今天" : "today";
  if (ago === 1) return zh ? "昨天" : "yesterday";
  if (ago === -1) return zh ? "明天" : "tomorrow";
  const sameYear = at.year === today.year;
  if (zh) return `${sameYear ? "" : `${at.year}年`}${at.month}月${at.day}日`;
  return `${at.day} ${MONTHS[at.month - 1] ?? ""}${sameYear ? "" : ` ${at.year}`}`;
}

/** when is 今天 11:42. */
export function when(time: string | number, now: number): string {
  return `${date(time, now)} ${clock(time)}`;
}

/** span is 今天 09:00–11:00. */
export function span(start: string, end: string, now: number): string {
  const last = local(start).ordinal === local(end).ordinal ? clock(end) : when(end, now);
  return `${when(start, now)}–${last}`;
}

/** month is 2027年5月 of "2027-05". */
export function month(text: string): string {
  const [year = "", index = ""] = text.split("-");
  return language.value === "zh" ? `${year}年${Number(index)}月` : `${MONTHS[Number(index) - 1] ?? ""} ${year}`;
}

/** number groups thousands: 1,286. The minus is the real one, which is as wide as a plus. */
export function number(n: number): string {
  const digits = String(Math.abs(n)).replace(/\B(?=(\d{3})+$)/g, ",");
  return n < 0 ? `−${digits}` : digits;
}

/** signed is +20 or −40. */
export function signed(n: number): string {
  return n > 0 ? `+${number(n)}` : number(n);
}

/** points is 20 分. */
export function points(n: number): string {
  if (language.value === "zh") return `${number(n)} 分`;
  return `${number(n)} ${Math.abs(n) === 1 ? "point" : "points"}`;
}

/** aside is a remark in brackets after a word: 牛肉面（小份）, Beef noodles (small). */
export function aside(remark: string): string {
  return language.value === "zh" ? `（${remark}）` : ` (${remark})`;
}

/** several joins names: 王**、李**. */
export function several(names: string[]): string {
  return names.join(language.value === "zh" ? "、" : ", ");
}

/** duration is 2 小时 or 1 小时 29 分钟, to the minute: beside it stand points, which were counted by the minute. */
export function duration(minutes: number): string {
  const [whole, rest] = [Math.trunc(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  const zh = language.value === "zh";
  const part = (n: number, unit: string): string => `${number(n)}\u00a0${unit}`; // a line never ends between the two
  const parts = [whole > 0 && part(whole, zh ? "小时" : "h"), (rest > 0 || whole === 0) && part(rest, zh ? "分钟" : "min")].filter(Boolean);
  return (minutes < 0 ? "−" : "") + parts.join(" ");
}

import { later } from "./Later";
import { seen } from "./watch";

const Alarm = later(async () => (await import("../verify/Alarm")).Alarm);

/** BookAlarm stands on every page while the books are not the ones that this device has seen. */
export function BookAlarm() {
  return seen.value?.state === "alarm" ? <Alarm found={seen.value} /> : null;
}

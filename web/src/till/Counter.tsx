import { useEffect } from "preact/hooks";
import { useTick } from "../page/act";
import { Shell } from "../page/Shell";
import { Failed, Loading } from "../page/State";
import { listen } from "../scan/wedge";
import { loadRecent, openTill, scanned, shown, till, tillFailed } from "./counter";
import { Idle } from "./Idle";
import { Meals } from "./Meals";
import { Recent } from "./Recent";
import { Result } from "./Result";
import { Strip } from "./Strip";
import { Tools } from "./Tools";
import { words } from "./words";

/** How often the till asks whether another meal period has begun. */
const ASK_MS = 30_000;

/** Counter is the till at work: idle screen, meals, recent redemptions, and over all of it the result of a scan. */
export function Counter() {
  useEffect(() => {
    void openTill();
    void loadRecent();
    return listen((digits) => void scanned(digits));
  }, []);
  useTick(ASK_MS, () => void openTill());
  const open = till.value;
  return (
    <>
      <div class="counter" inert={shown.value !== null}>
        <Shell title={words.value.title} home="/desk/till" door={open?.canteen.name ?? words.value.title} tools={<Tools />}>
          {tillFailed.value ? (
            <Failed error={tillFailed.value} again={() => void openTill()} />
          ) : open ? (
            <div class="counter-grid">
              <Idle till={open} />
              <Meals till={open} />
              <Recent />
            </div>
          ) : (
            <Loading />
          )}
        </Shell>
        <Strip />
      </div>
      <Result />
    </>
  );
}

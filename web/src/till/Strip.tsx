import { useState } from "preact/hooks";
import { count, online, unanswered } from "../api/client";
import { signOut } from "../api/session";
import { now } from "../api/servertime";
import { useAct, useTick } from "../page/act";
import { Icon } from "../page/Icon";
import { clock } from "../words/format";
import { words as shared } from "../words/words";
import { till } from "./counter";
import { words } from "./words";

/** Strip is the quiet line at the bottom: network, what waits, who is here, what time it is. */
export function Strip() {
  const [, setTurn] = useState(0);
  const act = useAct();
  useTick(1000, () => setTurn((n) => n + 1));
  useTick(10_000, () => void count());
  return (
    <footer class={`strip ${online.value ? "" : "offline"}`}>
      <span class="strip-part" role="status">
        <Icon name={online.value ? "check" : "offline"} />
        {online.value ? words.value.network : words.value.offline}
      </span>
      {unanswered.value > 0 && <span class="strip-part">{words.value.waits(unanswered.value)}</span>}
      <span class="strip-part strip-end number">{clock(now(), true)}</span>
      {till.value && <span class="strip-part">{words.value.cashier(till.value.cashier_name)}</span>}
      <button type="button" class="button plain" disabled={act.busy} onClick={() => void act.run(signOut)}>
        {shared.value.signOut}
      </button>
    </footer>
  );
}

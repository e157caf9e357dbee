import type { Problem } from "../api/problem";
import { Pin } from "../page/Pin";
import { Note } from "../page/State";
import { points } from "../words/format";
import { redeem, show, type Order } from "./counter";
import { words } from "./words";

/** PinAsk hands the pad to the diner: above the day's limit, or for a second main meal. */
export function PinAsk({ code, order, problem }: { code: string; order: Order | null; problem: Problem }) {
  const { left, limit, used } = problem.fields;
  return (
    <div class="pin-ask">
      {problem.code === "pin_wrong" && typeof left === "number" && (
        <div role="alert">
          <Note kind="held" icon="alert">
            <p>{words.value.pinLeft(left)}</p>
          </Note>
        </div>
      )}
      {typeof limit === "number" && typeof used === "number" && <p class="cashier-only">{words.value.pinWhy(points(used), points(limit))}</p>}
      <Pin label={words.value.pinAsk} busy={false} done={(pin) => void redeem(code, order, pin)} />
      <button type="button" class="button" onClick={() => show(null)}>
        {words.value.pinSkip}
      </button>
    </div>
  );
}

import { useState } from "preact/hooks";
import { send } from "../api/client";
import { useAct } from "../page/act";
import { Pin } from "../page/Pin";
import { Note, Wrong } from "../page/State";
import { words } from "./words";

/** SetPin asks for a new PIN twice, and for the old one first where there is one. */
export function SetPin({ hasOld, done, later }: { hasOld: boolean; done: () => void; later?: () => void }) {
  const [old, setOld] = useState<string | null>(null);
  const [first, setFirst] = useState<string | null>(null);
  const [differ, setDiffer] = useState(false);
  const act = useAct();
  const asksOld = hasOld && old === null;
  const label = asksOld ? words.value.pinOld : first === null ? words.value.pinSet : words.value.pinAgain;
  const entered = async (pin: string): Promise<void> => {
    setDiffer(false);
    if (asksOld) {
      setOld(pin);
    } else if (first === null) {
      setFirst(pin);
    } else if (first !== pin) {
      setFirst(null);
      setDiffer(true);
    } else {
      const went = await act.run(() => send("/v1/me/pin", { pin, ...(old === null ? {} : { old_pin: old }) }));
      if (went) return done();
      setFirst(null);
      setOld(null);
    }
  };
  return (
    <section class="card">
      <Wrong error={act.error} />
      {differ && (
        <Note kind="held" icon="alert">
          <p role="alert">{words.value.pinDiffer}</p>
        </Note>
      )}
      <Pin page label={label} done={(pin) => void entered(pin)} busy={act.busy} />
      <p class="small muted">{words.value.pinSetHint}</p>
      {later && (
        <button type="button" class="button plain" onClick={later}>
          {words.value.pinLater}
        </button>
      )}
    </section>
  );
}

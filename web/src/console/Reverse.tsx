import { useState } from "preact/hooks";
import { write } from "../api/client";
import type { ReasonCode, Reversed } from "../api/types";
import { useAct } from "../page/act";
import { Dialog } from "../page/Dialog";
import { Field, Select } from "../page/Field";
import { Note, Wrong } from "../page/State";
import { number } from "../words/format";
import { words } from "./words";
import { zh } from "./words.zh";

const CODES = Object.keys(zh.reverseReasons) as ReasonCode[];

interface ReverseProps {
  seq: number;
  summary: string;
  close: () => void;
  done: () => void;
}

/** Reverse asks for a reason, shows everything once more, and only then writes. */
export function Reverse({ seq, summary, close, done }: ReverseProps) {
  const [code, setCode] = useState<ReasonCode>("wrong_meal");
  const [reason, setReason] = useState("");
  const [checking, setChecking] = useState(false);
  const [made, setMade] = useState<Reversed | null>(null);
  const act = useAct();
  const submit = (event: Event): void => {
    event.preventDefault();
    if (!checking) return setChecking(true);
    void act.run(async () => {
      setMade(await write<Reversed>(`/v1/records/${seq}/reverse`, { reason: reason.trim(), reason_code: code }));
      done();
    });
  };
  if (made) {
    return (
      <Dialog title={words.value.reverse} close={close}>
        <Note icon="check">
          <p role="status">{made.proposal ? words.value.proposed : words.value.reverseDone(number(made.seq))}</p>
        </Note>
      </Dialog>
    );
  }
  return (
    <Dialog title={checking ? words.value.reverseAgain : words.value.reverse} close={close}>
      <form class="stack" onSubmit={submit}>
        <p>
          <strong>{words.value.record(number(seq))}</strong> {summary}
        </p>
        {checking ? (
          <dl class="facts">
            <div>
              <dt>{words.value.reverseWhy}</dt>
              <dd>{words.value.reverseReasons[code]}</dd>
            </div>
            <div>
              <dt>{words.value.reverseText}</dt>
              <dd>{reason}</dd>
            </div>
          </dl>
        ) : (
          <>
            <p class="muted">{words.value.reverseHint}</p>
            <Select
              label={words.value.reverseWhy}
              value={code}
              set={(value) => setCode(CODES.find((one) => one === value) ?? "other")}
              options={CODES.map((one) => ({ value: one, text: words.value.reverseReasons[one] }))}
            />
            <Field label={words.value.reverseText} hint={words.value.reverseTextHint}>
              {(ids) => <textarea {...ids} required maxLength={200} value={reason} onInput={(event) => setReason(event.currentTarget.value)} />}
            </Field>
          </>
        )}
        <Wrong error={act.error} />
        <button type="submit" class={`button ${checking ? "bad" : "main"}`} disabled={act.busy}>
          {checking ? words.value.reverseConfirm : words.value.reverse}
        </button>
      </form>
    </Dialog>
  );
}

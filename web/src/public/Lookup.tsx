import { useState } from "preact/hooks";
import { send } from "../api/client";
import type { PublicReceipt } from "../api/types";
import { Text } from "../page/Field";
import { Wrong } from "../page/State";
import { words } from "../verify/words";
import { Checked } from "./Printed";

/** Lookup opens a receipt by what is typed from the paper: code, date and amount. */
export function Lookup() {
  const [code, setCode] = useState("");
  const [date, setDate] = useState("");
  const [amount, setAmount] = useState("");
  const [found, setFound] = useState<PublicReceipt | undefined>();
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const find = async () => {
    setBusy(true);
    setError(null);
    try {
      setFound(await send<PublicReceipt>("/v1/public/receipts", { code: code.trim(), date, amount: Number(amount.trim()) }));
    } catch (cause) {
      setError(cause);
    }
    setBusy(false);
  };
  if (found) {
    return (
      <>
        <h1>{words.value.printed}</h1>
        <Checked receipt={found} />
        <button type="button" class="button" onClick={() => setFound(undefined)}>
          {words.value.clear}
        </button>
      </>
    );
  }
  return (
    <>
      <h1>{words.value.lookup}</h1>
      <p>{words.value.lookupHint}</p>
      <form
        class="card"
        onSubmit={(event) => {
          event.preventDefault();
          void find();
        }}
      >
        <Text label={words.value.code} hint={words.value.codeHint} value={code} set={setCode} autocomplete="off" maxLength={20} />
        <Text label={words.value.lookupDate} type="date" value={date} set={setDate} />
        <Text label={words.value.lookupAmount} inputMode="numeric" value={amount} set={setAmount} autocomplete="off" maxLength={16} />
        <button type="submit" class="button main" disabled={busy || !code.trim() || !date || !/^[0-9]+$/.test(amount.trim())}>
          {words.value.find}
        </button>
        <Wrong error={error} />
      </form>
    </>
  );
}

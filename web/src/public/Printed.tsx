import { useEffect, useState } from "preact/hooks";
import type { PublicReceipt } from "../api/types";
import { useLoad } from "../page/load";
import { Failed, Loading, Note } from "../page/State";
import { ReceiptError, type Why } from "../verify/note";
import { tell } from "../verify/line";
import { Fingerprint, Outcome } from "../verify/Outcome";
import { verifyReceipt, type Verified } from "../verify/receipt";
import { save } from "../verify/save";
import { words } from "../verify/words";

/** Printed is the page of a printed link: what was printed, and the check of it done here, in the reader's browser. */
export function Printed({ token }: { token: string }) {
  const loaded = useLoad<PublicReceipt>(`/v1/public/receipts/${encodeURIComponent(token)}`);
  return (
    <>
      <h1>{words.value.printed}</h1>
      {loaded.value ? <Checked receipt={loaded.value} /> : loaded.error ? <Failed error={loaded.error} again={loaded.again} /> : <Loading />}
      <Fingerprint />
    </>
  );
}

/** Checked verifies a receipt that the server gave, without believing what it says of it. */
export function Checked({ receipt }: { receipt: PublicReceipt }) {
  const [verified, setVerified] = useState<Verified | undefined>();
  const [why, setWhy] = useState<Why | undefined>();
  useEffect(() => {
    verifyReceipt(receipt.receipt, receipt.policy).then(setVerified, (error: unknown) => setWhy(error instanceof ReceiptError ? error.why : "not_a_receipt"));
  }, [receipt]);
  if (why) {
    return (
      <Note kind="bad" icon="alert">
        <p role="alert">{words.value.why[why]}</p>
      </Note>
    );
  }
  if (!verified) return <Loading />;
  return (
    <>
      {differs(receipt, verified) && (
        <Note kind="bad" icon="alert">
          <p role="alert">{words.value.paperDiffers}</p>
        </Note>
      )}
      <div role="status">
        <Outcome verified={verified} policy={receipt.policy} />
      </div>
      <section class="card">
        <button type="button" class="button" onClick={() => save(receipt.file, receipt.receipt)}>
          {words.value.saveReceipt}
        </button>
        <p class="small muted">{words.value.saveReceiptHint}</p>
      </section>
    </>
  );
}

/** differs tells whether the server's words are not those of the record that was verified. */
function differs(receipt: PublicReceipt, verified: Verified): boolean {
  const told = tell(verified.line);
  const { printed } = receipt;
  return (
    !told ||
    told.seq !== printed.seq ||
    verified.index !== printed.seq - 1 ||
    told.time !== Date.parse(printed.time) ||
    (told.points?.amount ?? 0) !== printed.points ||
    (told.minutes?.amount ?? 0) !== printed.minutes
  );
}

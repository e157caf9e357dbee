import { useEffect, useState } from "preact/hooks";
import { read, send } from "../api/client";
import { communityName } from "../api/session";
import type { ReceiptFile, Slip as SlipOut } from "../api/types";
import { copy } from "../page/copy";
import { Icon } from "../page/Icon";
import { Back } from "../page/Shell";
import { Failed, Loading, Wrong } from "../page/State";
import { duration, number, points, signed } from "../words/format";
import { told } from "../words/language";
import { words as shared } from "../words/words";
import { Facts, stamp } from "../verify/Outcome";
import { save } from "../verify/save";
import { words } from "../verify/words";
import { CodeDrawing } from "./CodeDrawing";
import "../verify/verify.css";

/** Slip is the receipt of one entry: to print, and to take home as a file that anybody can verify. */
export function Slip({ seq }: { seq: string }) {
  const [slip, setSlip] = useState<SlipOut | undefined>();
  const [error, setError] = useState<unknown>(null);
  const ask = () => {
    setError(null);
    send<SlipOut>(`/v1/records/${encodeURIComponent(seq)}/link`).then(setSlip, setError);
  };
  useEffect(ask, [seq]);
  return (
    <>
      <Back to="/history" />
      <h1>{words.value.slip}</h1>
      {slip ? (
        <>
          <Paper slip={slip} />
          <button type="button" class="button main wide screen-only" onClick={() => print()}>
            <Icon name="print" />
            {words.value.print}
          </button>
          <Take seq={seq} />
        </>
      ) : error ? (
        <Failed error={error} again={ask} />
      ) : (
        <Loading />
      )}
    </>
  );
}

/** Paper is what is printed, dark on white. */
function Paper({ slip }: { slip: SlipOut }) {
  const { printed } = slip;
  const balance = printed.points !== 0 ? printed.balance_points : printed.balance_minutes;
  return (
    <section class="slip stack" aria-label={words.value.printed}>
      <p>
        <strong>{communityName.value || shared.value.bank}</strong>
      </p>
      <Facts
        facts={[
          [words.value.kind, told({ zh: printed.title_zh, en: printed.title_en })],
          [words.value.date, stamp(printed.time)],
          [words.value.amount, printed.points === 0 ? undefined : `${signed(printed.points)} ${shared.value.points}`],
          [words.value.minutes, printed.minutes === 0 ? undefined : duration(printed.minutes)],
          [words.value.after, balance === undefined ? undefined : printed.points !== 0 ? points(balance) : duration(balance)],
          [words.value.number, words.value.record(number(printed.seq))],
        ]}
      />
      <CodeDrawing text={slip.url} label={words.value.slipHint} />
      <p class="small">{words.value.slipHint}</p>
      <p class="mono small">{slip.url}</p>
      <p class="code">
        {words.value.code} <span class="mono">{slip.code.toUpperCase()}</span>
      </p>
      <p class="small">{words.value.slipTyped(`${slip.url.replace(/\/r\/.*$/, "/r")}`)}</p>
      <p class="small">{words.value.bring}</p>
    </section>
  );
}

/** Take gives the receipt as a file; where a web view cannot save one, to be copied. */
function Take({ seq }: { seq: string }) {
  const [error, setError] = useState<unknown>(null);
  const [copied, setCopied] = useState(false);
  const fetchFile = () => read<ReceiptFile>(`/v1/records/${encodeURIComponent(seq)}/receipt`);
  const run = (use: (file: ReceiptFile) => unknown) => {
    setError(null);
    fetchFile().then(use).catch(setError);
  };
  return (
    <section class="card screen-only">
      <button type="button" class="button wide" onClick={() => run((file) => save(file.file, file.receipt))}>
        {words.value.saveReceipt}
      </button>
      <button type="button" class="button wide" onClick={() => run(async (file) => setCopied(await copy(file.receipt)))}>
        {words.value.copy}
      </button>
      <p role="status">{copied && words.value.copied}</p>
      <p class="small muted">{words.value.saveReceiptHint}</p>
      <a href="/verify">{words.value.linkVerify}</a>
      <Wrong error={error} />
    </section>
  );
}

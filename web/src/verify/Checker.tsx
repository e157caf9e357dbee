import { useEffect, useState } from "preact/hooks";
import { Field } from "../page/Field";
import { recall, remember } from "../page/memory";
import { Note } from "../page/State";
import { Fingerprint, Outcome } from "./Outcome";
import { parsePolicy, ReceiptError, type Why } from "./note";
import { verifyReceipt, type Verified } from "./receipt";
import { words } from "./words";

/** A published policy is a few lines; a receipt a few kilobytes. Larger files are none. */
const FILE_MAX = 128 * 1024;

/** Where a policy came from: this site, this device's memory, or the reader's hand. */
type Origin = "here" | "kept" | "given";

interface Known {
  text: string;
  from: Origin;
  name: string;
}

/** known reads a policy; nothing where it is none. */
function known(text: string, from: Origin): Known | undefined {
  try {
    return { text, from, name: parsePolicy(text).logs[0]?.name ?? "" };
  } catch {
    return undefined;
  }
}

const served = /^https?:$/.test(location.protocol);

/** Checker takes a receipt by file, drop or paste, and the community's key, and says what they prove. It sends nothing anywhere. */
export function Checker() {
  const [policy, setPolicy] = useState<Known | undefined>(() => known(recall("policy") ?? "", "kept"));
  const [receipt, setReceipt] = useState("");
  const [verified, setVerified] = useState<Verified | undefined>();
  const [why, setWhy] = useState<Why | undefined>();

  const learn = (next: Known | undefined) => {
    if (!next) return;
    remember("policy", next.text);
    setPolicy(next);
  };
  useEffect(() => {
    if (served) void published("/log.txt").then((text) => text !== null && learn(known(text, "here")));
  }, []);

  const take = async (files: Iterable<File>) => {
    for (const file of files) {
      if (file.size > FILE_MAX) setWhy("not_a_receipt");
      else put(await file.text());
    }
  };
  const put = (text: string) => {
    const given = known(text, "given");
    if (given) learn(given);
    else setReceipt(text);
  };
  useDrop(take);

  useEffect(() => {
    let gone = false;
    setVerified(undefined);
    setWhy(undefined);
    if (!receipt.trim() || !policy) return;
    verifyReceipt(receipt.replaceAll("\r\n", "\n"), policy.text).then(
      (result) => !gone && setVerified(result),
      (error: unknown) => !gone && setWhy(error instanceof ReceiptError ? error.why : "not_a_receipt"),
    );
    return () => {
      gone = true;
    };
  }, [receipt, policy]);

  return (
    <>
      <h1>{words.value.title}</h1>
      <p>{words.value.lead}</p>
      {why && (
        <Note kind="bad" icon="alert">
          <p role="alert">{words.value.why[why]}</p>
        </Note>
      )}
      <div role="status" class="stack">
        {verified && policy && <Outcome verified={verified} policy={policy.text} />}
      </div>
      <Ask take={take} put={put} fresh={!receipt} clear={() => setReceipt("")} />
      <p>{policy ? keyTold(policy) : words.value.keyNeeded}</p>
      {served && <Save />}
      <Fingerprint />
    </>
  );
}

function keyTold(policy: Known): string {
  return { here: words.value.keyHere, kept: words.value.keyKept, given: words.value.keyGiven }[policy.from](policy.name);
}

interface AskProps {
  take: (files: Iterable<File>) => Promise<void>;
  put: (text: string) => void;
  fresh: boolean;
  clear: () => void;
}

/** Ask is where a receipt is given. */
function Ask({ take, put, fresh, clear }: AskProps) {
  const [text, setText] = useState("");
  if (!fresh) {
    return (
      <button type="button" class="button" onClick={clear}>
        {words.value.clear}
      </button>
    );
  }
  return (
    <form
      class="card"
      onSubmit={(event) => {
        event.preventDefault();
        put(text);
      }}
    >
      <Field label={words.value.receipt} hint={words.value.receiptHint}>
        {(ids) => <input {...ids} type="file" multiple onChange={(event) => void take(event.currentTarget.files ?? [])} />}
      </Field>
      <Field label={words.value.paste}>
        {(ids) => <textarea {...ids} class="mono" rows={5} spellcheck={false} value={text} onInput={(event) => setText(event.currentTarget.value)} />}
      </Field>
      <button type="submit" class="button main" disabled={!text.trim()}>
        {words.value.check}
      </button>
    </form>
  );
}

/** useDrop takes files that are dropped anywhere on the page. */
function useDrop(take: (files: Iterable<File>) => Promise<void>): void {
  useEffect(() => {
    const over = (event: DragEvent) => event.preventDefault();
    const drop = (event: DragEvent) => {
      event.preventDefault();
      void take(event.dataTransfer?.files ?? []);
    };
    addEventListener("dragover", over);
    addEventListener("drop", drop);
    return () => {
      removeEventListener("dragover", over);
      removeEventListener("drop", drop);
    };
  });
}

/** Save offers the page itself as a file, and the hash that the file must have. */
function Save() {
  const [hash, setHash] = useState("");
  useEffect(() => {
    void published("/verify.sha256").then((text) => setHash(/^[0-9a-f]{64}/.exec(text ?? "")?.[0] ?? ""));
  }, []);
  return (
    <section class="card">
      <a class="button" href="/verify" download="moralbank-verify.html">
        {words.value.save}
      </a>
      <p>{words.value.saveHint}</p>
      {hash && (
        <>
          <p>
            {words.value.pageHash} <span class="mono">{hash}</span>
          </p>
          <p class="small muted">{words.value.pageHashHint}</p>
        </>
      )}
    </section>
  );
}

/** published asks this site for a text; null where there is none, or no network. */
async function published(path: string): Promise<string | null> {
  try {
    const response = await fetch(path, { cache: "no-store", credentials: "omit" });
    return response.ok ? await response.text() : null;
  } catch {
    return null;
  }
}

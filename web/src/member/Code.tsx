import { useEffect, useRef, useState } from "preact/hooks";
import { CLOCK_WRONG_MS, now, skew, wentBack } from "../api/servertime";
import { Unanswered } from "../api/problem";
import { meFailed, person } from "../api/session";
import { fetchKey, storedKey, type Prefix, type StoredKey } from "../code/keys";
import { grouped, payCode, type PayCode } from "../code/paycode";
import { useTick } from "../page/act";
import { filter, place } from "../page/router";
import { Back } from "../page/Shell";
import { Failed, Loading, Note } from "../page/State";
import { CodeDrawing } from "./CodeDrawing";
import { readLast } from "./last";
import { SignIn } from "./SignIn";
import { useAwake } from "../page/awake";
import { words } from "./words";

/** Code shows the pay code (91) or the check-in code (93) of the person on this phone, with or without network. */
export function Code() {
  const account = person.value === undefined && meFailed.value ? readLast()?.account : person.value?.account;
  const prefix: Prefix = place.value.query.get("for") === "check_in" ? "93" : "91";
  if (person.value === null) return <SignIn />;
  if (!account) return meFailed.value ? <Failed error={meFailed.value} /> : <Loading />;
  return (
    <>
      <Back to="/" />
      <section class="card code">
        <h1>{words.value.codeTitle}</h1>
        <div class="choices" role="group">
          {(["91", "93"] as const).map((one) => (
            <button
              key={one}
              type="button"
              class={`button ${one === prefix ? "main" : ""}`}
              aria-pressed={one === prefix}
              onClick={() => filter({ for: one === "93" ? "check_in" : undefined })}
            >
              {words.value.codeKinds[one]}
            </button>
          ))}
        </div>
        <ShownCode key={account + prefix} account={account} prefix={prefix} />
      </section>
    </>
  );
}

type Trouble = { error: unknown; kind: "offline" | "refused" | "storage" };

/** ShownCode finds this phone's key, fetching one the first time, and draws the code of each step. */
function ShownCode({ account, prefix }: { account: string; prefix: Prefix }) {
  const [key, setKey] = useState<StoredKey | null>(null);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    let gone = false;
    const find = async (): Promise<void> => {
      let found: StoredKey | undefined;
      try {
        found = await storedKey(account, prefix);
      } catch (error) {
        setTrouble({ error, kind: "storage" });
        return;
      }
      try {
        found ??= await fetchKey(account, prefix);
        if (!gone) setKey(found);
      } catch (error) {
        if (!gone) setTrouble({ error, kind: error instanceof Unanswered ? "offline" : "refused" });
      }
    };
    setTrouble(null);
    void find();
    return () => {
      gone = true;
    };
  }, [account, prefix, turn]);
  if (trouble) {
    const sentences = { offline: words.value.keyLostOffline, refused: words.value.keyLost, storage: words.value.storageOff };
    return (
      <Failed error={trouble.kind === "refused" ? trouble.error : null} again={() => setTurn(turn + 1)}>
        <p>{sentences[trouble.kind]}</p>
      </Failed>
    );
  }
  return key ? <LiveCode stored={key} /> : <Loading />;
}

function LiveCode({ stored }: { stored: StoredKey }) {
  const [code, setCode] = useState<PayCode | null>(null);
  const [left, setLeft] = useState(0);
  const making = useRef(false);
  useAwake();
  const tick = async (): Promise<void> => {
    const time = now();
    if (code) setLeft(Math.max(0, code.until - time));
    // A clock that was set back is noticed too: the code shown then ends more than a step from now.
    const stale = !code || time >= code.until || code.until - time > stored.stepSeconds * 1000;
    if (!stale || making.current) return;
    making.current = true;
    const next = await payCode(stored, time);
    making.current = false;
    setCode(next);
    setLeft(next.until - now());
  };
  useTick(250, () => void tick());
  useEffect(() => void tick(), []);
  if (!code) return <Loading />;
  const share = left / (stored.stepSeconds * 1000);
  return (
    <div class="shown-code">
      <p>{words.value.codeHint[stored.prefix]}</p>
      <CodeDrawing text={code.digits} label={words.value.codeAlt} />
      <div class="seconds" style={{ "--left": String(share) }} aria-hidden="true" />
      <p class="digits">
        {grouped(code.digits).map((group, i) => (
          <span key={i}>{group}</span>
        ))}
      </p>
      <p class="small">{words.value.codeSeconds(Math.ceil(left / 1000))}</p>
      <p class="small muted">
        {words.value.codeKeep}
        {words.value.codeOffline}
      </p>
      <ClockNote />
    </div>
  );
}

function ClockNote() {
  const off = skew();
  if (wentBack()) return <ClockSays text={words.value.clockBack} />;
  if (Math.abs(off) > CLOCK_WRONG_MS) return <ClockSays text={words.value.clockWrong(Math.round(Math.abs(off) / 60_000), off > 0)} />;
  return null;
}

function ClockSays({ text }: { text: string }) {
  return (
    <Note icon="clock" kind="held">
      <p>{text}</p>
    </Note>
  );
}

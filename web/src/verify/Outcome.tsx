import { Icon } from "../page/Icon";
import { clock, day, duration, number, points, signed } from "../words/format";
import { words as shared } from "../words/words";
import { asked, parsePolicy, type Checkpoint } from "./note";
import { tell } from "./line";
import type { Verified } from "./receipt";
import { words } from "./words";

/** stamp is a moment as a receipt says it: whole, since paper is read another year. */
export const stamp = (at: number | string): string => `${day(at)} ${clock(at)}`;

/** Outcome tells what a verified receipt proves: what was recorded, whether it was witnessed, and the computation folded below. */
export function Outcome({ verified, policy }: { verified: Verified; policy: string }) {
  const { checkpoint } = verified;
  return (
    <div class="stack">
      <section class="card" aria-labelledby="outcome">
        <h2 id="outcome" class="verdict">
          <Icon name="check" />
          {words.value.inBooks(number(verified.index + 1))}
        </h2>
        <Said line={verified.line} />
      </section>
      <Witnessing checkpoint={checkpoint} policy={policy} />
      <Maths verified={verified} />
    </div>
  );
}

/** Said is what the record says, in words. */
export function Said({ line }: { line: string }) {
  const told = tell(line);
  if (!told) return null;
  const kinds: Record<string, string> = words.value.kinds;
  const facts: [string, string | undefined][] = [
    [words.value.kind, kinds[told.kind] ?? told.kind],
    [words.value.date, stamp(told.time)],
    [words.value.amount, told.points && `${signed(told.points.amount)} ${shared.value.points}`],
    [words.value.minutes, told.minutes && duration(told.minutes.amount)],
    [words.value.after, told.points ? points(told.points.balance) : told.minutes && duration(told.minutes.balance)],
    [words.value.number, words.value.record(number(told.seq))],
  ];
  return <Facts facts={facts} />;
}

/** Facts is a list of names and values; those without a value are left out. */
export function Facts({ facts }: { facts: [string, string | undefined][] }) {
  return (
    <dl class="facts">
      {facts.map(
        ([name, value]) =>
          value && (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ),
      )}
    </dl>
  );
}

/** Witnessing says since when nothing was changed, by whose signatures; or that nobody has witnessed it yet. */
export function Witnessing({ checkpoint, policy }: { checkpoint: Checkpoint; policy: string }) {
  const { witnesses, witnessed } = checkpoint;
  const rules = parsePolicy(policy);
  const last = Math.max(...witnesses.map((w) => w.at.getTime()));
  return (
    <section class="card">
      {witnessed ? (
        <>
          <h2 class="verdict">
            <Icon name="check" />
            {words.value.unchanged(stamp(last))}
          </h2>
          <p>{words.value.witnessedBy(witnesses.length, rules.witnesses.length, stamp(last))}</p>
        </>
      ) : (
        <>
          <h2 class="verdict">
            <Icon name="wait" />
            {words.value.unwitnessed}
          </h2>
          <p>{words.value.unwitnessedHint(witnesses.length, asked(rules))}</p>
        </>
      )}
      {witnesses.length > 0 && (
        <ul class="stack-small">
          {witnesses.map((w) => (
            <li key={w.name}>{words.value.witnessAt(words.value.runBy(w.name, w.who), stamp(w.at.getTime()))}</li>
          ))}
        </ul>
      )}
      <p class="small muted">{words.value.meaning}</p>
    </section>
  );
}

function Maths({ verified }: { verified: Verified }) {
  const { checkpoint, steps } = verified;
  const facts: [string, string][] = [
    [words.value.entry, steps.entry],
    [words.value.leaf, steps.leaf],
    [words.value.proof, words.value.proofSteps(steps.proof)],
    [words.value.root, steps.root],
    [words.value.origin, checkpoint.origin],
    [words.value.size, number(checkpoint.size)],
    [words.value.signedBy, checkpoint.keys.join(" ")],
  ];
  return (
    <details class="card">
      <summary>{words.value.maths}</summary>
      <div class="stack">
        <h3>{words.value.line}</h3>
        <pre class="line">
          <code>{verified.line}</code>
        </pre>
        <p class="small muted">{words.value.lineIds}</p>
        <dl class="stack-small">
          {facts.map(([name, value]) => (
            <div key={name}>
              <dt class="small muted">{name}</dt>
              <dd class="mono">{value}</dd>
            </div>
          ))}
        </dl>
      </div>
    </details>
  );
}

/** Fingerprint explains the fingerprint of the books to residents; docs/fingerprint.zh.md has the same words. */
export function Fingerprint() {
  return (
    <details class="card">
      <summary>{words.value.fingerprint}</summary>
      <div class="stack">
        {words.value.fingerprintText.map((text) => (
          <p key={text}>{text}</p>
        ))}
      </div>
    </details>
  );
}

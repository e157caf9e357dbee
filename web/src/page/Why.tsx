import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { now } from "../api/servertime";
import type { WhyAnswer } from "../api/types";
import { when } from "../words/format";
import { told } from "../words/language";
import { words } from "../words/words";
import { Icon } from "./Icon";
import { useLoad } from "./load";
import { Failed, Loading } from "./State";

interface WhyProps {
  /** Where the reasons are asked for, once somebody wants to know. */
  path: string;
  /** Where a record is shown to this reader; without it a record is only named. */
  records?: string | undefined;
  /** What is asked, where it is not the plain why of what stands above. */
  label?: string;
  /** Reasons of a reason: why the number that this one starts from. */
  children?: ComponentChildren;
}

/** Why opens the reasons of a number: each record and each rule that made it, and whether they add up. */
export function Why({ path, records, label, children }: WhyProps) {
  const [open, setOpen] = useState(false);
  return (
    <details class="why" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        {label ?? words.value.why}
        <Icon name="down" />
      </summary>
      {open && (
        <Reasons path={path} records={records}>
          {children}
        </Reasons>
      )}
    </details>
  );
}

function Reasons({ path, records, children }: WhyProps) {
  const answer = useLoad<WhyAnswer>(path);
  if (answer.error) return <Failed error={answer.error} again={answer.again} />;
  if (!answer.value) return <Loading />;
  const { steps, holds_true: holds } = answer.value;
  return (
    <div class="stack-small reasons">
      <p>
        <strong>{told(answer.value)}</strong>
      </p>
      <Steps steps={steps} records={records} />
      <p class={`verdict small ${holds ? "" : "bad"}`}>
        <Icon name={holds ? "check" : "alert"} />
        {holds ? words.value.whyHolds : words.value.whyBroken}
      </p>
      {children}
    </div>
  );
}

/** Steps are reasons one after the other. */
export function Steps({ steps, records }: { steps: WhyAnswer["steps"]; records?: string | undefined }) {
  return (
    <ol class="steps">
      {steps.map((step, index) => (
        <li key={index}>
          {told(step)}
          {step.seq !== undefined && (
            <span class="small muted">
              {" "}
              {records ? <a href={`${records}/${step.seq}`}>#{step.seq}</a> : `#${step.seq}`}
              {step.at && ` · ${when(step.at, now())}`}
            </span>
          )}
        </li>
      ))}
    </ol>
  );
}

import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Problem, Unanswered } from "../api/problem";
import { told } from "../words/language";
import { words } from "../words/words";
import { Icon, type IconName } from "./Icon";

/** Quick answers come before this; only slow ones show that something is on its way. */
const PATIENCE_MS = 300;

/** Loading draws grey lines where content will stand, once waiting has become noticeable. */
export function Loading() {
  const [shown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div class="skeleton" role="status" aria-live="polite">
      {shown && (
        <>
          <span />
          <span />
          <span />
          <div class="hidden">{words.value.loading}</div>
        </>
      )}
    </div>
  );
}

interface EmptyProps {
  icon?: IconName;
  title?: string;
  /** True when this is all the page has to say: the title is then its heading. */
  page?: boolean;
  children?: ComponentChildren;
}

/** Empty says that there is nothing, and what to do about it. */
export function Empty({ icon = "leaf", title, page = false, children }: EmptyProps) {
  const text = title ?? words.value.empty;
  return (
    <div class="state">
      <Icon name={icon} />
      {page ? (
        <h1>{text}</h1>
      ) : (
        <p>
          <strong>{text}</strong>
        </p>
      )}
      {children}
    </div>
  );
}

/** sentence is what a failure says to a person: what happened and the next step. */
export function sentence(error: unknown): string {
  if (error instanceof Unanswered) return error.kept ? words.value.unanswered : words.value.unreachable;
  if (error instanceof Problem && (error.text.zh || error.text.en)) return told(error.text);
  return words.value.fault;
}

/** requestId is the number by which the server's log knows this failure. */
function requestId(error: unknown): string {
  return error instanceof Problem ? error.requestId : "";
}

/** Failed stands where content could not be shown, with the next step and what was kept. */
export function Failed({ error, again, children }: { error: unknown; again?: () => void; children?: ComponentChildren }) {
  return (
    <div class="state" role="alert">
      <Icon name={error instanceof Unanswered ? "offline" : "alert"} />
      <p>{sentence(error)}</p>
      {requestId(error) && (
        <p class="small muted">
          {words.value.requestId} <span class="mono">{requestId(error)}</span>
        </p>
      )}
      {children}
      {again && (
        <button type="button" class="button" onClick={again}>
          {words.value.retry}
        </button>
      )}
    </div>
  );
}

/** Wrong stands beside the button that failed. */
export function Wrong({ error }: { error: unknown }) {
  if (!error) return null;
  return (
    <div class="note bad" role="alert">
      <Icon name="alert" />
      <div>
        <p>{sentence(error)}</p>
        {requestId(error) && (
          <p class="small muted">
            {words.value.requestId} <span class="mono">{requestId(error)}</span>
          </p>
        )}
      </div>
    </div>
  );
}

/** Note is a calm remark. */
export function Note({ icon = "leaf", kind = "", children }: { icon?: IconName; kind?: "" | "held" | "bad"; children: ComponentChildren }) {
  return (
    <div class={`note ${kind}`}>
      <Icon name={icon} />
      <div>{children}</div>
    </div>
  );
}

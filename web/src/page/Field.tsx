import type { ComponentChildren, TargetedEvent } from "preact";
import { useId, useState } from "preact/hooks";
import { aside } from "../words/format";
import { words } from "../words/words";

interface FieldProps {
  label: string;
  hint?: ComponentChildren;
  wrong?: string | undefined;
  children: (ids: { id: string; "aria-describedby"?: string; "aria-invalid"?: boolean }) => ComponentChildren;
}

/** Field is a label, its input, a hint and what is wrong, tied together for screen readers. */
export function Field({ label, hint, wrong, children }: FieldProps) {
  const id = useId();
  const notes = [hint && `${id}-hint`, wrong && `${id}-wrong`].filter(Boolean).join(" ");
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {hint && (
        <div class="hint" id={`${id}-hint`}>
          {hint}
        </div>
      )}
      {children({ id, ...(notes ? { "aria-describedby": notes } : {}), ...(wrong ? { "aria-invalid": true } : {}) })}
      {wrong && (
        <div class="wrong" id={`${id}-wrong`}>
          {wrong}
        </div>
      )}
    </div>
  );
}

interface TextProps {
  label: string;
  value: string;
  set: (value: string) => void;
  hint?: ComponentChildren;
  wrong?: string | undefined;
  type?: string;
  inputMode?: "text" | "numeric" | "tel" | "search";
  autocomplete?: string;
  required?: boolean;
  maxLength?: number;
}

/** Text is a field of one line. */
export function Text({ label, value, set, hint, wrong, required, inputMode, ...input }: TextProps) {
  return (
    <Field label={required === false ? `${label}${aside(words.value.optional)}` : label} hint={hint} wrong={wrong}>
      {(ids) => (
        <input
          {...ids}
          {...(input as { type?: "text" })}
          {...(inputMode ? { inputMode } : {})}
          value={value}
          required={required ?? false}
          onInput={(event: TargetedEvent<HTMLInputElement>) => set(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

/** Password is a field that can be shown, because hidden typing on a phone goes wrong. Pasting works. */
export function Password({ label, value, set, hint, fresh = false }: { label: string; value: string; set: (value: string) => void; hint?: string; fresh?: boolean }) {
  const [shown, setShown] = useState(false);
  return (
    <div class="stack-small">
      <Text label={label} value={value} set={set} hint={hint} required type={shown ? "text" : "password"} autocomplete={fresh ? "new-password" : "current-password"} />
      <button type="button" class="button plain" aria-label={`${shown ? words.value.hide : words.value.show} ${label}`} onClick={() => setShown(!shown)}>
        {shown ? words.value.hide : words.value.show}
      </button>
    </div>
  );
}

/** Select is a choice among a few. */
export function Select({ label, value, set, options, hint }: { label: string; value: string; set: (value: string) => void; options: { value: string; text: string }[]; hint?: string }) {
  return (
    <Field label={label} hint={hint}>
      {(ids) => (
        <select {...ids} value={value} onChange={(event: TargetedEvent<HTMLSelectElement>) => set(event.currentTarget.value)}>
          {options.map((one) => (
            <option key={one.value} value={one.value}>
              {one.text}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

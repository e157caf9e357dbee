import type { TargetedEvent } from "preact";
import { useState } from "preact/hooks";
import { send, write } from "../api/client";
import type { Committed, Import } from "../api/types";
import { useAct } from "../page/act";
import { Field } from "../page/Field";
import { Icon } from "../page/Icon";
import { idPath } from "../page/router";
import { Empty, Wrong } from "../page/State";
import { number } from "../words/format";
import { told } from "../words/language";
import { words } from "./words";

/** Imports takes a spreadsheet: first a preview that changes nothing, then the import itself. */
export function Imports() {
  const [preview, setPreview] = useState<Import | null>(null);
  const [done, setDone] = useState<Committed | null>(null);
  const act = useAct();
  const upload = (event: TargetedEvent<HTMLInputElement>): void => {
    const file = event.currentTarget.files?.[0];
    if (!file) return;
    const form = new FormData();
    form.set("file", file);
    void act.run(async () => setPreview(await send<Import>("/v1/imports", form)));
  };
  const restart = (): void => {
    setPreview(null);
    setDone(null);
    act.clear();
  };
  if (done) {
    return (
      <div class="card" role="status">
        <Empty page icon="check" title={words.value.committed(number(done.created), number(done.skipped))}>
          <button type="button" class="button" onClick={restart}>
            {words.value.otherFile}
          </button>
        </Empty>
      </div>
    );
  }
  return (
    <>
      <section class="card">
        <h1>{words.value.imports}</h1>
        <p class="muted">{words.value.importsHint}</p>
        {!preview && (
          <Field label={words.value.file}>
            {(ids) => <input {...ids} type="file" accept=".csv,.xlsx,text/csv" disabled={act.busy} onChange={upload} />}
          </Field>
        )}
        {!preview && <Wrong error={act.error} />}
      </section>
      {preview && (
        <>
          <Preview preview={preview} />
          <Wrong error={act.error} />
          <div class="row">
            <button
              type="button"
              class="button main"
              disabled={act.busy}
              onClick={() => void act.run(async () => setDone(await write<Committed>(`/v1/imports/${idPath(preview.import)}/commit`)))}
            >
              {words.value.commit}
            </button>
            <button type="button" class="button" onClick={restart}>
              {words.value.otherFile}
            </button>
          </div>
        </>
      )}
    </>
  );
}

function Preview({ preview }: { preview: Import }) {
  const wrong = preview.rows.filter((one) => one.errors.length > 0).length;
  return (
    <section class="stack" aria-labelledby="preview">
      <h2 id="preview">{words.value.preview}</h2>
      <p>
        {words.value.rows(preview.rows.length)} {wrong > 0 && <strong>{words.value.rowsWrong(wrong)}</strong>}
      </p>
      <p class="small muted">
        {words.value.fingerprint} <span class="mono">{preview.file_sha256}</span>
      </p>
      <div class="sheet">
        <table class="table">
          <thead>
            <tr>
              <th scope="col">{words.value.rowLine}</th>
              <th scope="col">{words.value.name}</th>
              <th scope="col">{words.value.rowProblem}</th>
            </tr>
          </thead>
          <tbody>
            {preview.rows.map((row) => (
              <tr key={row.line}>
                <td data-label={words.value.rowLine}>{row.line}</td>
                <td data-label={words.value.name}>
                  {row.name_masked} {row.match && <span class="chip held">{words.value.rowMatch}</span>}
                </td>
                <td data-label={words.value.rowProblem}>
                  {row.errors.length === 0 ? (
                    <span class="verdict">
                      <Icon name="check" />
                      {words.value.rowOK}
                    </span>
                  ) : (
                    row.errors.map((one) => (
                      <p key={one.column} class="bad-text">
                        {one.column} {told(one)}
                      </p>
                    ))
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

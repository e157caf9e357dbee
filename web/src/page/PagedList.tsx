import type { ComponentChildren } from "preact";
import { words } from "../words/words";
import type { Pages } from "./load";
import { Failed, Loading, Wrong } from "./State";

/** PagedList draws a list with its states: loading, empty, failed, and the button to the next page. */
export function PagedList<T>({ pages, empty, children }: { pages: Pages<T>; empty: ComponentChildren; children: (items: T[]) => ComponentChildren }) {
  if (pages.first) return <Loading />;
  if (pages.error && pages.items.length === 0) return <Failed error={pages.error} again={pages.again} />;
  if (pages.items.length === 0 && !pages.busy) return <>{empty}</>;
  return (
    <div class="stack">
      {children(pages.items)}
      <Wrong error={pages.error} />
      {pages.error ? (
        <button type="button" class="button" onClick={pages.again}>
          {words.value.retry}
        </button>
      ) : (
        (pages.more || pages.busy) && (
          <button type="button" class="button wide" disabled={pages.busy} onClick={() => pages.more?.()}>
            {pages.busy ? words.value.loading : words.value.more}
          </button>
        )
      )}
    </div>
  );
}

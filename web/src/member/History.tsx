import type { Entry } from "../api/types";
import { usePages } from "../page/load";
import { PagedList } from "../page/PagedList";
import { Back } from "../page/Shell";
import { Empty } from "../page/State";
import { EntryLine } from "./EntryLine";
import { words } from "./words";

/** How many lines the first page shows. */
const RECENT = 5;

function HistoryEmpty() {
  return (
    <div class="card">
      <Empty title={words.value.historyEmpty}>
        <p class="muted">{words.value.historyEmptyHint}</p>
      </Empty>
    </div>
  );
}

function Lines({ entries }: { entries: Entry[] }) {
  return (
    <ul class="entries">
      {entries.map((entry) => (
        <EntryLine key={entry.seq} entry={entry} />
      ))}
    </ul>
  );
}

/** RecentHistory is the newest lines on the first page. */
export function RecentHistory() {
  const pages = usePages<Entry>(`/v1/me/history?limit=${RECENT}`);
  return (
    <section class="stack" aria-labelledby="history">
      <h2 id="history">{words.value.history}</h2>
      <PagedList pages={{ ...pages, more: null }} empty={<HistoryEmpty />}>
        {(entries) => (
          <>
            <Lines entries={entries} />
            {pages.more && (
              <a class="button wide" href="/history">
                {words.value.historyAll}
              </a>
            )}
          </>
        )}
      </PagedList>
    </section>
  );
}

/** HistoryPage is every line, page by page. */
export function HistoryPage() {
  const pages = usePages<Entry>("/v1/me/history?limit=30");
  return (
    <>
      <Back to="/" />
      <h1>{words.value.history}</h1>
      <PagedList pages={pages} empty={<HistoryEmpty />}>
        {(entries) => <Lines entries={entries} />}
      </PagedList>
    </>
  );
}

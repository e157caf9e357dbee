import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { read } from "../api/client";
import type { List } from "../api/types";

/** Loaded is something that is asked for: its value stays while it is asked for again. */
export interface Loaded<T> {
  value: T | undefined;
  error: unknown;
  busy: boolean;
  /** Asks again. */
  again: () => void;
  /** Takes a newer value that another answer brought. */
  set: (value: T) => void;
}

/** useLoad asks for a path whenever it changes; null asks for nothing. A late answer to an earlier path is dropped. */
export function useLoad<T>(path: string | null): Loaded<T> {
  const [state, setState] = useState<{ path: string | null; value?: T; error?: unknown; busy: boolean }>({ path, busy: path !== null });
  const [turn, setTurn] = useState(0);
  const current = useRef(0);
  useEffect(() => {
    const mine = ++current.current;
    if (path === null) return;
    setState((old) => (old.path === path ? { ...old, busy: true } : { path, busy: true }));
    read<T>(path).then(
      (value) => mine === current.current && setState({ path, value, busy: false }),
      (error: unknown) => mine === current.current && setState((old) => ({ ...old, error, busy: false })),
    );
  }, [path, turn]);
  const again = useCallback(() => setTurn((old) => old + 1), []);
  const set = useCallback((value: T) => setState({ path, value, busy: false }), [path]);
  const fresh = state.path === path;
  return { value: fresh ? state.value : undefined, error: fresh ? state.error : undefined, busy: state.busy, again, set };
}

/** Pages is a list that is fetched page by page. */
export interface Pages<T> {
  items: T[];
  error: unknown;
  busy: boolean;
  /** True until the first page is here. */
  first: boolean;
  more: (() => void) | null;
  again: () => void;
}

/** usePages fetches a list from its first page; `more` follows the cursor. Changing the path starts over. */
export function usePages<T>(path: string | null): Pages<T> {
  const [state, setState] = useState<{ path: string | null; items: T[]; next?: string | undefined; error?: unknown; busy: boolean; first: boolean }>({
    path,
    items: [],
    busy: path !== null,
    first: true,
  });
  const current = useRef(0);
  const fetchPage = useCallback(
    (cursor: string | undefined, before: T[]) => {
      if (path === null) return;
      const mine = ++current.current;
      const address = cursor ? `${path}${path.includes("?") ? "&" : "?"}cursor=${encodeURIComponent(cursor)}` : path;
      setState((old) => ({ path, items: before, next: cursor, busy: true, first: old.first || old.path !== path }));
      read<List<T>>(address).then(
        (page) =>
          mine === current.current &&
          setState({ path, items: [...before, ...page.items], next: page.next_cursor, busy: false, first: false }),
        (error: unknown) => mine === current.current && setState((old) => ({ ...old, error, busy: false, first: false })),
      );
    },
    [path],
  );
  useEffect(() => fetchPage(undefined, []), [fetchPage]);
  const { items, next, error, busy, first } = state;
  return {
    items,
    error,
    busy,
    first: first && busy,
    more: next && !busy ? () => fetchPage(next, items) : null,
    again: () => fetchPage(error ? next : undefined, error ? items : []),
  };
}

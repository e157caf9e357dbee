import { useCallback, useEffect, useRef, useState } from "preact/hooks";

/** Act is something a button does: busy while it runs, with the error of the last try. */
export interface Act {
  busy: boolean;
  error: unknown;
  /** Runs the deed unless one is running. Resolves to true when it went through. */
  run: (deed: () => Promise<unknown>) => Promise<boolean>;
  clear: () => void;
}

/** useAct gives a page one thing to do at a time, so that a double tap does it once. */
export function useAct(): Act {
  const [state, setState] = useState<{ busy: boolean; error: unknown }>({ busy: false, error: null });
  const running = useRef(false);
  const gone = useRef(false);
  useEffect(() => {
    gone.current = false;
    return () => {
      gone.current = true;
    };
  }, []);
  const run = useCallback(async (deed: () => Promise<unknown>) => {
    if (running.current) return false;
    running.current = true;
    setState({ busy: true, error: null });
    let error: unknown = null;
    try {
      await deed();
    } catch (caught) {
      error = caught;
    }
    running.current = false;
    if (!gone.current) setState({ busy: false, error });
    return error === null;
  }, []);
  const clear = useCallback(() => setState({ busy: false, error: null }), []);
  return { ...state, run, clear };
}

/** useTick calls back every `ms` while the page is shown. */
export function useTick(ms: number, tick: () => void): void {
  const latest = useRef(tick);
  latest.current = tick;
  useEffect(() => {
    const timer = setInterval(() => latest.current(), ms);
    return () => clearInterval(timer);
  }, [ms]);
}

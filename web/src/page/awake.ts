import { useEffect } from "preact/hooks";

interface WakeLock {
  request(kind: "screen"): Promise<{ release(): Promise<void> }>;
}

/** useAwake keeps the screen lit while a code is shown, where the browser can. */
export function useAwake(): void {
  useEffect(() => {
    const lock = (navigator as { wakeLock?: WakeLock }).wakeLock?.request("screen").catch(() => null);
    return () => {
      void lock?.then((held) => held?.release());
    };
  }, []);
}

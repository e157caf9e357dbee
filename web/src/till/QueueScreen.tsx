import { useEffect, useState } from "preact/hooks";
import { communityName } from "../api/session";
import { Icon, Mark } from "../page/Icon";
import { follow, type Facing } from "./queue";
import { words } from "./words";

/** How long a result stays before the invitation returns. */
const STAY_MS = 8_000;

/** QueueScreen is the second screen, toward the queue: a masked name and a tick, or 请稍等; nothing else is known to it. */
export function QueueScreen() {
  const [view, setView] = useState<Facing>({ kind: "idle" });
  useEffect(() => follow(setView), []);
  useEffect(() => {
    document.title = words.value.queueScreen;
    if (view.kind === "idle") return undefined;
    const timer = setTimeout(() => setView({ kind: "idle" }), STAY_MS);
    return () => clearTimeout(timer);
  }, [view]);
  return (
    <main class={`result queue ${view.kind === "done" ? "ok" : "plain"}`}>
      <p class="queue-mark">
        <Mark /> {communityName.value}
      </p>
      <Icon name={view.kind === "done" ? "check" : view.kind === "wait" ? "wait" : "card"} />
      <h1 class="result-title" aria-live="polite">
        {view.kind === "done" ? words.value.queueDone : view.kind === "wait" ? words.value.wait : words.value.queueIdle}
      </h1>
      {view.kind === "done" && <p class="result-name">{view.name}</p>}
    </main>
  );
}

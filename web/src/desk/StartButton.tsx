import { write } from "../api/client";
import type { ActivityBrief } from "../api/types";
import { useAct } from "../page/act";
import { Icon } from "../page/Icon";
import { go, idPath } from "../page/router";
import { Wrong } from "../page/State";
import { words } from "./words";

/** StartButton is an activity's next step: start, show the code, or read what is left to happen. */
export function StartButton({ activity }: { activity: ActivityBrief }) {
  const act = useAct();
  const at = `/desk/activities/${idPath(activity.id)}`;
  const start = async (): Promise<void> => {
    const went = await act.run(() => write(`/v1/activities/${idPath(activity.id)}/station-session`, {}, activity.id));
    if (went) go(`${at}/code`);
  };
  switch (activity.state) {
    case "open":
    case "running":
      return (
        <div class="stack-small">
          <button type="button" class="button main wide tall" disabled={act.busy} onClick={() => void start()}>
            <Icon name="code" />
            {activity.state === "open" ? words.value.start : words.value.code}
          </button>
          <Wrong error={act.error} />
        </div>
      );
    case "closed":
      return <p class="muted">{words.value.closed}</p>;
    case "confirmed":
      return <p class="muted">{words.value.confirmed}</p>;
    default: {
      const never: never = activity.state;
      return never;
    }
  }
}

import { Icon } from "../page/Icon";
import type { Seen } from "./watch";
import { words } from "./words";
import { save } from "./save";
import "./verify.css";

/** Alarm says in plain words that the books are not the ones that were seen, and gives the evidence: both signed checkpoints. */
export function Alarm({ found }: { found: Extract<Seen, { state: "alarm" }> }) {
  const evidence = `${words.value.alarm[found.why]}\n\n${found.kept.note}\n----\n\n${found.note}\n${found.kept.keys.join("\n")}\n`;
  return (
    <aside class="middle" aria-label={words.value.alarm[found.why]}>
      <div class="note bad" role="alert">
        <Icon name="alert" />
        <div>
          <p>
            <strong>{words.value.alarm[found.why]}</strong>
          </p>
          <p>{words.value.alarmHint}</p>
          <div class="row">
            <button type="button" class="button" onClick={() => save("moralbank-evidence.txt", evidence)}>
              {words.value.evidence}
            </button>
            <a class="button" href="/public">
              {words.value.public}
            </a>
          </div>
        </div>
      </div>
    </aside>
  );
}

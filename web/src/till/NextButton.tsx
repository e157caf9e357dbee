import { show } from "./counter";
import { words } from "./words";

/** NextButton clears the screen for the next diner. */
export function NextButton() {
  return (
    <button type="button" class="button main" onClick={() => show(null)}>
      {words.value.next}
    </button>
  );
}

import { signal } from "@preact/signals";
import { Icon } from "../page/Icon";
import { recall, remember } from "../page/memory";
import { loud, setLoud } from "./sound";
import { words } from "./words";

/** Whether this screen can be read by the queue: amounts and reasons are then shown only when asked for. */
export const facingQueue = signal(recall("facing") === "on");

/** Tools are the till's switches. */
export function Tools() {
  return (
    <>
      <button type="button" class="button" aria-pressed={loud.value} onClick={() => setLoud(!loud.value)}>
        <Icon name={loud.value ? "sound" : "mute"} />
        {words.value.sound}
      </button>
      <button
        type="button"
        class="button"
        aria-pressed={facingQueue.value}
        title={words.value.facingHint}
        onClick={() => {
          facingQueue.value = !facingQueue.value;
          remember("facing", facingQueue.value ? "on" : null);
        }}
      >
        {words.value.facing}
      </button>
      <a class="button" href="/desk/till/queue" target="queue">
        <Icon name="screen" />
        {words.value.queueScreen}
      </a>
    </>
  );
}

import { useEffect, useRef, useState } from "preact/hooks";
import { write } from "../api/client";
import { useAct } from "../page/act";
import { Text } from "../page/Field";
import { Icon } from "../page/Icon";
import { idPath } from "../page/router";
import { Note, Wrong } from "../page/State";
import { listen } from "../scan/wedge";
import { words } from "./words";

/** ScanIn takes check-in codes (93) and cards at the leader's table: by hand scanner, camera or typing. Grade B. */
export function ScanIn({ id, done }: { id: string; done: () => void }) {
  const [digits, setDigits] = useState("");
  const [last, setLast] = useState("");
  const [watching, setWatching] = useState(false);
  const video = useRef<HTMLVideoElement>(null);
  const act = useAct();
  const enter = async (code: string): Promise<void> => {
    const went = await act.run(() => write(`/v1/activities/${idPath(id)}/scan`, { code: code.replace(/\D/g, "") }));
    setLast(went ? code.slice(-4) : "");
    if (went) {
      setDigits("");
      done();
    }
  };
  const latest = useRef(enter);
  latest.current = enter;
  useEffect(() => listen((code) => void latest.current(code)), []);
  useEffect(() => {
    const screen = video.current;
    if (!watching || !screen) return undefined;
    let close: (() => void) | undefined;
    let gone = false;
    import("../scan/camera")
      .then((camera) => camera.watch(screen, (text) => void latest.current(text)))
      .then(
        (stop) => {
          close = stop;
          if (gone) stop();
        },
        () => setWatching(false),
      );
    return () => {
      gone = true;
      close?.();
    };
  }, [watching]);
  return (
    <form
      class="card"
      onSubmit={(event) => {
        event.preventDefault();
        void enter(digits);
      }}
    >
      <h3>{words.value.scanHere}</h3>
      {watching && <video ref={video} class="camera" muted playsInline aria-label={words.value.scanHere} />}
      <Text label={words.value.scanLabel} hint={words.value.scanHint} value={digits} set={setDigits} inputMode="numeric" autocomplete="off" required />
      <Wrong error={act.error} />
      {last && (
        <div role="status">
          <Note icon="check">
            <p>
              {words.value.scanned} …{last}
            </p>
          </Note>
        </div>
      )}
      <div class="row">
        <button type="submit" class="button" disabled={act.busy}>
          {words.value.scanButton}
        </button>
        <button type="button" class="button" aria-pressed={watching} onClick={() => setWatching(!watching)}>
          <Icon name="camera" />
          {words.value.scanHere}
        </button>
      </div>
    </form>
  );
}

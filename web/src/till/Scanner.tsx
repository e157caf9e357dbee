import type { TargetedEvent } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { checks } from "../code/luhn";
import { Dialog } from "../page/Dialog";
import { Text } from "../page/Field";
import { Icon } from "../page/Icon";
import { scanned } from "./counter";
import { words } from "./words";

/** The decoder is fetched at the first tap: a till with a hand scanner never needs it. */
const camera = () => import("../scan/camera");

/** Scanner offers what works without a hand scanner: the camera after a tap, a photo, typing. */
export function Scanner() {
  const [watching, setWatching] = useState(false);
  const [typing, setTyping] = useState(false);
  const [trouble, setTrouble] = useState("");
  const file = useRef<HTMLInputElement>(null);
  const onPhoto = async (event: TargetedEvent<HTMLInputElement>): Promise<void> => {
    const input = event.currentTarget;
    const photo = input.files?.[0];
    input.value = "";
    if (!photo) return;
    const text = await camera().then((one) => one.photoText(photo)).catch(() => null);
    setTrouble(text ? "" : words.value.photoFailed);
    if (text) void scanned(text);
  };
  return (
    <div class="scanner">
      {watching && (
        <Camera
          failed={() => {
            setWatching(false);
            setTrouble(words.value.cameraFailed);
          }}
        />
      )}
      <div class="row scanner-row">
        <button
          type="button"
          class="button"
          aria-pressed={watching}
          onClick={() => {
            setTrouble("");
            setWatching(!watching);
          }}
        >
          <Icon name="camera" />
          {watching ? words.value.cameraClose : words.value.camera}
        </button>
        <button type="button" class="button" onClick={() => file.current?.click()}>
          <Icon name="photo" />
          {words.value.photo}
        </button>
        <button type="button" class="button" onClick={() => setTyping(true)}>
          <Icon name="keys" />
          {words.value.type}
        </button>
      </div>
      <input ref={file} class="hidden" type="file" accept="image/*" capture="environment" tabIndex={-1} aria-label={words.value.photo} onChange={(event) => void onPhoto(event)} />
      {trouble && <p role="alert">{trouble}</p>}
      {typing && <Typing close={() => setTyping(false)} />}
    </div>
  );
}

function Camera({ failed }: { failed: () => void }) {
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    let stop: (() => void) | undefined;
    let gone = false;
    if (video.current) {
      const screen = video.current;
      camera().then((one) => one.watch(screen, (text) => void scanned(text))).then(
        (close) => {
          stop = close;
          if (gone) close();
        },
        () => !gone && failed(),
      );
    }
    return () => {
      gone = true;
      stop?.();
    };
  }, []);
  return <video ref={video} class="camera" muted playsInline aria-label={words.value.camera} />;
}

/** Typing is for a worn card: twenty digits, checked before they are sent. */
function Typing({ close }: { close: () => void }) {
  const [digits, setDigits] = useState("");
  const [wrong, setWrong] = useState(false);
  const submit = (event: Event): void => {
    event.preventDefault();
    const code = digits.replace(/[\s-]/g, "");
    if (code.length !== 20 || !checks(code)) return setWrong(true);
    close();
    void scanned(code);
  };
  return (
    <Dialog title={words.value.type} close={close}>
      <form class="stack" onSubmit={submit}>
        <Text label={words.value.typeLabel} value={digits} set={setDigits} inputMode="numeric" autocomplete="off" required wrong={wrong ? words.value.typeWrong : undefined} />
        <button type="submit" class="button main">
          {words.value.typeButton}
        </button>
      </form>
    </Dialog>
  );
}

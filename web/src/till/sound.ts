import { signal } from "@preact/signals";
import { recall, remember } from "../page/memory";
import { points } from "../words/format";
import { language } from "../words/language";
import { words } from "./words";

/** Whether results are heard. */
export const loud = signal(recall("sound") !== "off");

/** setLoud turns sound on or off on this till. */
export function setLoud(on: boolean): void {
  loud.value = on;
  remember("sound", on ? null : "off");
}

let air: AudioContext | undefined;

function tone(hertz: number, from: number, seconds: number): void {
  air ??= new AudioContext();
  void air.resume();
  const start = air.currentTime + from;
  const wave = air.createOscillator();
  const volume = air.createGain();
  wave.frequency.value = hertz;
  volume.gain.setValueAtTime(0.0001, start);
  volume.gain.exponentialRampToValueAtTime(0.25, start + 0.02);
  volume.gain.exponentialRampToValueAtTime(0.0001, start + seconds);
  wave.connect(volume).connect(air.destination);
  wave.start(start);
  wave.stop(start + seconds);
}

/**
 * chime sounds a result: two rising notes, or one low note for everything else, whatever its reason. A balance is
 * handed over only for a member who chose to hear it.
 */
export function chime(kind: "ok" | "wait", balance?: number): void {
  if (!loud.value) return;
  try {
    if (kind === "ok") {
      tone(660, 0, 0.16);
      tone(880, 0.14, 0.24);
    } else {
      tone(330, 0, 0.4);
    }
    const said = kind === "ok" ? words.value.saidOk : words.value.saidWait;
    speak(balance === undefined ? said : `${said}${words.value.saidBalance(points(balance))}`);
  } catch {
    // A till without a loudspeaker still shows everything.
  }
}

/** speak says a sentence in the reader's language. */
function speak(text: string): void {
  if (!("speechSynthesis" in globalThis)) return;
  speechSynthesis.cancel();
  const said = new SpeechSynthesisUtterance(text);
  said.lang = language.value === "en" ? "en" : "zh-CN";
  speechSynthesis.speak(said);
}

import { fresh } from "./debounce";
import { decode } from "./decode";

// The camera is for staff, and only after a tap. Where the browser brings its own reader (Chrome on Android) that one
// is used; some web views offer the class without its methods, so both are asked for.

interface NativeReader {
  detect(source: CanvasImageSource): Promise<{ rawValue: string }[]>;
}
interface NativeReaderClass {
  new (options: { formats: string[] }): NativeReader;
  getSupportedFormats?: () => Promise<string[]>;
}

/** The widest frame that is looked at; more pixels cost time and find nothing more. */
const FRAME_MAX_PX = 1280;

async function nativeReader(): Promise<NativeReader | null> {
  const Reader = (globalThis as { BarcodeDetector?: NativeReaderClass }).BarcodeDetector;
  if (!Reader || typeof Reader.getSupportedFormats !== "function") return null;
  try {
    const formats = await Reader.getSupportedFormats();
    return formats.includes("qr_code") ? new Reader({ formats: ["qr_code"] }) : null;
  } catch {
    return null;
  }
}

/** watch opens the camera in a <video> and reports each code once per showing. The returned function closes it. */
export async function watch(video: HTMLVideoElement, seen: (text: string) => void): Promise<() => void> {
  if (!navigator.mediaDevices?.getUserMedia) throw new Error("no camera");
  const stream = await navigator.mediaDevices.getUserMedia({
    audio: false,
    video: { facingMode: { ideal: "environment" }, width: { ideal: FRAME_MAX_PX }, height: { ideal: 720 } },
  });
  let running = true;
  const stop = (): void => {
    running = false;
    for (const track of stream.getTracks()) track.stop();
    video.srcObject = null;
  };
  try {
    video.srcObject = stream;
    await video.play();
    const native = await nativeReader();
    const showing = fresh();
    const look = async (): Promise<void> => {
      if (!running) return;
      const text = native ? (await native.detect(video).catch(() => []))[0]?.rawValue : frameText(video);
      if (running && text && showing(text, performance.now())) seen(text);
      if (running) setTimeout(() => void look(), text ? 400 : 60);
    };
    void look();
    return stop;
  } catch (error) {
    stop();
    throw error;
  }
}

const canvas = (): HTMLCanvasElement => document.createElement("canvas");

function pixels(source: CanvasImageSource, width: number, height: number): ImageData | null {
  const scale = Math.min(1, FRAME_MAX_PX / Math.max(width, height, 1));
  const board = canvas();
  board.width = Math.round(width * scale);
  board.height = Math.round(height * scale);
  const pen = board.getContext("2d", { willReadFrequently: true });
  if (!pen || !board.width || !board.height) return null;
  pen.drawImage(source, 0, 0, board.width, board.height);
  return pen.getImageData(0, 0, board.width, board.height);
}

function frameText(video: HTMLVideoElement): string | undefined {
  const frame = pixels(video, video.videoWidth, video.videoHeight);
  return (frame && decode(frame)) ?? undefined;
}

/** photoText reads the code in a photo, for phones whose web view has no camera for us. */
export async function photoText(photo: Blob): Promise<string | null> {
  const url = URL.createObjectURL(photo);
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const frame = pixels(image, image.naturalWidth, image.naturalHeight);
    return frame && decode(frame);
  } finally {
    URL.revokeObjectURL(url);
  }
}

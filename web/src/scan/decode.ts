import decodeQR from "qr/decode.js";

/** Frame is a picture in RGBA. */
export interface Frame {
  width: number;
  height: number;
  data: Uint8ClampedArray;
}

/** decode reads the code in a frame, or returns null. A washed-out frame gets a second try with its greys stretched. */
export function decode(frame: Frame): string | null {
  return attempt(frame) ?? attempt(stretch(frame));
}

function attempt(frame: Frame): string | null {
  try {
    return decodeQR(frame);
  } catch {
    return null; // no code in this frame: the next one comes in a moment
  }
}

/** stretch spreads the greys of a dim or sunlit screen over the whole range, leaving out the outermost 2 % each side. */
export function stretch(frame: Frame): Frame {
  const { width, height, data } = frame;
  const grey = new Uint8ClampedArray(width * height);
  const histogram = new Uint32Array(256);
  for (let i = 0; i < grey.length; i++) {
    const at = i * 4;
    const value = ((data[at] ?? 0) * 77 + (data[at + 1] ?? 0) * 150 + (data[at + 2] ?? 0) * 29) >> 8;
    grey[i] = value;
    histogram[value] = (histogram[value] ?? 0) + 1;
  }
  const cut = grey.length * 0.02;
  const edge = (values: number[]): number => {
    let seen = 0;
    return values.find((value) => (seen += histogram[value] ?? 0) > cut) ?? 0;
  };
  const levels = [...histogram.keys()];
  const low = edge(levels);
  const high = edge([...levels].reverse());
  const factor = 255 / Math.max(1, high - low);
  const out = new Uint8ClampedArray(data.length).fill(255);
  for (const [i, value] of grey.entries()) out.fill((value - low) * factor, i * 4, i * 4 + 3);
  return { width, height, data: out };
}

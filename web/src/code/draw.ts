import encodeQR from "qr";

/** Drawing is a code as one SVG path over modules of size 1, the quiet zone of 4 modules included. */
export interface Drawing {
  size: number;
  path: string;
}

/** draw draws digits or a link at level H, with runs of dark modules merged into one stroke each. */
export function draw(text: string): Drawing {
  const rows = encodeQR(text, "raw", { ecc: "high", border: 4 });
  const strokes: string[] = [];
  for (const [y, row] of rows.entries()) {
    for (let x = 0; x < row.length; x++) {
      if (!row[x]) continue;
      const from = x;
      while (row[x + 1]) x++;
      strokes.push(`M${from} ${y}h${x + 1 - from}v1h${from - x - 1}z`);
    }
  }
  return { size: rows.length, path: strokes.join("") };
}

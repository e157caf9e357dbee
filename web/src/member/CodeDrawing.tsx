import { useMemo } from "preact/hooks";
import { draw } from "../code/draw";

/** CodeDrawing draws a code, always dark on white. */
export function CodeDrawing({ text, label }: { text: string; label: string }) {
  const drawing = useMemo(() => draw(text), [text]);
  return (
    <svg class="drawing" viewBox={`0 0 ${drawing.size} ${drawing.size}`} role="img" aria-label={label} shape-rendering="crispEdges">
      <path d={`M0 0h${drawing.size}v${drawing.size}H0z`} fill="#fff" />
      <path d={drawing.path} fill="#000" />
    </svg>
  );
}

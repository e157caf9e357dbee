import { number } from "../words/format";

interface ColumnsProps {
  /** What stands under the columns, and what they count. */
  name: string;
  unit: string;
  rows: { name: string; value: number }[];
}

/** Columns draws numbers of one day after another; a screen reader, and paper, read them as a table. */
export function Columns({ name, unit, rows }: ColumnsProps) {
  const most = Math.max(1, ...rows.map((row) => row.value));
  const width = 100 / Math.max(1, rows.length);
  return (
    <figure class="columns">
      <svg viewBox="0 0 100 40" preserveAspectRatio="none" aria-hidden="true">
        {rows.map((row, index) => (
          <rect key={row.name} x={index * width + width * 0.1} y={40 - (Math.max(0, row.value) / most) * 40} width={width * 0.8} height={(Math.max(0, row.value) / most) * 40}>
            <title>{`${row.name} ${number(row.value)}`}</title>
          </rect>
        ))}
      </svg>
      <figcaption class="small muted">
        <span>{rows[0]?.name}</span>
        <span class="number">
          {number(most)} {unit}
        </span>
        <span>{rows.at(-1)?.name}</span>
      </figcaption>
      <table class="hidden">
        <caption>{unit}</caption>
        <thead>
          <tr>
            <th scope="col">{name}</th>
            <th scope="col">{unit}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.name}>
              <th scope="row">{row.name}</th>
              <td>{number(row.value)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  );
}

import { number } from "../words/format";

interface BarsProps {
  /** What the rows are. */
  name: string;
  /** What the numbers count. */
  unit: string;
  /** text says the number otherwise than as it is counted. */
  rows: { name: string; value: number; text?: string }[];
}

/** Bars is a table whose numbers are drawn as well: it prints sharp, and a screen reader reads the table. */
export function Bars({ name, unit, rows }: BarsProps) {
  const most = Math.max(1, ...rows.map((row) => Math.abs(row.value)));
  return (
    <table class="bars">
      <thead class="hidden">
        <tr>
          <th scope="col">{name}</th>
          <th scope="col">{unit}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.name}>
            <th scope="row">{row.name}</th>
            <td>
              <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
                <rect width={(Math.abs(row.value) / most) * 100} height="10" rx="1" class={row.value < 0 ? "below" : ""} />
              </svg>
              <span class="number">{row.text ?? number(row.value)}</span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

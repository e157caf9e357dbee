// The few pictures that stand beside words, never instead of them.
const shapes = {
  check: "M4 12.5 10 18 20 6",
  alert: "M12 4v10M12 19v.5",
  wait: "M12 7v5l3.5 2M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0",
  code: "M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h2v2h-2zM19 14v6M14 19h2",
  card: "M3 6h18v12H3zM3 10h18M6.5 14.500h4",
  back: "M15 5l-7 7 7 7",
  next: "M9 5l7 7-7 7",
  down: "M5 9l7 7 7-7",
  camera: "M4 8h3l2-3h6l2 3h3v11H4zM12 17a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7",
  photo: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.5 9h.01",
  keys: "M3 7h18v10H3zM7 11h.01M11 11h.01M15 11h.01M8 14h8",
  offline: "M3 3l18 18M5 12a10 10 0 0 1 4-2.500M19 12a10 10 0 0 0-5-2.800M8.5 15.500a5 5 0 0 1 5-1.200M12 19h.01",
  people: "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7M3 20a6 6 0 0 1 12 0M16 4.500a3.5 3.5 0 0 1 0 6.500M17.5 14.500A6 6 0 0 1 21 20",
  clock: "M12 7v5l3 2M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0",
  place: "M12 21s7-6.2 7-11a7 7 0 0 0-14 0c0 4.8 7 11 7 11M12 12a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5",
  meal: "M6 3v8M3.5 3v5a2.5 2.5 0 0 0 5 0V3M6 11v10M17 3c-2.5 0-4 3-4 6s1.5 4 4 4zM17 13v8",
  sound: "M4 9v6h4l5 4V5L8 9zM16.5 9a4 4 0 0 1 0 6",
  mute: "M4 9v6h4l5 4V5L8 9zM17 10l4 4M21 10l-4 4",
  print: "M7 9V3h10v6M7 17H4v-8h16v8h-3M7 14h10v7H7z",
  search: "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14M16 16l5 5",
  leaf: "M5 19c0-9 5-14 15-14 0 10-5 15-12 14M5 21c1-5 4-8 8-10",
  undo: "M9 5L4 10l5 5M4 10h10a6 6 0 0 1 0 12h-3",
  erase: "M9 5h12v14H9l-6-7zM12 9l6 6M18 9l-6 6",
  door: "M14 4h6v16h-6M3 12h11M10 8l4 4-4 4",
  screen: "M3 5h18v11H3zM8 20h8",
} as const;

export type IconName = keyof typeof shapes;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={shapes[name]} />
    </svg>
  );
}

/** Mark is the bank's sign: three arcs of a rainbow over a green field. */
export function Mark() {
  return (
    <svg viewBox="0 0 64 64" aria-hidden="true">
      <g fill="none" stroke-width="6" stroke-linecap="round">
        <path d="M8 48a24 24 0 0 1 48 0" stroke="#ffb3a7" />
        <path d="M18 48a14 14 0 0 1 28 0" stroke="#ffd54a" />
        <path d="M27.5 48a4.5 4.5 0 0 1 9 0" stroke="#a5e0b8" />
      </g>
    </svg>
  );
}

import { community } from "../api/session";
import { told } from "../words/language";

// The seven colours as the community names them, in either language, to the shades that are legible as text.
const shades: Record<string, string> = {
  红: "red",
  橙: "orange",
  黄: "yellow",
  绿: "green",
  青: "cyan",
  蓝: "blue",
  紫: "purple",
};

/** Team is a team's name with its colour as a dot: the name says it, the colour helps the eye. */
export function Team({ id, fallback = "" }: { id: string; fallback?: string }) {
  const team = community.value?.teams.find((one) => one.id === id);
  const name = team ? told({ zh: team.name_zh, en: team.name_en }) : fallback;
  if (!name) return null;
  const shade = team ? (shades[team.colour] ?? team.colour) : "";
  return (
    <span class="team" data-shade={shade}>
      {name}
    </span>
  );
}

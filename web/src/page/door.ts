import { render, type ComponentChild } from "preact";
import { arrive, learnName } from "../api/session";
import { count } from "../api/client";
import { ready } from "../words/language";
import { route } from "./router";
import { showSize } from "./size";
import { watchBooks } from "./watch";
import "../look/tokens.css";
import "../look/base.css";
import "../look/frame.css";
import "../look/parts.css";
import "../look/fields.css";

/** enter starts a door: its words, its links, who is here, and the first drawing. */
export async function enter(name: string, mine: (path: string) => boolean, draw: () => ComponentChild): Promise<void> {
  document.documentElement.dataset["door"] = name;
  showSize();
  const asked = arrive(); // on its way while the words load
  await ready();
  route(mine);
  void learnName();
  void count();
  addEventListener("online", () => void arrive());
  const root = document.getElementById("app");
  if (root) render(draw(), root);
  await asked;
  watchBooks();
}

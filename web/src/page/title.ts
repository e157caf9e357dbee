import { useEffect } from "preact/hooks";
import { communityName } from "../api/session";
import { words } from "../words/words";

/** useTitle names the window after the page, for its tab and for the screen reader: 食堂 · 中川社区道德银行. */
export function useTitle(title: string): void {
  const name = communityName.value || words.value.bank;
  useEffect(() => {
    document.title = title === name ? name : `${title} · ${name}`;
  }, [title, name]);
}

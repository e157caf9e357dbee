import { computed, effect, signal, type ReadonlySignal } from "@preact/signals";
import { recall, remember } from "../page/memory";

/** The languages that every page speaks completely. */
export type Language = "zh" | "en";

/** The reader's language: the one chosen before, else Chinese. */
export const language = signal<Language>(recall("language") === "en" ? "en" : "zh");

const loads = new Set<() => Promise<void>>();

// What the reader asked for, from the moment she asks: the words may still be on their way.
let wanted: Language = language.peek();

/**
 * dictionary pairs the Chinese words of a door with the English ones, which are loaded when first asked for.
 * Both have one type, so a missing or an extra key does not compile.
 */
export function dictionary<D extends object>(zh: D, loadEnglish: () => Promise<{ en: D }>): ReadonlySignal<D> {
  const en = signal<D | null>(null);
  const load = async (): Promise<void> => {
    if (!en.peek()) en.value = (await loadEnglish()).en;
  };
  loads.add(load);
  return computed(() => (language.value === "en" && en.value ? en.value : zh));
}

/**
 * worded loads the words of the chosen language for every dictionary there is by now. A page that is fetched later brings
 * dictionaries of its own: it waits for this before it is drawn. It rejects when the words cannot be fetched.
 */
export async function worded(): Promise<void> {
  if (wanted === "en") await Promise.all([...loads].map((load) => load()));
}

/** speak switches every page of this browser to a language, once its words are here; without them nothing changes. */
export async function speak(next: Language): Promise<void> {
  wanted = next;
  try {
    await worded();
  } catch (cause) {
    if (wanted === next) wanted = language.peek();
    throw cause;
  }
  if (wanted !== next) return; // she has asked for another one meanwhile
  language.value = next;
  remember("language", next);
}

/** ready loads the words of the remembered language; a page draws nothing before. */
export async function ready(): Promise<void> {
  try {
    await speak(language.peek());
  } catch {
    wanted = language.value = "zh"; // the English words could not be fetched: Chinese is in the page itself
  }
  effect(() => {
    document.documentElement.lang = language.value === "zh" ? "zh-CN" : "en";
  });
}

/** told picks the sentence of an answer that carries both languages. */
export function told(text: { zh: string; en: string }): string {
  return language.value === "en" ? text.en || text.zh : text.zh;
}

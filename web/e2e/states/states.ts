import { test, type Page } from "@playwright/test";
import { inspect, inspectEnglish, typedOn } from "../fixture/inspect";
import { serve, Slow, type Answers } from "../fixture/site";

/** State is one page in one state. */
export interface State {
  name: string;
  path: string;
  answers: Answers;
  /** What a person does first. */
  does?: (page: Page) => Promise<void>;
  /** What she then sees. */
  sees: string | RegExp;
}

/** View is a window and a text size. */
export interface View {
  name: string;
  width: number;
  height: number;
  size?: "large" | "largest";
  dark?: boolean;
  language?: "en";
}

export const phone: View = { name: "375", width: 375, height: 740 };
export const narrow: View = { name: "320-largest", width: 320, height: 640, size: "largest" };
export const elder: View = { name: "375-large", width: 375, height: 740, size: "large" };
export const english: View = { name: "320-en", width: 320, height: 640, language: "en" };
export const desktop: View = { name: "1440", width: 1440, height: 900 };
export const dark: View = { name: "1440-dark", width: 1440, height: 900, dark: true };

/** A view in the dark has the same window, size and language as another: it is looked at in the same drawing. */
const alike = (a: View, b: View): boolean => a.width === b.width && a.size === b.size && a.language === b.language;

/** draw makes one test of every state in every view: it is drawn, and held to the rules of inspect. */
export function draw(states: State[], views: View[]): void {
  const lit = views.filter((view) => !view.dark || !views.some((other) => !other.dark && alike(view, other)));
  for (const state of states) {
    for (const view of lit) {
      const twin = views.find((other) => other !== view && other.dark && alike(view, other));
      const name = `${state.name}-${view.name}`;
      test(name, async ({ page }) => {
        await page.setViewportSize(view);
        await page.emulateMedia({ colorScheme: view.dark ? "dark" : "light", reducedMotion: "reduce" });
        await page.clock.install({ time: new Date("2026-11-23T03:42:00.000Z") });
        const typed = await typedOn(page);
        await page.addInitScript(
          ([size, language]) => {
            if (size) localStorage.setItem("moralbank.size", size);
            if (language) localStorage.setItem("moralbank.language", language);
          },
          [view.size, view.language],
        );
        const said: string[] = [];
        page.on("console", (message) => /Content.Security.Policy|Refused to/.test(message.text()) && said.push(message.text()));
        page.on("pageerror", (error) => said.push(String(error)));
        const { given } = await serve(page, state.answers);
        await page.goto(state.path);
        await state.does?.(page);
        if (!view.language) await page.getByText(state.sees).first().waitFor();
        else await drawn(page, state); // the same state, in words that differ
        if (view.language) await inspectEnglish(page, [...given, ...typed], name);
        await inspect(page, name);
        if (twin) {
          await page.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce" });
          await inspect(page, `${state.name}-${twin.name}`);
        }
        test.expect(said).toEqual([]);
      });
    }
  }
}

/** drawn waits until nothing on the page is still being fetched: the words of a page that arrives later come with it. */
async function drawn(page: Page, state: State): Promise<void> {
  await page.locator("h1").first().waitFor({ state: "attached" });
  if (!Object.values(state.answers).includes(Slow)) await page.waitForFunction(() => !document.querySelector(".skeleton"));
}

import { beforeEach, expect, it, vi } from "vitest";

type Pair = { hello: string };
const zh: Pair = { hello: "您好" };
const english = (): Promise<{ en: Pair }> => Promise.resolve({ en: { hello: "Hello" } });

// Each test is a browser of its own: the language is the module's.
beforeEach(() => vi.resetModules());

it("loads the English of a page that is fetched after English was chosen", async () => {
  const { dictionary, speak, worded } = await import("./language");
  await speak("en");
  const words = dictionary(zh, english);
  await worded();
  expect(words.value.hello).toBe("Hello");
});

it("loads the English of a page that arrives while the other words are on their way", async () => {
  const { dictionary, speak, worded } = await import("./language");
  let arrive: (_: { en: Pair }) => void = () => {};
  const other = new Promise<{ en: Pair }>((resolve) => (arrive = resolve));
  dictionary(zh, () => other);
  const spoken = speak("en");
  const words = dictionary(zh, english);
  const drawn = worded();
  arrive({ en: zh });
  await Promise.all([spoken, drawn]);
  expect(words.value.hello).toBe("Hello");
});

it("stays with the words it has when the others cannot be fetched", async () => {
  const { dictionary, language, speak, worded } = await import("./language");
  const words = dictionary(zh, () => Promise.reject(new Error("no network")));
  await expect(speak("en")).rejects.toThrow("no network");
  expect([language.value, words.value.hello]).toEqual(["zh", "您好"]);
  await worded(); // nobody waits for English that was not reached
});

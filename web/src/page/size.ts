import { effect, signal } from "@preact/signals";
import { recall, remember } from "./memory";

/** The three text sizes: 18, 24 and 30 px. 长辈版 is any but the first. */
export const SIZES = ["normal", "large", "largest"] as const;
export type Size = (typeof SIZES)[number];

/** The reader's text size, remembered on this device. */
export const size = signal<Size>(SIZES.find((one) => one === recall("size")) ?? "normal");

/** showSize keeps the page at the chosen size. */
export function showSize(): void {
  effect(() => {
    document.documentElement.dataset["size"] = size.value;
    remember("size", size.value === "normal" ? null : size.value);
  });
}

import { dictionary } from "./language";
import { zh } from "./words.zh";

/** The words that every door shares, in the reader's language. */
export const words = dictionary(zh, () => import("./words.en"));

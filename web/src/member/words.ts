import { dictionary } from "../words/language";
import { zh } from "./words.zh";

/** The member's words, in the reader's language. */
export const words = dictionary(zh, () => import("./words.en"));

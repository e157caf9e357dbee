import { dictionary } from "../words/language";
import { zh } from "./words.zh";

/** The words of this room, in the reader's language. */
export const words = dictionary(zh, () => import("./words.en"));

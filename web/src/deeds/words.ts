import { dictionary } from "../words/language";
import { zh } from "./words.zh";

/** The words of good deeds. */
export const words = dictionary(zh, () => import("./words.en"));

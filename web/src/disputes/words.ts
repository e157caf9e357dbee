import { dictionary } from "../words/language";
import { zh } from "./words.zh";

/** The words of disputes. */
export const words = dictionary(zh, () => import("./words.en"));

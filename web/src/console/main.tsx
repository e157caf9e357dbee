import { enter } from "../page/door";
import { Console } from "./Console";
import "./console.css";
import "./sheet.css";

void enter("console", (path) => /^\/console(\/|$)/.test(path), () => <Console />);

import { enter } from "../page/door";
import { startWorker } from "./install";
import { Member } from "./Member";
import "../look/entries.css";
import "./member.css";

// The member's door draws every address that is not a staff door's.
const mine = (path: string): boolean => !/^\/(desk|console|v1)(\/|$)/.test(path);

void enter("member", mine, () => <Member />);
startWorker();

import { effect } from "@preact/signals";
import { now } from "../api/servertime";
import { me } from "../api/session";
import { enter } from "../page/door";
import { startWorker } from "./install";
import { keepLast } from "./last";
import { Member } from "./Member";
import "../look/entries.css";
import "./member.css";

// The member's door draws every address that is not a staff door's.
const mine = (path: string): boolean => !/^\/(desk|console|v1|public|r|verify)(\/|$)/.test(path);

// Whatever page is opened first: the next one may be opened without network.
effect(() => {
  if (me.value) keepLast(me.value, now());
});

void enter("member", mine, () => <Member />);
startWorker();

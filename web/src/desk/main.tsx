import { enter } from "../page/door";
import { Desk } from "./Desk";
import "./desk.css";

// The till lies below /desk, but is a door of its own.
const mine = (path: string): boolean => /^\/desk(\/|$)/.test(path) && !/^\/desk\/till(\/|$)/.test(path);

void enter("desk", mine, () => <Desk />);

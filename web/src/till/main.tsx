import { enter } from "../page/door";
import { TillDoor } from "./TillDoor";
import "./till.css";

void enter("till", (path) => path === "/desk/till" || path.startsWith("/desk/till/"), () => <TillDoor />);

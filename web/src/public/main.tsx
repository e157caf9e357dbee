import { enter } from "../page/door";
import { Public } from "./Public";
import "../verify/verify.css";

void enter("public", (path) => /^\/(public|r)(\/|$)/.test(path), () => <Public />);

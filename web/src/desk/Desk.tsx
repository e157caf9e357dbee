import type { ComponentChild } from "preact";
import { useEffect } from "preact/hooks";
import { learnCommunity, person } from "../api/session";
import { Gate } from "../page/Gate";
import { match, path, pathId } from "../page/router";
import { LanguageSwitch, Shell } from "../page/Shell";
import { Empty } from "../page/State";
import { words as shared } from "../words/words";
import { later } from "../page/Later";
import { Activities } from "./Activities";
import { ActivityPage } from "./Activity";
import { NewActivity } from "./NewActivity";
import { Station } from "./Station";
import { words } from "./words";

const AllDisputes = later(async () => (await import("../disputes/Decide")).AllDisputes);
const Committee = later(async () => (await import("../deeds/Committee")).Committee);
const Kitchen = later(async () => (await import("../booking/Kitchen")).Kitchen);
const NewDeed = later(async () => (await import("../deeds/NewDeed")).NewDeed);

/** Desk is the table of the leader's pages. */
export function Desk() {
  const signedIn = !!person.value;
  useEffect(() => {
    if (signedIn) void learnCommunity().catch(() => undefined); // names of teams; the pages work without
  }, [signedIn]);
  const here = path.value;
  const code = match("/desk/activities/:id/code", here);
  if (code && signedIn) return <Station key={here} id={pathId(code["id"] ?? "")} />;
  return (
    <Shell title={words.value.title} home="/desk" door={words.value.title} tools={<LanguageSwitch />}>
      {here === "/desk/kitchen" ? (
        <Gate roles={["cashier", "organizer", "auditor"]}>{() => <Kitchen />}</Gate>
      ) : ofCommittee(here) ? (
        <Gate roles={["committee", "organizer", "auditor"]}>{() => (here === "/desk/committee" ? <Committee /> : <AllDisputes />)}</Gate>
      ) : (
        <Gate roles={["leader", "organizer", "org_admin"]}>{() => pageOf(here)}</Gate>
      )}
    </Shell>
  );
}

/** ofCommittee says which pages of the desk are the review committee's. */
const ofCommittee = (here: string): boolean => here === "/desk/committee" || here === "/desk/disputes";

function pageOf(here: string): ComponentChild {
  const activity = match("/desk/activities/:id", here);
  if (here === "/desk" || here === "/desk/") return <Activities />;
  if (here === "/desk/new") return <NewActivity />;
  if (here === "/desk/deeds/new") return <NewDeed home="/desk" team />;
  if (activity) return <ActivityPage key={here} id={pathId(activity["id"] ?? "")} />;
  return (
    <Empty page title={shared.value.notFound}>
      <a class="button" href="/desk">
        {shared.value.home}
      </a>
    </Empty>
  );
}

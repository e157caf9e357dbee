import type { ComponentChild } from "preact";
import { useEffect } from "preact/hooks";
import { learnCommunity, me } from "../api/session";
import { Gate } from "../page/Gate";
import { match, path, pathId } from "../page/router";
import { LanguageSwitch, Shell } from "../page/Shell";
import { Empty } from "../page/State";
import { words as shared } from "../words/words";
import { AllDeeds } from "../deeds/AllDeeds";
import { AllDisputes } from "../disputes/Decide";
import { Activities } from "./Activities";
import { CardSheet } from "./CardSheet";
import { Devices } from "./Devices";
import { Imports } from "./Imports";
import { MemberPage } from "./Member";
import { Members } from "./Members";
import { NewMember } from "./NewMember";
import { Inbox } from "./Inbox";
import { Overview } from "./Overview";
import { Proposals } from "./Proposals";
import { RecordPage } from "./Record";
import { Records } from "./Records";
import { Sums } from "./Sums";
import { words } from "./words";

/** Console is the table of the organizer's and the auditor's pages. */
export function Console() {
  const signedIn = !!me.value;
  useEffect(() => {
    if (signedIn) void learnCommunity().catch(() => undefined); // names of teams; the pages work without
  }, [signedIn]);
  return (
    <Shell title={words.value.title} home="/console" door={words.value.title} tools={<LanguageSwitch />} side={signedIn && <Side />}>
      <Gate roles={["organizer", "auditor", "org_admin", "operator"]}>{() => pageOf(path.value)}</Gate>
    </Shell>
  );
}

function Side() {
  const nav = words.value.nav;
  const links: [string, string][] = [
    ["/console", nav.home],
    ["/console/inbox", nav.inbox],
    ["/console/sums", nav.sums],
    ["/console/records", nav.records],
    ["/console/members", nav.members],
    ["/console/activities", nav.activities],
    ["/console/proposals", nav.proposals],
    ["/console/deeds", nav.deeds],
    ["/console/disputes", nav.disputes],
    ["/console/cards", nav.cards],
    ["/console/devices", nav.devices],
    ["/console/imports", nav.imports],
  ];
  const here = path.value;
  return (
    <nav class="side" aria-label={words.value.title}>
      <ul>
        {links.map(([to, name]) => (
          <li key={to}>
            <a href={to} aria-current={here === to || (to !== "/console" && here.startsWith(`${to}/`)) ? "page" : undefined}>
              {name}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function pageOf(here: string): ComponentChild {
  const record = match("/console/records/:seq", here);
  const member = match("/console/members/:id", here);
  if (record) return <RecordPage key={here} seq={record["seq"] ?? ""} />;
  if (here === "/console/members/new") return <NewMember />;
  if (member) return <MemberPage key={here} id={pathId(member["id"] ?? "")} />;
  switch (here) {
    case "/console":
    case "/console/":
      return <Overview />;
    case "/console/records":
      return <Records />;
    case "/console/inbox":
      return <Inbox />;
    case "/console/sums":
      return <Sums />;
    case "/console/members":
      return <Members />;
    case "/console/activities":
      return <Activities />;
    case "/console/proposals":
      return <Proposals />;
    case "/console/deeds":
      return <AllDeeds />;
    case "/console/disputes":
      return <AllDisputes />;
    case "/console/cards":
      return <CardSheet />;
    case "/console/devices":
      return <Devices />;
    case "/console/imports":
      return <Imports />;
    default:
      return (
        <Empty page title={shared.value.notFound}>
          <a class="button" href="/console">
            {shared.value.home}
          </a>
        </Empty>
      );
  }
}

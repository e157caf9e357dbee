import type { ComponentChild } from "preact";
import { useEffect } from "preact/hooks";
import { learnCommunity, may, person } from "../api/session";
import type { RoleName } from "../api/types";
import { Gate } from "../page/Gate";
import { match, path, pathId } from "../page/router";
import { LanguageSwitch, Shell } from "../page/Shell";
import { Empty } from "../page/State";
import { words as shared } from "../words/words";
import { AllDeeds } from "../deeds/AllDeeds";
import { AllDisputes } from "../disputes/Decide";
import { Accounts } from "./Accounts";
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
import { BOOKKEEPERS, ENROLLERS, KEEPERS, READERS, STAFF } from "./roles";
import { Sums } from "./Sums";
import { words } from "./words";
import type { ConsoleWords } from "./words.zh";

/** Page is a page of the console, and whose work it is. */
interface Page {
  to: string;
  /** Its name at the side; what has none is reached from another page. */
  name?: keyof ConsoleWords["nav"];
  roles: RoleName[];
  /** Who comes to it by a link only. */
  also?: RoleName[];
  draw: (id: string) => ComponentChild;
}

const PAGES: Page[] = [
  { to: "/console", name: "home", roles: STAFF, draw: () => <Overview /> },
  { to: "/console/inbox", name: "inbox", roles: STAFF, draw: () => <Inbox /> },
  { to: "/console/sums", name: "sums", roles: STAFF, draw: () => <Sums /> },
  { to: "/console/accounts", roles: READERS, draw: () => <Accounts /> },
  { to: "/console/records", name: "records", roles: BOOKKEEPERS, also: ["org_admin"], draw: () => <Records /> },
  { to: "/console/records/:id", roles: BOOKKEEPERS, draw: (seq) => <RecordPage key={seq} seq={seq} /> },
  { to: "/console/members", name: "members", roles: STAFF, draw: () => <Members /> },
  { to: "/console/members/new", roles: ENROLLERS, draw: () => <NewMember /> },
  { to: "/console/members/:id", roles: STAFF, draw: (id) => <MemberPage key={id} id={pathId(id)} /> },
  { to: "/console/activities", name: "activities", roles: [...BOOKKEEPERS, "org_admin"], draw: () => <Activities /> },
  { to: "/console/proposals", name: "proposals", roles: READERS, draw: () => <Proposals /> },
  { to: "/console/deeds", name: "deeds", roles: BOOKKEEPERS, draw: () => <AllDeeds /> },
  { to: "/console/disputes", name: "disputes", roles: BOOKKEEPERS, draw: () => <AllDisputes /> },
  { to: "/console/cards", name: "cards", roles: KEEPERS, draw: () => <CardSheet /> },
  { to: "/console/devices", name: "devices", roles: READERS, draw: () => <Devices /> },
  { to: "/console/imports", name: "imports", roles: ENROLLERS, draw: () => <Imports /> },
];

/** Console is the frame of the organizer's and the auditor's pages. */
export function Console() {
  const signedIn = !!person.value;
  useEffect(() => {
    if (signedIn) void learnCommunity().catch(() => undefined); // names of teams; the pages work without
  }, [signedIn]);
  return (
    <Shell title={words.value.title} home="/console" door={words.value.title} tools={<LanguageSwitch />} side={may(...STAFF) && <Side />}>
      <Gate roles={STAFF}>{() => pageOf(path.value)}</Gate>
    </Shell>
  );
}

function Side() {
  const here = path.value;
  return (
    <nav class="side" aria-label={words.value.title}>
      <ul>
        {PAGES.map(
          ({ to, name, roles }) =>
            name &&
            may(...roles) && (
              <li key={to}>
                <a href={to} aria-current={here === to || (to !== "/console" && here.startsWith(`${to}/`)) ? "page" : undefined}>
                  {words.value.nav[name]}
                </a>
              </li>
            ),
        )}
      </ul>
    </nav>
  );
}

function pageOf(path: string): ComponentChild {
  const here = path === "/console/" ? "/console" : path;
  for (const page of PAGES) {
    const found = match(page.to, here);
    if (found) return <Gate roles={[...page.roles, ...(page.also ?? [])]}>{() => page.draw(found["id"] ?? "")}</Gate>;
  }
  return (
    <Empty page title={shared.value.notFound}>
      <a class="button" href="/console">
        {shared.value.home}
      </a>
    </Empty>
  );
}

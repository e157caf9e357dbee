import type { ComponentChild } from "preact";
import { arrive, meFailed, person } from "../api/session";
import { match, path } from "../page/router";
import { later } from "../page/Later";
import { Shell } from "../page/Shell";
import { Empty, Failed, Loading } from "../page/State";
import { words as shared } from "../words/words";
import { Foot } from "./Foot";
import { HistoryPage } from "./History";
import { Home } from "./Home";
import { SignIn } from "./SignIn";
import { words } from "./words";

const Claim = later(async () => (await import("./Claim")).Claim);
const Code = later(async () => (await import("./Code")).Code);
const Enrol = later(async () => (await import("./Enrol")).Enrol);
const First = later(async () => (await import("./First")).First);
const Slip = later(async () => (await import("./Slip")).Slip);
const Bookings = later(async () => (await import("../booking/Booking")).Bookings);
const Family = later(async () => (await import("../family/Family")).Family);
const Deeds = later(async () => (await import("../deeds/Deeds")).Deeds);
const Disputes = later(async () => (await import("../disputes/Disputes")).Disputes);
const NewDeed = later(async () => (await import("../deeds/NewDeed")).NewDeed);
const Notices = later(async () => (await import("../deeds/Notices")).Notices);
const Settings = later(async () => (await import("./Settings")).Settings);

/** Member is the table of the member's pages. */
export function Member() {
  const here = path.value;
  const claim = match("/c/:station/:otp", here);
  const enrol = match("/e/:token", here);
  const first = match("/first/:token", here);
  if (claim) return page(words.value.claiming, <Claim key={here} station={claim["station"] ?? ""} otp={claim["otp"] ?? ""} />);
  if (enrol) return page(words.value.enrolTitle, <Enrol token={enrol["token"] ?? ""} />);
  if (first) return page(words.value.firstTitle, <First token={first["token"] ?? ""} />);
  const slip = match("/receipt/:seq", here);
  if (slip) return page(words.value.receipt, <Own>{() => <Slip seq={slip["seq"] ?? ""} />}</Own>);
  switch (here) {
    case "/":
      return page(shared.value.bank, <Home />);
    case "/sign-in":
      return page(shared.value.signIn, <SignIn />);
    case "/code":
      return page(words.value.codeTitle, <Code />);
    case "/history":
      return page(words.value.history, <Own>{() => <HistoryPage />}</Own>);
    case "/meals":
      return page(words.value.also.meals, <Own>{() => <Bookings />}</Own>);
    case "/family":
      return page(words.value.also.family, <Own>{() => <Family />}</Own>);
    case "/deeds":
      return page(words.value.also.deeds, <Own>{() => <Deeds />}</Own>);
    case "/deeds/new":
      return page(words.value.also.deeds, <Own>{() => <NewDeed home="/deeds" />}</Own>);
    case "/notices":
      return page(words.value.also.notices, <Notices />);
    case "/disputes":
      return page(words.value.also.disputes, <Own>{() => <Disputes />}</Own>);
    case "/settings":
      return page(words.value.settings, <Own>{() => <Settings />}</Own>);
    default:
      return page(
        shared.value.notFound,
        <Empty page title={shared.value.notFound}>
          <p class="muted">{shared.value.notFoundHint}</p>
          <a class="button" href="/">
            {shared.value.home}
          </a>
        </Empty>,
      );
  }
}

/** Own is a page for whoever is signed in with an account of her own. */
function Own({ children }: { children: () => ComponentChild }) {
  if (person.value === undefined) return meFailed.value ? <Failed error={meFailed.value} again={() => void arrive()} /> : <Loading />;
  return person.value ? <>{children()}</> : <SignIn />;
}

function page(title: string, content: ComponentChild) {
  return (
    <>
      <Shell title={title} home="/">
        {content}
      </Shell>
      <Foot signedIn={!!person.value} />
    </>
  );
}

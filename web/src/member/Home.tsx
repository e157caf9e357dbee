import { arrive, may, me, meFailed, person } from "../api/session";
import { now } from "../api/servertime";
import { Unanswered } from "../api/problem";
import { Icon } from "../page/Icon";
import { Failed, Loading, Note } from "../page/State";
import { when } from "../words/format";
import { words as shared } from "../words/words";
import { BalanceCard } from "./Balance";
import { RecentHistory } from "./History";
import { readLast } from "./last";
import { SignIn } from "./SignIn";
import { Today } from "./Today";
import { words } from "./words";

/**
 * Home is the member's first page: what she has, the one big button, today, and where every point came from. A phone that
 * the server knows and at which nobody is signed in is asked to sign in, like any other.
 */
export function Home() {
  const who = person.value;
  if (who === null) {
    return (
      <>
        <WorkDoors />
        <SignIn />
      </>
    );
  }
  if (who) {
    return (
      <>
        {who.balance && (
          <>
            <BalanceCard name={who.name ?? ""} balance={who.balance} />
            <CodeButton />
          </>
        )}
        <WorkDoors />
        <Today />
        <AlsoDoors />
        <RecentHistory />
      </>
    );
  }
  const last = readLast();
  if (!meFailed.value) return <Loading />;
  if (!last || !(meFailed.value instanceof Unanswered)) return <Failed error={meFailed.value} again={() => void arrive()} />;
  return (
    <>
      <Note icon="offline" kind="held">
        <p>{shared.value.offlineNote(when(last.at, now()))}</p>
        <button type="button" class="button" onClick={() => void arrive()}>
          {shared.value.retry}
        </button>
      </Note>
      <BalanceCard name={last.name} balance={last.balance} />
      <CodeButton />
    </>
  );
}

function CodeButton() {
  return (
    <a class="button main wide tall" href="/code">
      <Icon name="code" />
      {words.value.showCode}
    </a>
  );
}

/** AlsoDoors leads to what else a member can do here. */
function AlsoDoors() {
  const doors: [string, string][] = [
    ["/meals", words.value.also.meals],
    ["/family", words.value.also.family],
    ["/deeds", words.value.also.deeds],
    ["/notices", words.value.also.notices],
    ["/disputes", words.value.also.disputes],
  ];
  return (
    <nav class="work" aria-label={words.value.also.title}>
      {doors.map(([to, name]) => (
        <a key={to} class="button" href={to}>
          {name}
        </a>
      ))}
    </nav>
  );
}

/** WorkDoors leads staff to their pages, and a till to its counter; a member without a role sees nothing of it. */
function WorkDoors() {
  const doors = [
    may("leader", "organizer", "org_admin") && { to: "/desk", name: shared.value.doors.desk },
    (may("cashier") || me.value?.device?.kind === "till") && { to: "/desk/till", name: shared.value.doors.till },
    may("cashier", "organizer") && { to: "/desk/kitchen", name: shared.value.doors.kitchen },
    may("committee") && { to: "/desk/committee", name: shared.value.doors.committee },
    may("organizer", "auditor", "org_admin", "operator") && { to: "/console", name: shared.value.doors.console },
  ].filter((door) => door !== false);
  if (doors.length === 0) return null;
  return (
    <nav class="work" aria-label={words.value.workDoors}>
      {doors.map((door) => (
        <a key={door.to} class="button" href={door.to}>
          {door.name}
        </a>
      ))}
    </nav>
  );
}

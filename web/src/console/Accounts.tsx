import { may } from "../api/session";
import type { Liabilities, Trial, TrialRow } from "../api/types";
import { Select } from "../page/Field";
import { useLoad } from "../page/load";
import { filter, place, withQuery } from "../page/router";
import { Failed, Loading } from "../page/State";
import { number } from "../words/format";
import { accountName } from "./called";
import { BOOKKEEPERS } from "./roles";
import { words } from "./words";

/** Each number of the one line of truth, and the classes of account that it is made of. What issuers gave stands below zero with them. */
const TERMS = {
  issued: { classes: ["issuer"], sign: -1 },
  redeemed: { classes: ["canteen", "settled"], sign: 1 },
  expired: { classes: ["expired"], sign: 1 },
  outstanding: { classes: ["member", "pool", "transit", "shortfall"], sign: 1 },
} as const;
const NAMES = ["issued", "redeemed", "expired", "outstanding"] as const;

/** Accounts is what one number of the overview is made of: the accounts, each opening to its own records, and their total. */
export function Accounts() {
  const asked = place.value.query.get("of");
  const of = NAMES.find((one) => one === asked) ?? "outstanding";
  const trial = useLoad<Trial>("/v1/ledger/trial-balance");
  return (
    <>
      <h1>{words.value.accountsOf(words.value[of])}</h1>
      <div class="card">
        <div class="filters">
          <Select label={words.value.accountsWhich} value={of} set={(value) => filter({ of: value })} options={NAMES.map((one) => ({ value: one, text: words.value[one] }))} />
        </div>
      </div>
      {trial.value ? <Held rows={trial.value.items} of={of} /> : trial.error ? <Failed error={trial.error} again={trial.again} /> : <Loading />}
    </>
  );
}

function Held({ rows, of }: { rows: TrialRow[]; of: (typeof NAMES)[number] }) {
  const { sign } = TERMS[of];
  const classes: readonly string[] = TERMS[of].classes;
  const mine = rows.filter((one) => classes.includes(one.class) && (one.points !== 0 || one.class === "member"));
  return (
    <>
      <div class="sheet">
        <table class="table">
          <thead>
            <tr>
              <th scope="col">{words.value.account}</th>
              <th scope="col" class="right">
                {words.value[of]}
              </th>
            </tr>
          </thead>
          <tbody>
            {mine.map((one) => (
              <Row key={one.account ?? one.class} row={one} label={words.value[of]} points={sign * one.points} />
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row">{words.value.total}</th>
              <td data-label={words.value[of]} class="right number">
                {number(mine.reduce((sum, one) => sum + sign * one.points, 0))}
              </td>
            </tr>
          </tfoot>
        </table>
      </div>
      <p class="small muted">{words.value.accountsHints[of]}</p>
      {of === "outstanding" && <Waiting />}
    </>
  );
}

/** Waiting is how much of what members hold they cannot spend yet. */
function Waiting() {
  const owed = useLoad<Liabilities>("/v1/ledger/liabilities");
  if (owed.error) return <Failed error={owed.error} again={owed.again} />;
  if (!owed.value) return <Loading />;
  const pinned = owed.value.items.reduce((sum, one) => sum + one.pinned, 0);
  return <p class="small muted">{words.value.accountsWaiting(number(owed.value.outstanding), number(owed.value.outstanding - pinned), number(pinned))}</p>;
}

function Row({ row, label, points }: { row: TrialRow; label: string; points: number }) {
  const name = row.account ? accountName(row.account, undefined) : words.value.allMembers(number(row.accounts));
  const to = !row.account ? "/console/members" : may(...BOOKKEEPERS) ? withQuery("/console/records", { account: row.account }) : null;
  return (
    <tr>
      <th scope="row">{to ? <a href={to}>{name}</a> : name}</th>
      <td data-label={label} class="right number">
        {number(points)}
      </td>
    </tr>
  );
}

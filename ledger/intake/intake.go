// Package intake brings people from a list into roster and ledger: a name and its personal data to the one, an opaque
// account and its teams to the other.
//
// It promises that doing it again, after a crash or by mistake, changes nothing that is done: people are matched, keys
// are derived from account and step. It never changes the phone, birth date or guardian of somebody who is there, never
// grants a role, and never writes a balance.
package intake

import (
	"context"
	"fmt"
	"slices"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/engine"
	"moralbank.example/bank/ledger/roster"
)

// Desk is where people come in, and in whose name.
type Desk struct {
	Engine *engine.Engine
	Roster *roster.Roster
	By     roster.By
}

// Result is what came of a list. Lines are those of the file, from 1.
type Result struct {
	Created int   // people who were not there
	Known   int   // people who were
	Joined  int   // memberships of teams and organizations that were new
	Faulty  []int // lines left out because of their errors
	Opening []int // lines with opening balances, which need a budget and two approvals and were not booked
}

// Commit carries out a preview. It may be cut short at any point and done again.
func (d *Desk) Commit(ctx context.Context, p roster.Preview) (Result, error) {
	var res Result
	rows, res := sound(p, res)
	accounts := map[int]ledger.AccountID{} // by line
	for _, guarded := range []bool{false, true} {
		if err := d.admit(ctx, rows, guarded, accounts, &res); err != nil {
			return res, err
		}
	}
	for _, row := range rows {
		if err := d.enter(ctx, row, accounts, &res); err != nil {
			return res, fmt.Errorf("line %d: %w", row.Line, err)
		}
	}
	return res, nil
}

// sound leaves out the rows that cannot be imported, and those that repeat one.
func sound(p roster.Preview, res Result) ([]roster.PreviewRow, Result) {
	var rows []roster.PreviewRow
	for _, row := range p.Rows {
		switch {
		case len(row.Errors) > 0:
			res.Faulty = append(res.Faulty, row.Line)
			continue
		case row.Points != 0 || row.Minutes != 0:
			res.Opening = append(res.Opening, row.Line)
		}
		rows = append(rows, row)
	}
	return rows, res
}

// admit puts new people into the roster in one commit: first those without a guardian, then the children whose
// guardians may stand in the same list.
func (d *Desk) admit(ctx context.Context, rows []roster.PreviewRow, guarded bool, accounts map[int]ledger.AccountID, res *Result) error {
	var people []roster.Person
	for _, row := range rows {
		if (row.GuardianLine != 0) != guarded {
			continue
		}
		switch {
		case row.Match != "":
			accounts[row.Line] = row.Match
			res.Known++
		case row.SameAs != 0:
			accounts[row.Line] = accounts[row.SameAs]
		default:
			p := row.Person
			p.Account = ledger.MemberAccount(roster.NewID())
			if guarded {
				p.Guardian = accounts[row.GuardianLine]
			}
			accounts[row.Line] = p.Account
			people = append(people, p)
		}
	}
	if len(people) == 0 {
		return nil
	}
	res.Created += len(people)
	if err := d.Roster.AddPeople(ctx, d.By, people...); err != nil {
		return fmt.Errorf("add people: %w", err)
	}
	return nil
}

// enter opens a row's account, where it is not open, and joins its teams.
func (d *Desk) enter(ctx context.Context, row roster.PreviewRow, accounts map[int]ledger.AccountID, res *Result) error {
	id := accounts[row.Line]
	if id == "" {
		return fmt.Errorf("%w: no account", roster.ErrNotFound)
	}
	if _, _, open := d.Engine.Balance(id); !open {
		guardian := row.Person.Guardian
		if row.GuardianLine != 0 {
			guardian = accounts[row.GuardianLine]
			if err := d.guardianFirst(ctx, guardian); err != nil {
				return err
			}
		}
		if _, err := d.submit(ctx, &ledger.OpenAccount{Account: id, Guardian: guardian}, ledger.CodeAccountExists, "open", string(id)); err != nil {
			return err
		}
	}
	for _, g := range []ledger.Group{ledger.Group(row.Team), ledger.Group(row.Org)} {
		if g == "" {
			continue
		}
		made, err := d.submit(ctx, &ledger.Join{Account: id, Group: g}, ledger.CodeMembershipExists, "join", string(id), string(g))
		if err != nil {
			return err
		}
		if made {
			res.Joined++
		}
	}
	return nil
}

// guardianFirst opens the account of a guardian who stands further down in the list.
func (d *Desk) guardianFirst(ctx context.Context, id ledger.AccountID) error {
	if _, _, open := d.Engine.Balance(id); open || id == "" {
		return nil
	}
	_, err := d.submit(ctx, &ledger.OpenAccount{Account: id}, ledger.CodeAccountExists, "open", string(id))
	return err
}

// submit sends one step; it reports false when it had been done before.
func (d *Desk) submit(ctx context.Context, v ledger.Verb, done ledger.Code, key ...string) (bool, error) {
	a, err := d.Engine.Submit(ctx, &ledger.Command{
		Key: ledger.DerivedKey(slices.Insert(key, 0, "intake")...), Actor: d.By.Actor, Via: d.By.Device, Do: v,
	})
	switch {
	case err != nil:
		return false, fmt.Errorf("%T: %w", v, err)
	case a.Refusal != nil && a.Refusal.Code == done:
		return false, nil
	case a.Refusal != nil:
		return false, fmt.Errorf("%T: %w", v, a.Refusal)
	}
	return !a.Replayed, nil
}

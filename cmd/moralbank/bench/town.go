package bench

import (
	"context"
	"encoding/hex"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/engine"
)

const (
	minute = ledger.Time(60_000)
	hour   = 60 * minute
	day    = 24 * hour
)

// The people and places of every measured community, beside its members.
const (
	canteen   ledger.CanteenID = "c1"
	till      ledger.DeviceID  = "till/one"
	cashier   ledger.AccountID = "m/cashier"
	organizer ledger.AccountID = "m/organizer"
	auditor   ledger.AccountID = "m/auditor"
	teams                      = 7
)

func member(i int) ledger.AccountID { return ledger.MemberAccount(fmt.Sprintf("b%06d", i)) }

func leader(team int) ledger.AccountID {
	return ledger.AccountID("m/leader" + strconv.Itoa(team+1))
}

func team(n int) ledger.TeamID { return ledger.TeamID("t" + strconv.Itoa(n+1)) }

// roomy is the default rulebook with the bounds of a community of a hundred thousand; everything else is asked of every
// command as it always is.
func roomy() *ledger.Rulebook {
	k := ledger.DefaultRulebook()
	k.Edition, k.DefaultBudget, k.OpeningPoints, k.ValidMonths = 2, 1<<40, 1<<40, 12
	k.NoPINPoints, k.LeasePoints = 100_000, 1<<30
	return k
}

// key is the key of a command that is the same in every run.
func key(parts ...string) ledger.Key {
	return ledger.DerivedKey(append([]string{"bench"}, parts...)...)
}

func num[N ~int | ~int64](n N) string { return strconv.FormatInt(int64(n), 10) }

// offices are the commands that give a founded community its rules, staff and till.
func offices() []*ledger.Command {
	root := func(name string, do ledger.Verb) *ledger.Command {
		return &ledger.Command{Key: key("office", name), Actor: ledger.ActorRoot, Via: ledger.ViaCLI, Do: do}
	}
	all := []*ledger.Command{root("rules", &ledger.SetRulebook{Rulebook: roomy()})}
	grant := func(id ledger.AccountID, role ledger.Role, scope ledger.Scope) {
		all = append(all, root("open "+string(id), &ledger.OpenAccount{Account: id}),
			root("grant "+string(id), &ledger.GrantRole{Account: id, Role: role, Scope: scope}))
	}
	for i := range teams {
		grant(leader(i), ledger.RoleLeader, ledger.Scope(team(i)))
	}
	for i := range 2 {
		org := "o" + num(i+1)
		grant(ledger.AccountID("m/admin"+num(i+1)), ledger.RoleOrgAdmin, ledger.Scope(org))
	}
	grant(cashier, ledger.RoleCashier, ledger.Scope(canteen))
	grant(auditor, ledger.RoleAuditor, ledger.ScopeCommunity)
	grant(organizer, ledger.RoleOrganizer, ledger.ScopeCommunity)
	return append(all, root("till", &ledger.EnrolDevice{Device: till, Canteen: canteen}))
}

// accounts are the commands that open so many members' accounts.
func accounts(members int) []*ledger.Command {
	all := make([]*ledger.Command, members)
	for i := range all {
		all[i] = &ledger.Command{Key: key("open", num(i)), Actor: ledger.ActorRoot, Via: ledger.ViaCLI, Do: &ledger.OpenAccount{Account: member(i)}}
	}
	return all
}

// commitment stands for the salted hash of an activity's words.
var commitment = hex.EncodeToString(make([]byte, 32))

// each carries out commands in order, one by one.
func each(ctx context.Context, e *engine.Engine, cmds []*ledger.Command) error {
	for _, cmd := range cmds {
		if err := done(e.Submit(ctx, cmd)); err != nil {
			return fmt.Errorf("%T: %w", cmd.Do, err)
		}
	}
	return nil
}

// done makes a refusal an error.
func done(a engine.Answer, err error) error {
	if err == nil && a.Refusal != nil {
		return a.Refusal
	}
	return err
}

// crowd is how many commands all keeps in flight.
const crowd = 1024

// all carries out commands in any order, many at once, and stops at the first that fails. A refusal that tolerate names
// is none.
func all(ctx context.Context, e *engine.Engine, cmds []*ledger.Command, tolerate ...ledger.Code) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var next atomic.Int64
	var wait sync.WaitGroup
	for range min(crowd, len(cmds)) {
		wait.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(cmds)) && ctx.Err() == nil; i = next.Add(1) - 1 {
				a, err := e.Submit(ctx, cmds[i])
				for _, code := range tolerate {
					if err == nil && a.Refusal != nil && a.Refusal.Code == code {
						a.Refusal = nil
					}
				}
				if err := done(a, err); err != nil {
					stop(fmt.Errorf("%T: %w", cmds[i].Do, err))
				}
			}
		})
	}
	wait.Wait()
	return context.Cause(ctx)
}

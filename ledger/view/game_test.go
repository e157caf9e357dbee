package view_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/ledgertest"
)

// game is a small community that does random things for some months, through the real rules. What the rules refuse does not
// happen.
type game struct {
	*ledgertest.Books

	rng        *rand.Rand
	n          int
	activities []ledger.ActivityID
}

var (
	gamers  = []ledger.AccountID{"m/wang", "m/mei", "m/bo", "m/sun", "m/qi"}
	gameOf  = []ledger.Scope{"t1", "t2", "o1"}
	gameDay = ledger.Time(24 * 3600_000)
)

// play lives so many turns from a seed.
func play(t *testing.T, seed uint64, turns int) *game {
	t.Helper()
	g := &game{Books: ledgertest.Morning(t), rng: rand.New(rand.NewPCG(seed, 7))}
	root := func(v ledger.Verb) { g.Do(ledger.ActorRoot, ledger.ViaCLI, v) }
	for _, m := range gamers[1:] {
		root(&ledger.OpenAccount{Account: m})
		root(&ledger.IssueCard{Card: ledger.CardID("k/" + m[2:]), Account: m})
	}
	root(&ledger.OpenAccount{Account: "m/hu"})
	root(&ledger.GrantRole{Account: "m/li", Role: ledger.RoleLeader, Scope: "t2"})
	root(&ledger.GrantRole{Account: "m/hu", Role: ledger.RoleOrganizer, Scope: ledger.ScopeCommunity})
	root(&ledger.FundPool{Pool: ledger.PoolDonation, Points: 120})
	for _, m := range []ledger.AccountID{"m/wang", "m/mei"} {
		root(&ledger.LinkFamily{Account: m, Family: "f/one"})
	}
	for range turns {
		g.turn()
	}
	return g
}

func pick[T any](g *game, from ...T) T { return from[g.rng.IntN(len(from))] }

func (g *game) try(actor ledger.AccountID, via ledger.DeviceID, v ledger.Verb) {
	g.n++
	g.Try(&ledger.Command{Key: ledger.DerivedKey("game", fmt.Sprint(g.n)), Actor: actor, Via: via, Do: v})
}

func (g *game) turn() {
	m := pick(g, gamers...)
	g.Now += ledger.Time(g.rng.IntN(40)) * 60_000
	switch g.rng.IntN(16) {
	case 0, 1:
		id := ledger.ActivityID(fmt.Sprintf("a/g%d", len(g.activities)))
		g.activities = append(g.activities, id)
		start := g.Now + ledger.Time(g.rng.IntN(60))*60_000
		g.try("m/li", ledger.ViaWeb, &ledger.OpenActivity{
			Activity: id, Type: pick(g, "clean-up", "visit", "emergency"), Team: pick[ledger.TeamID](g, "t1", "t2"), Org: pick[ledger.OrgID](g, "", "o1"),
			Start: start, End: start + ledger.Time(1+g.rng.IntN(4))*3600_000, Charge: "m/li", Text: fmt.Sprintf("%064x", 7),
		})
	case 2, 3, 4, 5:
		if n := len(g.activities); n > 0 {
			g.try(m, ledger.ViaWeb, &ledger.Scan{Activity: g.activities[n-1], Account: m, Path: ledger.PathStation, Live: true})
		}
	case 6:
		if n := len(g.activities); n > 0 {
			g.Now += 5 * 3600_000
			g.try("m/li", ledger.ViaWeb, &ledger.CloseActivity{Activity: g.activities[n-1], Headcount: g.rng.IntN(5)})
		}
	case 7:
		if n := len(g.activities); n > 0 {
			g.try(pick[ledger.AccountID](g, "m/zhou", "m/hu"), ledger.ViaWeb, &ledger.ConfirmActivity{Activity: g.activities[n-1-g.rng.IntN(min(n, 3))]})
		}
	case 8, 9, 10:
		g.try("m/chen", "till/one", &ledger.Redeem{
			Canteen: "c1", Account: m, Meal: pick(g, "beef-noodles", "vegetarian", "porridge"), Points: pick[ledger.Points](g, 25, 30, 5),
			Card: ledger.CardID("k/" + m[2:]), PIN: g.rng.IntN(2) == 0, Care: g.rng.IntN(3) == 0,
		})
	case 11:
		reverse := &ledger.Reverse{Seq: ledger.Seq(1 + g.rng.IntN(len(g.Records))), Points: pick[ledger.Points](g, 0, 0, 3), Reason: ledger.ReasonVoid}
		g.try("m/chen", "till/one", &ledger.Reverse{Seq: g.Book.Seq(), Reason: ledger.ReasonVoid})
		g.try("m/zhou", ledger.ViaWeb, &ledger.Propose{Do: reverse})
		g.try("m/hu", ledger.ViaWeb, &ledger.Approve{Proposal: g.Book.Seq()})
	case 12:
		g.try(ledger.ActorRoot, ledger.ViaCLI, &ledger.Join{Account: m, Group: ledger.Group(pick(g, gameOf...))})
	case 13:
		g.try(ledger.ActorRoot, ledger.ViaCLI, &ledger.Leave{Account: m, Group: ledger.Group(pick(g, gameOf...))})
	case 14:
		g.try("m/wang", ledger.ViaWeb, &ledger.Give{To: "m/mei", Points: 3, Elder: true})
		g.try(m, ledger.ViaWeb, &ledger.Donate{Points: 2})
		g.try("m/zhou", ledger.ViaWeb, &ledger.GrantPoints{Account: m})
	case 15:
		g.Now += ledger.Time(g.rng.IntN(4)) * gameDay
		switch g.rng.IntN(12) {
		case 0:
			g.Now += 200 * gameDay
		case 1:
			g.try("m/qi", ledger.ViaWeb, &ledger.CloseAccount{Account: "m/qi", Reason: ledger.ReasonOther})
		}
	}
	g.Due()
}

package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"time"

	"moralbank.example/bank/api/auth"
	"moralbank.example/bank/api/qr"
	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/roster"
)

// audience is whom the bank's access tokens are for.
const audience = "moralbank"

// diners are the members with a printed card: eight for each client, so that nobody waits for her own meal.
const diners = 512

// handOut prints cards, gives them to the first members, and enters these and the staff into the roster. It gives the
// numbers on the cards, member by member.
func (t *town) handOut(ctx context.Context) ([]string, error) {
	n := min(diners, t.members)
	if err := enter(ctx, t.Roster, n); err != nil {
		return nil, err
	}
	by := roster.By{Actor: organizer, Device: ledger.ViaWeb, At: t.now()}
	var cards []string
	for len(cards) < n {
		numbers := make([]string, min(roster.SheetCards, n-len(cards)))
		for i := range numbers {
			numbers[i] = qr.NewCard().Code().Digits()
		}
		_, sheet, err := t.Roster.NewSheet(ctx, by, numbers)
		if err != nil {
			return nil, fmt.Errorf("print cards: %w", err)
		}
		for i, card := range sheet {
			who := member(len(cards) + i)
			issue := &ledger.IssueCard{Card: card.ID, Account: who}
			if err := done(t.Engine.Submit(ctx, &ledger.Command{Key: newKey(t.world.keys()), Actor: organizer, Via: ledger.ViaWeb, Do: issue})); err != nil {
				return nil, fmt.Errorf("issue a card: %w", err)
			}
			if _, err := t.Roster.ActivateCard(ctx, by, card.ID, who); err != nil {
				return nil, fmt.Errorf("hand a card over: %w", err)
			}
		}
		cards = append(cards, numbers...)
	}
	return cards, nil
}

// door is a served town as its clients see it.
type door struct {
	*child

	world  *World
	signer *auth.Signer
	cards  []string // of the first members
}

// knock signs in at a server: with access tokens made from the signing keys of its own directory, as its sign-in makes them.
func (w *World) knock(c *child, dir string, cards []string) (*door, error) {
	keys, err := auth.OpenKeys(filepath.Join(dir, "signing-keys"), w.Clock.Wall)
	if err != nil {
		return nil, fmt.Errorf("signing keys: %w", err)
	}
	d := &door{child: c, world: w, cards: cards, signer: auth.NewSigner(keys, w.PublicURL, audience, w.Clock.Wall)}
	d.signer.EndAllBefore(w.Clock.Wall()) // the server refuses what was issued in the second of its start
	return d, nil
}

// seat is one client: a session of its own, and its own client keys.
type seat struct {
	token string
	keys  *rand.Rand
}

func (d *door) seats(n int, who func(client int) (ledger.AccountID, ledger.DeviceID)) ([]seat, error) {
	seats := make([]seat, n)
	for c := range seats {
		account, device := who(c)
		token, _, err := d.signer.Sign(string(account), string(device), auth.NewID())
		if err != nil {
			return nil, fmt.Errorf("access token: %w", err)
		}
		seats[c] = seat{token, d.world.keys()}
	}
	return seats, nil
}

// visit lets clients ask for a while, each on a connection of its own. next gives a client's next request, in the memory of
// the last one if it likes; nil ends the client's visit. good looks at each answer's body.
func (d *door) visit(ctx context.Context, clients int, window time.Duration, next func(client, round int, last []byte) []byte, good ...func([]byte) error) (run, error) {
	wires, requests := make([]*wire, clients), make([][]byte, clients)
	for c := range wires {
		w, err := dial(ctx, d.at)
		if err != nil {
			return run{}, err
		}
		defer w.close()
		wires[c] = w
	}
	busy := d.cpu()
	r, err := loop(ctx, d.world.Clock, clients, window, func(c, round int) error {
		if requests[c] = next(c, round, requests[c]); requests[c] == nil {
			return errDone
		}
		err := wires[c].expect(requests[c])
		for _, look := range good {
			if err == nil {
				err = look(wires[c].body.Bytes())
			}
		}
		return err
	})
	r.cpu = d.cpu() - busy
	return r, err
}

// redeem is the lunch rush at one canteen: each client a till page with its own session, each scan a printed card.
func (d *door) redeem(ctx context.Context, clients int, window time.Duration) (run, error) {
	seats, err := d.seats(clients, func(int) (ledger.AccountID, ledger.DeviceID) { return cashier, till })
	if err != nil {
		return run{}, err
	}
	bodies := make([][]byte, len(d.cards))
	for i, number := range d.cards {
		bodies[i] = []byte(`{"code":"` + number + `","meal":"` + snack + `"}`)
	}
	r, err := d.visit(ctx, clients, window, func(c, round int, p []byte) []byte {
		return post(p, d.at, "/v1/redemptions", seats[c].token, string(newKey(seats[c].keys)), bodies[(c+clients*round)%len(bodies)])
	})
	if err != nil {
		err = fmt.Errorf("redeem over HTTP: %w", err)
	}
	return r, err
}

// The lists of one round over HTTP: so many commands each, from so many clients.
const (
	listed  = 100
	listers = 8
)

// lists sends lists of redemptions, as a till does that was offline. Its operations are commands; what it waits for are lists.
func (d *door) lists(ctx context.Context, window time.Duration) (run, error) {
	seats, err := d.seats(listers, func(int) (ledger.AccountID, ledger.DeviceID) { return cashier, till })
	if err != nil {
		return run{}, err
	}
	bodies := make([][]byte, listers)
	r, err := d.visit(ctx, listers, window, func(c, round int, p []byte) []byte {
		b := append(bodies[c][:0], `{"commands":[`...)
		for i := range listed {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(append(b, `{"key":"`...), newKey(seats[c].keys)...)
			b = append(append(b, `","redeem":{"code":"`...), d.cards[(c+listers*(round*listed+i))%len(d.cards)]...)
			b = append(b, `","meal":"`+snack+`"}}`...)
		}
		bodies[c] = append(b, `]}`...)
		return post(p, d.at, "/v1/bulk", seats[c].token, "", bodies[c])
	}, func(answer []byte) error {
		if !bytes.Contains(answer, []byte(`"refused":0`)) {
			return fmt.Errorf("a command of a list was refused: %.300s", answer)
		}
		return nil
	})
	r.n *= listed
	if err != nil {
		err = fmt.Errorf("lists over HTTP: %w", err)
	}
	return r, err
}

// balances lets members look at their own balance.
func (d *door) balances(ctx context.Context, clients int, window time.Duration) (run, error) {
	own := func(c int) ledger.AccountID { return member(c % len(d.cards)) }
	seats, err := d.seats(clients, func(c int) (ledger.AccountID, ledger.DeviceID) { return own(c), "" })
	if err != nil {
		return run{}, err
	}
	asks := make([][]byte, clients)
	for c := range asks {
		asks[c] = get(d.at, "/v1/accounts/"+inPath(own(c))+"/balance", seats[c].token)
	}
	r, err := d.visit(ctx, clients, window, func(c, _ int, _ []byte) []byte { return asks[c] })
	if err != nil {
		err = fmt.Errorf("balances over HTTP: %w", err)
	}
	return r, err
}

// constant lets clients ask for an address that always answers the same, with headers as long as a token's.
func (d *door) constant(ctx context.Context, path string, clients int, window time.Duration) (run, error) {
	ask := get(d.at, path, strings.Repeat("x", 500))
	return d.visit(ctx, clients, window, func(int, int, []byte) []byte { return ask })
}

func inPath(id ledger.AccountID) string { return strings.ReplaceAll(string(id), "/", "~") }

// pages asks for so many pages, one at a time.
func (d *door) pages(ctx context.Context, who ledger.AccountID, device ledger.DeviceID, n int, path func(i int) string) (run, error) {
	seats, err := d.seats(1, func(int) (ledger.AccountID, ledger.DeviceID) { return who, device })
	if err != nil {
		return run{}, err
	}
	r, err := d.visit(ctx, 1, time.Minute, func(_, round int, _ []byte) []byte {
		if round == n {
			return nil
		}
		return get(d.at, path(round), seats[0].token)
	})
	if err != nil {
		err = fmt.Errorf("%s: %w", path(0), err)
	}
	return r, err
}

// adds reads the line of truth as the console shows it: both sides must agree.
func (d *door) adds(ctx context.Context) error {
	seats, err := d.seats(1, func(int) (ledger.AccountID, ledger.DeviceID) { return auditor, "" })
	if err != nil {
		return err
	}
	w, err := dial(ctx, d.at)
	if err != nil {
		return err
	}
	defer w.close()
	if err := w.expect(get(d.at, "/v1/ledger/summary", seats[0].token)); err != nil {
		return fmt.Errorf("line of truth: %w", err)
	}
	var truth struct {
		Holds bool `json:"holds_true"`
	}
	if err := json.Unmarshal(w.body.Bytes(), &truth); err != nil {
		return fmt.Errorf("line of truth: %w", err)
	}
	if !truth.Holds {
		return errors.New("the line of truth does not hold")
	}
	return nil
}

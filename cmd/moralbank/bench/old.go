package bench

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"moralbank.example/bank/ledger"
)

// young is how many records the books have beside which old ones are measured.
const young = 10_000

// questions is how many of each kind are asked in one round, for each second of a round.
const questions = 400

// past is what ten million records change: reads far back, the cost of a redemption, the start after a kill.
func (b *bench) past(ctx context.Context) error {
	if b.Fixture == "" {
		return nil
	}
	small := filepath.Join(b.Dir, "young")
	if err := b.Fill(ctx, Fixture{Dir: small, Records: young}); err != nil {
		return err
	}
	old := filepath.Join(b.Dir, "old")
	if err := copied(b.Fixture, old); err != nil {
		return err
	}
	cards, err := b.aged(ctx, old, small)
	if err != nil {
		return err
	}
	if err := b.weighDisk(b.Fixture); err != nil {
		return err
	}
	return b.killed(ctx, old, cards)
}

// aged opens both books in this process: questions to the old ones, and the rush in turns.
func (b *bench) aged(ctx context.Context, old, small string) (cards []string, err error) {
	fresh, err := b.wake(ctx, small)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, fresh.end(ctx)) }()
	began := b.Clock.Mono()
	t, err := b.wake(ctx, old)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, t.end(ctx)) }()
	b.facts["open"] = append(b.facts["open"], (b.Clock.Mono() - began).Seconds())
	b.facts["records"] = append(b.facts["records"], float64(t.Engine.Seq()))
	line, err := meanLine(ctx, t.House, 5000)
	if err != nil {
		return nil, err
	}
	b.facts["line"] = append(b.facts["line"], line)
	r := &reader{town: t, rng: rand.New(rand.NewPCG(3, 3)), from: fixtureStart, to: t.now()} //nolint:gosec // the same questions each time
	for range b.Rounds {
		if err := errors.Join(b.ask(ctx, r), b.compare(ctx, t, fresh)); err != nil {
			return nil, err
		}
	}
	return t.handOut(ctx)
}

// wake opens books of the past: the machine's clock is right, however long they slept. Some members get full purses.
func (b *bench) wake(ctx context.Context, dir string) (*town, error) {
	t := b.plan(0)
	if ahead := time.UnixMilli(int64(yearlyTurn)).Sub(b.Clock.Wall()); ahead > 0 {
		t.pass(ahead)
	}
	var err error
	if t.House, err = b.Open(ctx, dir, t.clock); err != nil {
		return nil, err
	}
	t.sign(ctx)
	t.Engine.ConfirmClock()
	t.members = min(demoSized, countMembers(t.House))
	t.resume()
	cmds := endowment(t.members)
	if err := errors.Join(each(ctx, t.Engine, cmds), all(ctx, t.Engine, gifts(t.members, t.clock))); err != nil {
		return nil, errors.Join(fmt.Errorf("fill purses: %w", err), t.end(ctx))
	}
	return t, nil
}

func countMembers(h *House) (n int) {
	h.View.Read(func(b *ledger.Book) {
		for {
			if _, ok := b.View(member(n)); !ok {
				return
			}
			n++
		}
	})
	return n
}

// ask is one round of questions to old books.
func (b *bench) ask(ctx context.Context, r *reader) error {
	n := max(20, int(questions*b.Window/time.Second))
	for _, q := range []struct {
		name string
		ask  func(context.Context) error
	}{{"balance as of", r.asOf}, {"history page", r.history}, {"inclusion proof", r.proof}} {
		got, err := r.ask(ctx, n, func() error { return q.ask(ctx) })
		if err := b.note(q.name, got, err); err != nil {
			return err
		}
	}
	return nil
}

// compare is one round of the rush on old books and on young ones.
func (b *bench) compare(ctx context.Context, old, fresh *town) error {
	r, err := old.rush(ctx, many, b.Window)
	if err := b.note("redeem, old books", r, err); err != nil {
		return err
	}
	r, err = fresh.rush(ctx, many, b.Window)
	return b.note("redeem, young books", r, err)
}

// weighDisk notes what the ledger's files take of the disk; the roster is not among them.
func (b *bench) weighDisk(dir string) error {
	var sum int64
	for _, part := range []string{"badger", "index", "tail"} {
		n, err := onDisk(filepath.Join(dir, part))
		if errors.Is(err, errors.ErrUnsupported) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("disk: %w", err)
		}
		sum += n
		b.facts["disk "+part] = []float64{float64(n)}
	}
	b.facts["disk"] = []float64{float64(sum)}
	return nil
}

// killed starts a server on old books, and kills it in the middle of the rush, over and over; then it asks for pages.
func (b *bench) killed(ctx context.Context, dir string, cards []string) (err error) {
	for range max(1, b.Rounds) {
		d, err := b.enter(ctx, dir, cards, "serve", "--confirm-clock")
		if err != nil {
			return err
		}
		b.facts["start"] = append(b.facts["start"], d.took.Seconds())
		_, err = d.redeem(ctx, many, b.Window)
		if err == nil {
			err = b.weigh(d, "memory, old books")
		}
		if err := errors.Join(err, d.kill()); err != nil {
			return err
		}
	}
	d, err := b.enter(ctx, dir, cards, "serve", "--confirm-clock")
	if err != nil {
		return err
	}
	b.facts["start"] = append(b.facts["start"][1:], d.took.Seconds()) // the first one was no start after a kill
	defer func() { err = errors.Join(err, d.end()) }()
	for range b.Rounds {
		if err := b.turnPages(ctx, d); err != nil {
			return err
		}
	}
	return nil
}

// turnPages is one round of list pages over HTTP, each from a random place.
func (b *bench) turnPages(ctx context.Context, d *door) error {
	n := max(5, int(questions/8*b.Window/time.Second))
	end := int64(b.facts["records"][0])
	rng := rand.New(rand.NewPCG(5, uint64(len(b.runs["page: records"])))) //nolint:gosec // the same pages each time
	cursor := func() string {
		return "cursor=" + base64.RawURLEncoding.EncodeToString([]byte(num(1+rng.Int64N(end)))) // as a page before would have given it
	}
	at := func() string {
		return time.UnixMilli(int64(fixtureStart) + rng.Int64N(int64(yearlyTurn-fixtureStart))).UTC().Format(time.RFC3339)
	}
	own := inPath(member(1))
	for _, p := range []struct {
		name string
		who  ledger.AccountID
		on   ledger.DeviceID
		path func(int) string
	}{
		{"page: records", organizer, "", func(int) string { return "/v1/records?" + cursor() }},
		{"page: records of a kind", organizer, "", func(int) string { return "/v1/records?kind=activity-closed&" + cursor() }},
		{"page: records of a member", organizer, "", func(i int) string { return "/v1/records?account=" + url.QueryEscape(string(member(i))) }},
		{"page: my history", member(1), "", func(int) string { return "/v1/me/history" }},
		{"page: balance as of", member(1), "", func(int) string { return "/v1/accounts/" + own + "/balance?as_of=" + at() }},
		{"page: members", organizer, "", func(int) string { return "/v1/members?limit=50" }},
		{"page: activities", organizer, "", func(int) string { return "/v1/activities?limit=50" }},
		{"page: recent at the till", cashier, till, func(int) string { return "/v1/till/recent" }},
		{"page: needs", organizer, "", func(int) string { return "/v1/needs" }},
		{"page: line of truth", organizer, "", func(int) string { return "/v1/ledger/summary" }},
	} {
		r, err := d.pages(ctx, p.who, p.on, n, p.path)
		if err := b.note(p.name, r, err); err != nil {
			return err
		}
	}
	return nil
}

// copied copies a data directory, so that what is measured does not change the fixture. Linking Badger's tables would not do: it
// empties a table before it removes it.
func copied(from, to string) error {
	err := filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		dest := filepath.Join(to, rel)
		if d.IsDir() {
			return os.MkdirAll(dest, 0o700)
		}
		return copyFile(path, dest)
	})
	if err != nil {
		return fmt.Errorf("copy the books: %w", err)
	}
	return nil
}

func copyFile(from, to string) error {
	in, err := os.Open(from) //nolint:gosec // the operator's own path
	if err != nil {
		return err
	}
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600) //nolint:gosec // a directory of our own
	if err != nil {
		return errors.Join(err, in.Close())
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, in.Close(), out.Close())
}

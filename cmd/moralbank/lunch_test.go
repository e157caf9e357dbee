package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"moralbank.example/bank/api/auth"
	"moralbank.example/bank/api/qr"
	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/engine"
	"moralbank.example/bank/ledger/roster"
)

// lunch is a canteen's rush: cards, a cashier at a till, and what the server has acknowledged.
type lunch struct {
	cards           []string
	phone, password string
	token           string // enrols the till
	cookies         map[string]string

	mu     sync.Mutex
	acked  map[string]int64  // key -> seq of the record
	asked  map[string]string // key -> body, of what was sent and not answered
	shown  map[string]string // key -> body, where a phone's code was shown
	before ledger.Seq
}

// demoLunch makes the demo community, in memory since its six months take many syncs, puts it where the test wants it, and
// prepares its lunch.
func demoLunch(t *testing.T, dir string) *lunch {
	t.Helper()
	made := filepath.Join(memoryDir(t), "demo")
	if code := run([]string{"demo", "--data", made, "--fill"}, io.Discard, t.Output()); code != 0 {
		t.Fatalf("demo: exit %d", code)
	}
	l := prepareLunch(t, made)
	if err := copyDir(dir, made); err != nil {
		t.Fatal(err)
	}
	return l
}

// prepareLunch gives cards to people who have points, a password to the cashier, and a code for a till.
func prepareLunch(t *testing.T, dir string) *lunch {
	t.Helper()
	ctx := t.Context()
	h, err := openHouse(ctx, dir, slog.New(slog.DiscardHandler), engine.SystemClock())
	if err != nil {
		t.Fatal(err)
	}
	l := &lunch{password: "a long lunch hour", acked: map[string]int64{}, asked: map[string]string{}, shown: map[string]string{}, before: h.engine.Seq()}
	now := ledger.Time(time.Now().UnixMilli())
	var cashier, organizer ledger.AccountID
	var rich []ledger.AccountID
	h.view.Read(func(b *ledger.Book) {
		for _, id := range b.Accounts(ledger.ClassMember) {
			for _, g := range b.Grants(id) {
				switch {
				case g.Role == ledger.RoleCashier && cashier == "":
					cashier = id
				case g.Role == ledger.RoleOrganizer && organizer == "":
					organizer = id
				}
			}
			if v, _ := b.View(id); v.Available(now, 480) >= 100 && len(rich) < 40 {
				rich = append(rich, id)
			}
		}
	})
	by := roster.By{Actor: organizer, Device: ledger.ViaCLI, At: now}
	for len(rich) > 0 {
		n := min(len(rich), roster.SheetCards)
		numbers := make([]string, n)
		for i := range numbers {
			numbers[i] = qr.NewCard().Code().Digits()
		}
		_, cards, err := h.roster.NewSheet(ctx, by, numbers)
		if err != nil {
			t.Fatal(err)
		}
		for i, id := range rich[:n] {
			if err := h.root(ctx, newKey(), &ledger.IssueCard{Card: cards[i].ID, Account: id}); err != nil {
				t.Fatal(err)
			}
			if _, err := h.roster.ActivateCard(ctx, by, cards[i].ID, id); err != nil {
				t.Fatal(err)
			}
		}
		l.cards = append(l.cards, numbers...)
		rich = rich[n:]
	}
	l.before = h.engine.Seq()
	hash, err := auth.NewPasswords(1).Hash(ctx, l.password)
	if err != nil {
		t.Fatal(err)
	}
	if err := h.roster.SetSecret(ctx, by, cashier, roster.Password, hash); err != nil {
		t.Fatal(err)
	}
	p, err := h.roster.Person(ctx, cashier)
	if err != nil {
		t.Fatal(err)
	}
	l.phone = p.Phone
	l.token, _, err = h.roster.NewEnrolment(ctx, by, "", roster.Enrolment{Kind: roster.EnrolDevice, Device: ledger.DeviceTill, Canteen: "c1"}, now+roster.EnrolmentLife)
	if err != nil {
		t.Fatal(err)
	}
	if err := h.close(ctx); err != nil {
		t.Fatal(err)
	}
	return l
}

// post sends a request with the lunch's cookies and keeps the cookies of the answer. An error means no answer came.
func (l *lunch) post(ctx context.Context, url, key, body string) (int, http.Header, []byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		return 0, nil, nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	if key != "" {
		req.Header.Set("Idempotency-Key", key)
	}
	l.mu.Lock()
	for name, value := range l.cookies {
		req.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	l.mu.Unlock()
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, nil, nil, err
	}
	defer res.Body.Close()
	p, err := io.ReadAll(res.Body)
	if err != nil {
		return 0, nil, nil, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, c := range res.Cookies() {
		l.cookies[c.Name] = c.Value
	}
	return res.StatusCode, res.Header, p, nil
}

// signIn enrols the till the first time, and signs the cashier in.
func (l *lunch) signIn(t *testing.T, url string) {
	t.Helper()
	must := func(path, body string) {
		t.Helper()
		status, _, p, err := l.post(t.Context(), url+path, "", body)
		if err != nil || status != http.StatusOK {
			t.Fatalf("%s: %d %s %v", path, status, p, err)
		}
	}
	if l.cookies == nil {
		l.cookies = map[string]string{}
		must("/v1/sign-in/enrolment", fmt.Sprintf(`{"token":%q}`, l.token))
	}
	must("/v1/sign-in", l.credentials())
}

// get reads as the lunch's cashier, who is a member too.
func (l *lunch) get(t *testing.T, url string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	l.mu.Lock()
	for name, value := range l.cookies {
		req.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	l.mu.Unlock()
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	p, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(p)
}

// reads asserts that what only reads is answered.
func (l *lunch) reads(t *testing.T, url string) {
	t.Helper()
	for path, has := range map[string]string{
		"/v1/me": `"balance":`, "/v1/me/history": `"items":`, "/v1/till/recent": `"items":`, "/v1/public/totals": `"seq":`,
	} {
		if status, body := l.get(t, url+path); status != http.StatusOK || !strings.Contains(body, has) {
			t.Errorf("reading does not go on: GET %s: %d %s", path, status, body)
		}
	}
}

// credentials are what the cashier signs in with.
func (l *lunch) credentials() string {
	return fmt.Sprintf(`{"phone":%q,"password":%q}`, l.phone, l.password)
}

// reply is an answer of a server's.
type reply struct {
	status int
	header http.Header
	body   []byte
}

// meal sends one redemption and remembers what became of it; nil when no answer came.
func (l *lunch) meal(ctx context.Context, t *testing.T, url, key, body string) *reply {
	t.Helper()
	status, header, p, err := l.post(ctx, url+"/v1/redemptions", key, body)
	if err != nil {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	switch status {
	case http.StatusOK, http.StatusCreated:
		var r struct {
			Seq int64 `json:"seq"`
		}
		if err := json.Unmarshal(p, &r); err != nil || r.Seq == 0 {
			t.Errorf("an answer without a record: %s", p)
		}
		if first, ok := l.acked[key]; ok && (first != r.Seq || header.Get("Idempotency-Replayed") != "true") {
			t.Errorf("key %s made record %d, now the answer is %d (replayed %q)", key, first, r.Seq, header.Get("Idempotency-Replayed"))
		}
		l.acked[key] = r.Seq
		delete(l.asked, key)
	case http.StatusConflict, http.StatusUnprocessableEntity, http.StatusForbidden:
		if _, ok := l.acked[key]; ok {
			t.Errorf("key %s was acknowledged, and is refused now: %s", key, p)
		}
		delete(l.asked, key) // refused: nothing was recorded
	}
	return &reply{status, header, p}
}

// recheck asks again for everything: what was acknowledged meets its first answer, what was not is done once.
func (l *lunch) recheck(t *testing.T, url string) {
	t.Helper()
	bodies := map[string]string{}
	for key := range l.acked {
		bodies[key] = ""
	}
	maps.Copy(bodies, l.asked)
	for key, body := range bodies {
		if body == "" {
			body = l.bodyOf(key)
		}
		if l.meal(t.Context(), t, url, key, body) == nil {
			t.Fatalf("no answer to the retry of %s", key)
		}
	}
}

// bodyOf makes the body of a key: the same key, the same content.
func (l *lunch) bodyOf(key string) string {
	if body, ok := l.shown[key]; ok {
		return body
	}
	n := 0
	for _, c := range []byte(key) {
		n = n*31 + int(c)
	}
	return fmt.Sprintf(`{"code":%q,"meal":"soy-milk"}`, l.cards[(n%len(l.cards)+len(l.cards))%len(l.cards)])
}

// count asserts that the books hold each acknowledged meal once, and no other.
func (l *lunch) count(t *testing.T, dir string) {
	t.Helper()
	h, err := openHouse(t.Context(), dir, slog.New(slog.DiscardHandler), engine.SystemClock())
	if err != nil {
		t.Fatal(err)
	}
	seqs := map[int64]bool{}
	for key, seq := range l.acked {
		if seqs[seq] {
			t.Errorf("record %d answers two keys", seq)
		}
		seqs[seq] = true
		e, err := h.view.Record(t.Context(), ledger.Seq(seq))
		if err != nil || string(e.Record.Key) != key || e.Record.Kind != ledger.KindRedeemed {
			t.Errorf("record %d is not the meal of key %s: %v", seq, key, err)
		}
	}
	for seq := l.before + 1; seq <= h.engine.Seq(); seq++ {
		e, err := h.view.Record(t.Context(), seq)
		if err != nil {
			t.Fatal(err)
		}
		if e.Record.Kind == ledger.KindRedeemed && !seqs[int64(seq)] {
			t.Errorf("record %d is a meal that nobody was told of", seq)
		}
	}
	if err := h.close(t.Context()); err != nil {
		t.Error(err)
	}
}

package seal

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"filippo.io/torchwood"
	"golang.org/x/mod/sumdb/note"
)

// answering is a witness that answers what it is told to.
func (w *world) answering(t *testing.T, name string, answer http.HandlerFunc) *torchwood.CosignatureSigner {
	t.Helper()
	_, secret, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := torchwood.NewCosignatureSigner(name+".example/w", secret)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(answer)
	t.Cleanup(server.Close)
	w.policy += fmt.Sprintf("witness %s %s %s/\n", name, signer.Verifier(), server.URL)
	return signer
}

// cosign is what an honest witness would answer to a request.
func cosign(t *testing.T, r *http.Request, signer note.Signer) []byte {
	t.Helper()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Error(err)
	}
	_, checkpoint, _ := strings.Cut(string(body), "\n\n")
	text, _, _ := strings.Cut(checkpoint, "\n\n")
	signed, err := note.Sign(&note.Note{Text: text + "\n"}, signer)
	if err != nil {
		t.Error(err)
	}
	return signed[len(text)+2:]
}

// Witnesses that misbehave in every way hold up nobody: the checkpoint is published without them, in bounded time.
func TestBadWitnessesAreLeftOut(t *testing.T) {
	w := newWorld(t)
	w.books.add(20)
	status := func(n int, body string) http.HandlerFunc {
		return func(rw http.ResponseWriter, _ *http.Request) {
			rw.WriteHeader(n)
			_, _ = io.WriteString(rw, body)
		}
	}
	want := map[string]error{}
	for name, bad := range map[string]struct {
		answer http.HandlerFunc
		err    error
	}{
		"silent":       {func(_ http.ResponseWriter, r *http.Request) { _, _ = io.Copy(io.Discard, r.Body); <-r.Context().Done() }, ErrWitness},
		"failing":      {status(http.StatusInternalServerError, "no"), ErrWitness},
		"unknown":      {status(http.StatusNotFound, "unknown log"), ErrWitness},
		"empty":        {status(http.StatusOK, ""), ErrWitness},
		"garbage":      {status(http.StatusOK, "\u2014 garbage.example/w AAAAAAAA\n"), ErrWitness},
		"endless":      {status(http.StatusOK, strings.Repeat("\u2014 x AAAA\n", 1<<17)), ErrWitness},
		"elsewhere":    {http.RedirectHandler("http://127.0.0.1:1/", http.StatusTemporaryRedirect).ServeHTTP, ErrWitness},
		"wordy":        {status(http.StatusConflict, "about three\n"), ErrWitness},
		"negative":     {status(http.StatusConflict, "-1\n"), ErrWitness},
		"obstinate":    {status(http.StatusConflict, "0\n"), ErrInconsistent},
		"moody":        {moody(), ErrWitness},
		"disbelieving": {status(http.StatusUnprocessableEntity, "bad proof"), ErrInconsistent},
	} {
		w.answering(t, name, bad.answer)
		want[name] = bad.err
	}
	var honest note.Signer
	honest = w.answering(t, "honest", func(rw http.ResponseWriter, r *http.Request) { _, _ = rw.Write(cosign(t, r, honest)) })
	w.answering(t, "borrowing", func(rw http.ResponseWriter, r *http.Request) { _, _ = rw.Write(cosign(t, r, honest)) })
	want["honest"], want["borrowing"] = nil, ErrWitness
	w.policy += "quorum honest\n"
	l := w.sealed(t)
	s := l.Status()
	if l.Published().Size != 20 || !s.Witnessed || s.Stopped != nil {
		t.Fatalf("%+v\n%s", s, l.Published().Note)
	}
	for _, x := range s.Witnesses {
		if !errors.Is(x.Err, want[x.Name]) || (x.Err == nil) == x.At.IsZero() {
			t.Errorf("%s: %v at %v, want %v", x.Name, x.Err, x.At, want[x.Name])
		}
	}
	if n := strings.Count(string(l.Published().Note), "\n\u2014 "); n != 2 {
		t.Errorf("%d signatures, want ours and one:\n%s", n, l.Published().Note)
	}
}

// moody knows another size at each request.
func moody() http.HandlerFunc {
	size := 0
	return func(rw http.ResponseWriter, _ *http.Request) {
		size++
		rw.WriteHeader(http.StatusConflict)
		_, _ = fmt.Fprintln(rw, size)
	}
}

// What is published as log.txt is what others read; what cannot be read is refused at the start.
func TestPolicyFile(t *testing.T) {
	w := newWorld(t)
	signer := w.answering(t, "one", http.NotFound)
	vkey := w.key.VerifierKeys()[0]
	witness := strings.TrimSuffix(w.policy, "\n")
	p, err := NewPolicy([]string{vkey}, "# who watches us\n\n# who runs one: 中川 街道办\n"+witness+"   # since March\nquorum   one\n")
	if err != nil {
		t.Fatal(err)
	}
	text := p.text([]string{vkey})
	if got, want := string(text), "log "+vkey+"\n# who runs one: 中川 街道办\n"+witness+"\nquorum one\n"; got != want {
		t.Errorf("log.txt is\n%s\nwant\n%s", got, want)
	}
	if again, err := NewPolicy([]string{vkey}, strings.TrimPrefix(string(text), "log "+vkey+"\n")); err != nil || string(again.text([]string{vkey})) != string(text) {
		t.Errorf("what is published does not read as what was written: %v", err)
	}
	if _, err := torchwood.ParsePolicy(text); err != nil {
		t.Errorf("the library of others does not read it: %v", err)
	}
	if p, err := NewPolicy([]string{vkey}, "\n# nobody yet\n"); err != nil || string(p.text([]string{vkey})) != "log "+vkey+"\nquorum none\n" {
		t.Errorf("without witnesses: %v", err)
	}
	for _, bad := range []string{
		witness, "quorum two", "log " + vkey + "\nquorum none", "witness one " + signer.Verifier().String() + "\nquorum one",
		witness + "\n" + witness + "\nquorum one", "witness one " + vkey + " http://x.example/\nquorum one", "something\nquorum none",
		strings.Replace(witness, "http://", "ftp://", 1) + "\nquorum one", witness + "\ngroup g 2 one\nquorum g",
		"quorum none\n" + strings.Repeat("#", policyBytesMax),
	} {
		if _, err := NewPolicy([]string{vkey}, bad); err == nil {
			t.Errorf("accepted:\n%.200s", bad)
		}
	}
}

// An auditor's signature is one line, given anew each time, and opens with the library of others.
func TestAuditor(t *testing.T) {
	w := newWorld(t)
	w.books.add(7)
	l := w.sealed(t)
	path := w.dir + "/auditor-key"
	if _, err := CreateKey(path, "auditor.example/li", rand.Reader); err != nil {
		t.Fatal(err)
	}
	a, err := OpenAuditor(path, "auditor.example/li")
	if err != nil {
		t.Fatal(err)
	}
	once, err := a.Cosign(l.Published().Note)
	if err != nil {
		t.Fatal(err)
	}
	twice, err := a.Cosign(once)
	if err != nil {
		t.Fatal(err)
	}
	policy, err := torchwood.ParsePolicy([]byte("log " + l.VerifierKeys()[0] + "\nwitness auditor " + a.VerifierKey() + "\nquorum auditor\n"))
	if err != nil {
		t.Fatal(err)
	}
	for _, signed := range [][]byte{once, twice} {
		if _, n, err := torchwood.VerifyCheckpoint(signed, policy); err != nil || len(n.Sigs) != 2 || strings.Count(string(signed), "\u2014") != 2 {
			t.Errorf("%v\n%s", err, signed)
		}
	}
}

// A whole disk that was put back, mark file and key included: nothing is served or signed before the witnesses were asked,
// also by a command that opens and closes the books without serving them.
func TestWitnessesAreAskedBeforeAnybodySees(t *testing.T) {
	w := newWorld(t)
	w.books.add(50)
	w.sealed(t)
	mark, err := os.ReadFile(filepath.Join(w.dir, "mark"))
	if err != nil {
		t.Fatal(err)
	}
	known := int64(60)
	w.answering(t, "remembering", func(rw http.ResponseWriter, _ *http.Request) {
		rw.WriteHeader(http.StatusConflict)
		_, _ = fmt.Fprintln(rw, known)
	})
	w.policy += "quorum remembering\n"
	w.books.add(55) // other records than those that the witness knows
	l, err := w.open()
	if err != nil {
		t.Fatal(err)
	}
	if l.Published() != nil {
		t.Error("served before the witnesses were asked")
	}
	if err := l.Close(t.Context()); !errors.Is(err, ErrAhead) || l.Published() != nil {
		t.Errorf("%v, published %v", err, l.Published())
	}
	if now, err := os.ReadFile(filepath.Join(w.dir, "mark")); err != nil || !bytes.Equal(now, mark) {
		t.Errorf("it signed: %v\n%s", err, now)
	}
	if l.Status().Witnesses[0].Name != "remembering" || !errors.Is(l.Status().Stopped, ErrAhead) {
		t.Errorf("%+v", l.Status())
	}
}

package seal

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"filippo.io/torchwood"
	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"
)

// programs builds litewitness, the unmodified program of the author of the specification, and the helper that makes a log
// known to it. scripts/tools.mod pins its version.
func programs(t *testing.T) (litewitness, addlog string) {
	t.Helper()
	dir := t.TempDir()
	litewitness, addlog = filepath.Join(dir, "litewitness"), filepath.Join(dir, "addlog")
	for out, pkg := range map[string]string{litewitness: "filippo.io/torchwood/cmd/litewitness", addlog: "./ledger/seal/testdata/addlog"} {
		build := exec.CommandContext(t.Context(), "go", "build", "-modfile=scripts/tools.mod", "-o", out, pkg)
		build.Dir = filepath.Join("..", "..")
		if text, err := build.CombinedOutput(); err != nil {
			t.Fatalf("build %s: %v\n%s", pkg, err, text)
		}
	}
	return litewitness, addlog
}

// theirWitness is a running litewitness.
type theirWitness struct {
	name, vkey, url string
	process         *exec.Cmd
}

func (w *theirWitness) line() string {
	return fmt.Sprintf("witness %s %s %s\n", strings.ReplaceAll(w.name, "/", "-"), w.vkey, w.url)
}

func (w *theirWitness) stop() {
	_ = w.process.Process.Signal(syscall.SIGINT)
	_ = w.process.Wait()
}

// startWitness starts a litewitness with a key of its own, in an SSH agent of its own as it asks for, that knows our log.
func startWitness(t *testing.T, litewitness, addlog, name, vkey string) *theirWitness {
	t.Helper()
	public, secret, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	socket, db := filepath.Join(dir, "a"), filepath.Join(dir, "db")
	serveAgent(t, socket, secret)
	fingerprint, err := ssh.NewPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := free.Addr().String()
	free.Close()
	signer, err := torchwood.NewCosignatureSigner(name, secret)
	if err != nil {
		t.Fatal(err)
	}
	w := &theirWitness{name: name, vkey: signer.Verifier().String(), url: "http://" + address + "/"}
	w.process = exec.Command(litewitness, "-ssh-agent", socket, "-key", ssh.FingerprintSHA256(fingerprint), "-name", name, "-db", db, "-listen", address)
	var said strings.Builder
	w.process.Stderr = &said
	if err := w.process.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if w.stop(); t.Failed() {
			t.Logf("%s said:\n%s", name, said.String())
		}
	})
	answers(t, w.url)
	if text, err := exec.CommandContext(t.Context(), addlog, db, testOrigin, vkey).CombinedOutput(); err != nil {
		t.Fatalf("addlog: %v\n%s", err, text)
	}
	return w
}

func serveAgent(t *testing.T, socket string, secret ed25519.PrivateKey) {
	t.Helper()
	ring := agent.NewKeyring()
	if err := ring.Add(agent.AddedKey{PrivateKey: secret}); err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go agent.ServeAgent(ring, c)
		}
	}()
}

// answers waits until something listens.
func answers(t *testing.T, url string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			t.Fatal(err)
		}
		if res, err := http.DefaultClient.Do(req); err == nil {
			res.Body.Close()
			return
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("nothing listens at %s", url)
		}
	}
}

// Real witnesses: they cosign what grows, one may be gone, and none signs for a ledger that was rolled back or rewritten.
func TestLitewitness(t *testing.T) {
	if testing.Short() {
		t.Skip("builds and runs programs of others")
	}
	litewitness, addlog := programs(t)
	w := newWorld(t)
	var all []*theirWitness
	for _, name := range []string{"street.example/w", "university.example/w", "volunteers.example/w"} {
		all = append(all, startWitness(t, litewitness, addlog, name, w.key.VerifierKeys()[0]))
		w.policy += all[len(all)-1].line()
	}
	w.policy += "group witnesses 2 street.example-w university.example-w volunteers.example-w\nquorum witnesses\n"
	w.books.add(300)
	l := w.sealed(t)
	expect := func(l *Log, signatures int, quorum bool) {
		t.Helper()
		policy, err := torchwood.ParsePolicy(l.PolicyText())
		if err != nil {
			t.Fatal(err)
		}
		p, s := l.Published(), l.Status()
		_, n, err := torchwood.VerifyCheckpoint(p.Note, policy)
		if (err == nil) != quorum || s.Witnessed != quorum {
			t.Fatalf("quorum %v, status %+v: %v\n%s", quorum, s, err, p.Note)
		}
		if quorum && len(n.Sigs) != 1+signatures {
			t.Fatalf("%d signatures beside ours, want %d\n%s", len(n.Sigs)-1, signatures, p.Note)
		}
	}
	expect(l, 3, true)
	for _, n := range []int64{301, 900, 901, 66000} {
		w.advance(t, l, n)
		expect(l, 3, true)
	}
	first := l.Status().Witnesses[0].At
	w.now = w.now.Add(refreshEvery) // nothing has grown: asked again for a fresh timestamp, never for a second line
	w.advance(t, l, 66000)
	if expect(l, 3, true); l.Status().Witnesses[0].At.Before(first) {
		t.Error("the timestamp went back")
	}
	l = w.sealed(t) // a restart forgets what each witness knows: 409 says it
	expect(l, 3, true)

	all[0].stop()
	w.advance(t, l, 66001)
	expect(l, 2, true)
	receipt, err := l.Published().Receipt(t.Context(), 12345, lineAt(12345))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := OpenReceipt(receipt, l.policy); err != nil || len(receipt) > 2048 {
		t.Errorf("a receipt of %d bytes with the policy of witnesses: %v", len(receipt), err)
	}

	t.Run("rolled back", func(t *testing.T) {
		old := newWorld(t) // the whole disk of before, the mark file too
		old.books.add(900)
		old.key, old.policy = w.key, w.policy
		old.takeKey(t, w)
		l, err := old.open()
		if err != nil {
			t.Fatal(err)
		}
		err = l.advance(t.Context())
		if !errors.Is(err, ErrAhead) || l.Published() != nil || !errors.Is(l.Status().Stopped, ErrAhead) {
			t.Fatalf("%v, published %v, stopped %v", err, l.Published(), l.Status().Stopped)
		}
		old.books.add(1000)
		if err := l.advance(t.Context()); err != nil || l.signed != 900 {
			t.Fatalf("it signs again: %d %v", l.signed, err)
		}
	})
	t.Run("rewritten", func(t *testing.T) {
		forged := newWorld(t)
		forged.books.rewritten(66100, 41)
		forged.policy = w.policy
		forged.takeKey(t, w)
		l := forged.sealed(t)
		if expect(l, 0, false); !errors.Is(l.Status().Witnesses[1].Err, ErrInconsistent) || !errors.Is(l.Status().Witnesses[2].Err, ErrInconsistent) {
			t.Fatalf("%+v", l.Status().Witnesses)
		}
	})
	all[1].stop()
	w.advance(t, l, 66002) // fail open: the books go on, and the page says that it is not witnessed
	expect(l, 1, false)
	if l.Published().Size != 66002 {
		t.Fatal("it does not go on without witnesses")
	}
}

// takeKey gives this world the log key of another: who can roll back a disk has that too.
func (w *world) takeKey(t *testing.T, from *world) {
	t.Helper()
	p, err := os.ReadFile(filepath.Join(from.dir, "log-key"))
	if err == nil {
		err = os.WriteFile(filepath.Join(w.dir, "log-key"), p, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

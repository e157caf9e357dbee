package api

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"iter"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"filippo.io/torchwood"
	"golang.org/x/mod/sumdb/tlog"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/journal"
	"moralbank.example/bank/ledger/journal/badgerjournal"
	"moralbank.example/bank/ledger/seal"
)

// lines is the journal as the signed log reads it, through the engine that the test has.
type lines struct{ b *bank }

func (l lines) Head() seal.Mark {
	seq := l.b.server.engine.Seq()
	if seq == 0 {
		return seal.Mark{Root: (&seal.Frontier{}).Root()}
	}
	r, err := l.b.server.engine.Record(context.Background(), seq)
	if err != nil {
		l.b.t.Error(err)
	}
	return seal.Mark{Height: r.Block.Height, Seq: int64(r.Block.Last), Block: r.Block.Hash, Size: r.Block.TreeSize, Root: r.Block.Root}
}

func (l lines) Blocks(ctx context.Context, from int64) iter.Seq2[seal.Block, error] {
	return func(yield func(seal.Block, error) bool) {
		for seq := ledger.Seq(from + 1); seq <= l.b.server.engine.Seq(); seq++ {
			r, err := l.b.server.engine.Record(ctx, seq)
			if !yield(seal.Block{First: int64(seq) - 1, Lines: [][]byte{r.Line}}, err) || err != nil {
				return
			}
		}
	}
}

// sealed gives the bank a signed log on an index and a mark of its own, and signs what is there.
func (b *bank) sealed() *seal.Log {
	b.t.Helper()
	dir := b.t.TempDir()
	key := must(seal.CreateKey(filepath.Join(dir, "log-key"), "bank.example/rainbow", rand.Reader))(b.t)
	index := must(badgerjournal.OpenIndex(b.t.Context(), badgerjournal.Options{Dir: dir, Reserve: 1}))(b.t)
	b.t.Cleanup(func() { index.Close() })
	var x journal.Index = index
	b.server.sealed = must(seal.Open(b.t.Context(), seal.Options{
		Key: key, Guard: must(seal.OpenGuard(filepath.Join(dir, "mark")))(b.t), Source: lines{b}, Store: seal.Over(x), Now: b.clock.now,
	}))(b.t)
	if err := b.server.build(); err != nil {
		b.t.Fatal(err)
	}
	b.http.Config.Handler = b.server
	b.sign()
	return b.server.sealed
}

func (b *bank) sign() {
	b.t.Helper()
	if err := b.server.sealed.Close(b.t.Context()); err != nil {
		b.t.Fatal(err)
	}
}

// An outsider with the library of others, and nothing of ours, reads every entry over HTTP and verifies it against the
// signed checkpoint; then that the grown log extends it.
func TestOutsiderVerifiesEveryEntry(t *testing.T) {
	b := openBank(t)
	for i := range 600 {
		b.add("人"+strconv.Itoa(i), "")
	}
	b.sealed()
	for _, prefix := range []string{"/", "/rainbow/"} {
		fetcher := must(torchwood.NewTileFetcher(b.http.URL+prefix, torchwood.WithHTTPClient(b.http.Client())))(t)
		policy := must(torchwood.ParsePolicy(must(fetcher.ReadEndpoint(t.Context(), "log.txt"))(t)))(t)
		c, _, err := torchwood.VerifyCheckpoint(must(fetcher.ReadEndpoint(t.Context(), "checkpoint"))(t), policy)
		if err != nil || c.Origin != "bank.example/rainbow" || c.N != int64(b.server.engine.Seq()) {
			t.Fatalf("%+v %v", c, err)
		}
		client := must(torchwood.NewClient(fetcher))(t)
		n := int64(0)
		for i, entry := range client.AllEntries(t.Context(), c.Tree, 0) {
			r := must(b.server.engine.Record(t.Context(), ledger.Seq(i+1)))(t)
			if want := sha256.Sum256(r.Line); i != n || !bytes.Equal(entry, want[:]) {
				t.Fatalf("entry %d is not the hash of record %d", i, i+1)
			}
			n++
		}
		if client.Err() != nil || n != c.N {
			t.Fatalf("%d entries of %d: %v", n, c.N, client.Err())
		}
		for i := range c.N {
			r := must(b.server.engine.Record(t.Context(), ledger.Seq(i+1)))(t)
			entry := sha256.Sum256(r.Line)
			text := must(fetcher.ReadEndpoint(t.Context(), "proof/"+strconv.FormatInt(i, 10)))(t)
			if err := torchwood.VerifyProof(policy, tlog.RecordHash(entry[:]), text); err != nil {
				t.Fatalf("proof %d: %v", i, err)
			}
			if i > 0 && prefix != "/" {
				break // once is enough for all of them
			}
		}
		b.add("新人"+strconv.Itoa(len(prefix)), "")
		b.sign()
		grown, _, err := torchwood.VerifyCheckpoint(must(fetcher.ReadEndpoint(t.Context(), "checkpoint"))(t), policy)
		if err != nil || grown.N <= c.N {
			t.Fatal(grown, err)
		}
		hashes := torchwood.TileHashReaderWithContext(t.Context(), grown.Tree, fetcher)
		proof := must(tlog.ProveTree(grown.N, c.N, hashes))(t)
		if err := tlog.CheckTree(proof, grown.N, grown.Hash, c.N, c.Hash); err != nil {
			t.Fatal(err)
		}
	}
}

// Statuses, types, caching and CORS of every resource, byte by byte, for GET and HEAD, and under the origin's own path.
func TestLogAddresses(t *testing.T) {
	b := openBank(t)
	for i := range 300 {
		b.add("人"+strconv.Itoa(i), "")
	}
	b.sealed()
	p := b.stranger()
	for _, prefix := range []string{"", "/rainbow"} {
		for path, want := range map[string]struct {
			status      int
			kind, cache string
		}{
			"/checkpoint":             {200, textPlain, cacheAsk},
			"/log.txt":                {200, textPlain, cacheShort},
			"/proof/0":                {200, textPlain, cacheAsk},
			"/tile/0/000":             {200, octets, cacheForever},
			"/tile/0/000.p/255":       {200, octets, cacheForever},
			"/tile/0/001.p/1":         {200, octets, cacheForever},
			"/tile/1/000.p/1":         {200, octets, cacheForever},
			"/tile/entries/000":       {200, octets, cacheForever},
			"/tile/entries/000.p/7":   {200, octets, cacheForever},
			"/tile/entries/001.p/20":  {200, octets, cacheForever},
			"/tile/0/001":             {404, textPlain, cacheNever},
			"/tile/0/001.p/200":       {404, textPlain, cacheNever},
			"/tile/1/000":             {404, textPlain, cacheNever},
			"/tile/1/000.p/2":         {404, textPlain, cacheNever},
			"/tile/00/000":            {404, textPlain, cacheNever},
			"/tile/0/0":               {404, textPlain, cacheNever},
			"/tile/0/x000/000":        {404, textPlain, cacheNever},
			"/tile/0/000.p/08":        {404, textPlain, cacheNever},
			"/tile/0/000.p/256":       {404, textPlain, cacheNever},
			"/tile/64/000":            {404, textPlain, cacheNever},
			"/tile/data/000":          {404, textPlain, cacheNever},
			"/tile/entries/000.p%2F7": {404, textPlain, cacheNever},
			"/tile/0//000":            {404, textPlain, cacheNever},
			"/tile/0/%30%30%30":       {404, textPlain, cacheNever},
			"/tile/":                  {404, textPlain, cacheNever},
			"/proof/999999999":        {404, textPlain, cacheNever},
			"/proof/-1":               {404, textPlain, cacheNever},
			"/proof/007":              {404, textPlain, cacheNever},
			"/proof/1e3":              {404, textPlain, cacheNever},
		} {
			got := p.get(prefix + path).is(want.status)
			head := p.ask(http.MethodHead, prefix+path, nil).is(want.status)
			if len(head.raw) != 0 || want.status == 200 && head.header.Get("Content-Length") != strconv.Itoa(len(got.raw)) {
				t.Errorf("HEAD %s: %d bytes, Content-Length %s", path, len(head.raw), head.header.Get("Content-Length"))
			}
			for _, a := range []reply{got, head} {
				if a.header.Get("Content-Type") != want.kind || a.header.Get("Cache-Control") != want.cache || a.header.Get("Access-Control-Allow-Origin") != "*" {
					t.Errorf("%s: %q, %q, CORS %q", a.what, a.header.Get("Content-Type"), a.header.Get("Cache-Control"), a.header.Get("Access-Control-Allow-Origin"))
				}
			}
		}
	}
	first := p.get("/proof/5").is(200)
	again := p.get("/proof/5", func(r *http.Request) { r.Header.Set("If-None-Match", first.header.Get("ETag")) }).is(304)
	if len(again.raw) != 0 {
		t.Error("304 with a body")
	}
	b.add("后来的人", "")
	b.sign()
	if a := p.get("/proof/5", func(r *http.Request) { r.Header.Set("If-None-Match", first.header.Get("ETag")) }).is(200); bytes.Equal(a.raw, first.raw) {
		t.Error("the proof of a larger tree is the old one")
	}
	p.post("/checkpoint", obj{}).no(405, "method_not_allowed")
	if old := p.get("/tile/0/001.p/1").is(200); len(old.raw) != 32 {
		t.Error("a partial tile is no longer served")
	}
}

// A receipt goes to the member that the record is about, and to those who may read all; it verifies without the server.
func TestReceiptIsTheHolders(t *testing.T) {
	b := openBank(t)
	sealed := b.sealed()
	wang := b.signedIn("王芳", "13800000001", everywhere(ledger.RoleCommittee))
	other := b.signedIn("李梅", "13800000002", everywhere(ledger.RoleCommittee))
	auditor := b.signedIn("郑静", "13800000003", everywhere(ledger.RoleAuditor))
	seq := ledger.Seq(0)
	for i := ledger.Seq(1); i <= b.server.engine.Seq(); i++ {
		if r := must(b.server.engine.Record(t.Context(), i))(t); r.Record.Subject() == wang.account {
			seq = i
			break
		}
	}
	b.sign()
	path := "/v1/records/" + decimal(seq) + "/receipt"
	b.stranger().get(path).no(401, "signed_out")
	other.get(path).no(404, "record_unknown")
	auditor.get(path).is(200)
	a := wang.get(path).is(200)
	policy := must(seal.LogPolicy(sealed.VerifierKeys()...))(t)
	r := must(seal.OpenReceipt([]byte(a.text("receipt")), policy))(t)
	if r.Index != int64(seq)-1 || string(r.Line) != a.text("line") || !strings.HasSuffix(a.text("file"), ".tlog-proof") || a.at("witnessed") != false {
		t.Errorf("%s", a.raw)
	}
	auditor.get("/v1/records/"+decimal(b.server.engine.Seq()+1)+"/receipt").no(404, "record_unknown")

	state := b.stranger().get("/v1/public/checkpoint").is(200)
	if state.text("checkpoint") != string(sealed.Published().Note) || state.text("origin") != "bank.example/rainbow" || state.length("witnesses") != 0 {
		t.Errorf("%s", state.raw)
	}
}

// Auditors read the stored lines, page by page, and nobody else does: what they read hashes to the signed tree.
func TestLinesAreForAuditors(t *testing.T) {
	b := openBank(t)
	sealed := b.sealed()
	auditor := b.signedIn("郑静", "13800000003", everywhere(ledger.RoleAuditor))
	organizer := b.signedIn("周敏", "13800000004", everywhere(ledger.RoleOrganizer))
	b.sign()
	b.stranger().get("/v1/ledger/lines").no(401, "signed_out")
	organizer.get("/v1/ledger/lines").no(403, "not_entitled")
	var tree seal.Frontier
	for tree.Size() < sealed.Published().Size {
		page := auditor.get("/v1/ledger/lines?limit=3&from=" + strconv.FormatInt(tree.Size()+1, 10)).is(200)
		for i := range page.length("lines") {
			tree.Append(seal.EntryOf([]byte(page.text("lines", i))))
		}
	}
	if tree.Size() != sealed.Published().Size || tree.Root() != sealed.Published().Root {
		t.Errorf("%d lines hash to %v, signed is %v", tree.Size(), tree.Root(), sealed.Published().Root)
	}
	if end := auditor.get("/v1/ledger/lines?from=" + strconv.FormatInt(tree.Size()+1, 10)).is(200); end.length("lines") != 0 {
		t.Errorf("%s", end.raw)
	}
}

// Package bank_test holds the house rules: what a reader may rely on anywhere in this tree without looking. It reads the
// files that git would hand to somebody else, parses them without building them, and says which rule is broken and why
// the rule is there. To change a rule, change the table here and write down why in docs/decisions.
package bank_test

import (
	"cmp"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

const module = "moralbank.example/bank"

// A room is a package of ours: the packages of ours that it may import, and why no others.
type room struct{ imports, why string }

const (
	suites          = "ledger/ledgertest ledger/journal/journaltest ledger/roster/rostertest" // what every implementation of a port passes
	implementations = " ledger/journal/memjournal ledger/journal/badgerjournal ledger/journal/journaltest"
	everything      = "ledger ledger/engine ledger/seal ledger/audit ledger/explain ledger/intake ledger/view ledger/snapshot ledger/scrub ledger/badgerfiles ledger/roster ledger/backup api api/auth api/qr web ledger/journal" + implementations
	onlyPort        = "an implementation knows the port and its own technology, so that another can take its place"
)

// rooms is the plan of the house. An arrow that is not here does not exist, and neither does a package.
var rooms = map[string]room{
	"cmd/moralbank":                {everything + " cmd/moralbank/sample cmd/moralbank/bench", "it puts the rooms together"},
	"cmd/moralbank/bench":          {everything + " cmd/moralbank/sample", "it measures every room as it is served, and is measured by none"},
	"cmd/moralbank/sample":         {everything, "it lives the demo community through the same rooms as everybody"},
	"api":                          {"ledger ledger/engine ledger/audit ledger/explain ledger/intake ledger/view ledger/seal ledger/roster ledger/backup api/auth api/qr", "a request reaches the books through the engine only: never a journal, and no pages"},
	"api/auth":                     {"", "who somebody is must not depend on what they may do in the books"},
	"api/qr":                       {"", "a code is text and a picture; what it opens is decided by who reads it"},
	"web":                          {"", "pages speak HTTP like everybody else"},
	"ledger":                       {"", "the rules stand alone, so that a replay on another machine gives the same bytes"},
	"ledger/engine":                {"ledger ledger/journal ledger/seal ledger/snapshot", "the writer waits for no view, no roster and no HTTP"},
	"ledger/lately":                {"", "what was read lately is the same thing for every reader"},
	"ledger/badgerfiles":           {"", "what Badger does not see in its own files is the same for every store of ours"},
	"ledger/seal":                  {"", "what an outsider verifies must not need our rules"},
	"ledger/intake":                {"ledger ledger/engine ledger/roster", "people come in through both rooms at once, by CLI and API alike"},
	"ledger/ledgertest":            {"ledger ledger/journal ledger/seal", "a small ledger for the tests of those who read one"},
	"ledger/audit":                 {"ledger ledger/journal ledger/seal ledger/snapshot", "an inspection trusts the stored blocks and nothing that was derived from them; a snapshot is read only to be held against the replay"},
	"ledger/explain":               {"ledger", "an explanation follows from records and rules alone, so that anybody may give it"},
	"ledger/snapshot":              {"ledger ledger/journal ledger/seal", "a copy of the book is a book, the head it is at, and the edge of the tree there"},
	"ledger/scrub":                 {"ledger ledger/journal", "it reads again what others keep, by their own ports, and keeps nothing"},
	"ledger/view":                  {"ledger ledger/journal ledger/snapshot ledger/lately", "a view follows the journal and can be thrown away; it never writes"},
	"ledger/roster":                {"ledger ledger/badgerfiles ledger/lately", "personal data and the books meet in ids only; its files are looked at as the journal's are"},
	"ledger/backup":                {"ledger ledger/journal ledger/seal", "a backup is journal, checkpoint and checksums; it must restore without a server"},
	"ledger/journal":               {"", "the port is bytes in order; it must not know what they say"},
	"ledger/journal/badgerjournal": {"ledger/journal ledger/badgerfiles", onlyPort},
	"ledger/journal/memjournal":    {"ledger/journal", onlyPort},
	"ledger/journal/journaltest":   {"ledger/journal", "the conformance suite runs against any implementation"},
	"ledger/roster/rostertest":     {"ledger ledger/roster", "the conformance suite runs against any implementation"},
}

// A keeper is an import, or a few, that only some rooms may have. A path ending in /... stands for all below it too.
type keeper struct{ paths, rooms, why string }

var keepers = []keeper{
	{"github.com/gin-gonic/gin/...", "api", "the HTTP framework can be changed in one room"},
	{"github.com/danielgtaylor/huma/...", "api", "the HTTP framework can be changed in one room"},
	{"github.com/dgraph-io/badger/...", "ledger/journal/badgerjournal ledger/view ledger/roster ledger/badgerfiles cmd/moralbank/bench", "three stores, each with its own contract (decision 0005); nobody else writes to disk behind their back. The benchmark has one to compare with"},
	{"github.com/golang-jwt/jwt/...", "api/auth", "tokens are made and read in one room"},
	{"golang.org/x/crypto/...", "api/auth ledger/roster ledger/seal", "cryptography is used where it can be reviewed at a sitting"},
	{"github.com/skip2/go-qrcode", "api/qr", "its levels are misnamed and its value is not safe for concurrent use; one room knows"},
	{"github.com/xuri/excelize/...", "api ledger/roster ledger/view cmd/moralbank", "spreadsheets come in by the roster and go out by reports"},
	{"github.com/alecthomas/kong", "cmd/moralbank", "only the command has a command line"},
	{"net net/http/... net/smtp net/rpc/...", "api api/auth cmd/moralbank cmd/moralbank/bench ledger/seal web", "the network ends at the door: the API, the pages, and the witnesses that seal calls"},
	{"os/signal", "cmd/moralbank", "only main ends the process"},
	{"math/rand/v2", "cmd/moralbank/sample cmd/moralbank/bench", "demo data is made from a fixed seed; everything else takes crypto/rand"},
	{"testing", suites, "test code is not shipped"},
	{"math/rand", "", "math/rand/v2 for demo data, crypto/rand for the rest"},
	{"log", "", "log/slog is the one logger"},
	{"os/exec", "cmd/moralbank/bench ledger/ledgertest", "a bank starts no programs; its benchmark starts the bank, and a test mounts a small disk"},
	{"encoding/gob", "", "stored bytes are readable by an auditor (docs/format.md)"},
	{"database/sql", "", "the ledger is a journal (decision 0005)"},
	{"unsafe", "", "nothing here is worth it"},
	{"C", "", "one static binary"},
}

// pure is all that the rules may import: no clock, no I/O, no goroutine, no randomness.
const pure = "bytes cmp crypto/sha256 encoding/base64 encoding/binary encoding/hex encoding/json errors fmt iter maps math math/bits slices sort strconv strings time unicode unicode/utf8"

// timeless are the names of package time that read a clock, wait for one, or depend on the machine's zone.
const timeless = "Now Since Until Sleep After AfterFunc Tick NewTimer NewTicker Local LoadLocation"

// A source is a Go file of ours, parsed with its comments.
type source struct {
	path, room string
	test       bool
	bytes      []byte
	file       *ast.File
	set        *token.FileSet
}

func (s source) at(p token.Pos) string { return s.path + ":" + strconv.Itoa(s.set.Position(p).Line) }

// tree lists the files that git would hand to somebody else, or where there is no git those outside of output folders.
var tree = sync.OnceValues(func() ([]string, error) {
	var files []string
	out, err := exec.Command("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard").Output()
	if err == nil {
		for name := range strings.SplitSeq(strings.TrimSuffix(string(out), "\x00"), "\x00") {
			if _, err := os.Lstat(name); err == nil { // a file deleted but not yet committed is still listed
				files = append(files, name)
			}
		}
		return files, nil
	}
	err = filepath.WalkDir(".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (in(".git .cache node_modules", entry.Name()) || in("bin web/dist/site", name)):
			return filepath.SkipDir
		case !entry.IsDir():
			files = append(files, filepath.ToSlash(name))
		}
		return nil
	})
	return files, err
})

var parsed = sync.OnceValues(func() ([]source, error) {
	files, err := tree()
	var sources []source
	for _, name := range files {
		if path.Ext(name) != ".go" || slices.Contains(strings.Split(name, "/"), "testdata") {
			continue
		}
		s := source{path: name, room: path.Dir(name), test: strings.HasSuffix(name, "_test.go"), set: token.NewFileSet()}
		if s.bytes, err = os.ReadFile(name); err != nil {
			return nil, err
		}
		if s.file, err = parser.ParseFile(s.set, name, s.bytes, parser.ParseComments|parser.SkipObjectResolution); err != nil {
			return nil, err
		}
		sources = append(sources, s)
	}
	return sources, err
})

func files(t *testing.T) []string {
	t.Helper()
	names, err := tree()
	if err != nil || len(names) == 0 {
		t.Fatalf("list the tree: %d files, %v", len(names), err)
	}
	return names
}

func sources(t *testing.T) []source {
	t.Helper()
	all, err := parsed()
	if err != nil || len(all) == 0 {
		t.Fatalf("parse the tree: %d files, %v", len(all), err)
	}
	return all
}

func in(list, word string) bool { return slices.Contains(strings.Fields(list), word) }

func below(p, root string) bool { return p == root || strings.HasPrefix(p, root+"/") }

// TestArrows: imports between our packages run along the arrows of rooms. A test may also use what stands below its
// package and, where it stands on the journal, the engine and the real journals.
func TestArrows(t *testing.T) {
	for _, s := range sources(t) {
		here, known := rooms[s.room]
		if !known && s.room != "." {
			t.Errorf("%s: package %s is not in the plan of the house (rooms)", s.path, s.room)
			continue
		}
		allowed := here.imports
		if s.test {
			for next := range strings.FieldsSeq(allowed) {
				allowed += " " + rooms[next].imports
			}
			if next := s.room + "/" + path.Base(s.room) + "test"; in(suites, next) {
				allowed += " " + next
			}
			if in(allowed, "ledger/journal") || below(s.room, "ledger/journal") {
				allowed += implementations + " ledger ledger/engine ledger/ledgertest"
			}
		}
		for _, spec := range s.file.Imports {
			name, ours := strings.CutPrefix(importPath(spec), module+"/")
			if ours && name != s.room && !in(allowed, name) {
				t.Errorf("%s: %s must not import %s: %s; it may import: %s",
					s.at(spec.Pos()), s.room, name, here.why, cmp.Or(here.imports, "nothing of ours"))
			}
		}
	}
}

// TestKeepers: an import that has a keeper stays with it. Tests may use what they need.
func TestKeepers(t *testing.T) {
	for _, s := range sources(t) {
		for _, spec := range s.file.Imports {
			name := importPath(spec)
			if s.test {
				continue
			}
			if s.room == "ledger" && !in(pure, name) {
				t.Errorf("%s: the rules must not import %s: they must give the same bytes on every machine", s.at(spec.Pos()), name)
			}
			for _, k := range keepers {
				if k.keeps(name) && !in(k.rooms, s.room) {
					t.Errorf("%s: %s must not import %s: %s; it belongs to: %s",
						s.at(spec.Pos()), s.room, name, k.why, cmp.Or(k.rooms, "nobody"))
				}
			}
		}
	}
}

func (k keeper) keeps(name string) bool {
	return slices.ContainsFunc(strings.Fields(k.paths), func(p string) bool {
		root, all := strings.CutSuffix(p, "/...")
		return name == root || all && below(name, root)
	})
}

func importPath(spec *ast.ImportSpec) string { return strings.Trim(spec.Path.Value, "`\"") }

// TestRulesArePure: no goroutine, channel or clock in package ledger.
func TestRulesArePure(t *testing.T) {
	for _, s := range sources(t) {
		if s.room != "ledger" || s.test {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.GoStmt, *ast.SelectStmt, *ast.ChanType:
				t.Errorf("%s: a goroutine or channel in the rules: a replay must not depend on scheduling", s.at(n.Pos()))
			case *ast.SelectorExpr:
				if x, ok := n.X.(*ast.Ident); ok && x.Name == "time" && in(timeless, n.Sel.Name) {
					t.Errorf("%s: time.%s in the rules: they are given the time", s.at(n.Pos()), n.Sel.Name)
				}
				if x, ok := n.X.(*ast.Ident); ok && x.Name == "fmt" && strings.HasPrefix(n.Sel.Name, "Print") {
					t.Errorf("%s: fmt.%s in the rules: they do no output", s.at(n.Pos()), n.Sel.Name)
				}
			}
			return true
		})
	}
}

// TestRaced: a package that starts a goroutine is tested with the race detector (a suite is, wherever it runs), and the
// list of those packages names real rooms.
func TestRaced(t *testing.T) {
	script, err := os.ReadFile("scripts/test")
	if err != nil {
		t.Fatal(err)
	}
	_, list, _ := strings.Cut(string(script), "\nreadonly raced=(")
	list, _, found := strings.Cut(list, "\n)")
	if !found {
		t.Fatal("scripts/test has no list called raced")
	}
	raced := regexp.MustCompile(`(?m)\s*#.*$`).ReplaceAllString(list, "")
	for name := range strings.FieldsSeq(raced) {
		if _, known := rooms[name]; !known {
			t.Errorf("scripts/test: raced names %s, which is not in the plan of the house", name)
		}
	}
	for _, s := range sources(t) {
		ast.Inspect(s.file, func(n ast.Node) bool {
			if starts, ok := n.(*ast.GoStmt); ok && !s.test && !below(s.room, "cmd") && !in(suites, s.room) && !in(raced, s.room) {
				t.Errorf("%s: %s starts a goroutine but is not in scripts/test's list raced", s.at(starts.Pos()), s.room)
			}
			return true
		})
	}
}

package ledger_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"moralbank.example/bank/ledger"
)

const formatFile = "../docs/format.md"

// vectorLines are the golden lines that docs/format.md shows whole.
var vectorLines = []string{
	"founded_real.json", "role-granted_founding.json", "checked-in_station.json", "awarded.json", "redeemed_card.json", "reversed_void.json",
}

func formatText(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(formatFile)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestFormatVectors: the vectors in docs/format.md are what the code writes, and the hashes are theirs.
func TestFormatVectors(t *testing.T) {
	const from, to = "<!-- vectors -->\n", "<!-- end of vectors -->"
	text := formatText(t)
	before, rest, ok := strings.Cut(text, from)
	old, after, ok2 := strings.Cut(rest, to)
	if !ok || !ok2 {
		t.Fatal("docs/format.md has no place for vectors")
	}
	var b strings.Builder
	for _, name := range vectorLines {
		line, err := os.ReadFile(filepath.Join("testdata", "golden", name))
		if err != nil {
			t.Fatal(err)
		}
		entry := sha256.Sum256(line)
		leaf := sha256.Sum256(append([]byte{0}, entry[:]...))
		fmt.Fprintf(&b, "\n`%s`, %d bytes:\n\n```json\n%s\n```\n\nleaf `%x`,\nleaf hash `%x`\n", name, len(line), line, entry, leaf)
	}
	want := b.String() + "\n"
	if *update {
		if err := os.WriteFile(formatFile, []byte(before+from+want+to+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if old != want {
		t.Errorf("docs/format.md shows vectors that are not true; run go test ./ledger -run Format -update")
	}
}

// TestFormatKinds: the tables of docs/format.md name every kind with its fields in their order, and the postings of each
// kind as the scripts make them.
func TestFormatKinds(t *testing.T) {
	row := regexp.MustCompile("(?m)^\\| `([a-z-]+)` \\| (?:`([a-z -]+(?:\\[[a-z -]+\\][a-z -]*)*)`|none) \\|")
	described := map[string]string{}
	_, table, _ := strings.Cut(formatText(t), "## Kinds")
	table, _, _ = strings.Cut(table, "\n## ")
	for _, m := range row.FindAllStringSubmatch(table, -1) {
		described[m[1]] = m[2]
	}
	for _, g := range goldenRecords() {
		if g.variant != "" {
			continue
		}
		line, err := g.AppendLine(nil)
		if err != nil {
			t.Fatal(err)
		}
		var header map[string]json.RawMessage
		if err := json.Unmarshal(line, &header); err != nil {
			t.Fatal(err)
		}
		if want := strings.Join(fieldNames(t, header["body"]), " "); described[g.name] != want {
			t.Errorf("docs/format.md says of %s\n%q, the line has\n%q", g.name, described[g.name], want)
		}
		delete(described, g.name)
	}
	if len(described) > 0 {
		t.Errorf("docs/format.md describes kinds that are not there: %v", described)
	}
}

// fieldNames are the names in a JSON object, in order; those of a list of objects stand in brackets behind the list's.
func fieldNames(t *testing.T, object []byte) (names []string) {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(object))
	if _, err := d.Token(); err != nil {
		t.Fatal(err)
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			t.Fatal(err)
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			t.Fatal(err)
		}
		var list []json.RawMessage
		if json.Unmarshal(value, &list) != nil || list[0][0] != '{' { // no list, or one of arrays: the postings
			names = append(names, name.(string))
			continue
		}
		var inner []string
		for _, element := range list {
			inner = merge(inner, fieldNames(t, element))
		}
		names = append(names, name.(string)+"["+strings.Join(inner, " ")+"]")
	}
	return names
}

// merge adds to all the names in some that it lacks, each behind the one it follows in some.
func merge(all, some []string) []string {
	at := 0
	for _, name := range some {
		if i := slices.Index(all, name); i >= 0 {
			at = i + 1
		} else {
			all = slices.Insert(all, at, name)
			at++
		}
	}
	return all
}

// TestFormatPostings: the table of postings is what the records of all scripts carry, no more and no less, in that order.
func TestFormatPostings(t *testing.T) {
	_, table, _ := strings.Cut(formatText(t), "## Postings")
	table, _, _ = strings.Cut(table, "\n## ")
	described := map[string][]string{}
	for _, m := range regexp.MustCompile("(?m)^\\| (`[a-z-]+`(?: of `[a-z-]+`)?) \\| ([a-z, +−]+) \\|").FindAllStringSubmatch(table, -1) {
		described[strings.ReplaceAll(m[1], "`", "")] = strings.Split(m[2], ", ")
	}
	seen := map[string]map[string]bool{}
	for _, file := range scripts(t) {
		p := perform(t, file)
		for i := range p.records {
			checkPostings(t, &p.records[i], described, seen)
		}
	}
	for kind, postings := range described {
		for _, posting := range postings {
			if !seen[kind][posting] {
				t.Errorf("docs/format.md lists %q for %s; no script makes it", posting, kind)
			}
		}
	}
}

func checkPostings(t *testing.T, r *ledger.Record, described map[string][]string, seen map[string]map[string]bool) {
	t.Helper()
	if len(r.Postings) == 0 {
		return
	}
	kind := r.Kind.String()
	if v, ok := r.Body.(*ledger.Reversed); ok {
		kind += " of " + v.Of
	}
	if seen[kind] == nil {
		seen[kind] = map[string]bool{}
	}
	last := -1
	for _, p := range r.Postings {
		sign := "+"
		if p.Amount < 0 {
			sign = "−"
		}
		posting := className(p.Account) + " " + p.Unit.String() + " " + sign
		seen[kind][posting] = true
		at := slices.Index(described[kind], posting)
		if at <= last {
			t.Errorf("docs/format.md does not list %q for %s, or in another order: %v", posting, kind, described[kind])
		}
		last = at
	}
}

func className(id ledger.AccountID) string {
	switch ledger.ClassOf(id) {
	case ledger.ClassMember:
		return "member"
	case ledger.ClassIssuer:
		return "issuer"
	case ledger.ClassTransit:
		return "transit"
	case ledger.ClassPool:
		return "pool"
	case ledger.ClassCanteen:
		return "canteen"
	case ledger.ClassExpired:
		return "expired"
	case ledger.ClassShortfall:
		return "shortfall"
	case ledger.ClassSettled:
		return "settled"
	case ledger.ClassUnknown:
	}
	return "unknown"
}

// TestFormatWithoutUs: the commands of docs/format.md, run as they stand there with jq and sha256sum on a ledger of a
// script, find nothing wrong; and find it when one digit is changed.
func TestFormatWithoutUs(t *testing.T) {
	for _, tool := range []string{"sh", "jq", "sha256sum"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("an auditor's tool is not on this machine: %v", err)
		}
	}
	commands := regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllStringSubmatch(formatText(t), -1)
	if len(commands) != 4 {
		t.Fatalf("docs/format.md has %d commands", len(commands))
	}
	p := perform(t, filepath.Join("testdata", "first-day.txt"))
	text := string(bytes.Join(p.lines, []byte("\n"))) + "\n"
	good := audit(t, commands, text)
	leaves := strings.Fields(good[1])
	if len(leaves) != len(p.lines) {
		t.Fatalf("%d leaves of %d lines", len(leaves), len(p.lines))
	}
	for i, line := range p.lines {
		if sum := sha256.Sum256(line); leaves[i] != hex.EncodeToString(sum[:]) {
			t.Errorf("line %d: leaf %s, must be %x", i+1, leaves[i], sum)
		}
	}
	for i, want := range []string{"one spelling: true", "", "sums: true", "balances: true"} {
		if want != "" && strings.TrimSpace(good[i]) != want {
			t.Errorf("command %d says %q of a sound ledger", i+1, good[i])
		}
	}
	for name, c := range map[string]struct {
		command  int
		old, new string
	}{
		"white space":            {0, `"v":1`, `"v": 1`},
		"an amount":              {2, `"points",18,18`, `"points",17,18`},
		"a balance":              {3, `"points",18,18,`, `"points",18,19,`},
		"an account's own count": {3, `"points",18,18,1]`, `"points",18,18,2]`},
	} {
		if !strings.Contains(text, c.old) {
			t.Fatalf("%s: no %q in the ledger", name, c.old)
		}
		if got := audit(t, commands, strings.Replace(text, c.old, c.new, 1))[c.command]; strings.Contains(got, "true") {
			t.Errorf("%s changed, and command %d says %q", name, c.command+1, got)
		}
	}
}

// audit runs each command in a folder that holds nothing but ledger.ndjson.
func audit(t *testing.T, commands [][]string, text string) (said []string) {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "ledger.ndjson"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range commands {
		cmd := exec.CommandContext(t.Context(), "sh", "-c", c[1])
		cmd.Dir = dir
		out, err := cmd.CombinedOutput()
		if _, failed := errors.AsType[*exec.ExitError](err); err != nil && !failed {
			t.Fatal(err)
		}
		said = append(said, string(out))
	}
	return said
}

// TestFormatNamesTheFields: the header's fields stand in the document in the order of the line.
func TestFormatNamesTheFields(t *testing.T) {
	_, table, _ := strings.Cut(formatText(t), "## The line")
	table, _, _ = strings.Cut(table, "\n## ")
	var described []string
	for _, m := range regexp.MustCompile("(?m)^\\| `([a-z]+)` \\|").FindAllStringSubmatch(table, -1) {
		described = append(described, m[1])
	}
	all := map[string]bool{}
	var order []string
	for _, g := range goldenRecords() {
		line, err := g.AppendLine(nil)
		if err != nil {
			t.Fatal(err)
		}
		for i, name := range fieldNames(t, line) {
			if !all[name] {
				all[name] = true
				order = slices.Insert(order, min(i, len(order)), name)
			}
		}
	}
	if len(described) != len(all) || !slices.Equal(slices.Sorted(maps.Keys(all)), slices.Sorted(slices.Values(described))) {
		t.Fatalf("described %v, the lines have %v", described, order)
	}
	for _, g := range goldenRecords() {
		line, _ := g.AppendLine(nil)
		last := -1
		for _, name := range fieldNames(t, line) {
			at := slices.Index(described, name)
			if at <= last {
				t.Errorf("%s: field %q is out of the documented order", g.file(), name)
			}
			last = at
		}
	}
}

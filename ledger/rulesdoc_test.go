package ledger_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestRulesInWords: docs/rules.zh.md names a script for each rule, every script is named there, and its numbers are those
// of the first rulebook.
func TestRulesInWords(t *testing.T) {
	file, err := os.ReadFile("../docs/rules.zh.md")
	if err != nil {
		t.Fatal(err)
	}
	prose, table, ok := strings.Cut(string(file), "## 出厂的数字")
	if !ok {
		t.Fatal("docs/rules.zh.md has no table of numbers")
	}
	var known []string
	for _, script := range scripts(t) {
		known = append(known, strings.TrimSuffix(filepath.Base(script), ".txt"))
	}
	named := map[string]bool{}
	for _, list := range regexp.MustCompile("（((?:`[a-z-]+`、?)+)）").FindAllStringSubmatch(prose, -1) {
		for name := range strings.SplitSeq(list[1], "、") {
			if name = strings.Trim(name, "`"); !slices.Contains(known, name) {
				t.Errorf("docs/rules.zh.md names the script %s, which is not there", name)
			}
			named[name] = true
		}
	}
	for _, name := range known {
		if !named[name] {
			t.Errorf("docs/rules.zh.md does not say which rule %s.txt shows", name)
		}
	}
	for rule := range strings.SplitSeq(prose, "\n- ") {
		if _, shown, _ := strings.Cut(rule, "（"); rule != prose && !strings.HasPrefix(rule, "# ") && shown == "" {
			t.Errorf("a rule without its script: %s", rule)
		}
	}
	checkNumbers(t, table)
}

func checkNumbers(t *testing.T, table string) {
	t.Helper()
	line, err := os.ReadFile("testdata/golden/rulebook.json")
	if err != nil {
		t.Fatal(err)
	}
	var record struct{ Body map[string]json.RawMessage }
	if err := json.Unmarshal(line, &record); err != nil {
		t.Fatal(err)
	}
	rows := regexp.MustCompile("(?m)^\\| `([a-z-]+)` \\| ([0-9]+) \\|").FindAllStringSubmatch(table, -1)
	if len(rows) < 20 {
		t.Errorf("docs/rules.zh.md has only %d numbers", len(rows))
	}
	for _, row := range rows {
		if got := string(record.Body[row[1]]); got != row[2] {
			t.Errorf("docs/rules.zh.md says %s is %s; the first rulebook says %q", row[1], row[2], got)
		}
	}
}

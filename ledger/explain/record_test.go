package explain_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/explain"
)

// Every kind has a name and a sentence of its own in both languages, which names people by what the caller calls them and
// never by their ids.
func TestEveryKindIsTold(t *testing.T) {
	names := explain.Names{
		Person:   func(ledger.AccountID) string { return "王**" },
		Scope:    func(ledger.Scope) explain.Text { return explain.Text{Zh: "先锋队", En: "the pioneers"} },
		Activity: func(ledger.ActivityID) string { return "Stairs" },
		Words:    func(string, string) explain.Text { return explain.Text{Zh: "某词", En: "word"} },
	}
	files, err := filepath.Glob("../testdata/golden/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	told := map[ledger.Kind]bool{}
	for _, file := range files {
		line, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		r, err := ledger.ParseLine([]byte(strings.TrimSuffix(string(line), "\n")))
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		told[r.Kind] = true
		kind, text := explain.Kind(r.Kind), names.Record(&r)
		if kind.Zh == r.Kind.String() || kind.Zh == "" || kind.En == "" || strings.ContainsAny(kind.En, "，。") {
			t.Errorf("%v is called %+v", r.Kind, kind)
		}
		if text.Zh == kind.Zh+"。" || !strings.HasSuffix(text.Zh, "。") || !strings.HasSuffix(text.En, ".") || strings.ContainsAny(text.En, "，。；") {
			t.Errorf("%s is told as %+v", filepath.Base(file), text)
		}
		for i := range r.Postings {
			if id := string(r.Postings[i].Account); ledger.ClassOf(r.Postings[i].Account) == ledger.ClassMember && strings.Contains(text.Zh+text.En, id) {
				t.Errorf("%s tells an id: %+v", filepath.Base(file), text)
			}
		}
	}
	for _, k := range ledger.Kinds() {
		if !told[k] {
			t.Errorf("no golden line of kind %v", k)
		}
	}
}

// Every kind of record that moves a member's points or minutes is named as a cause in a balance, in both languages: nobody
// reads "record 7 (meal-replayed)".
func TestEveryCauseIsNamed(t *testing.T) {
	files, err := filepath.Glob("../testdata/golden/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	named := 0
	for _, file := range files {
		line, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		r, err := ledger.ParseLine([]byte(strings.TrimSuffix(string(line), "\n")))
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for _, p := range r.Postings {
			if ledger.ClassOf(p.Account) != ledger.ClassMember {
				continue
			}
			named++
			a := explain.Balance(p.Account, p.Unit, []ledger.Record{r}, ledger.DefaultRulebook(), nil)
			last := a.Steps[len(a.Steps)-1]
			if kind := r.Kind.String(); !a.Holds || strings.Contains(last.Text.Zh, "（"+kind+"）") || strings.Contains(last.Text.En, "("+kind+")") {
				t.Errorf("%s is the cause %+v of a balance", filepath.Base(file), last.Text)
			}
		}
	}
	if named < 20 {
		t.Errorf("only %d postings to members", named)
	}
}

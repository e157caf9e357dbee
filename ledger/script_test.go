package ledger_test

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"moralbank.example/bank/ledger"
)

// The scripts in testdata/*.txt are rules as tables that a treasurer can read. A line is a moment (`at`), a command, or
// a question. A command may end in `-> code field=value …`, the refusal that it must meet, or `-> replay`, its first
// answer again; without an arrow it must succeed. docs: testdata/README.md lists the words.

// play is one script being played.
type play struct {
	*stage
	t      *testing.T
	where  string // file:line
	now    ledger.Time
	seqs   map[string]ledger.Seq // label -> first record of the command
	unread map[string]string     // options of the line that nothing has read yet
	words  []string              // positional words of the line that nothing has read yet
	count  int
}

func TestScripts(t *testing.T) {
	for _, file := range scripts(t) {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) { perform(t, file) })
	}
}

func scripts(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	return files
}

// perform plays one script to its end.
func perform(t *testing.T, file string) *play {
	t.Helper()
	p := &play{stage: newStage(), t: t, seqs: map[string]ledger.Seq{}}
	p.read(file)
	return p
}

// read plays the lines of a file.
func (p *play) read(file string) {
	p.t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		p.t.Fatal(err)
	}
	for i, line := range strings.Split(string(text), "\n") {
		p.where = filepath.Base(file) + ":" + strconv.Itoa(i+1) + ": " + line
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			p.line(line)
		}
	}
}

func (p *play) fail(format string, args ...any) {
	p.t.Helper()
	p.t.Fatalf(p.where+"\n\t"+format, args...)
}

// line plays one line: a question, or a command with what it must meet.
func (p *play) line(line string) {
	p.t.Helper()
	text, want, _ := strings.Cut(line, "->")
	p.words, p.unread = nil, map[string]string{}
	for word := range strings.FieldsSeq(text) {
		if name, value, is := strings.Cut(word, "="); is {
			p.unread[name] = value
		} else {
			p.words = append(p.words, word)
		}
	}
	verb := p.word()
	if verb == "use" { // use town: the lines of testdata/use/town.txt come first
		p.read(filepath.Join("testdata", "use", p.word()+".txt"))
	} else if ask := questions[verb]; ask != nil {
		ask(p)
	} else {
		p.command(verb, strings.Fields(want))
	}
	if len(p.words) > 0 || len(p.unread) > 0 {
		p.fail("nobody reads %v %v", p.words, p.unread)
	}
}

func (p *play) command(verb string, want []string) {
	p.t.Helper()
	build := verbs[verb]
	if build == nil {
		p.fail("no verb %q", verb)
	}
	if p.restarts {
		var err error
		if p.book, err = reread(p.book); err != nil {
			p.fail("%v", err)
		}
	}
	p.count++
	cmd := &ledger.Command{Actor: ledger.ActorRoot, Via: ledger.ViaWeb}
	label := p.option("key", "line-"+strconv.Itoa(p.count))
	cmd.Do = build(p, cmd, &label)
	cmd.Key = ledger.DerivedKey("script", label)
	if by := p.option("as", ""); by != "" {
		cmd.Actor = account(by)
	}
	cmd.Via = ledger.DeviceID(p.option("via", string(cmd.Via)))
	if when := p.option("when", ""); when != "" {
		cmd.Effective = p.moment(when)
	}
	if raw := p.option("rawkey", ""); raw != "" {
		cmd.Key = ledger.Key(raw)
	}
	p.meet(cmd, label, want)
}

// meet submits a command and compares the answer with what the script says.
func (p *play) meet(cmd *ledger.Command, label string, want []string) {
	p.t.Helper()
	got, err := p.submit(cmd, p.now)
	switch {
	case err != nil:
		p.fail("%v", err)
	case got.refusal != nil && len(want) == 0:
		p.fail("refused: %+v", *got.refusal)
	case got.refusal != nil:
		p.refused(got.refusal, want)
	case len(want) > 1, len(want) == 1 && want[0] != "replay":
		p.fail("it must be refused with %s; it made %d records", want[0], got.made)
	case got.replay != (len(want) > 0):
		p.fail("replay: %v", got.replay)
	default:
		p.seqs[label] = got.first
	}
}

// refused compares a refusal with the code and the facts that the script names.
func (p *play) refused(r *ledger.Refusal, want []string) {
	p.t.Helper()
	if string(r.Code) != want[0] {
		p.fail("refused with %+v", *r)
	}
	for _, fact := range want[1:] {
		name, value, _ := strings.Cut(fact, "=")
		got := map[string]string{
			"field": r.Field, "need": itoa(r.Need), "available": itoa(r.Available), "used": itoa(r.Used),
			"limit": itoa(r.Limit), "seq": itoa(int64(r.Seq)), "subject": strings.TrimPrefix(string(r.Subject), "m/"),
			"reset": itoa(int64(r.Reset)), "at": itoa(int64(r.At)),
		}
		switch name {
		case "reset", "at":
			value = itoa(int64(p.moment(value)))
		case "seq":
			value = itoa(int64(p.seq(value)))
		}
		if have, known := got[name]; !known || have != value {
			p.fail("%s: got %s, want %s (%+v)", name, have, value, *r)
		}
	}
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

// word is the line's next positional word.
func (p *play) word() string {
	p.t.Helper()
	if len(p.words) == 0 {
		p.fail("the line ends too early")
	}
	w := p.words[0]
	p.words = p.words[1:]
	return w
}

// flag reports whether the line has this word, at any place.
func (p *play) flag(name string) bool {
	i := slices.Index(p.words, name)
	if i >= 0 {
		p.words = slices.Delete(p.words, i, i+1)
	}
	return i >= 0
}

func (p *play) option(name, otherwise string) string {
	if v, ok := p.unread[name]; ok {
		delete(p.unread, name)
		return v
	}
	return otherwise
}

func (p *play) number(s string) int64 {
	p.t.Helper()
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		p.fail("%v", err)
	}
	return n
}

// moment reads 2026-03-02T09:00[:30], or 09:00[:30] of the script's day.
func (p *play) moment(s string) ledger.Time {
	p.t.Helper()
	if !strings.Contains(s, "T") {
		s = time.UnixMilli(int64(p.now)).In(local).Format("2006-01-02T") + s
	}
	for _, layout := range []string{"2006-01-02T15:04", "2006-01-02T15:04:05", "2006-01-02T15:04:05.000"} {
		if at, err := time.ParseInLocation(layout, s, local); err == nil {
			return ledger.Time(at.UnixMilli())
		}
	}
	p.fail("%q is no moment", s)
	return 0
}

// seq is the record that a label stands for: `k3` the first record of the command with this key, `k3+1` the one after
// it, `clean-1/wang` an award, a number itself.
func (p *play) seq(label string) ledger.Seq {
	p.t.Helper()
	if n, err := strconv.ParseInt(label, 10, 64); err == nil {
		return ledger.Seq(n)
	}
	name, more, _ := strings.Cut(label, "+")
	seq := p.seqs[name]
	if seq == 0 {
		p.fail("no record is called %q", name)
	}
	if more != "" {
		seq += ledger.Seq(p.number(more))
	}
	return seq
}

// account is the id that a name in a script stands for: wang is the member m/wang.
func account(name string) ledger.AccountID {
	switch id := ledger.AccountID(name); id {
	case ledger.ActorRoot, ledger.ActorTimer, ledger.Transit, ledger.Expired, ledger.Shortfall, ledger.Settled:
		return id
	}
	if strings.Contains(name, "/") || name == "" {
		return ledger.AccountID(name)
	}
	return ledger.MemberAccount(name)
}

// notYet are the codes that no verb of this slice can answer with, each with the verb that will bring it. A code that
// becomes reachable must leave this list and enter a script.
var notYet = map[ledger.Code]string{}

// TestScriptsCoverEverything: every refusal code and every kind of record is shown by some script.
func TestScriptsCoverEverything(t *testing.T) {
	codes, kinds := map[ledger.Code]int{}, map[ledger.Kind]int{}
	for _, file := range scripts(t) {
		p := perform(t, file)
		for code, n := range p.refusals {
			codes[code] += n
		}
		for i := range p.records {
			kinds[p.records[i].Kind]++
		}
	}
	for _, code := range declaredCodes(t) {
		if brings := notYet[code]; (codes[code] == 0) != (brings != "") {
			t.Errorf("%s is met %d times by the scripts; not reachable yet: %q", code, codes[code], brings)
		}
		delete(codes, code)
	}
	if len(codes) > 0 {
		t.Errorf("refusals with codes that refusal.go does not declare: %v", slices.Collect(maps.Keys(codes)))
	}
	for _, kind := range ledger.Kinds() {
		if kinds[kind] == 0 {
			t.Errorf("no script makes a record of kind %v", kind)
		}
	}
}

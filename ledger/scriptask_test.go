package ledger_test

import (
	"encoding/json"
	"fmt"
	"strings"

	"moralbank.example/bank/ledger"
)

// questions are the lines of a script that ask instead of command.
var questions = map[string]func(*play){
	"at":       (*play).at,
	"balance":  (*play).balance,
	"lots":     (*play).lots,
	"truth":    (*play).truthIs,
	"left":     (*play).left,
	"record":   (*play).record,
	"timer":    (*play).timer,
	"crowd":    (*play).crowd,
	"founding": (*play).founding,
	"inbox":    (*play).inbox,
	"people":   (*play).people,
	"deed":     (*play).deed,
	"disputes": (*play).disputes,
	"consents": (*play).consents,
	"waits":    (*play).waits,
	"odd":      (*play).odd,
}

// at 2026-03-02 09:00 moves the clock; it may also go back, as clocks do.
func (p *play) at() { p.now = p.moment(p.word() + "T" + p.word()) }

func (p *play) same(name string, got, want any) {
	p.t.Helper()
	if g, w := fmt.Sprint(got), fmt.Sprint(want); g != w {
		p.fail("%s: got %s, want %s", name, g, w)
	}
}

// balance NAME [points=…] [minutes=…] [available=…] [pinned=…]
func (p *play) balance() {
	p.t.Helper()
	v, _ := p.book.View(account(p.word()))
	for name, got := range map[string]int64{
		"points": int64(v.Points), "minutes": int64(v.Minutes), "pinned": int64(v.Pinned()),
		"available": int64(v.Available(p.now, p.book.Rules().OffsetMinutes)),
	} {
		if want := p.option(name, ""); want != "" {
			p.same(name, got, want)
		}
	}
}

// lots NAME 202803=20 202804=10/5: all lots, oldest first, with what is pinned after the slash.
func (p *play) lots() {
	p.t.Helper()
	v, _ := p.book.View(account(p.word()))
	want := map[string]string{}
	for month, points := range p.unread {
		want[month] = points
		delete(p.unread, month)
	}
	got := map[string]string{}
	for _, l := range v.Lots {
		points := itoa(int64(l.Points))
		if l.Pinned > 0 {
			points += "/" + itoa(int64(l.Pinned))
		}
		got[itoa(int64(l.Month))] = points
	}
	p.same("lots", got, want) // maps print in the order of their keys
}

// truth issued=… redeemed=… expired=… outstanding=…: the four numbers of the console, and that they add up.
func (p *play) truthIs() {
	p.t.Helper()
	t, err := p.truth()
	if err != nil {
		p.fail("%v", err)
	}
	for name, got := range map[string]int64{
		"issued": t.issued, "redeemed": t.redeemed, "expired": t.expired, "outstanding": t.outstanding,
	} {
		p.same(name, got, p.option(name, "missing"))
	}
}

// left ISSUER POINTS: what it may still mint this month.
func (p *play) left() {
	p.t.Helper()
	p.same("left", p.book.BudgetLeft(ledger.AccountID(p.word()), p.now), p.word())
}

// record LABEL field=value …: fields of a stored line, read with an ordinary JSON decoder. `none` means absent.
func (p *play) record() {
	p.t.Helper()
	seq := p.seq(p.word())
	var header, body map[string]json.RawMessage
	if err := json.Unmarshal(p.lines[seq-1], &header); err != nil {
		p.fail("%v", err)
	}
	if err := json.Unmarshal(header["body"], &body); err != nil {
		p.fail("%v", err)
	}
	for name, want := range p.unread {
		delete(p.unread, name)
		raw, ok := body[name]
		if !ok {
			raw, ok = header[name]
		}
		got := strings.Trim(string(raw), `"`)
		switch {
		case !ok:
			got = "none"
		case strings.Contains(want, ":") && !strings.HasPrefix(want, "["):
			want = itoa(int64(p.moment(want)))
		case name == "target" || name == "proposal" || name == "deed" || name == "dispute" || name == "award" || name == "hold" || name == "earlier" || name == "meal" && header["kind"] != nil && string(header["kind"]) == `"card-doubted"`:
			want = itoa(int64(p.seq(want)))
		case strings.HasPrefix(got, "m/"):
			got = strings.TrimPrefix(got, "m/")
		}
		p.same(name, got, want)
	}
}

// timer N: does all that is due, as the engine's timer would, and counts it. Awards are called ACTIVITY/NAME.
func (p *play) timer() {
	p.t.Helper()
	done := 0
	p.quiet = true
	for {
		due := p.book.Due(p.now)
		if len(due) == 0 {
			break
		}
		for i := range due {
			label := p.peopleDue(due[i].Do)
			switch do := due[i].Do.(type) {
			case *ledger.AwardService:
				label = strings.TrimPrefix(string(do.Activity), "a/") + "/" + strings.TrimPrefix(string(do.Account), "m/")
			case *ledger.Expire:
				label = strings.TrimPrefix(string(do.Account), "m/") + "/" + itoa(int64(do.Month))
			}
			before := p.book.Seq()
			p.meet(&due[i], label, nil)
			if p.book.Seq() == before {
				p.fail("%s is due and changes nothing", label)
			}
			done++
		}
	}
	if err := p.loud(); err != nil {
		p.fail("%v", err)
	}
	p.same("due", done, p.word())
}

// crowd N ACTIVITY: opens N accounts and ticks each on the list.
func (p *play) crowd() {
	p.t.Helper()
	n, id := p.number(p.word()), activityID(p.word())
	p.quiet = true
	for i := range n {
		who := ledger.MemberAccount(fmt.Sprintf("%s-%04d", strings.Repeat("x", 17), i))
		for _, cmd := range []*ledger.Command{
			{Actor: ledger.ActorRoot, Via: ledger.ViaCLI, Do: &ledger.OpenAccount{Account: who}},
			{Actor: account("li"), Via: ledger.ViaWeb, Do: &ledger.Scan{Activity: id, Account: who, Path: ledger.PathList}},
		} {
			cmd.Key = ledger.DerivedKey("crowd", string(who), fmt.Sprintf("%T", cmd.Do))
			p.meet(cmd, "crowd", nil)
		}
	}
	if err := p.loud(); err != nil {
		p.fail("%v", err)
	}
}

// founding true|false: whether one person may still grant roles alone.
func (p *play) founding() {
	p.t.Helper()
	p.same("founding", p.book.Founding(), p.word())
}

// inbox LABEL …: the proposals that can be approved now, oldest first.
func (p *play) inbox() {
	p.t.Helper()
	var want, got []ledger.Seq
	for len(p.words) > 0 {
		want = append(want, p.seq(p.word()))
	}
	for _, v := range p.book.Proposals(p.now) {
		got = append(got, v.Seq)
	}
	p.same("inbox", got, want)
}

// people ACTIVITY in|out=N: who is inside now, and who has left.
func (p *play) people() {
	p.t.Helper()
	v, _ := p.book.Activity(activityID(p.word()))
	in, out := 0, 0
	for _, a := range v.People {
		if a.Out == 0 {
			in++
		} else {
			out++
		}
	}
	p.same("in", in, p.option("in", "missing"))
	p.same("out", out, p.option("out", "missing"))
}

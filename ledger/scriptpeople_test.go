package ledger_test

import (
	"strings"

	"moralbank.example/bank/ledger"
)

// peopleVerbs are the verbs of a script by which people judge what others did: disputes, good deeds and what follows.
func peopleVerbs() map[string]func(p *play, cmd *ledger.Command, label *string) ledger.Verb {
	return map[string]func(p *play, cmd *ledger.Command, label *string) ledger.Verb{
		"dispute":     (*play).dispute,
		"resolve":     (*play).resolve,
		"escalate":    (*play).escalate,
		"file":        (*play).file,
		"vote":        (*play).vote,
		"accept":      (*play).accept,
		"notice":      (*play).notice,
		"refuse-deed": (*play).refuseDeed,
		"award-deed":  (*play).awardDeed,
		"pay":         (*play).pay,
		"adjust":      func(p *play, _ *ledger.Command, _ *string) ledger.Verb { return p.adjust() },
		"undo":        func(p *play, _ *ledger.Command, _ *string) ledger.Verb { return p.undo() },
		"undo-award":  (*play).undoAward,
		"judge":       (*play).judge,
		"consent":     (*play).consent,
		"unconsent":   (*play).unconsent,
	}
}

// dispute KEY MEMBER LINE REASON [card=…] [note=…]: by the member herself, if as= does not say otherwise.
func (p *play) dispute(cmd *ledger.Command, label *string) ledger.Verb {
	*label = p.word()
	o := &ledger.Dispute{Account: account(p.word()), Seq: p.seq(p.word()), Reason: ledger.ReasonCode(p.word())}
	o.Card, o.Note = ledger.CardID(p.option("card", "")), p.option("note", "")
	cmd.Actor = o.Account
	return o
}

// resolve DISPUTE PERSON OUTCOME
func (p *play) resolve(cmd *ledger.Command, _ *string) ledger.Verb {
	seq := p.seq(p.word())
	cmd.Actor = account(p.word())
	return &ledger.ResolveDispute{Dispute: seq, Outcome: ledger.Outcome(p.word()), Note: p.option("note", "")}
}

// escalate DISPUTE
func (p *play) escalate(cmd *ledger.Command, _ *string) ledger.Verb {
	cmd.Actor, cmd.Via = ledger.ActorTimer, ledger.ViaTimer
	return &ledger.EscalateDispute{Dispute: p.seq(p.word())}
}

// file KEY PERSON TYPE DOER [for=NAME] [day=2026-03-02] [hours=2] [photo=…]
func (p *play) file(cmd *ledger.Command, label *string) ledger.Verb {
	*label = p.word()
	cmd.Actor = account(p.word())
	f := &ledger.FileDeed{Type: p.word(), Account: account(p.word()), Day: p.book.DayOf(p.now), Photo: p.option("photo", "")}
	if to := p.option("for", ""); to != "" {
		f.Beneficiary = account(to)
	}
	if day := p.option("day", ""); day != "" {
		f.Day = p.day(day)
	}
	f.Hours = int(p.number(p.option("hours", "0")))
	return f
}

// accept DEED PERSON [card=…]: the beneficiary confirms.
func (p *play) accept(cmd *ledger.Command, _ *string) ledger.Verb {
	seq := p.seq(p.word())
	cmd.Actor = account(p.word())
	return &ledger.ConfirmDeed{Deed: seq, Card: ledger.CardID(p.option("card", ""))}
}

// vote DEED PERSON yes|no [points=N] [lift]
func (p *play) vote(cmd *ledger.Command, _ *string) ledger.Verb {
	v := &ledger.VoteDeed{Lift: p.flag("lift"), Deed: p.seq(p.word())}
	cmd.Actor = account(p.word())
	v.Yes = p.word() == "yes"
	v.Points = ledger.Points(p.number(p.option("points", "0")))
	return v
}

// notice DEED PERSON: the community consents.
func (p *play) notice(cmd *ledger.Command, _ *string) ledger.Verb {
	seq := p.seq(p.word())
	cmd.Actor = account(p.word())
	return &ledger.NoticeDeed{Deed: seq}
}

// refuse-deed DEED PERSON [card=…]
func (p *play) refuseDeed(cmd *ledger.Command, _ *string) ledger.Verb {
	seq := p.seq(p.word())
	cmd.Actor = account(p.word())
	return &ledger.RefuseDeed{Deed: seq, Card: ledger.CardID(p.option("card", ""))}
}

// award-deed DEED
func (p *play) awardDeed(cmd *ledger.Command, _ *string) ledger.Verb {
	cmd.Actor, cmd.Via = ledger.ActorTimer, ledger.ViaTimer
	return &ledger.AwardDeed{Deed: p.seq(p.word())}
}

// deed DEED STAGE [votes=N] [quorum=N] [worth=N] [disputed=…]; gone when it is decided.
func (p *play) deed() {
	p.t.Helper()
	v, ok := p.book.Deed(p.seq(p.word()))
	stage := v.Stage.String()
	if !ok {
		stage = "gone"
	}
	p.same("stage", stage, p.word())
	for name, got := range map[string]any{"votes": len(v.Votes), "quorum": v.Quorum, "worth": v.Worth, "disputed": v.Disputed} {
		if want := p.option(name, ""); want != "" {
			p.same(name, got, want)
		}
	}
}

// disputes LABEL …: the open ones, oldest first.
func (p *play) disputes() {
	p.t.Helper()
	var want, got []ledger.Seq
	for len(p.words) > 0 {
		want = append(want, p.seq(p.word()))
	}
	for _, v := range p.book.Disputes() {
		got = append(got, v.Seq)
	}
	p.same("disputes", got, want)
}

// named is the label of a record: what the timer brings about is called after it.
func (p *play) named(s ledger.Seq) string {
	for label, seq := range p.seqs {
		if seq == s {
			return label
		}
	}
	return "due"
}

// peopleDue is the label of what the timer does to deeds and disputes.
func (p *play) peopleDue(do ledger.Verb) string {
	switch do := do.(type) {
	case *ledger.AwardDeed:
		return p.named(do.Deed) + "/award"
	case *ledger.RefuseDeed:
		return p.named(do.Deed) + "/lapse"
	case *ledger.EscalateDispute:
		return p.named(do.Dispute) + "/escalate"
	case *ledger.ResolveDispute:
		return p.named(do.Dispute) + "/end"
	case *ledger.PayWaiting:
		return p.named(do.Award) + "/paid"
	case *ledger.UndoAward:
		return p.named(do.Award) + "/undone"
	}
	return "due"
}

// peopleRules are the fields of the rulebook about deeds, disputes and trust, under their names in the record line.
func (p *play) peopleRules(k *ledger.Rulebook) {
	for name, field := range map[string]*int{
		"notice-days": &k.Deeds.NoticeDays, "deed-quorum": &k.Deeds.Quorum, "deed-pair-days": &k.Deeds.PairDays,
		"deed-open-max": &k.Deeds.OpenMax, "deed-lapse-days": &k.Deeds.LapseDays, "deed-file-days": &k.Deeds.FileDays,
		"dispute-work-days": &k.Disputes.WorkDays, "dispute-days-max": &k.Disputes.DaysMax, "grace-days": &k.Disputes.GraceDays,
		"record-days": &k.Trust.RecordDays,
	} {
		*field = int(p.number(p.option(name, itoa(int64(*field)))))
	}
	for name, field := range map[string]*ledger.Points{
		"deed-month-max": &k.Deeds.MonthMax, "deed-alone-max": &k.Deeds.AloneMax, "device-points": &k.Trust.DevicePoints,
	} {
		*field = ledger.Points(p.number(p.option(name, itoa(int64(*field)))))
	}
}

// pay AWARD: what waits of it, by the timer if as= does not say otherwise.
func (p *play) pay(cmd *ledger.Command, _ *string) ledger.Verb {
	cmd.Actor, cmd.Via = ledger.ActorTimer, ledger.ViaTimer
	return &ledger.PayWaiting{Award: p.seq(p.word())}
}

// adjust NAME ISSUER REASON [points=N] [minutes=N] [dispute=…]
func (p *play) adjust() *ledger.Adjust {
	x := &ledger.Adjust{
		Account: account(p.word()), Issuer: ledger.AccountID(p.word()), Reason: ledger.ReasonCode(p.word()), Note: p.option("note", ""),
		Points: ledger.Points(p.number(p.option("points", "0"))), Minutes: ledger.Minutes(p.number(p.option("minutes", "0"))),
	}
	if about := p.option("dispute", ""); about != "" {
		x.Dispute = p.seq(about)
	}
	return x
}

// undo ACTIVITY REASON: all of its awards.
func (p *play) undo() *ledger.UndoActivity {
	return &ledger.UndoActivity{Activity: activityID(p.word()), Reason: ledger.ReasonCode(p.word()), Note: p.option("note", "")}
}

// undo-award AWARD
func (p *play) undoAward(cmd *ledger.Command, _ *string) ledger.Verb {
	cmd.Actor, cmd.Via = ledger.ActorTimer, ledger.ViaTimer
	return &ledger.UndoAward{Award: p.seq(p.word())}
}

// judge ACTIVITY NAME there|gone: a presence that was one too many, by hu if as= does not say otherwise.
func (p *play) judge(cmd *ledger.Command, _ *string) ledger.Verb {
	cmd.Actor = account("hu")
	return &ledger.JudgePresence{Activity: activityID(p.word()), Account: account(p.word()), Present: p.word() == "there"}
}

// consent NAME WHAT [card=…]
func (p *play) consent(cmd *ledger.Command, _ *string) ledger.Verb {
	g := &ledger.GiveConsent{Account: account(p.word()), What: ledger.ConsentKind(p.word()), Text: p.option("text", strings.Repeat("0f", 32))}
	g.Card = ledger.CardID(p.option("card", ""))
	cmd.Actor = g.Account
	return g
}

// unconsent NAME WHAT [card=…]
func (p *play) unconsent(cmd *ledger.Command, _ *string) ledger.Verb {
	w := &ledger.WithdrawConsent{Account: account(p.word()), What: ledger.ConsentKind(p.word()), Card: ledger.CardID(p.option("card", ""))}
	cmd.Actor = w.Account
	return w
}

// consents NAME WHAT true|false
func (p *play) consents() {
	p.t.Helper()
	p.same("consents", p.book.Consented(account(p.word()), ledger.ConsentKind(p.word())), p.word())
}

// waits LABEL=POINTS …: the awards of which something waits for a budget.
func (p *play) waits() {
	p.t.Helper()
	want, got := map[string]string{}, map[string]string{}
	for label, points := range p.unread {
		want[itoa(int64(p.seq(label)))] = points
		delete(p.unread, label)
	}
	for _, w := range p.book.Waiting() {
		got[itoa(int64(w.Award))] = itoa(int64(w.Points))
	}
	p.same("waits", got, want)
}

// odd ACTIVITY ODDITY …: what to look at before it is confirmed.
func (p *play) odd() {
	p.t.Helper()
	found, _ := p.book.Oddities(activityID(p.word()), p.now)
	got, want := []ledger.Oddity{}, []ledger.Oddity{}
	for _, o := range found {
		got = append(got, o.Code)
	}
	for len(p.words) > 0 {
		want = append(want, ledger.Oddity(p.word()))
	}
	p.same("odd", got, want)
}

package ledger_test

import "moralbank.example/bank/ledger"

func (w *world) voter() ledger.AccountID { return pick[ledger.AccountID](w, "m/qi", "m/qu", "m/qa") }

// deedSeq is one of the last deeds, or any record.
func (w *world) deedSeq() ledger.Seq {
	var all []ledger.Seq
	for _, stage := range []ledger.DeedStage{ledger.DeedAsked, ledger.DeedVoting, ledger.DeedPassed, ledger.DeedNotice} {
		for _, v := range w.book.Deeds(stage) {
			all = append(all, v.Seq)
		}
	}
	if len(all) == 0 || w.rarely(20) {
		return ledger.Seq(w.number(0, len(w.records)+1))
	}
	return pick(w, all...)
}

// drawPeople is about good deeds and disputes.
func (w *world) drawPeople() *ledger.Command {
	if w.rarely(5) {
		return w.drawChange()
	}
	switch w.number(0, 8) {
	case 0, 1:
		return w.drawDeed()
	case 2:
		v := &ledger.VoteDeed{Deed: w.deedSeq(), Yes: !w.rarely(3), Lift: w.rarely(6)}
		if d, ok := w.book.Deed(v.Deed); ok && d.Type == "bravery" && v.Yes {
			v.Points = ledger.Points(w.number(45, 205))
		}
		return w.command(w.voter(), ledger.ViaWeb, v)
	case 3:
		seq := w.deedSeq()
		d, _ := w.book.Deed(seq)
		return w.command(pick(w, d.Beneficiary, d.Account, "m/hu"), ledger.ViaWeb, pick[ledger.Verb](w,
			&ledger.ConfirmDeed{Deed: seq}, &ledger.ConfirmDeed{Deed: seq}, &ledger.RefuseDeed{Deed: seq}))
	case 4:
		return w.command(w.organizer(), ledger.ViaWeb, &ledger.NoticeDeed{Deed: w.deedSeq()})
	case 5, 6:
		return w.drawDispute()
	default:
		return w.drawDecision()
	}
}

func (w *world) drawDeed() *ledger.Command {
	f := &ledger.FileDeed{
		Type: pick(w, "lost-found", "neighbour-help", "bravery", "stairs", "skill-lesson", "referral", "blood", "dancing"),
		Day:  w.book.DayOf(max(w.now, w.book.Time())) - ledger.Day(w.number(-1, 32)/3), Account: w.person(),
	}
	if f.Type == "neighbour-help" || f.Type == "referral" || w.rarely(10) {
		f.Beneficiary = w.person()
	}
	if f.Type == "skill-lesson" {
		f.Hours = w.number(1, 9)
	}
	return w.command(pick(w, f.Account, f.Account, w.person()), ledger.ViaWeb, f)
}

func (w *world) drawDispute() *ledger.Command {
	seq := w.target()
	if w.rarely(4) {
		seq = w.deedSeq()
	}
	o := &ledger.Dispute{Seq: seq, Reason: w.reason(), Account: w.person()}
	if seq > 0 && int(seq) <= len(w.records) && !w.rarely(10) {
		o.Account = w.records[seq-1].Subject()
	}
	return w.command(pick(w, o.Account, o.Account, w.person()), ledger.ViaWeb, o)
}

func (w *world) drawDecision() *ledger.Command {
	open := w.book.Disputes()
	if len(open) == 0 || w.rarely(20) {
		return w.command(ledger.ActorTimer, ledger.ViaTimer, &ledger.EscalateDispute{Dispute: w.target()})
	}
	v := open[w.number(0, len(open)-1)]
	return w.command(pick(w, w.organizer(), w.voter(), v.Opener), ledger.ViaWeb, &ledger.ResolveDispute{
		Dispute: v.Seq, Outcome: pick(w, ledger.OutcomeUpheld, ledger.OutcomeRejected, ledger.OutcomeWithdrawn, ledger.OutcomeLapsed),
	})
}

// council is an evening of the committee that goes as it should, for the most part.
func (w *world) council() {
	w.t.Helper()
	file := w.drawDeed()
	w.try(file)
	open := w.book.Deeds(ledger.DeedAsked)
	for _, d := range open {
		w.try(w.command(d.Beneficiary, ledger.ViaWeb, &ledger.ConfirmDeed{Deed: d.Seq}))
	}
	for _, d := range w.book.Deeds(ledger.DeedVoting) {
		for _, id := range []ledger.AccountID{"m/qi", "m/qu", "m/qa"} {
			v := &ledger.VoteDeed{Deed: d.Seq, Yes: !w.rarely(6)}
			if d.Type == "bravery" && v.Yes {
				v.Points = ledger.Points(w.number(50, 200))
			}
			w.try(w.command(id, ledger.ViaWeb, v))
		}
	}
	for _, d := range w.book.Deeds(ledger.DeedPassed) {
		w.try(w.command(w.organizer(), ledger.ViaWeb, &ledger.NoticeDeed{Deed: d.Seq}))
	}
	w.now = max(w.now, w.book.Time()) + ledger.Time(w.number(6, 9))*day
	w.due()
}

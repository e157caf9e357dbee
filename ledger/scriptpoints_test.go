package ledger_test

import (
	"strings"

	"moralbank.example/bank/ledger"
)

// pointVerbs are the verbs of a script that move or pin points, beyond award, redeem and reverse.
func pointVerbs() map[string]func(p *play, cmd *ledger.Command, label *string) ledger.Verb {
	return map[string]func(p *play, cmd *ledger.Command, label *string) ledger.Verb{
		"hold":    (*play).hold,
		"capture": (*play).capture,
		"give": func(p *play, cmd *ledger.Command, label *string) ledger.Verb { // give KEY FROM TO POINTS [elder]
			*label = p.word()
			cmd.Actor = account(p.word())
			return &ledger.Give{Elder: p.flag("elder"), To: account(p.word()), Points: ledger.Points(p.number(p.word()))}
		},
		"fund": func(p *play, cmd *ledger.Command, _ *string) ledger.Verb { // fund POOL POINTS
			cmd.Actor = account("hu")
			return p.together("fund")
		},
		"settle": func(p *play, cmd *ledger.Command, _ *string) ledger.Verb { // settle CANTEEN TO POINTS MEALS
			cmd.Actor = account("hu")
			return p.together("settle")
		},
		"seal": func(p *play, cmd *ledger.Command, _ *string) ledger.Verb { // seal MONTH
			cmd.Actor = account("hu")
			return p.together("seal")
		},
		"unsweep": func(p *play, cmd *ledger.Command, _ *string) ledger.Verb { // unsweep MONTH REASON
			cmd.Actor = account("hu")
			return p.together("unsweep")
		},
		"shut": func(p *play, cmd *ledger.Command, _ *string) ledger.Verb { // shut NAME REASON
			cmd.Actor = account("hu")
			return p.together("shut")
		},
		"merge": func(p *play, cmd *ledger.Command, _ *string) ledger.Verb { // merge NAME OTHER
			cmd.Actor = account("hu")
			return p.together("merge")
		},
		"unimport": func(p *play, cmd *ledger.Command, _ *string) ledger.Verb { // unimport LIST REASON
			cmd.Actor = account("hu")
			return p.together("unimport")
		},
		"import": func(p *play, cmd *ledger.Command, _ *string) ledger.Verb { // import LIST ROWS POINTS MINUTES
			cmd.Actor = account("hu")
			return &ledger.OpenImport{
				Import: p.word(), Rows: int(p.number(p.word())), Points: ledger.Points(p.number(p.word())),
				Minutes: ledger.Minutes(p.number(p.word())), File: p.option("file", strings.Repeat("ab", 32)),
			}
		},
		"vouch": func(p *play, cmd *ledger.Command, _ *string) ledger.Verb { // vouch LIST PERSON ORG
			v := &ledger.ApproveImport{Import: p.word()}
			cmd.Actor, v.Org = account(p.word()), ledger.OrgID(p.word())
			return v
		},
		"row": func(p *play, cmd *ledger.Command, label *string) ledger.Verb { // row KEY LIST MEMBER POINTS MINUTES MONTH
			*label, cmd.Actor = p.word(), account("hu")
			return &ledger.ImportRow{
				Import: p.word(), Account: account(p.word()), Points: ledger.Points(p.number(p.word())),
				Minutes: ledger.Minutes(p.number(p.word())), Month: ledger.Month(p.number(p.word())),
			}
		},
		"unrow": func(p *play, cmd *ledger.Command, _ *string) ledger.Verb { // unrow RECORD
			cmd.Actor, cmd.Via = ledger.ActorTimer, ledger.ViaTimer
			return &ledger.UndoRow{Seq: p.seq(p.word())}
		},
		"lease": func(p *play, cmd *ledger.Command, _ *string) ledger.Verb { // lease TILL CAP: by chen at that till
			g := &ledger.GrantLease{Till: ledger.DeviceID(p.word()), Cap: ledger.Points(p.number(p.word()))}
			cmd.Actor, cmd.Via = account("chen"), g.Till
			return g
		},
		"unlease": func(p *play, cmd *ledger.Command, _ *string) ledger.Verb { // unlease TILL NUMBER [written]
			x := &ledger.CloseLease{WriteOff: p.flag("written"), Till: ledger.DeviceID(p.word()), Number: int(p.number(p.word()))}
			cmd.Actor, cmd.Via = account("chen"), x.Till
			return x
		},
		"replay": (*play).replayed,
		"erase": func(p *play, _ *ledger.Command, _ *string) ledger.Verb {
			return &ledger.Erase{Account: account(p.word())}
		},
		"restore": func(p *play, cmd *ledger.Command, _ *string) ledger.Verb { // restore RECORD
			cmd.Actor, cmd.Via = ledger.ActorTimer, ledger.ViaTimer
			return &ledger.RestoreExpired{Seq: p.seq(p.word())}
		},
		"donate": func(p *play, cmd *ledger.Command, label *string) ledger.Verb { // donate KEY FROM POINTS
			*label = p.word()
			cmd.Actor = account(p.word())
			return &ledger.Donate{Points: ledger.Points(p.number(p.word()))}
		},
		"grant": func(p *play, cmd *ledger.Command, label *string) ledger.Verb { // grant KEY MEMBER
			*label, cmd.Actor = p.word(), account("hu")
			return &ledger.GrantPoints{Account: account(p.word())}
		},
		"subsidy": func(p *play, cmd *ledger.Command, _ *string) ledger.Verb { // subsidy CANTEEN DAY
			cmd.Actor, cmd.Via = ledger.ActorTimer, ledger.ViaTimer
			return &ledger.PostSubsidy{Canteen: ledger.CanteenID(p.word()), Day: p.day(p.word())}
		},
		"again": (*play).again,
		"recard": func(p *play, cmd *ledger.Command, _ *string) ledger.Verb { // recard OLD NEW REASON
			cmd.Actor = account("hu")
			return &ledger.ReplaceCard{Old: ledger.CardID(p.word()), New: ledger.CardID(p.word()), Reason: ledger.ReasonCode(p.word())}
		},
		"release": func(p *play, cmd *ledger.Command, _ *string) ledger.Verb {
			v := &ledger.Release{Hold: p.seq(p.word())}
			cmd.Actor = account(p.word())
			if cmd.Actor == ledger.ActorTimer {
				cmd.Via = ledger.ViaTimer
			}
			return v
		},
	}
}

// pointRules are the fields of the rulebook about holds, gifts, pools and leases, under their names in the record line.
func (p *play) pointRules(k *ledger.Rulebook) {
	for name, field := range map[string]*int{
		"book-days":        &k.BookDays,
		"family-rest-days": &k.FamilyRestDays,
		"device-rest-days": &k.DeviceRestDays,
		"lease-hours":      &k.LeaseHours,
	} {
		*field = int(p.number(p.option(name, itoa(int64(*field)))))
	}
	for name, field := range map[string]*ledger.Points{
		"gift-year-points":   &k.GiftYearPoints,
		"fund-alone-points":  &k.FundAlonePoints,
		"grant-points":       &k.GrantPoints,
		"care-week-points":   &k.CareWeekPoints,
		"lease-points":       &k.LeasePoints,
		"lease-total-points": &k.LeaseTotalPoints,
		"lease-card-points":  &k.LeaseCardPoints,
		"opening-points":     &k.OpeningPoints,
	} {
		*field = ledger.Points(p.number(p.option(name, itoa(int64(*field)))))
	}
}

// day reads 2026-03-02.
func (p *play) day(s string) ledger.Day { return p.book.DayOf(p.moment(s + "T12:00")) }

// hold KEY MEMBER CANTEEN MEAL POINTS DAY PERIOD [small]: booked by the member herself, if as= does not say otherwise.
func (p *play) hold(cmd *ledger.Command, label *string) ledger.Verb {
	*label = p.word()
	h := &ledger.Hold{Small: p.flag("small"), Account: account(p.word()), Canteen: ledger.CanteenID(p.word()), Meal: p.word()}
	cmd.Actor = h.Account
	h.Points, h.Day, h.Period = ledger.Points(p.number(p.word())), p.day(p.word()), p.word()
	return h
}

// capture KEY CASHIER HOLD card=…|code=HANDLE/STEP [pin]
func (p *play) capture(cmd *ledger.Command, label *string) ledger.Verb {
	*label = p.word()
	cmd.Actor, cmd.Via = account(p.word()), "till/1"
	x := &ledger.Capture{PIN: p.flag("pin"), Hold: p.seq(p.word()), Card: ledger.CardID(p.option("card", ""))}
	x.Phone = ledger.DeviceID(p.option("phone", ""))
	x.Handle, x.Step = p.code()
	return x
}

// together builds what mostly takes two people.
func (p *play) together(what string) ledger.Verb {
	p.t.Helper()
	switch what {
	case "fund":
		return &ledger.FundPool{Pool: ledger.AccountID(p.word()), Points: ledger.Points(p.number(p.word()))}
	case "settle":
		return &ledger.Settle{
			Canteen: ledger.CanteenID(p.word()), To: p.day(p.word()), Points: ledger.Points(p.number(p.word())), Count: int(p.number(p.word())),
		}
	case "seal":
		return &ledger.SealPeriod{Month: ledger.Month(p.number(p.word()))}
	case "unsweep":
		return &ledger.ReverseSweep{Month: ledger.Month(p.number(p.word())), Reason: ledger.ReasonCode(p.word())}
	case "shut":
		return &ledger.CloseAccount{Account: account(p.word()), Reason: ledger.ReasonCode(p.word())}
	case "unimport":
		return &ledger.UndoImport{Import: p.word(), Reason: ledger.ReasonCode(p.word())}
	case "merge":
		return &ledger.MergePersons{Account: account(p.word()), Other: account(p.word())}
	}
	p.fail("two people cannot %q", what)
	return nil
}

// again KEY CASHIER EARLIER MEAL POINTS card=…|code=HANDLE/STEP [small]
func (p *play) again(cmd *ledger.Command, label *string) ledger.Verb {
	*label = p.word()
	x := &ledger.ServeAgain{Small: p.flag("small")}
	cmd.Actor, cmd.Via = account(p.word()), "till/1"
	x.Seq, x.Meal, x.Points = p.seq(p.word()), p.word(), ledger.Points(p.number(p.word()))
	x.Card = ledger.CardID(p.option("card", ""))
	x.Handle, x.Step = p.code()
	return x
}

// pointQuestions are the questions about points beside balances and lots.
func pointQuestions() map[string]func(*play) {
	return map[string]func(*play){
		"doubted": func(p *play) { // doubted CARD …: the replacement list
			var want, got []ledger.CardID
			for len(p.words) > 0 {
				want = append(want, ledger.CardID(p.word()))
			}
			for _, c := range p.book.DoubtedCards() {
				got = append(got, c.Card)
			}
			p.same("doubted", got, want)
		},
		"exposure": func(p *play) { // exposure CANTEEN POINTS
			p.same("exposure", p.book.Exposure(ledger.CanteenID(p.word()), p.now), p.word())
		},
		"owed": func(p *play) { // owed CANTEEN DAY POINTS: what the subsidy pool still owes
			p.same("owed", p.book.Subsidies(ledger.CanteenID(p.word()), p.day(p.word())), p.word())
		},
	}
}

// replayed KEY CASHIER MEMBER MEAL POINTS LEASE/SCAN card=…|code=HANDLE/STEP when=… [small] [wrong] [period=l]
func (p *play) replayed(cmd *ledger.Command, label *string) ledger.Verb {
	*label = p.word()
	x := &ledger.ReplayMeal{Small: p.flag("small"), Wrong: p.flag("wrong"), Canteen: "c1", Period: p.option("period", "")}
	cmd.Actor, cmd.Via = account(p.word()), "till/1"
	if x.Account = account(p.word()); x.Account == "m/-" { // nobody knows whose
		x.Account = ""
	}
	x.Meal, x.Points = p.word(), ledger.Points(p.number(p.word()))
	lease, scan, _ := strings.Cut(p.word(), "/")
	x.Lease, x.Scan = int(p.number(lease)), int(p.number(scan))
	x.Card = ledger.CardID(p.option("card", ""))
	x.Handle, x.Step = p.code()
	return x
}

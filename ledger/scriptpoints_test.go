package ledger_test

import (
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
	} {
		*field = int(p.number(p.option(name, itoa(int64(*field)))))
	}
	for name, field := range map[string]*ledger.Points{
		"gift-year-points":  &k.GiftYearPoints,
		"fund-alone-points": &k.FundAlonePoints,
		"grant-points":      &k.GrantPoints,
		"care-week-points":  &k.CareWeekPoints,
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
		"owed": func(p *play) { // owed CANTEEN DAY POINTS: what the subsidy pool still owes
			p.same("owed", p.book.Subsidies(ledger.CanteenID(p.word()), p.day(p.word())), p.word())
		},
	}
}

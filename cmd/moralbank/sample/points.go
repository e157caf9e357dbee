package sample

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/roster"
)

const (
	openingList = "im/demo"
	families    = 20
	bookers     = 4 // who book tomorrow's lunch
	subsidyFund = ledger.Points(6_000)
	careFund    = ledger.Points(1_000)
)

// endow brings in what the community had before the ledger: opening balances that two organizations vouch for, some of them old,
// so that points expire in these months; families; and the community's own budget.
func (l *life) endow(ctx context.Context) error {
	cast := &l.town.cast
	var rows []*ledger.ImportRow
	list := &ledger.OpenImport{Import: openingList}
	for i, c := range l.town.people {
		if i%5 != 0 || c.Guardian != "" {
			continue
		}
		row := &ledger.ImportRow{
			Import: openingList, Account: c.Account, Points: ledger.Points(20 + i*7%60), Minutes: ledger.Minutes(300 + i*13%900),
			Month: monthAfter(Begins(l.now), i/5%8),
		}
		list.Rows++
		list.Points += row.Points
		list.Minutes += row.Minutes
		rows = append(rows, row)
	}
	sum := sha256.Sum256([]byte("演示数据：期初名单"))
	list.File = hex.EncodeToString(sum[:])
	steps := []errand{
		{ledger.ActorRoot, &ledger.SetBudget{Issuer: ledger.IssuerCommunity, Points: 10_000}},
		{ledger.ActorRoot, list},
		{cast.Admins[0].Account, &ledger.ApproveImport{Import: openingList, Org: ledger.OrgID(cast.Admins[0].Scope)}},
		{cast.Admins[1].Account, &ledger.ApproveImport{Import: openingList, Org: ledger.OrgID(cast.Admins[1].Scope)}},
	}
	for _, row := range rows {
		steps = append(steps, errand{ledger.ActorRoot, row})
	}
	for k := range families {
		for _, c := range l.family(k) {
			steps = append(steps, errand{cast.Organizers[0].Account, &ledger.LinkFamily{Account: c.Account, Family: fmt.Sprintf("f/demo%02d", k)}})
		}
	}
	return l.run(ctx, steps)
}

// errand is one command of somebody.
type errand struct {
	by ledger.AccountID
	do ledger.Verb
}

func (l *life) run(ctx context.Context, steps []errand) error {
	for _, s := range steps {
		if _, err := l.must(ctx, s.by, ledger.ViaWeb, s.do); err != nil {
			return err
		}
	}
	return nil
}

// family is an elder and two younger people.
func (l *life) family(k int) []*citizen { return l.town.people[65+5*k : 68+5*k] }

// together is what one organizer proposes and another approves.
func (l *life) together(ctx context.Context, do ledger.Verb) error {
	a, err := l.must(ctx, l.town.cast.Organizers[0].Account, ledger.ViaWeb, &ledger.Propose{Do: do})
	if err != nil {
		return err
	}
	_, err = l.must(ctx, l.town.cast.Organizers[1].Account, ledger.ViaWeb, &ledger.Approve{Proposal: a.Records[0].Seq})
	return err
}

// points plans what points do beside being earned and eaten: pools and care grants each month, gifts, bookings, settlements
// and sealed months.
func (l *life) points(from ledger.Time) {
	l.at(from, l.fund)
	l.at(from+hour, l.care)
	for d := from; d < dayStart(l.now); d += day {
		switch date := local(d); date.Day() {
		case 1:
			l.at(d+8*hour, l.fund)
			l.at(d+9*hour, l.care)
		case 2:
			l.at(d+10*hour, func(ctx context.Context) error { return l.settleCanteen(ctx, d-2*day+day/2) })
		case 9:
			l.at(d+10*hour, func(ctx context.Context) error { return l.together(ctx, &ledger.SealPeriod{Month: monthAfter(d, -1)}) })
		case 15:
			l.at(d+20*hour, l.gifts)
		}
		l.at(d+11*hour+40*minute, l.collect)
		l.at(d+19*hour, func(ctx context.Context) error { return l.book(ctx, d+day) })
	}
}

func local(t ledger.Time) time.Time { return time.UnixMilli(int64(t + offset)).UTC() }

// monthAfter is the local month so many months after a moment's.
func monthAfter(t ledger.Time, n int) ledger.Month {
	d := local(t)
	m := time.Date(d.Year(), d.Month()+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	return ledger.Month(m.Year()*100 + int(m.Month())) //nolint:gosec // years have four digits
}

// fund puts the month's points into the pools: a large sum takes two people.
func (l *life) fund(ctx context.Context) error {
	if err := l.together(ctx, &ledger.FundPool{Pool: ledger.PoolSubsidy, Points: subsidyFund}); err != nil {
		return err
	}
	_, err := l.must(ctx, l.town.cast.Organizers[0].Account, ledger.ViaWeb, &ledger.FundPool{Pool: ledger.PoolDonation, Points: careFund})
	return err
}

// care grants the month's points to those of 80 or more and in hardship.
func (l *life) care(ctx context.Context) error {
	for _, c := range l.town.people {
		if t := l.tier(c); t == roster.Tier80 || t == roster.TierHardship {
			if _, err := l.submit(ctx, l.town.cast.Organizers[0].Account, ledger.ViaWeb, &ledger.GrantPoints{Account: c.Account}); err != nil {
				return err
			}
		}
	}
	return nil
}

func (l *life) tier(c *citizen) roster.Tier {
	return roster.TierOf(c.Person, roster.Date(local(ledger.Time(l.Clock.ms.Load())).Format(time.DateOnly)))
}

// gifts lets the younger of each family give the elder what they can spare.
func (l *life) gifts(ctx context.Context) error {
	for k := range families {
		people := l.family(k)
		if l.tier(people[0]) == roster.TierNone {
			continue
		}
		for _, from := range people[1:] {
			if _, err := l.submit(ctx, from.Account, ledger.ViaWeb, &ledger.Give{To: people[0].Account, Points: 15, Elder: true}); err != nil {
				return err
			}
		}
	}
	return nil
}

// book books a lunch for a few diners with a phone; most of them come and take it.
func (l *life) book(ctx context.Context, d ledger.Time) error {
	rules, left := ledger.DefaultRulebook(), bookers
	for i := range l.town.people {
		c := l.town.people[(i+int(d/day)*17)%len(l.town.people)]
		if !c.diner || c.Phone == "" || left == 0 || l.town.introduced(c.Account) {
			continue
		}
		left--
		cut := map[roster.Tier]int{roster.Tier60: 10, roster.Tier80: 50, roster.TierHardship: 50}[l.tier(c)]
		h := &ledger.Hold{
			Canteen: canteen, Account: c.Account, Meal: "lunch", Points: ledger.Price(rules.Meal("lunch").Points, cut), Period: "l",
			Day: ledger.Day((d + offset) / day), //nolint:gosec // days fit
		}
		a, err := l.submit(ctx, c.Account, ledger.ViaWeb, h)
		if err != nil {
			return err
		}
		if a.Refusal == nil && left > 0 { // the last one forgets it
			l.booked = append(l.booked, booking{c, a.Records[0].Seq})
		}
	}
	return nil
}

// booking is a lunch that somebody comes for.
type booking struct {
	by   *citizen
	hold ledger.Seq
}

// collect takes the booked lunches.
func (l *life) collect(ctx context.Context) error {
	booked := l.booked
	l.booked = nil
	for _, k := range booked {
		x := &ledger.Capture{Hold: k.hold, Card: k.by.card}
		if x.Card == "" {
			x.Handle, x.Step = l.code(k.by)
		}
		if _, err := l.submit(ctx, pick(l, l.town.cast.Cashiers).Account, tillOne, x); err != nil {
			return err
		}
	}
	return nil
}

// settleCanteen settles a canteen up to a day, with the sums as they are.
func (l *life) settleCanteen(ctx context.Context, to ledger.Time) error {
	var sums ledger.CanteenSettled
	l.read(ctx, func(b *ledger.Book) { sums = b.Unsettled(canteen, b.DayOf(to)) })
	if len(sums.Lines) == 0 {
		return nil
	}
	return l.together(ctx, &ledger.Settle{Canteen: canteen, To: sums.To, Points: sums.Points, Count: sums.Count})
}

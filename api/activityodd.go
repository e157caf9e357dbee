package api

import (
	"context"
	"fmt"
	"slices"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/view"
)

// oddity is something that a person should look at before an activity is confirmed (GUARDS.md, Hours and deeds). It
// accuses nobody and changes nothing.
type oddity struct {
	Code     string             `json:"code" enum:"published_late,extended,headcount,forgotten,not_live,poster,elsewhere,family"`
	Zh       string             `json:"zh"`
	En       string             `json:"en"`
	Accounts []ledger.AccountID `json:"accounts" doc:"Whom it is about, where it is about people"`
}

func (o *oddity) about(id ledger.AccountID) bool { return slices.Contains(o.Accounts, id) }

// flag is what the oddity is called at a member's presence; "" where the presence says it by itself.
func (o *oddity) flag() string {
	if o.Code == "elsewhere" || o.Code == "family" {
		return o.Code
	}
	return ""
}

const (
	publishedAhead = ledger.Time(24 * 3600_000) // milliseconds before its start that an activity should be published
	extendedMost   = ledger.Time(30 * 60_000)   // milliseconds by which an end may move unnoticed
)

// oddities lists what to look at, for those who are entitled to; others get none.
func (s *Server) oddities(ctx context.Context, c *call, v *ledger.ActivityView, entitled bool) ([]oddity, error) {
	if !entitled {
		return []oddity{}, nil
	}
	odd := []oddity{}
	add := func(code, zh, en string, accounts ...ledger.AccountID) {
		if accounts == nil {
			accounts = []ledger.AccountID{}
		}
		odd = append(odd, oddity{code, zh, en, accounts})
	}
	if ahead := v.Start - v.OpenedAt; ahead < publishedAhead {
		add("published_late", "活动发布得晚，开始前不到 24 小时才发布。", "It was published less than 24 hours before its start.")
	}
	announced, err := s.announcedEnd(ctx, v)
	if err != nil {
		return nil, err
	}
	if by := v.End - announced; by > extendedMost {
		add("extended", fmt.Sprintf("活动延长了 %d 分钟。", by/60_000), fmt.Sprintf("It was extended by %d minutes.", by/60_000))
	}
	if n := len(v.People); v.Stage != ledger.StageOpen && v.Headcount != n {
		add("headcount", fmt.Sprintf("到场 %d 人，记录 %d 人，对不上。", v.Headcount, n), fmt.Sprintf("The leader counted %d, the records say %d.", v.Headcount, n))
	}
	now := s.time()
	if who := those(v, func(p *ledger.AttendanceView) bool {
		return p.Out == 0 && (v.Stage != ledger.StageOpen || now >= v.End)
	}); who != nil {
		add("forgotten", fmt.Sprintf("%d 人没有签退，按活动结束时间记。", len(who)), fmt.Sprintf("%d did not check out and are counted to the scheduled end.", len(who)), who...)
	}
	if who := those(v, func(p *ledger.AttendanceView) bool {
		return !p.Live && (p.InPath == ledger.PathStation || p.OutPath == ledger.PathStation)
	}); who != nil {
		add("not_live", fmt.Sprintf("%d 人的签到码没有当场核对，或与别人共用一部手机。", len(who)), fmt.Sprintf("%d scans were not checked live, or share a phone with another member's.", len(who)), who...)
	}
	if who := those(v, func(p *ledger.AttendanceView) bool {
		return p.InPath == ledger.PathPoster || p.OutPath == ledger.PathPoster
	}); who != nil {
		add("poster", fmt.Sprintf("%d 人扫的是张贴的码，请核对是否到场。", len(who)), fmt.Sprintf("%d scanned a printed poster; please check that they came.", len(who)), who...)
	}
	elsewhere, family, err := s.entangled(ctx, c, v)
	if err != nil {
		return nil, err
	}
	if elsewhere != nil {
		add("elsewhere", fmt.Sprintf("%d 人同一时间也在别的活动里。", len(elsewhere)), fmt.Sprintf("%d were at another activity at the same time.", len(elsewhere)), elsewhere...)
	}
	if family != nil {
		add("family", fmt.Sprintf("%d 人是负责人的家人。", len(family)), fmt.Sprintf("%d are family of the person in charge.", len(family)), family...)
	}
	return odd, nil
}

// those are the accounts of the presences that match.
func those(v *ledger.ActivityView, match func(*ledger.AttendanceView) bool) []ledger.AccountID {
	var who []ledger.AccountID
	for i := range v.People {
		if match(&v.People[i]) {
			who = append(who, v.People[i].Account)
		}
	}
	return who
}

// announcedEnd is the end that the activity was published with.
func (s *Server) announcedEnd(ctx context.Context, v *ledger.ActivityView) (ledger.Time, error) {
	page, err := s.view.Records(ctx, view.Filter{Kind: ledger.KindActivityOpened, From: v.OpenedAt, To: v.OpenedAt + 1}, 0, view.PageMax)
	if err != nil {
		return 0, fmt.Errorf("read the announcement: %w", err)
	}
	for i := range page.Entries {
		if o, ok := page.Entries[i].Record.Body.(*ledger.ActivityOpened); ok && o.Activity == v.Activity {
			return o.End, nil
		}
	}
	return v.End, nil
}

// entangled are those who were at another activity at the same time, and those who are family of the person in charge.
func (s *Server) entangled(ctx context.Context, c *call, v *ledger.ActivityView) (elsewhere, family []ledger.AccountID, err error) {
	here := make(map[ledger.AccountID]*ledger.AttendanceView, len(v.People))
	for i := range v.People {
		here[v.People[i].Account] = &v.People[i]
	}
	err = s.read(ctx, c, func(b *ledger.Book) {
		for i := range v.People {
			if p := &v.People[i]; p.Account != v.Charge && b.Related(p.Account, v.Charge) {
				family = append(family, p.Account)
			}
		}
		for _, id := range b.Activities() {
			o, _ := b.Activity(id)
			if o.Activity == v.Activity || o.Start >= v.End+publishedAhead || o.End <= v.Start-publishedAhead {
				continue
			}
			for i := range o.People {
				if p := here[o.People[i].Account]; p != nil && overlap(v, p, &o, &o.People[i]) {
					elsewhere = append(elsewhere, p.Account)
				}
			}
		}
	})
	slices.Sort(elsewhere)
	return slices.Compact(elsewhere), family, err
}

// overlap reports whether two presences share a moment. One without a check-out lasts to its activity's end.
func overlap(v *ledger.ActivityView, p *ledger.AttendanceView, o *ledger.ActivityView, q *ledger.AttendanceView) bool {
	leaves := func(v *ledger.ActivityView, p *ledger.AttendanceView) ledger.Time {
		if p.Out != 0 {
			return p.Out
		}
		return v.End
	}
	return p.In < leaves(o, q) && q.In < leaves(v, p)
}

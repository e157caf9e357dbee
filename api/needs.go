package api

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"moralbank.example/bank/ledger"
)

// todo is something that a person should do today.
type todo struct {
	Code  string `json:"code" enum:"activities_to_close,records_late,records_soon_late,activities_to_confirm,forgotten_check_outs,proposals_open,disputes_open,deeds_to_vote,imports_to_approve,points_waiting,cards_doubted,meals_refused,pins_fallen,clock_not_believed,no_space,books_damaged"`
	Zh    string `json:"zh"`
	En    string `json:"en"`
	Count int    `json:"count"`
	Link  string `json:"link" doc:"The page where it is done; empty where no page can"`
	Items []due  `json:"items" doc:"The first of them, the most urgent first, where each has a page of its own"`
}

// due is one thing of a todo.
type due struct {
	Zh   string `json:"zh"`
	En   string `json:"en"`
	Link string `json:"link"`
	By   *Time  `json:"by,omitempty" doc:"Until when, where a clock runs"`
	Mine bool   `json:"mine,omitempty" doc:"The caller made it, so that another has to decide"`
}

// Service is recorded within ten working days (民政部令第67号); two days before, it is time to hurry.
const (
	lateDays = 10
	soonDays = 8
)

// waits is what the book says waits, for what the caller looks after.
type waits struct {
	toClose, late, soon, toConfirm, forgot int

	activities []activityDue
	proposals  []ledger.ProposalView
	disputes   []ledger.DisputeView
	deeds      []ledger.DeedView
	imports    []ledger.ImportView
	waiting    []ledger.WaitingView
	cards      []ledger.DoubtedCard
}

// activityDue is an activity that is to be closed or confirmed.
type activityDue struct {
	id ledger.ActivityID
	by ledger.Time // when its service must be recorded
	ok bool        // it is closed, and to be confirmed
}

// needs lists what waits for a person now: all of it for organizers and auditors, their own for leaders and admins.
// Nothing that waits is not listed as zero.
func (s *Server) needs(ctx context.Context, c *call, _ *none) (list[todo], error) {
	now := s.time()
	var w waits
	var day ledger.Day
	err := s.read(ctx, c, func(b *ledger.Book) {
		day = b.DayOf(now)
		w.read(b, c, now)
	})
	if err != nil {
		return list[todo]{}, err
	}
	names, err := s.naming(ctx, s.actorName)
	if err != nil {
		return list[todo]{}, err
	}
	items := w.items(c, names)
	if names.failed != nil {
		return list[todo]{}, names.failed
	}
	if c.holds(organizer, ledger.RoleAuditor) {
		items = append(items, atTheTills(s.meals.count(day), len(s.strikes.FallenList()))...)
	}
	items = append(items, s.troubles()...)
	var open []todo
	for _, x := range items {
		if x.Items == nil {
			x.Items = []due{}
		}
		if x.Count > 0 {
			open = append(open, x)
		}
	}
	return listOf(c, open, ""), s.saw(ctx, c, "needs", w.people()...)
}

// troubles are what the operator has to see to: most keep everybody from writing until then.
func (s *Server) troubles() (all []todo) {
	st := s.engine.Stats()
	if st.ClockNotBelieved {
		all = append(all, todo{
			codeClock, "服务器时间不对，暂时不能记账，请运维员核对。", "The server's clock is not believed and nothing can be recorded; ask the operator.", 1, "", nil,
		})
	}
	if st.NoSpace {
		all = append(all, todo{
			codeNoSpace, "服务器磁盘快满了，暂时不能记账，请运维员清理空间；腾出空间后会自动恢复。", "The server's disk is nearly full and nothing can be recorded; ask the operator to make room. It goes on by itself then.", 1, "", nil,
		})
	}
	if s.scrubbed() != nil {
		all = append(all, todo{
			"books_damaged", "通读账本文件时发现损坏，请运维员尽快处理。记账照常。", "A file of the books was found damaged; ask the operator to see to it soon. Recording goes on.", 1, "", nil,
		})
	}
	return all
}

// people are those whose names the answer tells.
func (w *waits) people() (all []ledger.AccountID) {
	for i := range w.proposals {
		if id := w.proposals[i].Account; id != "" {
			all = append(all, id)
		}
	}
	for i := range w.disputes {
		all = append(all, w.disputes[i].Account)
	}
	for i := range w.waiting {
		all = append(all, w.waiting[i].Account)
	}
	for i := range w.cards {
		all = append(all, w.cards[i].Account)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// read collects what waits for the caller.
func (w *waits) read(b *ledger.Book, c *call, now ledger.Time) {
	all := c.holds(organizer, ledger.RoleAuditor)
	for _, brief := range b.Activities(func(v *ledger.ActivityView) bool { return v.Stage != ledger.StageConfirmed && (all || c.runs(v)) }) {
		v, _ := b.Activity(brief.Activity)
		w.add(b, &v, now)
	}
	if c.holds(organizer, operator, ledger.RoleAuditor) {
		w.proposals = b.Proposals(now)
	}
	if c.holds(organizer, orgAdmin, ledger.RoleAuditor) {
		w.imports = b.OpenImports()
	}
	if c.holds(organizer, ledger.RoleAuditor) {
		w.disputes, w.cards, w.waiting = b.Disputes(), b.DoubtedCards(), b.Waiting()
	}
	if c.holds(ledger.RoleCommittee) {
		w.deeds = slices.DeleteFunc(b.Deeds(ledger.DeedVoting), func(d ledger.DeedView) bool {
			return b.DeedInterest(c.account, d.Seq) || slices.ContainsFunc(d.Votes, func(v ledger.DeedVoteView) bool { return v.By == c.account })
		})
	}
}

// add counts one activity.
func (w *waits) add(b *ledger.Book, v *ledger.ActivityView, now ledger.Time) {
	switch v.Stage {
	case ledger.StageOpen:
		if now < v.End {
			return
		}
		switch days := workingDays(b.DayOf(v.End), b.DayOf(now)); {
		case days > lateDays:
			w.late++
		case days >= soonDays:
			w.soon++
		default:
			w.toClose++
		}
		w.activities = append(w.activities, activityDue{v.Activity, b.RecordBy(v.Activity), false})
		w.forgot += len(those(v, func(p *ledger.AttendanceView) bool { return p.Out == 0 }))
	case ledger.StageClosed:
		if v.Pending == 0 {
			w.toConfirm++
			w.activities = append(w.activities, activityDue{v.Activity, 0, true})
		}
	case ledger.StageConfirmed:
	}
}

// workingDays counts the days from Monday to Friday after one day up to another. The rulebook has no calendar of holidays, so
// a holiday counts: the warning comes early rather than late.
func workingDays(after, to ledger.Day) int {
	n := 0
	for d := after + 1; d <= to && n <= lateDays; d++ {
		if w := time.Weekday((int(d) + 4) % 7); w != time.Saturday && w != time.Sunday { // day 0 was a Thursday
			n++
		}
	}
	return n
}

// dueMost bounds what a todo lists.
const dueMost = 20

// dues lists the first of some things.
func dues[T any](all []T, tell func(*T) due) []due {
	out := make([]due, 0, min(len(all), dueMost))
	for i := range all[:min(len(all), dueMost)] {
		out = append(out, tell(&all[i]))
	}
	return out
}

func (w *waits) items(c *call, names *naming) []todo {
	closing, confirming := "/desk", "/console/activities?state=closed"
	if !c.holds(organizer, orgAdmin, ledger.RoleAuditor) { // a leader does not confirm
		w.toConfirm = 0
	}
	open := func(closed bool) []due {
		some := slices.DeleteFunc(slices.Clone(w.activities), func(a activityDue) bool { return a.ok != closed })
		slices.SortStableFunc(some, func(a, b activityDue) int { return cmp.Compare(a.by, b.by) })
		return dues(some, func(a *activityDue) due {
			title, link := names.Activity(a.id), confirming
			if !closed {
				link = "/desk/activities/" + strings.ReplaceAll(string(a.id), "/", "~")
			}
			return due{Zh: title, En: title, Link: link, By: moment(a.by)}
		})
	}
	return append([]todo{
		{"records_late", fmt.Sprintf("%d 个活动结束超过 10 个工作日还没有记上，请尽快办理。", w.late), fmt.Sprintf("%d activities ended more than 10 working days ago and are not recorded yet.", w.late), w.late, closing, open(false)},
		{"records_soon_late", fmt.Sprintf("%d 个活动快满 10 个工作日了，请先结束活动。", w.soon), fmt.Sprintf("%d activities are about to pass 10 working days; please close them.", w.soon), w.soon, closing, open(false)},
		{"activities_to_close", fmt.Sprintf("%d 个活动到点了，等队长结束。", w.toClose), fmt.Sprintf("%d activities are over and wait to be closed.", w.toClose), w.toClose, closing, open(false)},
		{"forgotten_check_outs", fmt.Sprintf("%d 人没有签退。", w.forgot), fmt.Sprintf("%d people did not check out.", w.forgot), w.forgot, closing, nil},
		{"activities_to_confirm", fmt.Sprintf("%d 个活动等确认，确认后积分才能用。", w.toConfirm), fmt.Sprintf("%d activities wait to be confirmed, so that their points can be spent.", w.toConfirm), w.toConfirm, confirming, open(true)},
	}, w.decisions(c, names)...)
}

// decisions are what needs somebody's word.
func (w *waits) decisions(c *call, names *naming) []todo {
	entry := func(seq ledger.Seq) string { return "/console/records/" + decimal(seq) }
	slices.SortStableFunc(w.proposals, func(a, b ledger.ProposalView) int { return cmp.Compare(a.Lapses, b.Lapses) })
	slices.SortStableFunc(w.disputes, func(a, b ledger.DisputeView) int { return cmp.Compare(a.Ends, b.Ends) })
	proposals := dues(w.proposals, func(p *ledger.ProposalView) due {
		what, maker := names.Proposal(&p.Proposed), names.Person(p.Maker)
		return due{maker + "申请" + what.Zh, maker + " asks to " + what.En, "/console/proposals", moment(p.Lapses), p.Maker == c.account}
	})
	disputes := dues(w.disputes, func(d *ledger.DisputeView) due {
		by := d.Escalates
		if d.Escalated {
			by = d.Ends
		}
		who := names.Person(d.Account)
		return due{fmt.Sprintf("%s对第 %d 号记录有异议", who, d.Target), fmt.Sprintf("%s disputes record %d", who, d.Target), entry(d.Target), moment(by), d.Opener == c.account}
	})
	deeds := dues(w.deeds, func(d *ledger.DeedView) due {
		name := names.Words("deed", d.Type)
		return due{fmt.Sprintf("%s：%d / %d 票", name.Zh, len(d.Votes), d.Quorum), fmt.Sprintf("%s: %d of %d votes", name.En, len(d.Votes), d.Quorum), entry(d.Seq), nil, false}
	})
	imports := dues(w.imports, func(i *ledger.ImportView) due {
		return due{fmt.Sprintf("期初名单 %s：%d 行，%d 积分，已有 %d 家担保", i.Import, i.Rows, i.Points, len(i.Orgs)), fmt.Sprintf("List %s: %d rows, %d points, %d organizations vouch", i.Import, i.Rows, i.Points, len(i.Orgs)), "/console/imports", nil, i.Maker == c.account}
	})
	waiting := dues(w.waiting, func(x *ledger.WaitingView) due {
		who := names.Person(x.Account)
		return due{fmt.Sprintf("%s还有 %d 积分等额度", who, x.Points), fmt.Sprintf("%d points of %s wait for a budget", x.Points, who), entry(x.Award), nil, false}
	})
	cards := dues(w.cards, func(k *ledger.DoubtedCard) due {
		who := names.Person(k.Account)
		return due{who + "的爱心卡", "the card of " + who, "/console/members/" + strings.ReplaceAll(string(k.Account), "/", "~"), nil, false}
	})
	counted := func(code string, items []due, n int, link, zh, en string) todo {
		return todo{code, strconv.Itoa(n) + zh, strconv.Itoa(n) + en, n, link, items}
	}
	return []todo{
		counted("proposals_open", proposals, len(w.proposals), "/console/proposals", " 个申请等另一位负责人处理。", " proposals wait for another person."),
		counted("disputes_open", disputes, len(w.disputes), "/console/disputes", " 条异议等处理。", " disputes wait for a decision."),
		counted("deeds_to_vote", deeds, len(w.deeds), "/console/deeds", " 件好人好事等您评议。", " good deeds wait for your vote."),
		counted("imports_to_approve", imports, len(w.imports), "/console/imports", " 份期初名单等社会组织担保。", " lists of opening balances wait for organizations to vouch for them."),
		counted("points_waiting", waiting, len(w.waiting), "/console/records?kind=awarded", " 笔积分等发放额度。", " awards wait for a budget."),
		counted("cards_doubted", cards, len(w.cards), "/console/records?kind=card-doubted", " 张爱心卡可能被别人用过，请换卡。", " cards seem to have been used by somebody else; please replace them."),
	}
}

// atTheTills are those whom the desk should call. Both counts are since this server started.
func atTheTills(refused, fallen int) []todo {
	return []todo{
		{"meals_refused", fmt.Sprintf("今天有 %d 次用餐没有办成（本次启动以来）。", refused), fmt.Sprintf("%d meals were refused today (since this server started).", refused), refused, "/console/records?kind=redeemed", nil},
		{"pins_fallen", fmt.Sprintf("%d 人口令连续输错，今天只能用免口令额度，请联系他们。", fallen), fmt.Sprintf("%d people gave a wrong PIN five times and are held to the limit without PIN; please call them.", fallen), fallen, "/console/members", nil},
	}
}

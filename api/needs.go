package api

import (
	"context"
	"fmt"
	"time"

	"moralbank.example/bank/ledger"
)

// todo is something that a person should do today.
type todo struct {
	Code  string `json:"code" enum:"activities_to_close,records_late,records_soon_late,activities_to_confirm,forgotten_check_outs,proposals_open,disputes_open,cards_doubted,meals_refused,pins_fallen,clock_not_believed"`
	Zh    string `json:"zh"`
	En    string `json:"en"`
	Count int    `json:"count"`
	Link  string `json:"link" doc:"The page where it is done"`
}

// Service is recorded within ten working days (民政部令第67号); two days before, it is time to hurry.
const (
	lateDays = 10
	soonDays = 8
)

// waits is what the book says waits, for what the caller looks after.
type waits struct {
	toClose, late, soon, toConfirm, forgot, proposals, disputes, cards int
}

// needs lists what waits for a person now: all of it for organizers and auditors, their own for leaders and admins.
// Nothing that waits is not listed as zero.
func (s *Server) needs(ctx context.Context, c *call, _ *none) (list[todo], error) {
	now := s.time()
	var w waits
	var day ledger.Day
	err := s.read(ctx, c, func(b *ledger.Book) {
		day = b.DayOf(now)
		for _, id := range b.Activities() {
			v, _ := b.Activity(id)
			if c.runs(&v) || c.holds(organizer, ledger.RoleAuditor) {
				w.add(b, &v, now)
			}
		}
		if c.holds(organizer, operator, ledger.RoleAuditor) {
			w.proposals = len(b.Proposals(now))
		}
		if c.holds(organizer, ledger.RoleAuditor) {
			w.disputes, w.cards = len(b.Disputes()), len(b.DoubtedCards())
		}
	})
	if err != nil {
		return list[todo]{}, err
	}
	items := w.items(c)
	if c.holds(organizer, ledger.RoleAuditor) {
		items = append(items, atTheTills(s.meals.count(day), len(s.strikes.FallenList()))...)
	}
	if s.engine.Stats().ClockNotBelieved {
		items = append(items, todo{
			"clock_not_believed", "服务器时间不对，暂时不能记账，请运维员核对。", "The server's clock is not believed and nothing can be recorded; ask the operator.", 1, "/ops",
		})
	}
	var open []todo
	for _, x := range items {
		if x.Count > 0 {
			open = append(open, x)
		}
	}
	return listOf(c, open, ""), nil
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
		w.forgot += len(those(v, func(p *ledger.AttendanceView) bool { return p.Out == 0 }))
	case ledger.StageClosed:
		if v.Pending == 0 {
			w.toConfirm++
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

func (w *waits) items(c *call) []todo {
	closing, confirming := "/desk", "/console/activities?state=closed"
	if !c.holds(organizer, orgAdmin, ledger.RoleAuditor) { // a leader does not confirm
		w.toConfirm = 0
	}
	return []todo{
		{"records_late", fmt.Sprintf("%d 个活动结束超过 10 个工作日还没有记上，请尽快办理。", w.late), fmt.Sprintf("%d activities ended more than 10 working days ago and are not recorded yet.", w.late), w.late, closing},
		{"records_soon_late", fmt.Sprintf("%d 个活动快满 10 个工作日了，请先结束活动。", w.soon), fmt.Sprintf("%d activities are about to pass 10 working days; please close them.", w.soon), w.soon, closing},
		{"activities_to_close", fmt.Sprintf("%d 个活动到点了，等队长结束。", w.toClose), fmt.Sprintf("%d activities are over and wait to be closed.", w.toClose), w.toClose, closing},
		{"forgotten_check_outs", fmt.Sprintf("%d 人没有签退。", w.forgot), fmt.Sprintf("%d people did not check out.", w.forgot), w.forgot, closing},
		{"activities_to_confirm", fmt.Sprintf("%d 个活动等确认，确认后积分才能用。", w.toConfirm), fmt.Sprintf("%d activities wait to be confirmed, so that their points can be spent.", w.toConfirm), w.toConfirm, confirming},
		{"proposals_open", fmt.Sprintf("%d 个申请等另一位负责人处理。", w.proposals), fmt.Sprintf("%d proposals wait for another person.", w.proposals), w.proposals, "/console/proposals"},
		{"disputes_open", fmt.Sprintf("%d 条异议等处理。", w.disputes), fmt.Sprintf("%d disputes wait for a decision.", w.disputes), w.disputes, "/console/disputes"},
		{"cards_doubted", fmt.Sprintf("%d 张爱心卡可能被别人用过，请换卡。", w.cards), fmt.Sprintf("%d cards seem to have been used by somebody else; please replace them.", w.cards), w.cards, "/console/records?kind=card-doubted"},
	}
}

// atTheTills are those whom the desk should call. Both counts are since this server started.
func atTheTills(refused, fallen int) []todo {
	return []todo{
		{"meals_refused", fmt.Sprintf("今天有 %d 次用餐没有办成（本次启动以来）。", refused), fmt.Sprintf("%d meals were refused today (since this server started).", refused), refused, "/console/records?kind=redeemed"},
		{"pins_fallen", fmt.Sprintf("%d 人口令连续输错，今天只能用免口令额度，请联系他们。", fallen), fmt.Sprintf("%d people gave a wrong PIN five times and are held to the limit without PIN; please call them.", fallen), fallen, "/console/members"},
	}
}

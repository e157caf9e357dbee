package api

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/explain"
	"moralbank.example/bank/ledger/roster"
)

// entry is a record as the member reads it: what happened, what it came to, and why.
type entry struct {
	Seq            ledger.Seq     `json:"seq"`
	Time           Time           `json:"time"`
	Effective      *Time          `json:"effective,omitempty" doc:"When it happened, where that differs"`
	Kind           string         `json:"kind"`
	Points         ledger.Points  `json:"points"`
	Minutes        ledger.Minutes `json:"minutes"`
	Held           ledger.Points  `json:"held,omitempty" doc:"Set aside for a booked meal by this entry, which moves nothing yet"`
	BalancePoints  *int64         `json:"balance_points,omitempty" doc:"After this entry, where it moved points"`
	BalanceMinutes *int64         `json:"balance_minutes,omitempty" doc:"After this entry, where it moved minutes"`
	TitleZh        string         `json:"title_zh"`
	TitleEn        string         `json:"title_en"`
	Why            entryWhy       `json:"why"`
	Status         string         `json:"status" enum:"posted,unconfirmed,reversed"`
	Dispute        ledger.Seq     `json:"dispute,omitempty" doc:"Somebody said that it is wrong; each line can be disputed once"`
}

type entryWhy struct {
	Activity    *activityRef   `json:"activity,omitempty"`
	Minutes     ledger.Minutes `json:"minutes,omitempty"`
	Grade       string         `json:"grade,omitempty" enum:"A,B,C,D"`
	RuleZh      string         `json:"rule_zh"`
	RuleEn      string         `json:"rule_en"`
	Rulebook    int            `json:"rulebook,omitempty" doc:"Edition of the rules that decided"`
	Steps       []step         `json:"steps,omitempty" doc:"How it came about, one after the other; they add up to it"`
	Meal        *mealRef       `json:"meal,omitempty"`
	CanteenName string         `json:"canteen_name,omitempty"`
	ReasonZh    string         `json:"reason_zh,omitempty"`
	ReasonEn    string         `json:"reason_en,omitempty"`
	Note        string         `json:"note,omitempty" doc:"The words that somebody typed"`
	ReversedBy  ledger.Seq     `json:"reversed_by,omitempty"`
	Reverses    ledger.Seq     `json:"reverses,omitempty"`
	ActorName   string         `json:"actor_name,omitempty" doc:"Masked; absent when it was the member herself or the machine"`
}

type activityRef struct {
	ID       ledger.ActivityID `json:"id"`
	Title    string            `json:"title"`
	Place    string            `json:"place"`
	Start    Time              `json:"start"`
	End      Time              `json:"end"`
	TeamName string            `json:"team_name"`
}

type mealRef struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	En    string `json:"name_en"`
	Small bool   `json:"small"`
}

// teller turns records into entries. It reads the words that it needs once, and lives for one answer.
type teller struct {
	s          *Server
	names      words
	meals      wording
	reasons    wording
	wordings   explain.Words
	activities map[ledger.ActivityID]told
}

// told is an activity as a teller has looked it up.
type told struct {
	ref  *activityRef
	view ledger.ActivityView
}

func (s *Server) teller(ctx context.Context) (*teller, error) {
	t := &teller{s: s, activities: map[ledger.ActivityID]told{}}
	var err error
	if t.names, err = s.words(ctx); err != nil {
		return nil, err
	}
	if t.meals, err = s.texts(ctx, roster.MealKind); err != nil {
		return nil, err
	}
	if t.reasons, err = s.texts(ctx, roster.ReasonKind); err != nil {
		return nil, err
	}
	t.wordings, err = s.wordings(ctx)
	return t, err
}

// entry tells a record to the member whose history it stands in.
func (t *teller) entry(ctx context.Context, r *ledger.Record, about ledger.AccountID) (entry, error) {
	kind := explain.Kind(r.Kind)
	e := entry{
		Seq: r.Seq, Time: Time(r.Time), Effective: moment(r.Effective), Kind: strings.ReplaceAll(r.Kind.String(), "-", "_"),
		TitleZh: kind.Zh, TitleEn: kind.En, Why: entryWhy{Rulebook: r.Rulebook}, Status: "posted",
	}
	for i := range r.Postings {
		e.add(&r.Postings[i], about)
	}
	if ledger.ClassOf(r.Actor) == ledger.ClassMember && r.Actor != about {
		e.Why.ActorName = roster.Mask(t.s.roster.Name(r.Actor))
	}
	t.s.view.Read(func(b *ledger.Book) { e.Why.ReversedBy, e.Dispute = b.ReversedBy(r.Seq), b.DisputeOf(r.Seq) })
	if e.Why.ReversedBy != 0 {
		e.Status = "reversed"
	}
	return e, t.explain(ctx, &e, r)
}

// add counts one posting to the member's account.
func (e *entry) add(p *ledger.Posting, about ledger.AccountID) {
	if p.Account != about {
		return
	}
	after := p.Balance
	switch p.Unit {
	case ledger.UnitPoints:
		e.Points, e.BalancePoints = ledger.Points(p.Amount), &after
	case ledger.UnitMinutes:
		e.Minutes, e.BalanceMinutes = ledger.Minutes(p.Amount), &after
	case ledger.UnitUnknown:
	}
}

// explain adds why: what the entry rests on, and by which rule.
func (t *teller) explain(ctx context.Context, e *entry, r *ledger.Record) error {
	switch b := r.Body.(type) {
	case *ledger.Awarded:
		return t.award(ctx, e, r, b)
	case *ledger.DeedAwarded:
		if a, ok := explain.DeedAward(r, t.s.edition(r.Rulebook), t.wordings); ok {
			e.TitleZh, e.TitleEn = a.Text.Zh, a.Text.En
			e.tell(a.Steps)
		}
	case *ledger.Redeemed:
		t.redemption(e, b, t.s.edition(r.Rulebook).Meal(b.Meal))
	case *ledger.Held:
		t.booking(e, b)
	case *ledger.Captured:
		t.served(e, &b.Dish, "取餐", "Collected")
		e.Why.RuleZh, e.Why.RuleEn = fmt.Sprintf("用订餐时预留的 %d 积分", b.Points), fmt.Sprintf("%d points that were set aside with the booking", b.Points)
	case *ledger.Reversed:
		return t.reversal(ctx, e, b)
	case *ledger.PointsExpired:
		e.Why.RuleZh = fmt.Sprintf("有效期到 %s 月底", month(b.Month))
		e.Why.RuleEn = "Valid until the end of " + month(b.Month)
	case *ledger.CheckedIn:
		return t.presence(ctx, e, b.Activity)
	case *ledger.CheckedOut:
		return t.presence(ctx, e, b.Activity)
	case *ledger.RoleGranted:
		t.role(e, b.Role, b.Scope)
	case *ledger.RoleRevoked:
		t.role(e, b.Role, b.Scope)
	case *ledger.Joined:
		e.Why.RuleZh, e.Why.RuleEn = t.names.scope(ledger.Scope(b.Group)), t.names.scope(ledger.Scope(b.Group))
	case *ledger.Left:
		e.Why.RuleZh, e.Why.RuleEn = t.names.scope(ledger.Scope(b.Group)), t.names.scope(ledger.Scope(b.Group))
	case *ledger.AccountFrozen:
		t.reason(e, b.Reason)
	case *ledger.CardRevoked:
		t.reason(e, b.Reason)
	}
	return nil
}

func (t *teller) reason(e *entry, code ledger.ReasonCode) {
	e.Why.ReasonZh, e.Why.ReasonEn = t.reasons.zh(string(code)), t.reasons.en(string(code))
}

func (t *teller) role(e *entry, r ledger.Role, at ledger.Scope) {
	zh, en := roleName(r)
	e.Why.RuleZh = fmt.Sprintf("%s（%s）", zh, t.names.scope(at))
	e.Why.RuleEn = fmt.Sprintf("%s (%s)", en, t.names.scope(at))
}

// award tells how points and minutes came about, by the rules that the record names.
func (t *teller) award(ctx context.Context, e *entry, r *ledger.Record, b *ledger.Awarded) error {
	if err := t.presence(ctx, e, b.Activity); err != nil {
		return err
	}
	e.Why.Minutes, e.Why.Grade = b.Minutes, strings.ToUpper(string(b.Grade))
	rules := t.s.edition(r.Rulebook)
	var steps []explain.Step
	if a := t.activities[b.Activity]; a.ref != nil {
		if served, ok := explain.Minutes(r, rules, a.view.Start, a.view.End, a.view.ClosedAt); ok {
			steps = append(steps, served.Steps...)
		}
	}
	if earned, ok := explain.Award(r, rules); ok {
		steps = append(steps, earned.Steps...)
	}
	e.tell(steps)
	if e.Status == "posted" && b.Points > 0 && t.activities[b.Activity].view.Stage != ledger.StageConfirmed {
		e.Status = "unconfirmed"
	}
	return nil
}

// tell writes steps as the entry's rule.
func (e *entry) tell(steps []explain.Step) {
	e.Why.Steps = stepsOut(steps)
	for i := range steps {
		e.Why.RuleZh += steps[i].Text.Zh
		if i > 0 {
			e.Why.RuleEn += " "
		}
		e.Why.RuleEn += steps[i].Text.En
	}
}

// served names the meal of an entry, after what was done with it.
func (t *teller) served(e *entry, d *ledger.Dish, zh, en string) {
	m := &mealRef{ID: d.Meal, Name: t.meals.zh(d.Meal), En: t.meals.en(d.Meal), Small: d.Small}
	e.Why.Meal, e.Why.CanteenName = m, t.names.scope(ledger.Scope(d.Canteen))
	e.TitleZh, e.TitleEn = zh+" "+m.Name, en+" "+m.En
	if d.Small {
		e.TitleZh, e.TitleEn = e.TitleZh+"（小份）", e.TitleEn+" (small)"
	}
}

// booking tells which meal points are set aside for, and until when.
func (t *teller) booking(e *entry, b *ledger.Held) {
	t.served(e, &b.Dish, e.TitleZh, e.TitleEn)
	e.Held = b.Points
	day, until := roster.DateOf(b.Day), t.s.localTime(b.Lapses)
	e.Why.RuleZh = fmt.Sprintf("预留 %d 积分，%s 的餐，%s 前取；不取就自动退回", b.Points, day, until)
	e.Why.RuleEn = fmt.Sprintf("%d points are set aside for a meal of %s, to be collected before %s; else they come back", b.Points, day, until)
}

// redemption tells what a meal cost. Where it cost less than the menu says, both are told; which reduction it was is not.
func (t *teller) redemption(e *entry, b *ledger.Redeemed, menu *ledger.Meal) {
	t.served(e, &ledger.Dish{Canteen: b.Canteen, Meal: b.Meal, Small: b.Small}, "兑换", "Redeemed")
	e.Why.RuleZh, e.Why.RuleEn = fmt.Sprintf("%d 积分", b.Points), fmt.Sprintf("%d points", b.Points)
	if list := menu.Price(b.Small); b.Points < list {
		e.Why.RuleZh = fmt.Sprintf("菜单价 %d 积分，长者或关怀优惠 %d 积分，实付 %d 积分", list, list-b.Points, b.Points)
		e.Why.RuleEn = fmt.Sprintf("Menu price %d points, %d off for age or hardship: %d points", list, list-b.Points, b.Points)
	}
	switch {
	case b.Card != "":
		e.Why.RuleZh, e.Why.RuleEn = e.Why.RuleZh+"，出示爱心卡", e.Why.RuleEn+", by card"
	case b.Handle != "":
		e.Why.RuleZh, e.Why.RuleEn = e.Why.RuleZh+"，出示积分码", e.Why.RuleEn+", by pay code"
	}
}

func (t *teller) reversal(ctx context.Context, e *entry, b *ledger.Reversed) error {
	e.Why.Reverses = b.Target
	t.reason(e, b.Reason)
	e.Why.RuleZh = fmt.Sprintf("冲正第 %d 号记录", b.Target)
	e.Why.RuleEn = fmt.Sprintf("Reverses record %d", b.Target)
	note, err := t.s.note(ctx, b.Note)
	e.Why.Note = note
	if err != nil || b.Activity == "" {
		return err
	}
	return t.presence(ctx, e, b.Activity)
}

// note is the words that somebody typed, "" once they were erased.
func (s *Server) note(ctx context.Context, id string) (string, error) {
	if id == "" {
		return "", nil
	}
	r, err := s.roster.Reason(ctx, roster.ReasonID(id))
	if errors.Is(err, roster.ErrNotFound) || errors.Is(err, roster.ErrNoKey) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("read reason: %w", err)
	}
	return r.Text, nil
}

// presence adds the activity, with its title in the entry's own.
func (t *teller) presence(ctx context.Context, e *entry, id ledger.ActivityID) error {
	known, ok := t.activities[id]
	if !ok {
		var err error
		if known, err = t.look(ctx, id); err != nil {
			return err
		}
		t.activities[id] = known
	}
	if e.Why.Activity = known.ref; known.ref != nil && known.ref.Title != "" {
		e.TitleZh, e.TitleEn = known.ref.Title+" · "+e.TitleZh, known.ref.Title+" · "+e.TitleEn
	}
	return nil
}

func (t *teller) look(ctx context.Context, id ledger.ActivityID) (told, error) {
	a, ok, err := t.s.view.Activity(ctx, id)
	if err != nil || !ok {
		return told{}, err
	}
	words, err := t.s.roster.Activity(ctx, id)
	if err != nil && !errors.Is(err, roster.ErrNotFound) {
		return told{}, fmt.Errorf("read activity: %w", err)
	}
	return told{&activityRef{
		ID: id, Title: words.Title, Place: words.Place, Start: Time(a.Start), End: Time(a.End),
		TeamName: t.names.scope(ledger.Scope(a.Team)),
	}, a}, nil
}

package api

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/roster"
)

// pinShown is what became of a PIN at the till.
type pinShown struct {
	given  bool
	right  bool
	fallen bool // five wrong ones today: it is not looked at, and the limit without PIN holds
}

// pinShown checks the member's PIN, if one was given. Wrong ones count against her PIN, and after five it is no longer looked
// at: she is never blocked.
func (s *Server) pinShown(ctx context.Context, c *call, id ledger.AccountID, pin string) (pinShown, error) {
	if pin == "" {
		return pinShown{}, nil
	}
	stored, err := s.secret(ctx, id, roster.PIN)
	if err != nil {
		return pinShown{}, err
	}
	if stored == "" {
		return pinShown{}, fail(codePINNotSet)
	}
	state, ok := s.strikes.Try(string(id))
	if !ok {
		return pinShown{given: true, fallen: true}, nil
	}
	match, err := s.pins.Verify(ctx, stored, pin)
	if err != nil {
		return pinShown{}, fmt.Errorf("check PIN: %w", err)
	}
	if !match.OK {
		s.security(c, codePINWrong, id)
		return pinShown{}, fail(codePINWrong, "left", state.Left)
	}
	s.strikes.Reset(string(id))
	return pinShown{given: true, right: true}, nil
}

// mealRefused is the refusal of a meal as the cashier needs it: with what may do instead.
func (s *Server) mealRefused(ctx context.Context, c *call, at *counter, x *ledger.Redeem, p *roster.Person, pin pinShown, err error) error {
	r, ok := errors.AsType[*ledger.Refusal](err)
	if !ok {
		return err
	}
	o := refused(r)
	delete(o.fields, "account")
	switch r.Code { //nolint:exhaustive // the others need nothing more
	case ledger.CodeBalanceShort:
		if m := at.rules.Meal(x.Meal); m != nil && m.Small > 0 && !x.Small {
			if small, _ := s.price(at, x.Meal, true, p); int64(small) <= r.Available {
				o.fields["small_points"] = small
			}
		}
	case ledger.CodeMealBooked:
		var hold ledger.HoldView
		s.view.Read(func(b *ledger.Book) { hold, _ = b.Booked(x.Account, b.DayOf(s.time()), at.rules.PeriodAt(s.time()).ID) })
		meal, err := s.mealText(ctx, hold.Meal)
		if err != nil {
			return err
		}
		o.fields["meal"], o.fields["meal_en"] = meal.Zh, meal.En
	case ledger.CodeMealTaken:
		if err := s.addTaken(ctx, o, r.Seq); err != nil {
			return err
		}
	case ledger.CodePINRequired:
		stored, err := s.secret(ctx, x.Account, roster.PIN)
		if err != nil {
			return err
		}
		if pin.fallen || stored == "" || s.strikes.State(string(x.Account)).Fallen() {
			o.code = codeDailyLimit
		}
	default:
	}
	s.meals.refused(s, o.code)
	s.security(c, o.code, "")
	return o
}

// addTaken says which meal was taken first.
func (s *Server) addTaken(ctx context.Context, o *oops, seq ledger.Seq) error {
	first, err := s.engine.Record(ctx, seq)
	if err != nil {
		return fmt.Errorf("read the first meal: %w", err)
	}
	x, _, ok := mealIn(&first.Record)
	if !ok {
		return nil
	}
	meal, err := s.mealText(ctx, x.Meal)
	o.fields["seq"], o.fields["meal"], o.fields["meal_en"] = seq, meal.Zh, meal.En
	return err
}

// refusedMeals counts the meals that were refused on the local day under way, for the organizer's page. In memory: a restart
// begins anew, and the page says so. Safe for concurrent use.
type refusedMeals struct {
	mu  sync.Mutex
	day ledger.Day
	n   int
}

// refused counts a meal that was refused to a member. Codes that were misread, and repeats of a meal that was taken, are none.
func (m *refusedMeals) refused(s *Server, code string) {
	switch code {
	case string(ledger.CodeBalanceShort), codeDailyLimit, string(ledger.CodeAccountFrozen), string(ledger.CodeCardRevoked),
		string(ledger.CodeCardUnknown), codeCardInactive, codeCodeRevoked:
	default:
		return
	}
	today := s.day()
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.day != today {
		m.day, m.n = today, 0
	}
	m.n++
}

// count is how many there were on a day.
func (m *refusedMeals) count(day ledger.Day) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.day != day {
		return 0
	}
	return m.n
}

// day is the local day now.
func (s *Server) day() (d ledger.Day) {
	s.view.Read(func(b *ledger.Book) { d = b.DayOf(s.time()) })
	return d
}

package api

import (
	"context"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/roster"
)

// notice is a good deed in the public notice: category, week and team, never building, age or who received it.
type notice struct {
	Deed   ledger.Seq    `json:"deed" doc:"Its number, to object by"`
	TypeZh string        `json:"type_zh"`
	TypeEn string        `json:"type_en"`
	Week   roster.Date   `json:"week" doc:"The Monday of the week in which it was done"`
	Name   string        `json:"name" doc:"Masked, a number where few share the surname, or the full name of an adult who agreed"`
	Team   ledger.TeamID `json:"team,omitempty"`
	TeamZh string        `json:"team_zh,omitempty"`
	TeamEn string        `json:"team_en,omitempty"`
	Points ledger.Points `json:"points"`
	Ends   Time          `json:"ends"`
	Halted bool          `json:"halted" doc:"Somebody objected: it waits for the decision"`
}

// listNotices is the public notice as it stands now. A deed leaves it when its days are over.
func (s *Server) listNotices(ctx context.Context, c *call, _ *none) (list[notice], error) {
	c.w.Header().Set("X-Robots-Tag", "noindex")
	names, err := s.words(ctx)
	if err != nil {
		return list[notice]{}, err
	}
	kinds, err := s.texts(ctx, roster.DeedKind)
	if err != nil {
		return list[notice]{}, err
	}
	now := s.time()
	var items []notice
	err = s.read(ctx, c, func(b *ledger.Book) {
		today := s.today(b)
		for _, v := range b.Deeds(ledger.DeedNotice) {
			if v.Ends <= now {
				continue
			}
			n := notice{
				Deed: v.Seq, TypeZh: kinds.zh(v.Type), TypeEn: kinds.en(v.Type), Week: roster.DateOf(v.Day - ledger.Day(weekday(v.Day))), //nolint:gosec // 0 to 6
				Name: s.publicName(b, v.Account, today), Points: v.Worth, Ends: Time(v.Ends), Halted: v.Disputed,
			}
			for _, g := range b.Groups(v.Account) {
				if t, ok := names.team(g); ok && n.Team == "" {
					n.Team, n.TeamZh, n.TeamEn = t.ID, t.Zh, t.En
				}
			}
			items = append(items, n)
		}
	})
	return listOf(c, items, ""), err
}

// publicName is how somebody stands in public: by her full name only where the books hold her consent to it.
func (s *Server) publicName(b *ledger.Book, id ledger.AccountID, today roster.Date) string {
	if b.Consented(id, ledger.ConsentName) {
		return s.roster.PublicName(id, today)
	}
	return s.roster.NoticeName(id)
}

// weekday counts from Monday, 0. The first of January 1970 was a Thursday.
func weekday(d ledger.Day) int { return int(d+3) % 7 }

func (w *words) team(g ledger.Group) (roster.Team, bool) {
	for _, t := range w.teams {
		if string(t.ID) == string(g) {
			return t, true
		}
	}
	return roster.Team{}, false
}

package api

import (
	"context"
	"fmt"
	"slices"
	"time"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/roster"
)

// sight is how much of a member a caller may see. The greater sees more.
type sight int

const (
	unseen sight = iota // not even that there is such a member
	masked              // 张**, and what the caller's team needs
	named               // the name too
	whole               // everything that the roster tells staff
)

// sight says what the caller may see of a member, as the books stand: herself and her wards everything; organizers, operators
// and auditors everything; a leader or organization admin the names of the group. Minors' names are narrowed down
// by narrow, since the books do not know ages.
func (c *call) sight(b *ledger.Book, id ledger.AccountID) sight {
	v, ok := b.View(id)
	if !ok {
		return unseen
	}
	if id == c.account || c.account != "" && v.Guardian == c.account || c.seesAll() {
		return whole
	}
	if c.leads(b.Groups(id)) {
		return named
	}
	return unseen
}

// seesAll reports whether the caller sees every member.
func (c *call) seesAll() bool { return c.holds(organizer, operator, ledger.RoleAuditor) }

// leads reports whether the caller runs one of these groups.
func (c *call) leads(groups []ledger.Group) bool {
	return slices.ContainsFunc(groups, func(g ledger.Group) bool {
		return c.holdsIn(leader, ledger.Scope(g)) || c.holdsIn(orgAdmin, ledger.Scope(g))
	})
}

// narrow hides a minor's name from those who see only names: it shows from an activity's start to 24 hours after, on
// the activity's own page.
func (n sight) narrow(p *roster.Person, today roster.Date) sight {
	if n == named && p.Birth.Minor(today) {
		return masked
	}
	return n
}

// subject is the member that a path names, if the caller may see her at all: to others she does not exist.
func (s *Server) subject(ctx context.Context, c *call, id pathID) (ledger.AccountID, sight, error) {
	account, seen := ledger.AccountID(id.plain()), unseen
	err := s.read(ctx, c, func(b *ledger.Book) { seen = c.sight(b, account) })
	if err != nil {
		return "", unseen, err
	}
	if seen == unseen || ledger.ClassOf(account) != ledger.ClassMember {
		return "", unseen, fail(string(ledger.CodeAccountUnknown))
	}
	return account, seen, nil
}

// saw notes in the access log whom the caller looked at, herself aside.
func (s *Server) saw(ctx context.Context, c *call, what string, whom ...ledger.AccountID) error {
	whom = slices.DeleteFunc(slices.Clone(whom), func(a ledger.AccountID) bool { return a == c.account })
	if len(whom) == 0 {
		return nil
	}
	if err := s.roster.Saw(ctx, c.by(), what, whom...); err != nil {
		return fmt.Errorf("note access: %w", err)
	}
	return nil
}

// today is the local day of the community as the roster counts ages.
func (s *Server) today(b *ledger.Book) roster.Date {
	at := s.now().UTC()
	if k := b.Rules(); k != nil {
		at = at.Add(minutes(k.OffsetMinutes))
	}
	return roster.Date(at.Format("2006-01-02"))
}

// localDay is the same outside of a look at the book.
func (s *Server) localDay() (d roster.Date) {
	s.view.Read(func(b *ledger.Book) { d = s.today(b) })
	return d
}

// localTime is a moment by the community's clock, to the minute, for a sentence.
func (s *Server) localTime(at ledger.Time) (local string) {
	s.view.Read(func(b *ledger.Book) {
		offset := 0
		if k := b.Rules(); k != nil {
			offset = k.OffsetMinutes
		}
		local = time.UnixMilli(int64(at)).UTC().Add(minutes(offset)).Format("2006-01-02 15:04")
	})
	return local
}

package api

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/roster"
)

func minutes(n int) time.Duration { return time.Duration(n) * time.Minute }

// memberBrief is a member in a list.
type memberBrief struct {
	Account  ledger.AccountID `json:"account"`
	Name     string           `json:"name,omitempty" doc:"Absent where the caller may see the masked name only"`
	Masked   string           `json:"masked_name"`
	Groups   []ledger.Group   `json:"teams" doc:"Ids of her teams and organizations"`
	State    string           `json:"state" enum:"open,frozen,closed"`
	Points   *ledger.Points   `json:"points,omitempty" doc:"For those who may see everything of her"`
	Minutes  ledger.Minutes   `json:"minutes"`
	HasPhone bool             `json:"has_phone" doc:"A phone of hers is enrolled"`
	HasCard  bool             `json:"has_card" doc:"A card of hers is in use"`
}

type listMembersInput struct {
	Paged

	Query string `query:"query" maxLength:"40" doc:"Part of a name, or four digits or more of a phone number"`
	Team  string `query:"team" maxLength:"48" doc:"Id of a team or organization"`
}

// searchMax bounds what a search looks at; narrower words find the rest.
const searchMax = 200

// lastDigits is how many digits of a phone number people say to be found.
const lastDigits = 4

// listMembers lists the members that the caller may see, by account, or those that a search finds.
func (s *Server) listMembers(ctx context.Context, c *call, in *listMembersInput) (list[memberBrief], error) {
	after, err := cursorIn(in.Cursor)
	if err != nil {
		return list[memberBrief]{}, err
	}
	found, err := s.search(ctx, c, in.Query)
	if err != nil {
		return list[memberBrief]{}, err
	}
	var page []memberBrief
	var sights []sight
	var today roster.Date
	err = s.read(ctx, c, func(b *ledger.Book) {
		today = s.today(b)
		if in.Query == "" {
			found = s.view.Members(b)
		}
		first, _ := slices.BinarySearch(found, ledger.AccountID(after+"\x00"))
		for _, id := range found[first:] {
			if len(page) > in.Limit {
				break
			}
			groups := b.Groups(id)
			if in.Team != "" && !slices.Contains(groups, ledger.Group(in.Team)) {
				continue
			}
			if n := c.sight(b, id); n != unseen && (id != c.account || c.seesAll() || c.leads(groups)) {
				page, sights = append(page, briefIn(b, id, groups)), append(sights, n)
			}
		}
	})
	if err != nil {
		return list[memberBrief]{}, err
	}
	next := ""
	if len(page) > in.Limit {
		page = page[:in.Limit]
		next = string(page[in.Limit-1].Account)
	}
	seen := make([]ledger.AccountID, 0, len(page))
	for i := range page {
		if err := s.personal(ctx, &page[i], sights[i], today); err != nil {
			return list[memberBrief]{}, err
		}
		seen = append(seen, page[i].Account)
	}
	if err := s.saw(ctx, c, "search", seen...); err != nil {
		return list[memberBrief]{}, err
	}
	return listOf(c, page, next), nil
}

// search finds the members whom a query names, by account. Those who do not see phone numbers find by the last four digits only, or
// they could feel their way along a number.
func (s *Server) search(ctx context.Context, c *call, query string) ([]ledger.AccountID, error) {
	query = strings.TrimSpace(query)
	digits := strings.ContainsAny(query, "0123456789") // no name has one, and spaces between them are read over
	if digits && !c.seesAll() && (len(query) != lastDigits || strings.Trim(query, "0123456789") != "") {
		return nil, nil
	}
	var found []ledger.AccountID
	for _, h := range s.roster.Search(query, searchMax) {
		if digits && !c.seesAll() {
			p, err := s.roster.Person(ctx, h.Account)
			if errors.Is(err, roster.ErrNotFound) || errors.Is(err, roster.ErrNoKey) {
				continue // erased since
			}
			if err != nil {
				return nil, fmt.Errorf("read person: %w", err)
			}
			if !strings.HasSuffix(p.Phone, query) {
				continue
			}
		}
		found = append(found, h.Account)
	}
	slices.Sort(found)
	return found, nil
}

// briefIn is what the books say of a member.
func briefIn(b *ledger.Book, id ledger.AccountID, groups []ledger.Group) memberBrief {
	v, _ := b.View(id)
	if groups == nil {
		groups = []ledger.Group{}
	}
	return memberBrief{Account: id, Groups: groups, State: stateName(v.State), Points: &v.Points, Minutes: v.Minutes}
}

func stateName(s ledger.AccountState) string {
	switch s {
	case ledger.StateOpen:
		return "open"
	case ledger.StateFrozen:
		return "frozen"
	case ledger.StateClosed, ledger.StateUnknown:
	}
	return "closed"
}

// personal adds what the roster says of a member, as far as the caller may see it.
func (s *Server) personal(ctx context.Context, m *memberBrief, seen sight, today roster.Date) error {
	name := s.roster.Name(m.Account)
	m.Masked = roster.Mask(name)
	if seen == named {
		p, err := s.roster.Person(ctx, m.Account)
		if err != nil {
			return nil //nolint:nilerr // erased: her account stays in the books, without a name
		}
		seen = seen.narrow(&p, today)
	}
	if seen >= named {
		m.Name = name
	}
	if seen < whole {
		m.Points = nil // what she can spend is nobody's business but hers and the desk's
	}
	devices, err := s.roster.DevicesOf(ctx, m.Account)
	if err != nil {
		return err
	}
	m.HasPhone = slices.ContainsFunc(devices, func(d roster.Device) bool { return d.Revoked == 0 })
	cards, err := s.roster.CardsOf(ctx, m.Account)
	if err != nil {
		return err
	}
	m.HasCard = slices.ContainsFunc(cards, func(x roster.Card) bool { return x.State == roster.CardActive })
	return nil
}

// maskPhone shows the first three and the last four digits.
func maskPhone(phone string) string {
	if len(phone) < 8 {
		return strings.Repeat("*", len(phone))
	}
	return phone[:3] + strings.Repeat("*", len(phone)-7) + phone[len(phone)-4:]
}

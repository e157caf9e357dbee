package api

import (
	"context"
	"slices"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/roster"
)

// deedItem is an undecided deed as the caller may see it.
type deedItem struct {
	Seq         ledger.Seq    `json:"seq"`
	Type        string        `json:"type"`
	TypeZh      string        `json:"type_zh"`
	TypeEn      string        `json:"type_en"`
	Day         roster.Date   `json:"day"`
	Hours       int           `json:"hours,omitempty"`
	Stage       string        `json:"stage" enum:"asked,voting,passed,notice" doc:"Waits for the beneficiary, the committee, the community's consent, the end of the notice"`
	By          string        `json:"by" enum:"self,neighbour,leader"`
	Filed       Time          `json:"filed"`
	Lapses      Time          `json:"lapses"`
	Doer        string        `json:"doer_name"`
	Filer       string        `json:"filer_name"`
	Beneficiary string        `json:"beneficiary_name,omitempty"`
	Points      ledger.Points `json:"points" doc:"What the committee gave; before that what its category gives, the least of a range"`
	Most        ledger.Points `json:"most,omitempty" doc:"The most of a range that the committee decides"`
	MonthUsed   ledger.Points `json:"month_used,omitempty" doc:"Points of deeds that the doer had this month; for those who vote"`
	Lifted      bool          `json:"lifted" doc:"The committee lifted the month's limit"`
	Quorum      int           `json:"quorum" doc:"Votes that a decision needs"`
	Yes         int           `json:"yes"`
	No          int           `json:"no"`
	MyVote      *bool         `json:"my_vote,omitempty"`
	Conflict    bool          `json:"conflict" doc:"The caller, her family, team or organization has a part in it: she does not decide"`
	Ends        *Time         `json:"ends,omitempty" doc:"Of the public notice"`
	Disputed    bool          `json:"disputed"`
	Can         []string      `json:"can" doc:"What the caller may do now: confirm, deny, withdraw, vote, consent"`
}

// deedSeen is a deed with what the book says of it and the caller.
type deedSeen struct {
	ledger.DeedView
	kind     ledger.DeedKind
	conflict bool
	mine     bool // she speaks for the beneficiary
}

func (c *call) seen(b *ledger.Book, v *ledger.DeedView) deedSeen {
	x := deedSeen{DeedView: *v, conflict: b.DeedInterest(c.account, v.Seq), mine: c.speaksFor(b, v.Beneficiary)}
	if k := b.Rules().DeedKind(v.Type); k != nil {
		x.kind = *k
	}
	return x
}

var deedStages = []ledger.DeedStage{ledger.DeedAsked, ledger.DeedVoting, ledger.DeedPassed, ledger.DeedNotice}

type listDeedsInput struct {
	Paged

	Stage string `query:"stage" enum:"asked,voting,passed,notice" doc:"All when absent"`
}

// listDeeds is what waits for the committee and the community, the oldest first.
func (s *Server) listDeeds(ctx context.Context, c *call, in *listDeedsInput) (list[deedItem], error) {
	return s.deeds(ctx, c, &in.Paged, func(x *deedSeen) bool { return in.Stage == "" || in.Stage == x.Stage.String() })
}

// myDeeds is the undecided deeds that the caller did, told of, or received.
func (s *Server) myDeeds(ctx context.Context, c *call, in *Paged) (list[deedItem], error) {
	return s.deeds(ctx, c, in, func(x *deedSeen) bool { return x.Account == c.account || x.Filer == c.account || x.mine })
}

func (s *Server) deeds(ctx context.Context, c *call, in *Paged, keep func(*deedSeen) bool) (list[deedItem], error) {
	after, err := cursorSeq(in.Cursor)
	if err != nil {
		return list[deedItem]{}, err
	}
	var all []deedSeen
	err = s.read(ctx, c, func(b *ledger.Book) {
		for _, stage := range deedStages {
			for _, v := range b.Deeds(stage) {
				if x := c.seen(b, &v); v.Seq > after && keep(&x) {
					all = append(all, x)
				}
			}
		}
	})
	if err != nil {
		return list[deedItem]{}, err
	}
	slices.SortFunc(all, func(x, y deedSeen) int { return int(x.Seq - y.Seq) })
	next := ""
	if len(all) > in.Limit {
		all = all[:in.Limit]
		next = decimal(all[len(all)-1].Seq)
	}
	items, err := s.deedsOut(ctx, c, all)
	return listOf(c, items, next), err
}

// deedBySeq is one undecided deed; what a write answers with.
func (s *Server) deedBySeq(ctx context.Context, c *call, seq ledger.Seq) (deedItem, error) {
	var all []deedSeen
	err := s.read(ctx, c, func(b *ledger.Book) {
		if v, open := b.Deed(seq); open {
			all = append(all, c.seen(b, &v))
		}
	})
	if err != nil {
		return deedItem{}, err
	}
	if len(all) == 0 {
		return deedItem{}, fail(string(ledger.CodeDeedUnknown))
	}
	items, err := s.deedsOut(ctx, c, all)
	if err != nil {
		return deedItem{}, err
	}
	return items[0], nil
}

func (s *Server) deedsOut(ctx context.Context, c *call, all []deedSeen) ([]deedItem, error) {
	names, err := s.texts(ctx, roster.DeedKind)
	if err != nil {
		return nil, err
	}
	var whom []ledger.AccountID
	items := make([]deedItem, 0, len(all))
	for i := range all {
		x := &all[i]
		items = append(items, s.deedOut(c, x, names))
		whom = append(whom, x.Account)
	}
	if c.weighs() {
		slices.Sort(whom)
		err = s.saw(ctx, c, "deeds", slices.Compact(whom)...)
	}
	return items, err
}

func (s *Server) deedOut(c *call, x *deedSeen, names wording) deedItem {
	out := deedItem{
		Seq: x.Seq, Type: x.Type, TypeZh: names.zh(x.Type), TypeEn: names.en(x.Type), Day: roster.DateOf(x.Day), Hours: x.Hours,
		Stage: x.Stage.String(), By: x.By, Filed: Time(x.At), Lapses: Time(x.Lapses), Points: x.Points, Most: x.kind.Most,
		Lifted: x.Lifted, Quorum: x.Quorum, Conflict: x.conflict, Ends: moment(x.Ends), Disputed: x.Disputed, Can: x.can(c),
		Doer: s.deedName(c, x.Account), Filer: s.deedName(c, x.Filer), Beneficiary: s.deedName(c, x.Beneficiary),
	}
	if x.Worth > 0 {
		out.Points, out.Most = x.Worth, 0
	}
	for _, v := range x.Votes {
		if v.Yes {
			out.Yes++
		} else {
			out.No++
		}
		if v.By == c.account {
			out.MyVote = &v.Yes
		}
	}
	return out
}

// can is what the caller may do with a deed now; the rules have the last word.
func (x *deedSeen) can(c *call) []string {
	can := []string{}
	add := func(what string, may bool) {
		if may {
			can = append(can, what)
		}
	}
	voted := slices.ContainsFunc(x.Votes, func(v ledger.DeedVoteView) bool { return v.By == c.account })
	add("confirm", x.Stage == ledger.DeedAsked && x.mine)
	add("deny", x.Stage == ledger.DeedAsked && x.mine)
	add("withdraw", c.account == x.Account || c.account == x.Filer)
	add("vote", x.Stage == ledger.DeedVoting && c.holds(ledger.RoleCommittee) && !x.conflict && !voted)
	add("consent", x.Stage == ledger.DeedPassed && c.holds(organizer) && !x.conflict && !voted)
	return can
}

// deedName is a person of a deed as the caller may see her: those who decide see names, because nobody can say that she has
// a part in what she does not know; a minor's is for staff only. Everybody else sees her own and masks.
func (s *Server) deedName(c *call, id ledger.AccountID) string {
	if id == "" {
		return ""
	}
	name := s.roster.Name(id)
	minor := s.roster.Minor(id, s.localDay())
	if id == c.account || c.seesAll() || c.weighs() && !minor {
		return name
	}
	return roster.Mask(name)
}

package api

import (
	"context"
	"errors"
	"fmt"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/roster"
)

// giftAge is from when on a member can be given points (docs/rules.zh.md 七).
const giftAge = 60

type familyPage struct {
	Linked    bool          `json:"linked" doc:"She belongs to a family; the desk links one"`
	Members   []relative    `json:"members" doc:"The others of the family"`
	YearLimit ledger.Points `json:"year_limit" doc:"What one member may give a year"`
	YearUsed  ledger.Points `json:"year_used"`
	Reset     Time          `json:"reset" doc:"When the year's limit starts again"`
	Givable   ledger.Points `json:"givable" doc:"Of her points: in reach, and not given to her"`
	RestUntil *Time         `json:"rest_until,omitempty" doc:"This phone was enrolled lately and gives nothing away before"`
}

type relative struct {
	Account ledger.AccountID `json:"account"`
	Name    string           `json:"name"`
	Elder   bool             `json:"elder" doc:"Of 60 or more: points can be given to her"`
	Usable  Time             `json:"usable" doc:"From when gifts pass between the two"`
	Ready   bool             `json:"ready" doc:"Elder, and the link has rested"`
}

// myFamily is whom the caller may give points to, and how many. Within a family names are no secret: both stood at the desk.
func (s *Server) myFamily(ctx context.Context, c *call, _ *none) (familyPage, error) {
	out := familyPage{Members: []relative{}}
	now := s.time()
	var v ledger.FamilyView
	err := s.read(ctx, c, func(b *ledger.Book) {
		v = b.Family(c.account, now)
		if d, ok := b.Device(c.device); ok && b.Rules() != nil {
			if rest := d.At + ledger.Time(b.Rules().DeviceRestDays)*dayMillis; rest > now {
				out.RestUntil = moment(rest)
			}
		}
	})
	if err != nil {
		return out, err
	}
	out.Linked, out.YearLimit, out.YearUsed, out.Reset, out.Givable = v.ID != "", v.YearLimit, v.YearUsed, Time(v.Reset), v.Givable
	for _, r := range v.Others {
		elder, err := s.elder(ctx, r.Account)
		if err != nil {
			return out, err
		}
		out.Members = append(out.Members, relative{r.Account, s.roster.Name(r.Account), elder, Time(r.Usable), elder && r.Usable <= now})
	}
	return out, nil
}

// elder reports whether the roster knows somebody to be of 60 or more.
func (s *Server) elder(ctx context.Context, id ledger.AccountID) (bool, error) {
	p, err := s.roster.Person(ctx, id)
	if errors.Is(err, roster.ErrNotFound) || errors.Is(err, roster.ErrNoKey) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("read person: %w", err)
	}
	return p.Birth.Age(s.localDay()) >= giftAge, nil
}

type giveInput struct {
	Keyed

	Body struct {
		To     ledger.AccountID `json:"to" minLength:"3" maxLength:"48"`
		Points ledger.Points    `json:"points" minimum:"1" maximum:"10000"`
	}
}

// given is points that left the caller.
type given struct {
	Seq     ledger.Seq    `json:"seq"`
	Points  ledger.Points `json:"points"`
	Balance ledger.Points `json:"balance_after"`
	Zh      string        `json:"zh"`
	En      string        `json:"en"`
}

func givenOut(r *ledger.Record, from ledger.AccountID) given {
	out := given{Seq: r.Seq}
	for i := range r.Postings {
		if p := &r.Postings[i]; p.Account == from {
			out.Points, out.Balance = ledger.Points(-p.Amount), ledger.Points(p.Balance)
		}
	}
	return out
}

// give is 转给爸妈: within the family, to somebody of 60 or more, up to the year's limit.
func (s *Server) give(ctx context.Context, c *call, in *giveInput) (given, error) {
	elder, err := s.elder(ctx, in.Body.To)
	if err != nil {
		return given{}, err
	}
	records, err := s.submit(ctx, c, &ledger.Give{To: in.Body.To, Points: in.Body.Points, Elder: elder})
	if err != nil {
		return given{}, s.phoneRests(err, "转赠", "gives nothing to family")
	}
	out := givenOut(&records[0], c.account)
	name := s.roster.Name(in.Body.To)
	out.Zh = fmt.Sprintf("已转给%s %d 分，有效期不变。", name, out.Points)
	out.En = fmt.Sprintf("%d points given to %s. They keep their dates.", out.Points, name)
	return out, nil
}

// phoneRests says of the refusal of a phone that was enrolled lately what she asked for, and from when on it is possible.
func (s *Server) phoneRests(err error, zh, en string) error {
	r, ok := errors.AsType[*ledger.Refusal](err)
	if !ok || r.Code != ledger.CodeDeviceNew {
		return err
	}
	o, from := refused(r), s.localTime(r.Reset)
	o.zh = fmt.Sprintf("这部手机登记不久，%s 起才能%s。积分都在，到时候再来就行。", from, zh)
	o.en = fmt.Sprintf("This phone was enrolled only lately and %s before %s. The points stay where they are until then.", en, from)
	return o
}

type donateInput struct {
	Keyed

	Body struct {
		Points ledger.Points `json:"points" minimum:"1" maximum:"10000"`
	}
}

// donate gives points to the donation pool, out of which elders eat first and care points come.
func (s *Server) donate(ctx context.Context, c *call, in *donateInput) (given, error) {
	records, err := s.submit(ctx, c, &ledger.Donate{Points: in.Body.Points})
	if err != nil {
		return given{}, s.phoneRests(err, "捐积分", "donates nothing")
	}
	out := givenOut(&records[0], c.account)
	out.Zh = fmt.Sprintf("已捐入爱心池 %d 分，谢谢您。", out.Points)
	out.En = fmt.Sprintf("%d points are in the donation pool. Thank you.", out.Points)
	return out, nil
}

type linkFamilyInput struct {
	Keyed

	Body struct {
		Members []familyProof `json:"members" minItems:"2" maxItems:"6"`
	}
}

// familyProof is somebody who stands at the desk, or whose card is there.
type familyProof struct {
	Account ledger.AccountID `json:"account" minLength:"3" maxLength:"48"`
	Card    string           `json:"card,omitempty" maxLength:"64" doc:"Her card as scanned, where she has one"`
	PIN     string           `json:"pin,omitempty" maxLength:"12" doc:"Or her PIN"`
}

type familyLinked struct {
	Members int        `json:"members" doc:"In the family now"`
	Usable  Time       `json:"usable" doc:"From when gifts pass between the newest and the others"`
	Seq     ledger.Seq `json:"seq"`
}

// linkFamily links people at the desk, with both present or both cards. Whoever is in the family already keeps her date; a try
// that was cut off goes on with the same key.
func (s *Server) linkFamily(ctx context.Context, c *call, in *linkFamilyInput) (familyLinked, error) {
	for i := range in.Body.Members {
		m := &in.Body.Members[i]
		if _, _, err := s.prove(ctx, m.Account, m.Card, m.PIN); err != nil {
			return familyLinked{}, err
		}
	}
	now, family := s.time(), ""
	linked := map[ledger.AccountID]bool{}
	err := s.read(ctx, c, func(b *ledger.Book) {
		for _, m := range in.Body.Members {
			if v := b.Family(m.Account, now); v.ID != "" && (family == "" || family == v.ID) {
				family, linked[m.Account] = v.ID, true
			}
		}
	})
	if err != nil {
		return familyLinked{}, err
	}
	if family == "" {
		family = "f/" + derivedID("family", c.scope(), string(c.key))
	}
	for _, m := range in.Body.Members {
		if linked[m.Account] {
			continue
		}
		cmd := s.command(c, &ledger.LinkFamily{Account: m.Account, Family: family})
		cmd.Key = ledger.DerivedKey("family", string(c.key), string(m.Account))
		if _, err := s.submitAs(ctx, c, &cmd); err != nil {
			return familyLinked{}, err
		}
	}
	out := familyLinked{}
	err = s.read(ctx, c, func(b *ledger.Book) {
		v := b.Family(in.Body.Members[0].Account, now)
		out.Members, out.Seq = len(v.Others)+1, b.Seq()
		for _, r := range v.Others {
			out.Usable = max(out.Usable, Time(r.Usable))
		}
	})
	return out, err
}

type unlinkInput struct {
	Keyed

	ID pathID `path:"id"`
}

// unlinkFamily takes somebody out of her family: herself, or an organizer.
func (s *Server) unlinkFamily(ctx context.Context, c *call, in *unlinkInput) error {
	_, err := s.submit(ctx, c, &ledger.UnlinkFamily{Account: ledger.AccountID(in.ID.plain())})
	return err
}

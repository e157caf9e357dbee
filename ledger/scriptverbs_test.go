package ledger_test

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"strconv"
	"strings"
	"testing"

	"moralbank.example/bank/ledger"
)

// verbs builds the command of each verb of a script. It may change the actor and channel that the line does not name,
// and the label by which later lines speak of its record.
var verbs map[string]func(p *play, cmd *ledger.Command, label *string) ledger.Verb

func init() { //nolint:gochecknoinits // the table refers to methods that refer to the table
	verbs = map[string]func(p *play, cmd *ledger.Command, label *string) ledger.Verb{
		"found": func(p *play, _ *ledger.Command, _ *string) ledger.Verb {
			return &ledger.Found{
				Origin: p.option("origin", "bank.example/rainbow"), Demo: p.flag("demo"), Rulebook: p.rulebook(ledger.DefaultRulebook()),
			}
		},
		"rulebook": func(p *play, _ *ledger.Command, _ *string) ledger.Verb {
			return &ledger.SetRulebook{Rulebook: p.rulebook(p.book.Rules())}
		},
		"rotate-key": func(p *play, _ *ledger.Command, _ *string) ledger.Verb {
			return &ledger.RotateKey{Old: p.word(), New: p.word()}
		},
		"rename": func(p *play, _ *ledger.Command, _ *string) ledger.Verb {
			return &ledger.ChangeOrigin{Origin: p.word(), Root: strings.Repeat("0f", 32), Signed: p.number(p.word())}
		},
		"nothing": func(*play, *ledger.Command, *string) ledger.Verb { return nil },
		"open": func(p *play, _ *ledger.Command, _ *string) ledger.Verb {
			return &ledger.OpenAccount{Account: account(p.word()), Guardian: account(p.option("guardian", ""))}
		},
		"freeze": func(p *play, _ *ledger.Command, _ *string) ledger.Verb {
			return &ledger.Freeze{Account: account(p.word()), Reason: ledger.ReasonCode(p.word())}
		},
		"thaw": func(p *play, _ *ledger.Command, _ *string) ledger.Verb {
			return &ledger.Thaw{Account: account(p.word())}
		},
		"role": func(p *play, _ *ledger.Command, _ *string) ledger.Verb { return p.grant() },
		"unrole": func(p *play, _ *ledger.Command, _ *string) ledger.Verb {
			g := p.grant()
			return &ledger.RevokeRole{Account: g.Account, Role: g.Role, Scope: g.Scope}
		},
		"device": func(p *play, cmd *ledger.Command, _ *string) ledger.Verb {
			d := &ledger.EnrolDevice{
				Device: ledger.DeviceID(p.word()), Canteen: ledger.CanteenID(p.option("canteen", "")), Account: account(p.option("of", "")),
			}
			if d.Account != "" {
				cmd.Actor = d.Account
				d.By = account(p.option("by", ""))
				d.Card = ledger.CardID(p.option("card", ""))
				d.Proof = ledger.Proof(p.option("proof", ""))
			}
			return d
		},
		"undevice": func(p *play, _ *ledger.Command, _ *string) ledger.Verb {
			return &ledger.RevokeDevice{Device: ledger.DeviceID(p.word())}
		},
		"join": func(p *play, _ *ledger.Command, _ *string) ledger.Verb {
			return &ledger.Join{Account: account(p.word()), Group: ledger.Group(p.word())}
		},
		"leave": func(p *play, _ *ledger.Command, _ *string) ledger.Verb {
			return &ledger.Leave{Account: account(p.word()), Group: ledger.Group(p.word())}
		},
		"family": func(p *play, _ *ledger.Command, _ *string) ledger.Verb {
			return &ledger.LinkFamily{Account: account(p.word()), Family: p.word()}
		},
		"unfamily": func(p *play, _ *ledger.Command, _ *string) ledger.Verb {
			return &ledger.UnlinkFamily{Account: account(p.word())}
		},
		"card": func(p *play, _ *ledger.Command, _ *string) ledger.Verb {
			return &ledger.IssueCard{Card: ledger.CardID(p.word()), Account: account(p.word())}
		},
		"uncard": func(p *play, _ *ledger.Command, _ *string) ledger.Verb {
			return &ledger.RevokeCard{Card: ledger.CardID(p.word()), Reason: ledger.ReasonCode(p.word())}
		},
		"budget": func(p *play, _ *ledger.Command, _ *string) ledger.Verb {
			return &ledger.SetBudget{Issuer: ledger.AccountID(p.word()), Points: ledger.Points(p.number(p.word()))}
		},
		"activity": (*play).activity,
		"extend": func(p *play, cmd *ledger.Command, _ *string) ledger.Verb {
			cmd.Actor = account("li")
			return &ledger.ExtendActivity{Activity: activityID(p.word()), End: p.moment(p.word())}
		},
		"close": func(p *play, cmd *ledger.Command, _ *string) ledger.Verb {
			cmd.Actor = account("li")
			return &ledger.CloseActivity{Activity: activityID(p.word()), Headcount: int(p.number(p.word()))}
		},
		"confirm": func(p *play, cmd *ledger.Command, _ *string) ledger.Verb {
			cmd.Actor = account("hu")
			return &ledger.ConfirmActivity{Activity: activityID(p.word())}
		},
		"scan": (*play).scan,
		"award": func(p *play, cmd *ledger.Command, label *string) ledger.Verb {
			cmd.Actor, cmd.Via = ledger.ActorTimer, ledger.ViaTimer
			id, name := p.word(), p.word()
			*label = id + "/" + name
			return &ledger.AwardService{Activity: activityID(id), Account: account(name)}
		},
		"expire": func(p *play, cmd *ledger.Command, _ *string) ledger.Verb {
			cmd.Actor, cmd.Via = ledger.ActorTimer, ledger.ViaTimer
			return &ledger.Expire{Account: account(p.word()), Month: ledger.Month(p.number(p.word()))}
		},
		"redeem": (*play).redeem,
		"void": func(p *play, cmd *ledger.Command, _ *string) ledger.Verb {
			target := p.word()
			cmd.Actor, cmd.Via = account(p.word()), "till/1"
			return &ledger.Reverse{Seq: p.seq(target), Reason: ledger.ReasonVoid, Points: ledger.Points(p.number(p.option("points", "0")))}
		},
		"reverse": func(p *play, _ *ledger.Command, _ *string) ledger.Verb { return p.reverse() },
		"propose": (*play).propose,
		"approve": func(p *play, cmd *ledger.Command, _ *string) ledger.Verb {
			proposal := p.seq(p.word())
			cmd.Actor = account(p.word())
			return &ledger.Approve{Proposal: proposal}
		},
		"refuse": func(p *play, cmd *ledger.Command, _ *string) ledger.Verb {
			proposal := p.seq(p.word())
			cmd.Actor = account(p.word())
			return &ledger.Refuse{Proposal: proposal}
		},
	}
	maps.Copy(verbs, pointVerbs())
	maps.Copy(verbs, peopleVerbs())
	maps.Copy(questions, pointQuestions())
}

func activityID(name string) ledger.ActivityID { return ledger.ActivityID("a/" + name) }

// rulebook is a copy of a rulebook with the options of the line put in, under the names of the record line.
func (p *play) rulebook(from *ledger.Rulebook) *ledger.Rulebook {
	if p.flag("none") {
		return nil
	}
	k := *from
	for name, field := range map[string]*int{
		"edition": &k.Edition, "offset-minutes": &k.OffsetMinutes, "valid-months": &k.ValidMonths, "early-minutes": &k.EarlyMinutes,
		"duplicate-within": &k.DuplicateWithin, "void-seconds": &k.VoidSeconds, "reverse-hours": &k.ReverseHours,
		"lapse-days": &k.LapseDays, "role-rest-days": &k.RoleRestDays, "family-max": &k.FamilyMax,
	} {
		*field = int(p.number(p.option(name, strconv.Itoa(*field))))
	}
	for name, field := range map[string]*ledger.Points{
		"points-per-hour": &k.PointsPerHour, "day-points-max": &k.DayPointsMax, "no-pin-points": &k.NoPINPoints, "default-budget": &k.DefaultBudget,
	} {
		*field = ledger.Points(p.number(p.option(name, itoa(int64(*field)))))
	}
	p.pointRules(&k)
	p.peopleRules(&k)
	if lunch := p.option("lunch", ""); lunch != "" {
		k.Meals = append([]ledger.Meal(nil), k.Meals...)
		k.Meal("lunch").Points = ledger.Points(p.number(lunch))
	}
	return &k
}

func (p *play) grant() *ledger.GrantRole {
	g := &ledger.GrantRole{Account: account(p.word()), Role: ledger.Role(p.word()), Scope: ledger.ScopeCommunity}
	if len(p.words) > 0 {
		g.Scope = ledger.Scope(p.word())
	}
	return g
}

// activity NAME TYPE 09:00-11:00 team=t1 [org=o8] charge=li [on=2026-03-02]; an end before the start is the next day's.
func (p *play) activity(cmd *ledger.Command, _ *string) ledger.Verb {
	o := &ledger.OpenActivity{
		Activity: activityID(p.word()), Type: p.word(), Team: ledger.TeamID(p.option("team", "t1")), Org: ledger.OrgID(p.option("org", "")),
		Charge: account(p.option("charge", "li")), Capacity: int(p.number(p.option("capacity", "0"))), Text: p.option("text", strings.Repeat("0f", 32)),
	}
	from, to, _ := strings.Cut(p.word(), "-")
	if on := p.option("on", ""); on != "" {
		from, to = on+"T"+from, on+"T"+to
	}
	o.Start, o.End = p.moment(from), p.moment(to)
	if o.End < o.Start {
		o.End += 24 * 60 * 60 * 1000
	}
	cmd.Actor = account("li")
	return o
}

// scan NAME ACTIVITY station|poster|leader|list [in|out] [dead] [code=HANDLE/STEP]: a member's own scan is hers, a leader's li's.
func (p *play) scan(cmd *ledger.Command, _ *string) ledger.Verb {
	s := &ledger.Scan{Account: account(p.word()), Activity: activityID(p.word()), Path: ledger.Path(p.word())}
	s.Live = s.Path == ledger.PathStation && !p.flag("dead")
	s.Handle, s.Step = p.code()
	if len(p.words) > 0 {
		s.Direction = ledger.Direction(p.word())
	}
	cmd.Actor = s.Account
	if s.Path == ledger.PathLeader || s.Path == ledger.PathList {
		cmd.Actor = account("li")
	}
	return s
}

func (p *play) code() (ledger.Handle, int64) {
	handle, step, ok := strings.Cut(p.option("code", ""), "/")
	if !ok {
		return ledger.Handle(handle), 0
	}
	return ledger.Handle(handle), p.number(step)
}

// redeem KEY CASHIER MEMBER CANTEEN MEAL POINTS card=…|code=HANDLE/STEP [small] [pin]
func (p *play) redeem(cmd *ledger.Command, label *string) ledger.Verb {
	*label = p.word()
	x := &ledger.Redeem{Small: p.flag("small"), PIN: p.flag("pin"), Care: p.flag("care")}
	cmd.Actor, cmd.Via = account(p.word()), "till/1"
	x.Account, x.Canteen, x.Meal = account(p.word()), ledger.CanteenID(p.word()), p.word()
	x.Points, x.Card = ledger.Points(p.number(p.word())), ledger.CardID(p.option("card", ""))
	x.Phone = ledger.DeviceID(p.option("phone", ""))
	x.Handle, x.Step = p.code()
	return x
}

// reverse RECORD REASON [points=…] [minutes=…]
func (p *play) reverse() *ledger.Reverse {
	return &ledger.Reverse{
		Seq: p.seq(p.word()), Reason: ledger.ReasonCode(p.word()), Note: p.option("note", ""),
		Points: ledger.Points(p.number(p.option("points", "0"))), Minutes: ledger.Minutes(p.number(p.option("minutes", "0"))),
	}
}

// propose KEY PERSON reverse RECORD REASON … or role NAME ROLE [SCOPE]
func (p *play) propose(cmd *ledger.Command, label *string) ledger.Verb {
	*label = p.word()
	cmd.Actor = account(p.word())
	switch what := p.word(); what {
	case "reverse":
		return &ledger.Propose{Do: p.reverse()}
	case "adjust":
		return &ledger.Propose{Do: p.adjust()}
	case "pay":
		return &ledger.Propose{Do: &ledger.PayWaiting{Award: p.seq(p.word())}}
	case "undo":
		return &ledger.Propose{Do: p.undo()}
	case "rulebook":
		return &ledger.Propose{Do: &ledger.SetRulebook{Rulebook: p.rulebook(p.book.Rules())}}
	case "role":
		return &ledger.Propose{Do: p.grant()}
	case "unrole":
		g := p.grant()
		return &ledger.Propose{Do: &ledger.RevokeRole{Account: g.Account, Role: g.Role, Scope: g.Scope}}
	case "fund", "settle", "seal", "unsweep", "shut", "merge", "unimport":
		return &ledger.Propose{Do: p.together(what)}
	default:
		return &ledger.Propose{Do: &ledger.Thaw{Account: account(what)}}
	}
}

// declaredCodes reads the refusal codes off their declaration, so that a new one cannot be forgotten.
func declaredCodes(t *testing.T) []ledger.Code {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "refusal.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var codes []ledger.Code
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || len(spec.Values) != 1 {
			return true
		}
		if name, ok := spec.Type.(*ast.Ident); ok && name.Name == "Code" {
			var code string
			if err := json.Unmarshal([]byte(spec.Values[0].(*ast.BasicLit).Value), &code); err != nil {
				t.Fatal(err)
			}
			codes = append(codes, ledger.Code(code))
		}
		return true
	})
	if len(codes) < 50 {
		t.Fatalf("found only %d codes in refusal.go", len(codes))
	}
	return codes
}

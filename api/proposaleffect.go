package api

import (
	"context"

	"moralbank.example/bank/ledger"
)

// proposalEffect is what an approval would write now. The rules themselves said it, on the books as they stand; nothing was
// written.
type proposalEffect struct {
	Seq     ledger.Seq     `json:"seq"`
	Records []effectRecord `json:"records" doc:"What would be written, in its order, in words"`
	Moves   []effectMove   `json:"moves" doc:"Whose balances would change at once; of what follows one by one the records tell"`
}

type effectRecord struct {
	Zh string `json:"zh"`
	En string `json:"en"`
}

// effectMove is one account in one unit: what it has, and what it would have.
type effectMove struct {
	Account     ledger.AccountID `json:"account"`
	AccountName string           `json:"account_name,omitempty" doc:"Of a member"`
	Zh          string           `json:"class_zh"`
	En          string           `json:"class_en"`
	Unit        string           `json:"unit" enum:"points,minutes"`
	Before      int64            `json:"before"`
	After       int64            `json:"after"`
}

type effectInput struct {
	Seq ledger.Seq `path:"seq" minimum:"1" maximum:"9007199254740991"`
}

// proposalEffects lets the rules decide an approval without writing it. Where they would refuse the caller's approval, that
// refusal is the answer: whoever may not approve learns it before she tries.
func (s *Server) proposalEffects(ctx context.Context, c *call, in *effectInput) (proposalEffect, error) {
	approval := ledger.Approve{Proposal: in.Seq}
	cmd := s.command(c, &approval)
	cmd.Key = ledger.DerivedKey("effect", string(c.account), decimal(in.Seq)) // of no request: it is never handed in
	var about ledger.Seq
	if err := s.read(ctx, c, func(b *ledger.Book) { about = b.TargetOf(&cmd) }); err != nil {
		return proposalEffect{}, err
	}
	if about != 0 {
		target, err := s.record(ctx, about)
		if err != nil {
			return proposalEffect{}, err
		}
		cmd.Target = &target.Record
	}
	var records []ledger.Record
	var refusal *ledger.Refusal
	s.view.Read(func(b *ledger.Book) { records, refusal = b.Apply(&cmd, s.time()) })
	if refusal != nil {
		return proposalEffect{}, refusal
	}
	return s.effectOut(ctx, in.Seq, records)
}

func (s *Server) effectOut(ctx context.Context, seq ledger.Seq, records []ledger.Record) (proposalEffect, error) {
	out := proposalEffect{Seq: seq, Records: []effectRecord{}, Moves: []effectMove{}}
	names, err := s.naming(ctx, s.actorName)
	if err != nil {
		return out, err
	}
	type purse struct {
		account ledger.AccountID
		unit    ledger.Unit
	}
	at := map[purse]int{}
	for i := range records {
		r := &records[i]
		if _, says := r.Body.(*ledger.Approved); !says {
			t := names.Record(r)
			out.Records = append(out.Records, effectRecord{t.Zh, t.En})
		}
		for _, p := range r.Postings {
			k, known := at[purse{p.Account, p.Unit}]
			if !known {
				k = len(out.Moves)
				at[purse{p.Account, p.Unit}] = k
				out.Moves = append(out.Moves, s.effectMove(&p))
			}
			out.Moves[k].After += p.Amount
		}
	}
	return out, names.failed
}

// effectMove is the account of a posting before it.
func (s *Server) effectMove(p *ledger.Posting) effectMove {
	_, zh, en := className(ledger.ClassOf(p.Account))
	m := effectMove{Account: p.Account, Zh: zh, En: en, Unit: p.Unit.String(), Before: p.Balance - p.Amount, After: p.Balance - p.Amount}
	if ledger.ClassOf(p.Account) == ledger.ClassMember {
		m.AccountName = s.roster.Name(p.Account)
	}
	return m
}

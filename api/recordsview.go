package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/engine"
	"moralbank.example/bank/ledger/explain"
)

// recordPage is one record: what it says, the bytes that say it, and what they prove.
type recordPage struct {
	Record     recordOut   `json:"record"`
	Line       string      `json:"line" doc:"The line as it is stored and hashed, without LF"`
	Leaf       string      `json:"leaf" doc:"SHA-256 of the line, hexadecimal: its leaf of the Merkle tree"`
	Block      recordBlock `json:"block"`
	Reversible bool        `json:"reversible"`
	ReversedBy ledger.Seq  `json:"reversed_by,omitempty"`
	Note       string      `json:"note,omitempty" doc:"The words that somebody typed as the reason; they live in the roster, and go with the member"`
	Zh         string      `json:"explain_zh"`
	En         string      `json:"explain_en"`
}

type recordOut struct {
	Seq       ledger.Seq       `json:"seq"`
	Time      Time             `json:"time"`
	Kind      string           `json:"kind"`
	Zh        string           `json:"kind_zh"`
	En        string           `json:"kind_en"`
	Version   int              `json:"v"`
	Actor     ledger.AccountID `json:"actor"`
	ActorName string           `json:"actor_name,omitempty"`
	Via       ledger.DeviceID  `json:"via"`
	Key       ledger.Key       `json:"key"`
	Effective *Time            `json:"effective,omitempty"`
	Rulebook  int              `json:"rulebook,omitempty"`
	Body      json.RawMessage  `json:"body" doc:"As it stands in the line"`
	Postings  []postingOut     `json:"postings"`
}

type postingOut struct {
	Account     ledger.AccountID `json:"account"`
	AccountName string           `json:"account_name,omitempty"`
	Class       string           `json:"class"`
	Unit        string           `json:"unit" enum:"points,minutes"`
	Amount      int64            `json:"amount"`
	Balance     int64            `json:"balance" doc:"Of the account in this unit, after it"`
	N           int64            `json:"account_seq" doc:"Which posting of the account in this unit it is"`
}

type recordBlock struct {
	Height int64      `json:"height"`
	First  ledger.Seq `json:"first_seq"`
	Last   ledger.Seq `json:"last_seq"`
	Hash   string     `json:"hash"`
	Prev   string     `json:"prev"`
	Size   int64      `json:"tree_size"`
	Root   string     `json:"root"`
}

type recordPath struct {
	Seq ledger.Seq `path:"seq" minimum:"1" maximum:"9007199254740991"`
}

// getRecord is one record, for organizers and auditors, and for the member that it is about. To others it does not exist.
func (s *Server) getRecord(ctx context.Context, c *call, in *recordPath) (recordPage, error) {
	stored, err := s.record(ctx, in.Seq)
	if err != nil {
		return recordPage{}, err
	}
	r := &stored.Record
	name, err := s.mayRead(c, r)
	if err != nil {
		return recordPage{}, err
	}
	out := recordPage{Line: string(stored.Line), Block: blockOut(&stored.Block)}
	leaf := sha256.Sum256(stored.Line)
	out.Leaf = hex.EncodeToString(leaf[:])
	if out.Record, err = recordFull(&stored, name); err != nil {
		return out, err
	}
	s.view.Read(func(b *ledger.Book) { out.ReversedBy = b.ReversedBy(r.Seq) })
	out.Reversible = out.ReversedBy == 0 && reversible(r)
	if out.Note, err = s.noteOf(ctx, r); err != nil {
		return out, err
	}
	if out.Zh, out.En, err = s.explainRecord(ctx, r, name); err != nil {
		return out, err
	}
	c.seq = max(c.seq, s.engine.Seq())
	if subject := r.Subject(); subject != "" {
		return out, s.saw(ctx, c, "record", subject)
	}
	return out, nil
}

// mayRead says what people are called in a record for the caller: their names to organizers and auditors, masked ones to the
// member that it is about. To others it does not exist.
func (s *Server) mayRead(c *call, r *ledger.Record) (func(ledger.AccountID) string, error) {
	switch {
	case c.holds(organizer, ledger.RoleAuditor):
		return s.actorName, nil
	case c.account == "" || r.Subject() != c.account:
		return nil, fail(string(ledger.CodeRecordUnknown))
	}
	return func(id ledger.AccountID) string {
		if id == c.account {
			return s.roster.Name(id)
		}
		return s.maskedActor(id)
	}, nil
}

// record reads one durable record.
func (s *Server) record(ctx context.Context, seq ledger.Seq) (engine.Stored, error) {
	stored, err := s.engine.Record(ctx, seq)
	switch {
	case errors.Is(err, engine.ErrNotFound):
		return stored, fail(string(ledger.CodeRecordUnknown))
	case err != nil:
		return stored, fmt.Errorf("read record: %w", err)
	}
	return stored, nil
}

// reversible reports whether a record is of a kind that can be reversed at all.
func reversible(r *ledger.Record) bool {
	switch r.Body.(type) {
	case *ledger.Redeemed, *ledger.Captured, *ledger.MealServed, *ledger.MealReplayed,
		*ledger.Awarded, *ledger.DeedAwarded, *ledger.WaitingPaid:
		return true
	}
	return false
}

// recordFull takes the body from the stored bytes themselves, so that the page shows what is hashed and nothing else.
func recordFull(stored *engine.Stored, name func(ledger.AccountID) string) (recordOut, error) {
	r := &stored.Record
	var line struct {
		Body json.RawMessage `json:"body"`
	}
	if err := json.Unmarshal(stored.Line, &line); err != nil {
		return recordOut{}, fmt.Errorf("read the line of record %d: %w", r.Seq, err)
	}
	words := explain.Kind(r.Kind)
	out := recordOut{
		Seq: r.Seq, Time: Time(r.Time), Kind: r.Kind.String(), Zh: words.Zh, En: words.En, Version: r.Version, Actor: r.Actor, ActorName: name(r.Actor),
		Via: r.Via, Key: r.Key, Effective: moment(r.Effective), Rulebook: r.Rulebook, Body: line.Body, Postings: []postingOut{},
	}
	for i := range r.Postings {
		p := &r.Postings[i]
		class, _, _ := className(ledger.ClassOf(p.Account))
		posting := postingOut{
			Account: p.Account, Class: class, Unit: p.Unit.String(), Amount: p.Amount, Balance: p.Balance, N: p.N,
		}
		if ledger.ClassOf(p.Account) == ledger.ClassMember {
			posting.AccountName = name(p.Account)
		}
		out.Postings = append(out.Postings, posting)
	}
	return out, nil
}

func blockOut(b *engine.Block) recordBlock {
	return recordBlock{
		Height: b.Height, First: b.First, Last: b.Last, Hash: hex.EncodeToString(b.Hash[:]), Prev: hex.EncodeToString(b.Prev[:]),
		Size: b.TreeSize, Root: hex.EncodeToString(b.Root[:]),
	}
}

// noteOf is what somebody typed as the reason of a record; "" where there is nothing, or no longer.
func (s *Server) noteOf(ctx context.Context, r *ledger.Record) (string, error) {
	switch b := r.Body.(type) {
	case *ledger.Reversed:
		return s.note(ctx, b.Note)
	case *ledger.Proposed:
		return s.note(ctx, b.Note)
	}
	return "", nil
}

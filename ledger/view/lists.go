package view

import (
	"context"
	"encoding/binary"
	"fmt"
	"slices"

	"moralbank.example/bank/ledger"
)

// The lists of seqs: by kind ("lists/k/<kind>\x00<chunk>"), by activity ("lists/a/…") and by team, organization or canteen
// ("lists/g/…"). A chunk is the seqs of a list that share all but their last twelve bits, so that a list of millions is
// thousands of values. "lists/h/<activity>" says whose an activity is.

// chunkBits is how many of a seq's last bits a chunk tells.
const chunkBits = 12

// chunk is seqs less their common start, ascending.
type chunk []uint16

func (c *chunk) bytes() []byte {
	p, last := make([]byte, 0, len(*c)+len(*c)/8), uint16(0)
	for _, n := range *c {
		p, last = binary.AppendUvarint(p, uint64(n-last)), n
	}
	return p
}

func (c *chunk) parse(p []byte) error {
	*c = make(chunk, 0, len(p))
	last := uint64(0)
	for len(p) > 0 {
		d, n := binary.Uvarint(p)
		if last += d; n <= 0 || last >= 1<<chunkBits {
			return errCell
		}
		*c, p = append(*c, uint16(last)), p[n:]
	}
	return nil
}

// list names one list of seqs.
type list string

func kindList(k ledger.Kind) list            { return list("k/" + k.String()) }
func activityList(id ledger.ActivityID) list { return list("a/" + string(id)) }
func scopeList(s ledger.Scope) list          { return list("g/" + string(s)) }

func (l list) key(t *table, seq ledger.Seq) []byte {
	return binary.BigEndian.AppendUint64(t.key([]byte(l), []byte{0}), uint64(seq)>>chunkBits) //nolint:gosec // seqs are positive
}

// foldLists adds a record to the lists that it belongs to.
func foldLists(ctx context.Context, s *sheet, t *turn) error {
	r := t.record
	lists := []list{kindList(r.Kind)}
	scopes := r.Scopes()
	if id := r.Activity(); id != "" {
		lists = append(lists, activityList(id))
		of, err := home(ctx, s, r)
		if err != nil {
			return err
		}
		scopes = append(scopes, of...)
	}
	for i, at := range scopes {
		if !slices.Contains(scopes[:i], at) {
			lists = append(lists, scopeList(at))
		}
	}
	for _, l := range lists {
		c, err := change[chunk](ctx, s, l.key(s.table, r.Seq))
		if err != nil {
			return err
		}
		*c = append(*c, uint16(r.Seq&(1<<chunkBits-1)))
		s.size++
	}
	return nil
}

// Filter says which records a list shows. Zero fields do not filter. At most one of Account, Activity and Scope is set.
type Filter struct {
	Account  ledger.AccountID
	Activity ledger.ActivityID
	Scope    ledger.Scope // a team, an organization or a canteen
	Kind     ledger.Kind
	From, To ledger.Time // From included, To not
}

// list is the list that holds what the filter shows, and perhaps more; "" when only the whole journal does.
func (f *Filter) list() list {
	switch {
	case f.Activity != "":
		return activityList(f.Activity)
	case f.Scope != "":
		return scopeList(f.Scope)
	case f.Kind != 0:
		return kindList(f.Kind)
	}
	return ""
}

// seqs is a page of a list: its seqs below before (0: from the newest), the newest first.
func (v *View) seqs(ctx context.Context, l list, before ledger.Seq, limit int) ([]ledger.Seq, ledger.Seq, error) {
	s := v.sheet("lists")
	first := l.key(s.table, 0)
	prefix := first[:len(first)-8]
	var from []byte
	if before > 0 {
		from = l.key(s.table, before-1)
	}
	look := v.look(s, prefix, from, true)
	seqs := make([]ledger.Seq, 0, limit)
	for kv, err := range look.scan(ctx, 0) {
		var c chunk
		if err == nil {
			err = c.parse(kv.Value)
		}
		if err != nil {
			return nil, look.at, fmt.Errorf("list %s: %w", l, err)
		}
		start := ledger.Seq(binary.BigEndian.Uint64(kv.Key[len(prefix):]) << chunkBits) //nolint:gosec // seqs are below 2^53
		for _, n := range slices.Backward(c) {
			if seq := start + ledger.Seq(n); seq <= look.at && (before == 0 || seq < before) {
				if seqs = append(seqs, seq); len(seqs) == limit {
					return seqs, look.at, nil
				}
			}
		}
	}
	return seqs, look.at, nil
}

// home is the team and the organization of the record's activity. The first record of an activity says it, and is remembered.
func home(ctx context.Context, s *sheet, r *ledger.Record) ([]ledger.Scope, error) {
	c, err := change[homeCell](ctx, s, s.key([]byte("h/"), []byte(r.Activity())))
	if err != nil {
		return nil, err
	}
	if o, ok := r.Body.(*ledger.ActivityOpened); ok {
		c.team, c.org = ledger.Scope(o.Team), ledger.Scope(o.Org)
	}
	return slices.DeleteFunc([]ledger.Scope{c.team, c.org}, func(s ledger.Scope) bool { return s == "" }), nil
}

// homeCell is whose an activity is.
type homeCell struct{ team, org ledger.Scope }

func (c *homeCell) bytes() []byte { return []byte(c.team + "\x00" + c.org) }

func (c *homeCell) parse(p []byte) error {
	for i, b := range p {
		if b == 0 {
			c.team, c.org = ledger.Scope(p[:i]), ledger.Scope(p[i+1:])
			return nil
		}
	}
	return errCell
}

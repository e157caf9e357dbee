package view

import (
	"bytes"
	"compress/flate"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"sync"

	"moralbank.example/bank/ledger"
)

// Activities that are over, under "activities/<activity>": the book lets them go some time after. Four hundred people are
// more than a value of the index takes as they are, so it is packed.

// foldActivity keeps what an activity has come to.
func foldActivity(_ context.Context, s *sheet, t *turn) error {
	switch t.record.Body.(type) {
	case *ledger.ActivityClosed, *ledger.ActivityConfirmed:
	default:
		return nil
	}
	a, ok := t.book.Activity(t.record.Activity())
	if !ok {
		return nil
	}
	p, err := pack(&a)
	if err != nil {
		return err
	}
	s.set(s.key([]byte(a.Activity)), (*text)(&p))
	s.size += len(p)
	return nil
}

// packers are kept for the next activity: each is 800 kB large.
var packers sync.Pool

func packer() (*flate.Writer, error) {
	if w, ok := packers.Get().(*flate.Writer); ok {
		return w, nil
	}
	return flate.NewWriter(nil, flate.BestSpeed)
}

func pack(a *ledger.ActivityView) ([]byte, error) {
	plain, err := json.Marshal(a)
	if err != nil {
		return nil, fmt.Errorf("pack activity: %w", err)
	}
	var out bytes.Buffer
	w, err := packer()
	if err != nil {
		return nil, fmt.Errorf("pack activity: %w", err)
	}
	defer packers.Put(w)
	w.Reset(&out)
	if _, err = w.Write(plain); err == nil {
		err = w.Close()
	}
	if err != nil {
		return nil, fmt.Errorf("pack activity: %w", err)
	}
	return out.Bytes(), nil
}

func unpack(p []byte) (a ledger.ActivityView, err error) {
	plain, err := io.ReadAll(flate.NewReader(bytes.NewReader(p)))
	if err == nil {
		err = json.Unmarshal(plain, &a)
	}
	return a, err
}

// Activity is an activity, from the book or, when the book has let it go, from the index.
func (v *View) Activity(ctx context.Context, id ledger.ActivityID) (ledger.ActivityView, bool, error) {
	s := v.sheet("activities")
	key := s.key([]byte(id))
	v.mu.RLock()
	a, ok := v.book.Activity(id)
	kept := s.dirty[string(key)]
	v.mu.RUnlock()
	if ok {
		return a, true, nil
	}
	var p []byte
	var err error
	if kept != nil {
		p, ok = kept.bytes(), true
	} else {
		p, ok, err = v.index.Get(ctx, key)
	}
	if err != nil || !ok {
		return a, false, err
	}
	if a, err = unpack(p); err != nil {
		return a, false, fmt.Errorf("activity %s in the view index: %w", id, err)
	}
	return a, true, nil
}

package bench

import (
	"context"
	"io"
	"net/http"
	"sync/atomic"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/engine"
)

// ConstantPath is the address of a server under InstantMux that always answers the same.
const ConstantPath = "/constant"

// Instant is a ledger that answers at once: it asks no rule, remembers nothing, and says of every meal that it was redeemed.
// Behind the whole of the API it shows what everything but the ledger costs.
type Instant struct{ seq atomic.Int64 }

// Submit stands in for engine.Engine.Submit.
func (i *Instant) Submit(_ context.Context, cmd *ledger.Command) (engine.Answer, error) {
	seq := ledger.Seq(i.seq.Add(1))
	r := ledger.Record{Seq: seq, Time: 1, Kind: ledger.KindRedeemed, Version: 1, Actor: cmd.Actor, Via: cmd.Via, Key: cmd.Key, Rulebook: 2}
	if x, ok := cmd.Do.(*ledger.Redeem); ok {
		r.Body = &ledger.Redeemed{Canteen: x.Canteen, Account: x.Account, Meal: x.Meal, Small: x.Small, Side: true, Points: x.Points, Card: x.Card}
		r.Postings = []ledger.Posting{{Account: x.Account, Unit: ledger.UnitPoints, Amount: -int64(x.Points), Balance: 1, N: 1}}
	}
	return engine.Answer{Records: []ledger.Record{r}}, nil
}

// InstantMux puts the constant beside the API.
func InstantMux(api http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/", api)
	mux.HandleFunc("GET "+ConstantPath, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, constantBalance) // the client is gone, or it is sent
	})
	return mux
}

// constantBalance is what a balance looks like.
const constantBalance = `{"account":"m/b000001","points":99995,"held":0,"disputed":0,"unconfirmed":0,"available":99995,"minutes":0,"seq":123456,"expiring":[{"month":"2027-05","points":99995}]}` + "\n"

package ledger

import (
	"fmt"
)

// Book is the state of the ledger: what is open, as a function of the records. Fold is the only thing that
// changes it. It holds neither old records nor client keys. One goroutine owns a Book; it has no lock.
type Book struct {
	last              Seq
	time              Time // of the last record
	founded           bool
	origin            string
	origins           []string  // that the ledger had before, the oldest first
	logKey            string    // the public key that signs checkpoints, once it was rotated
	rules             *Rulebook // in force; nil before the first
	rulebooks         map[int]*Rulebook
	accounts          map[AccountID]*account
	roles             map[AccountID][]grant
	organizers        int  // how many people hold organizer
	grown             bool // there were foundersMax organizers once: the founding phase is over
	devices           map[DeviceID]*device
	families          map[string][]AccountID
	cards             map[CardID]*card
	handles           map[Handle]lastStep
	budgets           map[AccountID]*budget
	activities        map[ActivityID]*activity
	counters          map[counterKey]int64
	meals             map[mealKey][]taken // in order; more than one only with PIN
	purged            Day                 // the local day up to which counters and meals were dropped
	reversed          map[Seq]reversal
	proposals         map[Seq]*proposal
	loose             map[Month]int // lots by the month with which they end, that have points not pinned: what the expiry sweep asks
	awarding          []ActivityID  // closed activities whose awards are still to be posted, oldest first
	holds             map[Seq]*hold
	subsidies         map[servedDay]owed
	leases            map[leaseKey]*lease
	lastLease         map[DeviceID]int // number, per till
	imports           map[string]*opening
	sales             map[saleKey]sale
	flows             map[Month]flow          // of the months that are not sealed
	sealed            Month                   // the last
	firstMonth        Month                   // of the ledger
	sealedOutstanding Points                  // at the end of the last sealed month
	sweeps            map[Month][]swept       // expiries that can still be taken back, by the month of the lot
	restoring         []swept                 // of reversed sweeps, still to be given back
	booked            map[mealKey]Seq         // the open hold of a person's meal period
	persons           map[AccountID]AccountID // of merged accounts: the account that stands for the person
	deeds             []*deed                 // undecided, by seq
	deedMarks         []deedMark              // what counts against weeks and pairs, by seq
	disputes          []*dispute              // open, by seq
	waiting           map[Seq]*waiting        // award -> what of it is still to be paid
	queues            map[AccountID][]Seq     // issuer -> its waiting awards, oldest first
	undoing           []*undoing              // activities whose awards are being reversed, oldest first
	disputed          map[Seq]Seq             // record -> the dispute about it, for ever: once per line
	members           int
	demo              bool
	touched           []AccountID // since the last call of Touched
}

// NewBook is the book of the empty ledger.
func NewBook() *Book {
	return &Book{
		rulebooks:  map[int]*Rulebook{},
		accounts:   map[AccountID]*account{},
		roles:      map[AccountID][]grant{},
		devices:    map[DeviceID]*device{},
		families:   map[string][]AccountID{},
		cards:      map[CardID]*card{},
		handles:    map[Handle]lastStep{},
		budgets:    map[AccountID]*budget{},
		activities: map[ActivityID]*activity{},
		counters:   map[counterKey]int64{},
		meals:      map[mealKey][]taken{},
		reversed:   map[Seq]reversal{},
		proposals:  map[Seq]*proposal{},
		loose:      map[Month]int{},
		holds:      map[Seq]*hold{},
		subsidies:  map[servedDay]owed{},
		leases:     map[leaseKey]*lease{},
		lastLease:  map[DeviceID]int{},
		imports:    map[string]*opening{},
		sales:      map[saleKey]sale{},
		flows:      map[Month]flow{},
		sweeps:     map[Month][]swept{},
		booked:     map[mealKey]Seq{},
		persons:    map[AccountID]AccountID{},
		disputed:   map[Seq]Seq{},
		waiting:    map[Seq]*waiting{},
		queues:     map[AccountID][]Seq{},
	}
}

// Seq is the last record folded; 0 for the empty ledger.
func (b *Book) Seq() Seq { return b.last }

// Time is the time of the last record folded; 0 for the empty ledger.
func (b *Book) Time() Time { return b.time }

// RecordsMax is the most records that one command may make.
const RecordsMax = 100

// Apply decides what the command does at this time: the records that say so, without salt, or a refusal. It
// changes nothing. The time of the records is max(now, time of the last record).
func (b *Book) Apply(cmd *Command, now Time) ([]Record, *Refusal) {
	d := draft{book: b, cmd: cmd, now: max(now, b.time)}
	if r := d.admit(); r != nil {
		return nil, r
	}
	if r := cmd.Do.decide(&d); r != nil {
		return nil, r
	}
	if len(d.records) > RecordsMax {
		return nil, badField("size")
	}
	return d.records, nil
}

// Check asserts the laws that a record must keep on its own and against the book, before it is folded: seq and
// time follow on, no record is reversed twice, postings go to accounts and sum to zero per unit, each account is posted
// at most once per unit, stated balances and numbers are right, no account falls below its floor. A breach is a fault of
// ours, never a refusal.
func (b *Book) Check(r *Record) error {
	if r.Seq != b.last+1 {
		return fmt.Errorf("law: record %d follows %d", r.Seq, b.last)
	}
	if r.Time < b.time {
		return fmt.Errorf("law: record %d is dated before record %d", r.Seq, b.last)
	}
	if v, ok := r.Body.(*Reversed); ok && b.reversed[v.Target].by != 0 {
		return fmt.Errorf("law: record %d reverses record %d, as record %d did", r.Seq, v.Target, b.reversed[v.Target].by)
	}
	var sums [UnitMinutes + 1]int64
	members := 0
	for i := range r.Postings {
		p := &r.Postings[i]
		if p.Unit != UnitPoints && p.Unit != UnitMinutes || p.Amount == 0 {
			return fmt.Errorf("law: record %d posts nothing or an unknown unit to %s", r.Seq, p.Account)
		}
		if ClassOf(p.Account) == ClassUnknown {
			return fmt.Errorf("law: record %d posts to %q, which is no account", r.Seq, p.Account)
		}
		sums[p.Unit] += p.Amount
		for _, q := range r.Postings[:i] {
			if q.Account == p.Account && q.Unit == p.Unit {
				return fmt.Errorf("law: record %d posts twice to %s", r.Seq, p.Account)
			}
		}
		if ClassOf(p.Account) == ClassMember && (i == 0 || r.Postings[i-1].Account != p.Account) {
			members++
		}
		if err := b.checkPosting(r, p); err != nil {
			return err
		}
	}
	if sums[UnitPoints] != 0 || sums[UnitMinutes] != 0 {
		return fmt.Errorf("law: record %d does not sum to zero", r.Seq)
	}
	if members > 1 {
		return fmt.Errorf("law: record %d carries postings of two members", r.Seq)
	}
	return nil
}

func (b *Book) checkPosting(r *Record, p *Posting) error {
	old := b.holding(p.Account, p.Unit)
	if p.Balance != old.balance+p.Amount {
		return fmt.Errorf("law: record %d states balance %d of %s, it is %d", r.Seq, p.Balance, p.Account, old.balance+p.Amount)
	}
	if p.N != old.n+1 {
		return fmt.Errorf("law: record %d numbers %s %d after %d", r.Seq, p.Account, p.N, old.n)
	}
	if floor, has := b.floor(p.Account, p.Unit, r.Time); has && p.Balance < floor && p.Amount < 0 {
		return fmt.Errorf("law: record %d takes %s to %d, its floor is %d", r.Seq, p.Account, p.Balance, floor)
	}
	return nil
}

// CheckAfter asserts the laws that hold between records, on the accounts that this record touched, after it was
// folded: lots equal balance, what is pinned is within its lot, at most lotsMax lots.
func (b *Book) CheckAfter(r *Record) error {
	for i := range r.Postings {
		if p := &r.Postings[i]; p.Unit == UnitPoints && ClassOf(p.Account) == ClassMember {
			if err := b.accounts[p.Account].checkLots(); err != nil {
				return fmt.Errorf("law: after record %d, %s: %w", r.Seq, p.Account, err)
			}
		}
	}
	if a := b.member(r.Subject()); a != nil && len(r.Postings) == 0 { // what pins lots posts nothing
		if err := a.checkLots(); err != nil {
			return fmt.Errorf("law: after record %d, %s: %w", r.Seq, r.Subject(), err)
		}
	}
	return nil
}

// Fold remembers a record. It holds no rules: what the record says is what happened. It fails only on a record
// that names what does not exist, which a ledger made by Apply never does.
func (b *Book) Fold(r *Record) error {
	b.flowOf(r)
	for i := range r.Postings {
		b.post(r, &r.Postings[i])
	}
	if err := b.foldBody(r); err != nil {
		return fmt.Errorf("fold record %d (%v): %w", r.Seq, r.Kind, err)
	}
	b.last, b.time = r.Seq, r.Time
	b.purge()
	return nil
}

// folder is a body that changes the book beyond its postings.
type folder interface {
	fold(b *Book, r *Record) error
}

func (b *Book) foldBody(r *Record) error {
	f, ok := r.Body.(folder)
	if !ok {
		return fmt.Errorf("%w: %v", errUnknownKind, r.Kind)
	}
	return f.fold(b, r)
}

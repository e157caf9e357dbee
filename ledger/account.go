package ledger

import (
	"fmt"
	"iter"
	"maps"
	"slices"
)

// AccountState is whether an account takes part.
type AccountState uint8

// The account states.
const (
	StateUnknown AccountState = iota
	StateOpen
	StateFrozen
	StateClosed
)

// holding is the balance of (account, unit) and how many postings it has had.
type holding struct{ balance, n int64 }

// account is one of very many: small fields stand together.
type account struct {
	state    AccountState
	erased   bool
	known    bool  // she had a phone or a card once
	phones   int32 // enrolled and not revoked
	guardian AccountID
	family   string
	linked   Time   // to the family
	former   string // the family that she left last
	parted   Time   // when that was
	groups   []Group
	points   holding
	minutes  holding
	lots     []Lot   // by month, ascending
	visits   []visit // of the last keepDays, in the order of their records
	scanned  Minutes // of the minutes: by her own scans at a running station (grade A)
	consents []ConsentKind
	referral Seq // the deed of bringing her, undecided or awarded
}

// AccountView is what readers may know of an account at one seq. It is a value of its own: later records do not change it.
type AccountView struct {
	State    AccountState
	Points   Points
	Minutes  Minutes
	Lots     []Lot
	Held     Points // of what is pinned: set aside for booked meals
	Disputed Points // of what is pinned: by open disputes
	Guardian AccountID
	Erased   bool
	Seq      Seq // of the last record that changed it, or of the book
}

// Available is what can be spent at a moment: not pinned, not past its month.
func (v *AccountView) Available(now Time, offsetMinutes int) Points {
	return free(v.Lots, monthOf(now, Time(offsetMinutes)*minuteMillis))
}

// Pinned is what waits for a confirmation, for the end of a hold (Held) or of a dispute (Disputed).
func (v *AccountView) Pinned() Points {
	var sum Points
	for _, l := range v.Lots {
		sum += l.Pinned
	}
	return sum
}

// View copies what readers may know of an account; false when it does not exist.
func (b *Book) View(id AccountID) (AccountView, bool) {
	a := b.accounts[id]
	if a == nil {
		return AccountView{}, false
	}
	v := AccountView{
		State: a.state, Points: Points(a.points.balance), Minutes: Minutes(a.minutes.balance),
		Lots: slices.Clone(a.lots), Guardian: a.guardian, Erased: a.erased, Seq: b.last,
	}
	if v.Pinned() > 0 {
		v.Held, v.Disputed = b.setAside(id)
	}
	return v, true
}

// setAside is what the bookings and the open disputes of a member pin; the rest of what is pinned waits for a confirmation.
func (b *Book) setAside(id AccountID) (held, disputed Points) {
	for _, h := range b.holds {
		if h.Account == id {
			held += h.Points
		}
	}
	for _, p := range b.disputes {
		if p.Account == id {
			for _, s := range p.pins {
				disputed += s.Points
			}
		}
	}
	return held, disputed
}

// All are the ids of all accounts, in no order.
func (b *Book) All() iter.Seq[AccountID] { return maps.Keys(b.accounts) }

// Touched hands over the accounts that changed since it was last called, each once, and forgets them: what the
// engine publishes after a commit.
func (b *Book) Touched() []AccountID {
	ids := b.touched
	b.touched = nil
	slices.Sort(ids)
	return slices.Compact(ids)
}

func (b *Book) touch(id AccountID) { b.touched = append(b.touched, id) }

// holding is what an account holds; accounts without postings hold nothing.
func (b *Book) holding(id AccountID, u Unit) holding {
	a := b.accounts[id]
	if a == nil {
		return holding{}
	}
	if u == UnitMinutes {
		return a.minutes
	}
	return a.points
}

// account is the account to post to. Those of the community itself (issuers, pools, canteens, …) exist from their first posting.
func (b *Book) account(id AccountID) *account {
	a := b.accounts[id]
	if a == nil {
		a = &account{state: StateOpen}
		b.accounts[id] = a
	}
	return a
}

// post remembers one posting.
func (b *Book) post(r *Record, p *Posting) {
	a := b.account(p.Account)
	if p.Unit == UnitPoints && ClassOf(p.Account) == ClassIssuer {
		b.issued(r, p, a.points.balance)
	}
	h := &a.points
	if p.Unit == UnitMinutes {
		h = &a.minutes
	}
	h.balance, h.n = p.Balance, p.N
	b.touch(p.Account)
}

// floor is the lowest balance that an account may be taken to; false when it has none.
func (b *Book) floor(id AccountID, u Unit, at Time) (int64, bool) {
	switch ClassOf(id) {
	case ClassMember, ClassTransit, ClassPool, ClassExpired:
		return 0, true
	case ClassIssuer:
		if u == UnitMinutes {
			return 0, false
		}
		return b.issuerFloor(id, monthOf(at, b.offset())), true
	case ClassCanteen, ClassShortfall, ClassSettled:
		return 0, false // a canteen may go negative when a void follows its settlement
	case ClassUnknown:
		return 0, true
	}
	return 0, true
}

// AccountOpened says that a member has an account.
type AccountOpened struct {
	Account  AccountID
	Guardian AccountID // who holds it for a child under 14
}

func (*AccountOpened) kind() Kind { return KindAccountOpened }

func (o *AccountOpened) about() AccountID { return o.Account }

func (o *AccountOpened) fields(c *codec) {
	text(c, "account", &o.Account)
	text(c, "guardian", &o.Guardian)
}

func (o *AccountOpened) fold(b *Book, _ *Record) error {
	a := b.account(o.Account)
	a.state, a.guardian = StateOpen, o.Guardian
	b.members++
	b.touch(o.Account)
	return nil
}

// memberMax bounds a member's account id, in bytes, so that the closing record of attendanceMax people fits a line.
const memberMax = 24

// OpenAccount opens a member's account: by an organizer, an operator or the machine's own console, never by a team leader.
type OpenAccount struct {
	noTarget
	Account  AccountID
	Guardian AccountID
}

func (o *OpenAccount) decide(d *draft) *Refusal {
	b := d.book
	switch {
	case !d.may(RoleOrganizer, RoleOperator, RoleOrgAdmin) && d.cmd.Actor != ActorRoot:
		return refuse(CodeNotEntitled)
	case ClassOf(o.Account) != ClassMember || len(o.Account) > memberMax:
		return badField("account")
	case b.accounts[o.Account] != nil:
		return &Refusal{Code: CodeAccountExists, Subject: o.Account}
	case o.Guardian != "" && b.member(o.Guardian) == nil:
		return &Refusal{Code: CodeAccountUnknown, Field: "guardian", Subject: o.Guardian}
	}
	d.add(&AccountOpened{Account: o.Account, Guardian: o.Guardian})
	return nil
}

func (o *OpenAccount) differs(first *Record) string {
	f, ok := first.Body.(*AccountOpened)
	return firstDifference(ok, field("account", ok && f.Account == o.Account), field("guardian", ok && f.Guardian == o.Guardian))
}

// member is a member's account; nil when there is none.
func (b *Book) member(id AccountID) *account {
	if ClassOf(id) != ClassMember {
		return nil
	}
	return b.accounts[id]
}

// openMember is a member's account that takes part, or the refusal that says why not.
func (b *Book) openMember(id AccountID) (*account, *Refusal) {
	a := b.member(id)
	switch {
	case a == nil || a.state == StateClosed:
		return nil, &Refusal{Code: CodeAccountUnknown, Subject: id}
	case a.state == StateFrozen:
		return nil, &Refusal{Code: CodeAccountFrozen, Subject: id}
	}
	return a, nil
}

// compared is one field of a command beside the record that its key made.
type compared struct {
	name string
	same bool
}

func field(name string, same bool) compared { return compared{name, same} }

// firstDifference names the first field that is not the same; "kind" when the records are not even of one kind.
func firstDifference(sameKind bool, fields ...compared) string {
	if !sameKind {
		return "kind"
	}
	for _, f := range fields {
		if !f.same {
			return f.name
		}
	}
	return ""
}

func (b *Book) setState(id AccountID, from, to AccountState) error {
	a := b.accounts[id]
	if a == nil || a.state != from {
		return fmt.Errorf("%s is not in state %d", id, from)
	}
	a.state = to
	b.touch(id)
	return nil
}

// ClassSum is what the accounts of one class hold together.
type ClassSum struct {
	Class    Class
	Accounts int
	Points   Points
	Minutes  Minutes
}

// Sums is the trial balance: per class, what its accounts hold. Over all classes each unit sums to zero.
func (b *Book) Sums() []ClassSum {
	sums := make([]ClassSum, ClassSettled+1)
	for id, a := range b.accounts {
		s := &sums[ClassOf(id)]
		s.Accounts++
		s.Points += Points(a.points.balance)
		s.Minutes += Minutes(a.minutes.balance)
	}
	for c := range sums {
		sums[c].Class = Class(c)
	}
	return sums[ClassMember:]
}

// Accounts lists the accounts of a class, in the order of their ids.
func (b *Book) Accounts(c Class) []AccountID {
	var ids []AccountID
	for id := range b.accounts {
		if ClassOf(id) == c {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

package auth

import (
	"crypto/hmac"
	"crypto/sha256"
	"math"
	"net/netip"
	"time"
)

// The limits. Each slows a guesser to a harmless pace and leaves the honest alone.
var (
	// pairRule is for one account from one address: a person mistypes; a guesser gets 5 and then 12 an hour.
	pairRule = Rule{Burst: 5, Refill: 5 * time.Minute}
	// accountRule is for one account from everywhere. It refills faster than one address can use it up, so
	// that a single guesser cannot keep the owner out of a new device.
	accountRule = Rule{Burst: 30, Refill: time.Minute}
	// addressRule: a service centre's staff share one address.
	addressRule = Rule{Burst: 30, Refill: 20 * time.Second}
	// deviceRule: a known device is not slowed by what others try, but one that was stolen gets no free run.
	deviceRule = Rule{Burst: 20, Refill: 3 * time.Minute}
	// scanRule: 500 scans in 10 minutes from one address are a normal activity behind one router.
	scanRule = Rule{Burst: 600, Refill: time.Second}
	// tillRule: wrong codes at one till; misreads happen in bursts.
	tillRule = Rule{Burst: 60, Refill: 10 * time.Second}
	// lookupRule: typed lookups of receipts and certificates.
	lookupRule = Rule{Burst: 10, Refill: 30 * time.Second}
	// personRule: naming somebody by name and phone number; a member knows her neighbours and mistypes at times.
	personRule = Rule{Burst: 10, Refill: 6 * time.Minute}
)

// Limiter throttles by account, device, address and till. Each limit remembers up to 20,000 keys. Keys are shown to
// organizers by Throttled: pass opaque ids, never a phone number. It is safe for concurrent use.
type Limiter struct {
	pair, account, address, device, scan, till, lookup, person *limiter

	strangers []byte // the key of Stranger, new at each start
}

// NewLimiter returns a Limiter with nothing counted.
func NewLimiter(now func() time.Time) *Limiter {
	return &Limiter{
		pair:      newLimiter("pair", pairRule, now),
		account:   newLimiter("account", accountRule, now),
		address:   newLimiter("address", addressRule, now),
		device:    newLimiter("device", deviceRule, now),
		scan:      newLimiter("scan", scanRule, now),
		till:      newLimiter("till", tillRule, now),
		lookup:    newLimiter("lookup", lookupRule, now),
		person:    newLimiter("person", personRule, now),
		strangers: randomBytes(sha256.Size),
	}
}

// Attempt is one try to sign in, or to give a PIN.
type Attempt struct {
	Account string     // the account's id; Stranger(name) for a name that nobody has, so that both look alike from outside
	Device  string     // the device's id if this account signed in on it before, else ""
	Address netip.Addr // of the client
}

// Stranger returns what stands for a typed name or phone number that belongs to no account: a keyed hash, since it may be a real
// person's number. It lasts until the next start.
func (l *Limiter) Stranger(name string) string {
	mac := hmac.New(sha256.New, l.strangers)
	_, _ = mac.Write([]byte(name)) // a hash never fails
	return "stranger-" + alphabet.EncodeToString(mac.Sum(nil)[:idBytes])
}

// SignIn uses one try before the password is looked at. A known device has its own count, so that nobody can slow
// a member down on her own phone by guessing elsewhere. What refuses takes nothing from the other limits.
func (l *Limiter) SignIn(a Attempt) Verdict {
	if a.Device != "" {
		return l.device.take(a.Account + " " + a.Device)
	}
	uses := []struct {
		limit *limiter
		key   string
	}{{l.pair, pairKey(a)}, {l.address, AddressKey(a.Address)}, {l.account, a.Account}}
	least := Verdict{OK: true, Left: math.MaxInt}
	for i, one := range uses {
		v := one.limit.take(one.key)
		if !v.OK {
			for _, before := range uses[:i] {
				before.limit.giveBack(before.key)
			}
			return v
		}
		if v.Left < least.Left {
			least = v
		}
	}
	return least
}

// SignedIn returns what a right password took, and forgets the misses that this person made here.
func (l *Limiter) SignedIn(a Attempt) {
	if a.Device != "" {
		l.device.reset(a.Account + " " + a.Device)
		return
	}
	l.pair.reset(pairKey(a))
	l.account.giveBack(a.Account)
	l.address.giveBack(AddressKey(a.Address))
}

// Scan uses one opening of a station's link by an address.
func (l *Limiter) Scan(from netip.Addr) Verdict { return l.scan.take(AddressKey(from)) }

// Lookup uses one typed lookup of a receipt or certificate by an address.
func (l *Limiter) Lookup(from netip.Addr) Verdict { return l.lookup.take(AddressKey(from)) }

// Person uses one try of an account to name somebody else by name and phone number.
func (l *Limiter) Person(account string) Verdict { return l.person.take(account) }

// Till says whether a till may try another code; it uses nothing, so a good scan is never counted.
func (l *Limiter) Till(till string) Verdict { return l.till.peek(till) }

// WrongCode counts a code that was not good against the till that sent it, and says what remains.
func (l *Limiter) WrongCode(till string) Verdict { return l.till.take(till) }

// Forgive makes an account fresh everywhere but on its known devices: the organizer's button.
func (l *Limiter) Forgive(account string) {
	l.account.reset(account)
	l.pair.resetPrefix(account + " ")
}

// Throttled lists who is being slowed down now, for the organizer: limit by limit, the longest wait first.
func (l *Limiter) Throttled() []Throttled {
	var all []Throttled
	for _, one := range [...]*limiter{l.account, l.pair, l.device, l.address, l.scan, l.till, l.lookup, l.person} {
		all = append(all, one.throttled()...)
	}
	return all
}

// AddressKey returns what stands for an address in a limit: an IPv4 address itself, the /64 of an IPv6 one, since a
// household or an attacker has 2^64 of those.
func AddressKey(a netip.Addr) string {
	a = a.Unmap().WithZone("")
	if !a.Is6() {
		return a.String()
	}
	p, _ := a.Prefix(64) // 64 bits always fit
	return p.String()
}

func pairKey(a Attempt) string { return a.Account + " " + AddressKey(a.Address) }

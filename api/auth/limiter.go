package auth

import (
	"net/netip"
	"time"
)

// The limits. Each slows a guesser to a harmless pace and leaves the honest alone (GUARDS, Codes and devices).
var (
	// accountRule: a person mistypes; a guesser gets 5 and then 12 an hour.
	accountRule = Rule{Burst: 5, Refill: 5 * time.Minute}
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
)

// Limiter throttles by account, device, address and till. Each limit remembers up to 20,000 keys. Keys are shown to
// organizers by Throttled: pass opaque ids, never a phone number. It is safe for concurrent use.
type Limiter struct {
	account, address, device, scan, till, lookup *limiter
}

// NewLimiter returns a Limiter with nothing counted.
func NewLimiter(now func() time.Time) *Limiter {
	return &Limiter{
		account: newLimiter("account", accountRule, now),
		address: newLimiter("address", addressRule, now),
		device:  newLimiter("device", deviceRule, now),
		scan:    newLimiter("scan", scanRule, now),
		till:    newLimiter("till", tillRule, now),
		lookup:  newLimiter("lookup", lookupRule, now),
	}
}

// Attempt is one try to sign in, or to give a PIN.
type Attempt struct {
	Account string     // opaque; for a name that nobody has, a keyed hash of it, so that both look alike
	Device  string     // the device's id if this account signed in on it before, else ""
	Address netip.Addr // of the client
}

// SignIn uses one try before the password is looked at. A known device has its own count, so that nobody
// can slow a member down on her own phone by guessing elsewhere. If an address has no try left, the account's is given back.
func (l *Limiter) SignIn(a Attempt) Verdict {
	if a.Device != "" {
		return l.device.take(deviceKey(a))
	}
	v := l.account.take(a.Account)
	if !v.OK {
		return v
	}
	if w := l.address.take(AddressKey(a.Address)); !w.OK {
		l.account.giveBack(a.Account)
		return w
	}
	return v
}

// SignedIn returns what a right password took: the account starts fresh, the address gets its try back.
func (l *Limiter) SignedIn(a Attempt) {
	if a.Device != "" {
		l.device.reset(deviceKey(a))
		return
	}
	l.account.reset(a.Account)
	l.address.giveBack(AddressKey(a.Address))
}

// Scan uses one opening of a station's link by an address.
func (l *Limiter) Scan(from netip.Addr) Verdict { return l.scan.take(AddressKey(from)) }

// Lookup uses one typed lookup of a receipt or certificate by an address.
func (l *Limiter) Lookup(from netip.Addr) Verdict { return l.lookup.take(AddressKey(from)) }

// Till says whether a till may try another code; it uses nothing, so a good scan is never counted.
func (l *Limiter) Till(till string) Verdict { return l.till.peek(till) }

// WrongCode counts a code that was not good against the till that sent it, and says what remains.
func (l *Limiter) WrongCode(till string) Verdict { return l.till.take(till) }

// Forgive makes every limit of an account fresh: the organizer's button. Known devices are not touched, they have their own.
func (l *Limiter) Forgive(account string) { l.account.reset(account) }

// Throttled lists who is being slowed down now, for the organizer: limit by limit, the longest wait first.
func (l *Limiter) Throttled() []Throttled {
	var all []Throttled
	for _, one := range [...]*limiter{l.account, l.device, l.address, l.scan, l.till, l.lookup} {
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

func deviceKey(a Attempt) string { return a.Account + " " + a.Device }

package auth

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

var (
	home  = netip.MustParseAddr("192.0.2.1")
	evil  = netip.MustParseAddr("198.51.100.9")
	phone = Attempt{Account: "m/1", Device: "d1", Address: home}
	guess = Attempt{Account: "m/1", Address: evil}
)

// Somebody guesses at a member's password. He is slowed down and told until when; she notices nothing, neither on her own phone
// nor on a new one.
func TestGuessingAtAnAccount(t *testing.T) {
	c := newClock()
	l := NewLimiter(c.now)
	for i := range pairRule.Burst {
		if v := l.SignIn(guess); !v.OK || v.Left != pairRule.Burst-1-i {
			t.Fatalf("try %d: %+v", i, v)
		}
	}
	v := l.SignIn(guess)
	if v.OK || v.By != "pair" || !v.ResetAt.Equal(c.now().Add(pairRule.Refill)) {
		t.Errorf("one too many: %+v", v)
	}
	for name, a := range map[string]Attempt{
		"on her own phone": phone, "on a new phone": {Account: "m/1", Address: home}, "another account": {Account: "m/2", Address: evil},
	} {
		if v := l.SignIn(a); !v.OK {
			t.Errorf("%s: %+v", name, v)
		}
	}
	c.move(v.ResetAt.Sub(c.now()))
	if v := l.SignIn(guess); !v.OK || v.Left != 0 {
		t.Errorf("when it said: %+v", v)
	}
}

// He goes on for a day without a pause. He gets a few hundred tries, and she can still sign in on a new phone at any time.
func TestGuessingForADay(t *testing.T) {
	c := newClock()
	l := NewLimiter(c.now)
	tries := 0
	for range 24 * 60 {
		for range 10 {
			if l.SignIn(guess).OK {
				tries++
			}
		}
		if v := l.account.peek("m/1"); !v.OK {
			t.Fatalf("the owner is kept out: %+v", v)
		}
		c.move(time.Minute)
	}
	if tries < 200 || tries > 300 {
		t.Errorf("%d tries in a day", tries)
	}
}

// Many addresses guess at one account: together they get one try a minute, and the organizer can free it.
func TestGuessingFromEverywhere(t *testing.T) {
	c := newClock()
	l := NewLimiter(c.now)
	from := func(i int) Attempt {
		return Attempt{Account: "m/1", Address: netip.AddrFrom4([4]byte{203, 0, byte(i >> 8), byte(i)})}
	}
	for i := range accountRule.Burst {
		if v := l.SignIn(from(i)); !v.OK {
			t.Fatalf("address %d: %+v", i, v)
		}
	}
	v := l.SignIn(from(999))
	if v.OK || v.By != "account" || !v.ResetAt.Equal(c.now().Add(accountRule.Refill)) {
		t.Errorf("one too many: %+v", v)
	}
	if left := l.pair.peek(pairKey(from(999))).Left; left != pairRule.Burst {
		t.Errorf("the refused address lost a try: %d left", left)
	}
	if left := l.address.peek(AddressKey(from(999).Address)).Left; left != addressRule.Burst {
		t.Errorf("the refused address lost a try everywhere: %d left", left)
	}
	for range pairRule.Burst {
		l.SignIn(guess)
	}
	l.Forgive("m/1")
	if v := l.SignIn(guess); !v.OK || v.Left != pairRule.Burst-1 {
		t.Errorf("after the organizer's button: %+v", v)
	}
}

// A name that nobody has is counted like one that somebody has, and is not readable in the list.
func TestStranger(t *testing.T) {
	l := NewLimiter(newClock().now)
	a := Attempt{Account: l.Stranger("13900000001"), Address: evil}
	if a.Account != l.Stranger("13900000001") || a.Account == l.Stranger("13900000002") {
		t.Error("not one key a name")
	}
	if other := NewLimiter(newClock().now); other.Stranger("13900000001") == a.Account {
		t.Error("the key can be computed elsewhere")
	}
	for range pairRule.Burst {
		l.SignIn(a)
	}
	if v := l.SignIn(a); v.OK || v.By != "pair" {
		t.Errorf("%+v", v)
	}
	for _, e := range l.Throttled() {
		if strings.Contains(e.Key, "139") {
			t.Errorf("the list shows %q", e.Key)
		}
	}
}

// One address tries many accounts: the address is slowed down, and the accounts it did not reach keep their tries.
func TestSprayingFromAnAddress(t *testing.T) {
	c := newClock()
	l := NewLimiter(c.now)
	for i := range addressRule.Burst {
		if v := l.SignIn(Attempt{Account: "m/" + strconv.Itoa(i), Address: evil}); !v.OK {
			t.Fatalf("try %d: %+v", i, v)
		}
	}
	if v := l.SignIn(Attempt{Account: "m/x", Address: evil}); v.OK || v.By != "address" {
		t.Errorf("one too many: %+v", v)
	}
	if v := l.account.peek("m/x"); v.Left != accountRule.Burst {
		t.Errorf("the account that was not reached: %+v", v)
	}
	if v := l.pair.peek("m/x " + AddressKey(evil)); v.Left != pairRule.Burst {
		t.Errorf("the account that was not reached, from there: %+v", v)
	}
}

// Staff mistype in the morning; a right password leaves no trace, on the account and on the shared address.
func TestSignedIn(t *testing.T) {
	l := NewLimiter(newClock().now)
	for range 200 {
		a := Attempt{Account: "m/1", Address: home}
		if v := l.SignIn(a); !v.OK {
			t.Fatalf("%+v", v)
		}
		l.SignedIn(a)
		if v := l.SignIn(phone); !v.OK {
			t.Fatalf("%+v", v)
		}
		l.SignedIn(phone)
	}
}

// A stolen phone gets no free run at the password.
func TestKnownDeviceIsBounded(t *testing.T) {
	l := NewLimiter(newClock().now)
	for range deviceRule.Burst {
		l.SignIn(phone)
	}
	if v := l.SignIn(phone); v.OK || v.By != "device" {
		t.Errorf("%+v", v)
	}
	if v := l.SignIn(Attempt{Account: "m/2", Device: "d1", Address: home}); !v.OK {
		t.Errorf("the other member of that phone: %+v", v)
	}
}

// A whole activity signs in behind one router.
func TestFiveHundredScans(t *testing.T) {
	c := newClock()
	l := NewLimiter(c.now)
	for i := range 500 {
		if v := l.Scan(home); !v.OK {
			t.Fatalf("scan %d: %+v", i, v)
		}
	}
	for range 20_000 { // a script, all at once
		l.Scan(evil)
	}
	if v := l.Scan(evil); v.OK {
		t.Errorf("a script: %+v", v)
	}
	if v := l.Scan(home); !v.OK {
		t.Errorf("the neighbour: %+v", v)
	}
}

func TestWrongCodesCountAgainstTheTill(t *testing.T) {
	c := newClock()
	l := NewLimiter(c.now)
	for range 1000 { // good scans are never counted
		if v := l.Till("till-1"); !v.OK || v.Left != tillRule.Burst {
			t.Fatalf("%+v", v)
		}
	}
	for range tillRule.Burst {
		l.WrongCode("till-1")
	}
	if v := l.Till("till-1"); v.OK || v.By != "till" || !v.ResetAt.Equal(c.now().Add(tillRule.Refill)) {
		t.Errorf("%+v", v)
	}
	if v := l.Till("till-2"); !v.OK {
		t.Errorf("the other till: %+v", v)
	}
}

func TestThrottled(t *testing.T) {
	c := newClock()
	l := NewLimiter(c.now)
	if len(l.Throttled()) != 0 {
		t.Error("at the start")
	}
	for range pairRule.Burst {
		l.SignIn(guess)
	}
	for range lookupRule.Burst {
		l.Lookup(evil)
	}
	want := []Throttled{
		{Limit: "pair", Key: "m/1 198.51.100.9", ResetAt: c.now().Add(pairRule.Refill)},
		{Limit: "lookup", Key: "198.51.100.9", ResetAt: c.now().Add(lookupRule.Refill)},
	}
	if got := l.Throttled(); !slices.Equal(got, want) {
		t.Errorf("%+v", got)
	}
	c.move(pairRule.Refill)
	if got := l.Throttled(); len(got) != 0 {
		t.Errorf("after the wait: %+v", got)
	}
}

func TestAddressKey(t *testing.T) {
	for a, want := range map[string]string{
		"192.0.2.1": "192.0.2.1", "::ffff:192.0.2.1": "192.0.2.1", "2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64",
		"2001:db8:1:2::9": "2001:db8:1:2::/64", "fe80::1%eth0": "fe80::/64", "::1": "::/64",
	} {
		if got := AddressKey(netip.MustParseAddr(a)); got != want {
			t.Errorf("%s: %s, want %s", a, got, want)
		}
	}
	if got := AddressKey(netip.Addr{}); got != "invalid IP" {
		t.Errorf("no address: %s", got)
	}
}

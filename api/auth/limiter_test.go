package auth

import (
	"net/netip"
	"slices"
	"strconv"
	"testing"
)

var (
	home  = netip.MustParseAddr("192.0.2.1")
	evil  = netip.MustParseAddr("198.51.100.9")
	phone = Attempt{Account: "m/1", Device: "d1", Address: home}
	guess = Attempt{Account: "m/1", Address: evil}
)

// Somebody guesses at a member's password. He is slowed down, told until when, and she notices nothing on her own phone.
func TestGuessingAtAnAccount(t *testing.T) {
	c := newClock()
	l := NewLimiter(c.now)
	for i := range accountRule.Burst {
		if v := l.SignIn(guess); !v.OK || v.Left != accountRule.Burst-1-i {
			t.Fatalf("try %d: %+v", i, v)
		}
	}
	v := l.SignIn(guess)
	if v.OK || v.By != "account" || !v.ResetAt.Equal(c.now().Add(accountRule.Refill)) {
		t.Errorf("one too many: %+v", v)
	}
	if v := l.SignIn(Attempt{Account: "m/1", Address: home}); v.OK {
		t.Errorf("from another address: %+v", v)
	}
	if v := l.SignIn(phone); !v.OK {
		t.Errorf("on her own phone: %+v", v)
	}
	if v := l.SignIn(Attempt{Account: "m/2", Address: home}); !v.OK {
		t.Errorf("another account: %+v", v)
	}
	c.move(v.ResetAt.Sub(c.now()))
	if v := l.SignIn(guess); !v.OK || v.Left != 0 {
		t.Errorf("when it said: %+v", v)
	}
	l.Forgive("m/1")
	if v := l.SignIn(guess); !v.OK || v.Left != accountRule.Burst-1 {
		t.Errorf("after the organizer's button: %+v", v)
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
	for range accountRule.Burst {
		l.SignIn(guess)
	}
	for range lookupRule.Burst {
		l.Lookup(evil)
	}
	want := []Throttled{
		{Limit: "account", Key: "m/1", ResetAt: c.now().Add(accountRule.Refill)},
		{Limit: "lookup", Key: "198.51.100.9", ResetAt: c.now().Add(lookupRule.Refill)},
	}
	if got := l.Throttled(); !slices.Equal(got, want) {
		t.Errorf("%+v", got)
	}
	c.move(accountRule.Refill)
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

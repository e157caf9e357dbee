package ledger

import "strings"

// Quantities and identifiers. Each has its own type, so that a signature says what it takes
// and the compiler refuses to add points to minutes.
type (
	// Seq numbers the records of one ledger: dense, from 1. Zero means "before the first record".
	Seq int64
	// Time is milliseconds since 1970-01-01T00:00:00Z. The ledger never reads a clock; it is given one.
	Time int64
	// Points are the spendable unit. A posting may carry a negative amount.
	Points int64
	// Minutes are the honour unit: earned by service only, never spent.
	Minutes int64
)

// Identifiers are opaque and carry no personal data: printable ASCII of [a-z0-9/-], at most idMax bytes.
type (
	// AccountID names an account. Its prefix says its class, see ClassOf.
	AccountID string
	// DeviceID names an enrolled device (till, kiosk, phone), or a channel such as "cli".
	DeviceID string
	// CardID names a printed card; the number on the card lives in the roster only.
	CardID string
	// TeamID names a volunteer team: "t1" to "t7" in the demo community.
	TeamID string
	// OrgID names a social organization: "o1" to "o13" in the demo community.
	OrgID string
	// CanteenID names a canteen: "c1".
	CanteenID string
	// ActivityID names an activity: "a/" and ten random characters.
	ActivityID string
	// Key is the client-made idempotency key of a write: a UUID in its canonical lower-case form.
	Key string
)

// idMax bounds every identifier, in bytes.
const idMax = 48

// Class is what an account is for. The truth line (issued - redeemed - expired = outstanding) is defined by class.
type Class uint8

// The account classes. Appended, never reordered: they are named in docs/format.md.
const (
	ClassUnknown Class = iota
	ClassMember
	ClassIssuer
	ClassTransit
	ClassPool
	ClassCanteen
	ClassExpired
	ClassShortfall
	ClassSettled
)

// The accounts that exist once in every ledger, and the prefixes of those that exist many times.
const (
	IssuerCommunity AccountID = "i/community"
	Transit         AccountID = "transit"
	Expired         AccountID = "expired"
	Shortfall       AccountID = "shortfall"
	Settled         AccountID = "settled"
	PoolDonation    AccountID = "p/donation"
	PoolSubsidy     AccountID = "p/subsidy"

	memberPrefix  = "m/"
	issuerPrefix  = "i/"
	poolPrefix    = "p/"
	canteenPrefix = "c/"
)

// ClassOf tells an account's class from its id; ClassUnknown means that the id is not one of ours.
func ClassOf(a AccountID) Class {
	if !validID(string(a)) {
		return ClassUnknown
	}
	switch a {
	case Transit:
		return ClassTransit
	case Expired:
		return ClassExpired
	case Shortfall:
		return ClassShortfall
	case Settled:
		return ClassSettled
	}
	if len(a) < 3 {
		return ClassUnknown
	}
	switch a[:2] {
	case memberPrefix:
		return ClassMember
	case issuerPrefix:
		return ClassIssuer
	case poolPrefix:
		return ClassPool
	case canteenPrefix:
		return ClassCanteen
	}
	return ClassUnknown
}

// MemberAccount is the account of the member with this opaque name (ten random characters).
func MemberAccount(name string) AccountID { return AccountID(memberPrefix + name) }

// TeamIssuer is the account from which a team's awards are minted.
func TeamIssuer(t TeamID) AccountID { return AccountID(issuerPrefix + string(t)) }

// OrgIssuer is the account from which an organization's awards are minted.
func OrgIssuer(o OrgID) AccountID { return AccountID(issuerPrefix + string(o)) }

// CanteenAccount is the account into which a canteen's redemptions go.
func CanteenAccount(c CanteenID) AccountID { return AccountID(canteenPrefix + string(c)) }

// validID reports whether s can stand in a record: 1 to idMax bytes of [a-z0-9/-].
func validID(s string) bool {
	if len(s) == 0 || len(s) > idMax {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '/' && c != '-' {
			return false
		}
	}
	return true
}

// ValidKey reports whether k is a UUID in canonical lower-case form (RFC 9562 section 4).
func ValidKey(k Key) bool {
	if len(k) != 36 {
		return false
	}
	for i := range len(k) {
		c := k[i]
		switch i {
		case 8, 13, 18, 23:
			if c != '-' {
				return false
			}
		default:
			if !strings.ContainsRune("0123456789abcdef", rune(c)) {
				return false
			}
		}
	}
	return true
}

package ledger

// Kind is what a record says happened.
type Kind uint8

// The record kinds. Appended, never reordered or reused. On disk a kind is its name (kindNames), which is as final.
const (
	KindUnknown Kind = iota
	KindFounded
	KindRulebook
	KindAccountOpened
	KindAccountFrozen
	KindAccountThawed
	KindRoleGranted
	KindRoleRevoked
	KindDeviceEnrolled
	KindDeviceRevoked
	KindJoined
	KindLeft
	KindFamilyLinked
	KindFamilyUnlinked
	KindCardIssued
	KindCardRevoked
	KindBudgetSet
	KindActivityOpened
	KindActivityChanged
	KindActivityClosed
	KindActivityConfirmed
	KindCheckedIn
	KindCheckedOut
	KindAwarded
	KindRedeemed
	KindReversed
	KindExpired
	KindProposed
	KindApproved
	KindRefused
	kindEnd
)

// kindNames are the kinds as the record line spells them.
var kindNames = [...]string{
	KindUnknown:           "unknown",
	KindFounded:           "founded",
	KindRulebook:          "rulebook",
	KindAccountOpened:     "account-opened",
	KindAccountFrozen:     "account-frozen",
	KindAccountThawed:     "account-thawed",
	KindRoleGranted:       "role-granted",
	KindRoleRevoked:       "role-revoked",
	KindDeviceEnrolled:    "device-enrolled",
	KindDeviceRevoked:     "device-revoked",
	KindJoined:            "joined",
	KindLeft:              "left",
	KindFamilyLinked:      "family-linked",
	KindFamilyUnlinked:    "family-unlinked",
	KindCardIssued:        "card-issued",
	KindCardRevoked:       "card-revoked",
	KindBudgetSet:         "budget-set",
	KindActivityOpened:    "activity-opened",
	KindActivityChanged:   "activity-changed",
	KindActivityClosed:    "activity-closed",
	KindActivityConfirmed: "activity-confirmed",
	KindCheckedIn:         "checked-in",
	KindCheckedOut:        "checked-out",
	KindAwarded:           "awarded",
	KindRedeemed:          "redeemed",
	KindReversed:          "reversed",
	KindExpired:           "expired",
	KindProposed:          "proposed",
	KindApproved:          "approved",
	KindRefused:           "refused",
}

var kindByName = func() map[string]Kind {
	m := make(map[string]Kind, len(kindNames))
	for k := KindFounded; k < kindEnd; k++ {
		m[kindNames[k]] = k
	}
	return m
}()

// String is the kind's name in the record line.
func (k Kind) String() string {
	if k < kindEnd {
		return kindNames[k]
	}
	return kindNames[KindUnknown]
}

// ParseKind is the kind with this name; false when there is none.
func ParseKind(name string) (Kind, bool) {
	k, ok := kindByName[name]
	return k, ok
}

// Kinds lists every kind in order.
func Kinds() []Kind {
	all := make([]Kind, 0, kindEnd-1)
	for k := KindFounded; k < kindEnd; k++ {
		all = append(all, k)
	}
	return all
}

// newBody is an empty body of this kind and version; nil when this program does not know it.
func newBody(k Kind, version int) Body {
	if version != 1 {
		return nil
	}
	switch k {
	case KindFounded:
		return new(Founded)
	case KindRulebook:
		return new(Rulebook)
	case KindAccountOpened:
		return new(AccountOpened)
	case KindAccountFrozen:
		return new(AccountFrozen)
	case KindAccountThawed:
		return new(AccountThawed)
	case KindRoleGranted:
		return new(RoleGranted)
	case KindRoleRevoked:
		return new(RoleRevoked)
	case KindDeviceEnrolled:
		return new(DeviceEnrolled)
	case KindDeviceRevoked:
		return new(DeviceRevoked)
	case KindJoined:
		return new(Joined)
	case KindLeft:
		return new(Left)
	case KindFamilyLinked:
		return new(FamilyLinked)
	case KindFamilyUnlinked:
		return new(FamilyUnlinked)
	case KindCardIssued:
		return new(CardIssued)
	case KindCardRevoked:
		return new(CardRevoked)
	case KindBudgetSet:
		return new(BudgetSet)
	case KindActivityOpened:
		return new(ActivityOpened)
	case KindActivityChanged:
		return new(ActivityChanged)
	case KindActivityClosed:
		return new(ActivityClosed)
	case KindActivityConfirmed:
		return new(ActivityConfirmed)
	case KindCheckedIn:
		return new(CheckedIn)
	case KindCheckedOut:
		return new(CheckedOut)
	case KindAwarded:
		return new(Awarded)
	case KindRedeemed:
		return new(Redeemed)
	case KindReversed:
		return new(Reversed)
	case KindExpired:
		return new(PointsExpired)
	case KindProposed:
		return new(Proposed)
	case KindApproved:
		return new(Approved)
	case KindRefused:
		return new(Refused)
	case KindUnknown, kindEnd:
		return nil
	}
	return nil
}

// kindField is the "kind" of a record line.
func kindField(c *codec, k *Kind) {
	if c.err != nil {
		return
	}
	if !c.decoding {
		if *k == KindUnknown || *k >= kindEnd {
			c.fail(errUnknownKind, k.String())
			return
		}
		c.putName("kind")
		c.putText("kind", kindNames[*k])
		return
	}
	if !c.name("kind") {
		c.fail(errField, "kind")
		return
	}
	name := c.takeBytes("kind")
	known := false
	if *k, known = kindByName[string(name)]; !known {
		c.fail(errUnknownKind, string(name))
	}
}

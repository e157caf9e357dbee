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
	KindHeld
	KindCaptured
	KindReleased
	KindDisputeOpened
	KindDisputeEscalated
	KindDisputeResolved
	KindDeedFiled
	KindDeedConfirmed
	KindDeedVoted
	KindDeedNoticed
	KindDeedAwarded
	KindDeedRefused
	KindAdjusted
	KindWaitingPaid
	KindPresenceJudged
	KindActivityUndone
	KindConsentGiven
	KindConsentWithdrawn
	KindGivenOut
	KindGivenIn
	KindPoolFunded
	KindDonated
	KindPointsGranted
	KindSubsidyPosted
	KindMealServed
	KindCardDoubted
	KindCanteenSettled
	KindPeriodSealed
	KindSweepReversed
	KindAccountClosed
	KindErased
	KindPersonsMerged
	KindLeaseGranted
	KindLeaseClosed
	KindMealReplayed
	KindImportOpened
	KindImportApproved
	KindImported
	KindImportUndone
	KindKeyRotated
	KindOriginChanged
	KindMovedOut
	KindMovedIn
	kindEnd
)

// kinds are the kinds as the record line spells them, each with an empty body of its first version.
var kinds = [...]struct {
	name string
	body func() Body
}{
	KindUnknown:           {"unknown", func() Body { return nil }},
	KindFounded:           {"founded", func() Body { return new(Founded) }},
	KindRulebook:          {"rulebook", func() Body { return new(Rulebook) }},
	KindAccountOpened:     {"account-opened", func() Body { return new(AccountOpened) }},
	KindAccountFrozen:     {"account-frozen", func() Body { return new(AccountFrozen) }},
	KindAccountThawed:     {"account-thawed", func() Body { return new(AccountThawed) }},
	KindRoleGranted:       {"role-granted", func() Body { return new(RoleGranted) }},
	KindRoleRevoked:       {"role-revoked", func() Body { return new(RoleRevoked) }},
	KindDeviceEnrolled:    {"device-enrolled", func() Body { return new(DeviceEnrolled) }},
	KindDeviceRevoked:     {"device-revoked", func() Body { return new(DeviceRevoked) }},
	KindJoined:            {"joined", func() Body { return new(Joined) }},
	KindLeft:              {"left", func() Body { return new(Left) }},
	KindFamilyLinked:      {"family-linked", func() Body { return new(FamilyLinked) }},
	KindFamilyUnlinked:    {"family-unlinked", func() Body { return new(FamilyUnlinked) }},
	KindCardIssued:        {"card-issued", func() Body { return new(CardIssued) }},
	KindCardRevoked:       {"card-revoked", func() Body { return new(CardRevoked) }},
	KindBudgetSet:         {"budget-set", func() Body { return new(BudgetSet) }},
	KindActivityOpened:    {"activity-opened", func() Body { return new(ActivityOpened) }},
	KindActivityChanged:   {"activity-changed", func() Body { return new(ActivityChanged) }},
	KindActivityClosed:    {"activity-closed", func() Body { return new(ActivityClosed) }},
	KindActivityConfirmed: {"activity-confirmed", func() Body { return new(ActivityConfirmed) }},
	KindCheckedIn:         {"checked-in", func() Body { return new(CheckedIn) }},
	KindCheckedOut:        {"checked-out", func() Body { return new(CheckedOut) }},
	KindAwarded:           {"awarded", func() Body { return new(Awarded) }},
	KindRedeemed:          {"redeemed", func() Body { return new(Redeemed) }},
	KindReversed:          {"reversed", func() Body { return new(Reversed) }},
	KindExpired:           {"expired", func() Body { return new(PointsExpired) }},
	KindProposed:          {"proposed", func() Body { return new(Proposed) }},
	KindApproved:          {"approved", func() Body { return new(Approved) }},
	KindRefused:           {"refused", func() Body { return new(Refused) }},
	KindHeld:              {"held", func() Body { return new(Held) }},
	KindCaptured:          {"captured", func() Body { return new(Captured) }},
	KindReleased:          {"released", func() Body { return new(Released) }},
	KindDisputeOpened:     {"dispute-opened", func() Body { return new(DisputeOpened) }},
	KindDisputeEscalated:  {"dispute-escalated", func() Body { return new(DisputeEscalated) }},
	KindDisputeResolved:   {"dispute-resolved", func() Body { return new(DisputeResolved) }},
	KindDeedFiled:         {"deed-filed", func() Body { return new(DeedFiled) }},
	KindDeedConfirmed:     {"deed-confirmed", func() Body { return new(DeedConfirmed) }},
	KindDeedVoted:         {"deed-voted", func() Body { return new(DeedVoted) }},
	KindDeedNoticed:       {"deed-noticed", func() Body { return new(DeedNoticed) }},
	KindDeedAwarded:       {"deed-awarded", func() Body { return new(DeedAwarded) }},
	KindDeedRefused:       {"deed-refused", func() Body { return new(DeedRefused) }},
	KindAdjusted:          {"adjusted", func() Body { return new(Adjusted) }},
	KindWaitingPaid:       {"waiting-paid", func() Body { return new(WaitingPaid) }},
	KindPresenceJudged:    {"presence-judged", func() Body { return new(PresenceJudged) }},
	KindActivityUndone:    {"activity-undone", func() Body { return new(ActivityUndone) }},
	KindConsentGiven:      {"consent-given", func() Body { return new(ConsentGiven) }},
	KindConsentWithdrawn:  {"consent-withdrawn", func() Body { return new(ConsentWithdrawn) }},
	KindGivenOut:          {"given-out", func() Body { return new(GivenOut) }},
	KindGivenIn:           {"given-in", func() Body { return new(GivenIn) }},
	KindPoolFunded:        {"pool-funded", func() Body { return new(PoolFunded) }},
	KindDonated:           {"donated", func() Body { return new(Donated) }},
	KindPointsGranted:     {"points-granted", func() Body { return new(PointsGranted) }},
	KindSubsidyPosted:     {"subsidy-posted", func() Body { return new(SubsidyPosted) }},
	KindMealServed:        {"meal-served", func() Body { return new(MealServed) }},
	KindCardDoubted:       {"card-doubted", func() Body { return new(CardDoubted) }},
	KindCanteenSettled:    {"canteen-settled", func() Body { return new(CanteenSettled) }},
	KindPeriodSealed:      {"period-sealed", func() Body { return new(PeriodSealed) }},
	KindSweepReversed:     {"sweep-reversed", func() Body { return new(SweepReversed) }},
	KindAccountClosed:     {"account-closed", func() Body { return new(AccountClosed) }},
	KindErased:            {"erased", func() Body { return new(Erased) }},
	KindPersonsMerged:     {"persons-merged", func() Body { return new(PersonsMerged) }},
	KindLeaseGranted:      {"lease-granted", func() Body { return new(LeaseGranted) }},
	KindLeaseClosed:       {"lease-closed", func() Body { return new(LeaseClosed) }},
	KindMealReplayed:      {"meal-replayed", func() Body { return new(MealReplayed) }},
	KindImportOpened:      {"import-opened", func() Body { return new(ImportOpened) }},
	KindImportApproved:    {"import-approved", func() Body { return new(ImportApproved) }},
	KindImported:          {"imported", func() Body { return new(Imported) }},
	KindImportUndone:      {"import-undone", func() Body { return new(ImportUndone) }},
	KindKeyRotated:        {"key-rotated", func() Body { return new(KeyRotated) }},
	KindOriginChanged:     {"origin-changed", func() Body { return new(OriginChanged) }},
	KindMovedOut:          {"moved-out", func() Body { return new(MovedOut) }},
	KindMovedIn:           {"moved-in", func() Body { return new(MovedIn) }},
}

var kindByName = func() map[string]Kind {
	m := make(map[string]Kind, len(kinds))
	for k := KindFounded; k < kindEnd; k++ {
		m[kinds[k].name] = k
	}
	return m
}()

// String is the kind's name in the record line.
func (k Kind) String() string {
	if k < kindEnd {
		return kinds[k].name
	}
	return kinds[KindUnknown].name
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
	if version != 1 || k >= kindEnd {
		return nil
	}
	return kinds[k].body()
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
		c.putText("kind", kinds[*k].name)
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

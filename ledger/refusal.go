package ledger

import (
	"errors"
	"fmt"
	"strings"
)

var errUnknownKind = errors.New("unknown kind")

// Code is the stable name of a refusal. The api maps each to an HTTP status and to sentences in zh and en.
type Code string

// The refusal codes. A code once published keeps its meaning.
const (
	CodeBadCommand        Code = "bad_command"        // a field is missing or malformed; Field names it
	CodeNotEntitled       Code = "not_entitled"       // the actor's roles do not allow this
	CodeSecondPerson      Code = "second_person"      // needs a proposal and another person's approval
	CodeSelfApproval      Code = "self_approval"      // the maker may not approve
	CodeTooClose          Code = "too_close"          // the approver is family, on the same device, or got the role from the maker
	CodeKeyReused         Code = "key_reused"         // the key was used with other content; Field names the first difference
	CodeNotFounded        Code = "not_founded"        // the ledger has no first record or no rulebook yet
	CodeAlreadyFounded    Code = "already_founded"    //
	CodeAccountUnknown    Code = "account_unknown"    //
	CodeAccountExists     Code = "account_exists"     //
	CodeAccountFrozen     Code = "account_frozen"     //
	CodeNotFrozen         Code = "not_frozen"         //
	CodeRoleExists        Code = "role_exists"        //
	CodeRoleUnknown       Code = "role_unknown"       //
	CodeLastOperator      Code = "last_operator"      // the last operator cannot be taken away
	CodeDeviceUnknown     Code = "device_unknown"     //
	CodeDeviceExists      Code = "device_exists"      //
	CodeDeviceRevoked     Code = "device_revoked"     //
	CodeMembershipExists  Code = "membership_exists"  //
	CodeMembershipUnknown Code = "membership_unknown" //
	CodeFamilyFull        Code = "family_full"        //
	CodeCardUnknown       Code = "card_unknown"       //
	CodeCardExists        Code = "card_exists"        //
	CodeCardRevoked       Code = "card_revoked"       //
	CodeCodeUsed          Code = "code_used"          // this step of this handle was used; Seq and At name the first use
	CodeActivityUnknown   Code = "activity_unknown"   //
	CodeActivityExists    Code = "activity_exists"    //
	CodeActivityClosed    Code = "activity_closed"    //
	CodeActivityOpen      Code = "activity_open"      // it must be closed first
	CodeActivityConfirmed Code = "activity_confirmed" //
	CodeAwardsPending     Code = "awards_pending"     // the awards of the closed activity are still being posted
	CodeActivityFull      Code = "activity_full"      //
	CodeNotRunning        Code = "not_running"        // too early or too late to check in; Reset says when it opens
	CodeKindUnknown       Code = "kind_unknown"       //
	CodeAlreadyIn         Code = "already_in"         // a calm repeat: Seq and At name the first scan
	CodeAlreadyOut        Code = "already_out"        //
	CodeNotIn             Code = "not_in"             //
	CodePresentElsewhere  Code = "present_elsewhere"  //
	CodeOwnAttest         Code = "own_attest"         // nobody attests herself
	CodeAlreadyAwarded    Code = "already_awarded"    //
	CodeNothingToAward    Code = "nothing_to_award"   //
	CodeMealUnknown       Code = "meal_unknown"       //
	CodePriceWrong        Code = "price_wrong"        // not a price that the rulebook allows for this meal
	CodeMealTaken         Code = "meal_taken"         // a calm repeat: Seq and At name the first meal
	CodePINRequired       Code = "pin_required"       // Used and Limit say why
	CodeBalanceShort      Code = "balance_short"      // Need and Available say by how much
	CodeBudgetShort       Code = "budget_short"       //
	CodeRecordUnknown     Code = "record_unknown"     //
	CodeNotReversible     Code = "not_reversible"     //
	CodeAlreadyReversed   Code = "already_reversed"   // Seq names the reversal
	CodeVoidTooLate       Code = "void_too_late"      //
	CodeAmountTooLarge    Code = "amount_too_large"   //
	CodeProposalUnknown   Code = "proposal_unknown"   //
	CodeProposalLapsed    Code = "proposal_lapsed"    //
	CodeProposalExists    Code = "proposal_exists"    // Seq names it
	CodeNothingToExpire   Code = "nothing_to_expire"  //
	CodeTimeOutOfRange    Code = "time_out_of_range"  // the effective time is in the future or more than 7 days back
	CodeRulebookVersion   Code = "rulebook_version"   // versions rise by one
	CodePeriodSealed      Code = "period_sealed"      //
	CodeMealBooked        Code = "meal_booked"        // a calm repeat: Seq and At name the hold, which can be captured
	CodeBookingClosed     Code = "booking_closed"     // the meal period is over, or its day more than Limit days ahead
	CodeHoldUnknown       Code = "hold_unknown"       // never there, captured or released
	CodeDisputeUnknown    Code = "dispute_unknown"    // never opened, or decided
	CodeAlreadyDisputed   Code = "already_disputed"   // a line is disputed once; Seq names the dispute
	CodeDisputeClock      Code = "dispute_clock"      // its time is not over yet; Reset says when
	CodeConflict          Code = "conflict"           // she has an interest in it, or is family of somebody who has
	CodeDeedUnknown       Code = "deed_unknown"       // never filed, or decided
	CodeDeedStage         Code = "deed_stage"         // the deed waits for something else; Field says what
	CodeDeedLimit         Code = "deed_limit"         // of a week, or of undecided ones; Field says which, Used, Limit and Reset how
	CodeDeedPoints        Code = "deed_points"        // not between Need and Limit, the range of its category
	CodePairTooSoon       Code = "pair_too_soon"      // the same two people; Seq names their last deed, Reset when the next can be
	CodeNotNewcomer       Code = "not_newcomer"       // has served already, or was brought by somebody else: Seq
	CodeAlreadyVoted      Code = "already_voted"      // Seq names the vote
	CodeWaitingUnknown    Code = "waiting_unknown"    // nothing of this award waits for a budget
	CodePresenceSettled   Code = "presence_settled"   // it is not in question, or no longer
	CodeConsentExists     Code = "consent_exists"     //
	CodeConsentUnknown    Code = "consent_unknown"    //
	CodeNotFamily         Code = "not_family"         // not of one family, or linked too lately: Reset says when it becomes possible
	CodeNotEligible       Code = "not_eligible"       // gifts go to people of 60 or more
	CodeGiftLimit         Code = "gift_limit"         // what one may give a year; Used, Limit, Reset
	CodeDeviceNew         Code = "device_new"         // a new device gives nothing away for some days; Reset
	CodePoolShort         Code = "pool_short"         // the pool does not hold it; Need and Available
	CodeAlreadyGranted    Code = "already_granted"    // this month's; Reset
	CodeCareLimit         Code = "care_limit"         // what the community gives a week to those whose points do not reach; Used, Limit, Reset
	CodeNothingToSettle   Code = "nothing_to_settle"  //
	CodePeriodOpen        Code = "period_open"        // it is not over yet; Reset says when
	CodeSumsChanged       Code = "sums_changed"       // the sums are not what was asked for: Need says what they are
	CodeNothingToRestore  Code = "nothing_to_restore" //
	CodeNotClosed         Code = "not_closed"         // the account must be closed first
	CodeAlreadyMerged     Code = "already_merged"     //
	CodeLeaseOpen         Code = "lease_open"         // the till's last allowance is not in; Seq and At name it
	CodeLeaseLimit        Code = "lease_limit"        // the canteen's allowances are used up; Used and Limit
	CodeLeaseUnknown      Code = "lease_unknown"      // never there, or its outbox is in
	CodeScanReplayed      Code = "scan_replayed"      // this scan of the outbox, or a later one, is in; Used names it
	CodeImportExists      Code = "import_exists"      //
	CodeImportUnknown     Code = "import_unknown"     // never announced, undone, or too long ago
	CodeImportApproved    Code = "import_approved"    // two organizations vouch for it already
	CodeImportFull        Code = "import_full"        // more than the approved list sums to
	CodeAlreadyImported   Code = "already_imported"   // a row for this member
	CodePhonesFull        Code = "phones_full"        // Used and Limit; revoke one first
	CodeProofRests        Code = "proof_rests"        // the card was handed over too lately to be proof; Reset
	CodeProofNeeded       Code = "proof_needed"       // the account has something to lose, and nothing shows that its owner is at the desk
)

// Refusal is an expected answer: the command was understood, and the rules say no. It changes nothing and is
// not recorded; the same key may be tried again. Its fields are the facts behind the code; each code says which it sets.
type Refusal struct {
	Code      Code
	Field     string // the field of the command, or the first differing one
	Need      int64  // in the unit of the limit or balance
	Available int64
	Used      int64
	Limit     int64
	Reset     Time      // when the limit starts again, or when the thing becomes possible
	Seq       Seq       // the record that already did it
	At        Time      // when that was
	Subject   AccountID // whose limit or account it is
}

// Error makes a Refusal an error, for callers that pass it through error returns.
func (r *Refusal) Error() string {
	var s strings.Builder
	s.WriteString(string(r.Code))
	if r.Field != "" {
		s.WriteString(" field=" + r.Field)
	}
	for _, f := range [...]struct {
		name string
		n    int64
	}{
		{"need", r.Need},
		{"available", r.Available},
		{"used", r.Used},
		{"limit", r.Limit},
		{"seq", int64(r.Seq)},
	} {
		if f.n != 0 {
			fmt.Fprintf(&s, " %s=%d", f.name, f.n)
		}
	}
	return s.String()
}

func refuse(code Code) *Refusal { return &Refusal{Code: code} }

func badField(name string) *Refusal { return &Refusal{Code: CodeBadCommand, Field: name} }

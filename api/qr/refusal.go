package qr

// Refusal is an expected answer to a scan: not a fault of ours, and the person at the till can do something about it.
// Its value is the stable code that the API sends; the texts stand in the API's one table.
type Refusal string

// The refusals of Parse, ParseTill, ParseDoor and ParseShort; RefusedStale is for the caller whose Secret.Verify said no.
// The values are public: never changed, never reused.
const (
	RefusedEmpty       Refusal = "code_empty"             // nothing was scanned
	RefusedTooLong     Refusal = "code_too_long"          // more than inputMax bytes: not one of any codes we know
	RefusedNotDigits   Refusal = "code_not_digits"        // letters or other signs: wrong symbol, or an input method garbled it
	RefusedLength      Refusal = "code_wrong_length"      // a code of ours with digits lost or doubled: scan again
	RefusedCheckDigit  Refusal = "code_wrong_check_digit" // a code of ours, misread or mistyped: scan again
	RefusedPrefix      Refusal = "code_unknown_prefix"    // digits, but not ours: a product's barcode, another shop's card
	RefusedWeChat      Refusal = "code_wechat_pay"        // a WeChat payment code: ask for the bank's page
	RefusedAlipay      Refusal = "code_alipay"            // an Alipay payment code: ask for the bank's page
	RefusedStation     Refusal = "code_station_link"      // the station's code, to be scanned by the member's phone
	RefusedEnrolment   Refusal = "code_enrolment_link"    // an enrolment code, to be scanned by the member's phone
	RefusedReceipt     Refusal = "code_receipt_link"      // a receipt's code, which says what was, and pays nothing
	RefusedCertificate Refusal = "code_certificate_link"  // a certificate's code, which pays nothing
	RefusedLink        Refusal = "code_other_link"        // some other web address
	RefusedCheckIn     Refusal = "code_check_in_at_till"  // 93 at a till: ask for the pay code
	RefusedPay         Refusal = "code_pay_at_door"       // 91 at a door: ask for the check-in code
	RefusedStale       Refusal = "code_stale"             // a phone's one-time password of another time or of another key
)

// Error returns the code with the package's name.
func (r Refusal) Error() string { return "qr: " + string(r) }

package qr

import "strings"

// Parse reads a scanned or typed 20-digit code of any kind. The error is always a Refusal.
func Parse(s string) (Code, error) {
	if len(s) > inputMax {
		return Code{}, RefusedTooLong
	}
	if r, link := refuseLink(s); link {
		return Code{}, r
	}
	d, err := normalise(s)
	if err != nil {
		return Code{}, err
	}
	kind := kindOf(d)
	if kind == KindNone {
		return Code{}, refuseForeign(d)
	}
	if len(d) != codeLen {
		return Code{}, RefusedLength
	}
	if !LuhnValid(d) {
		return Code{}, RefusedCheckDigit
	}
	body := d[len(prefixPay) : codeLen-1]
	if kind == KindCard {
		return Code{Kind: kind, Card: Card(body)}, nil
	}
	return Code{Kind: kind, Handle: Handle(body[:handleLen]), OTP: OTP(body[handleLen:])}, nil
}

// ParseTill is Parse for a till: a check-in code is refused, so that a code shown at a door can never be spent.
func ParseTill(s string) (Code, error) {
	c, err := Parse(s)
	if err == nil && !c.Kind.Payable() {
		return Code{}, RefusedCheckIn
	}
	return c, err
}

// ParseDoor is Parse for a leader or kiosk at a door: a pay code is refused, so that leaders never collect any.
func ParseDoor(s string) (Code, error) {
	c, err := Parse(s)
	if err == nil && !c.Kind.ChecksIn() {
		return Code{}, RefusedPay
	}
	return c, err
}

// kindOf reads the kind from the first two digits.
func kindOf(digits string) Kind {
	for _, k := range [...]Kind{KindPay, KindCard, KindCheckIn} {
		if strings.HasPrefix(digits, k.Prefix()) {
			return k
		}
	}
	return KindNone
}

// refuseForeign names what the digits are when they are not ours: WeChat's payment codes are 18 digits from 10 to 15,
// Alipay's 16 to 24 digits from 25 to 30 (both documents call them 付款码规则).
func refuseForeign(digits string) Refusal {
	if len(digits) < 2 {
		return RefusedLength
	}
	first := int(digits[0]-'0')*10 + int(digits[1]-'0')
	switch n := len(digits); {
	case n == 18 && first >= 10 && first <= 15:
		return RefusedWeChat
	case n >= 16 && n <= 24 && first >= 25 && first <= 30:
		return RefusedAlipay
	default:
		return RefusedPrefix
	}
}

package qr

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

var (
	payText     = Code{Kind: KindPay, Handle: "123456789", OTP: "46119246"}.Digits()
	cardText    = Card("01234567890123456").Code().Digits()
	checkInText = Code{Kind: KindCheckIn, Handle: "987654321", OTP: "00000007"}.Digits()
)

// What comes out of scanners and fingers at a till, and what the cashier is told.
func TestParse(t *testing.T) {
	wide := strings.Map(func(r rune) rune { return r - '0' + '０' }, cardText)
	for name, c := range map[string]struct {
		in   string
		want any // Kind or Refusal
	}{
		"a phone's pay code":                         {payText, KindPay},
		"a card":                                     {cardText, KindCard},
		"a phone's check-in code":                    {checkInText, KindCheckIn},
		"a scanner that ends lines":                  {cardText + "\r\n", KindCard},
		"typed as printed, in fours":                 {Card("01234567890123456").Code().Spaced(), KindCard},
		"typed with hyphens":                         {cardText[:4] + "-" + cardText[4:12] + "－" + cardText[12:], KindCard},
		"full-width input method":                    {wide, KindCard},
		"full-width spaces":                          {"　" + wide[:12] + "　" + wide[12:], KindCard},
		"pasted with a no-break space":               {cardText[:10] + "\u00a0" + cardText[10:], KindCard},
		"nothing":                                    {"", RefusedEmpty},
		"only a line end":                            {" \r\n", RefusedEmpty},
		"WeChat":                                     {"134567890123456789", RefusedWeChat},
		"WeChat's first and last prefix":             {"100000000000000000", RefusedWeChat},
		"WeChat's last prefix":                       {"159999999999999999", RefusedWeChat},
		"one past WeChat":                            {"160000000000000000", RefusedPrefix},
		"WeChat cut short":                           {"13456789012345678", RefusedPrefix},
		"WeChat with a digit more":                   {"1345678901234567890", RefusedPrefix},
		"Alipay of 16":                               {"2567890123456789", RefusedAlipay},
		"Alipay of 18":                               {"281234567890123456", RefusedAlipay},
		"Alipay of 20, as long as ours":              {"28123456789012345678", RefusedAlipay},
		"Alipay of 24":                               {"301234567890123456789012", RefusedAlipay},
		"one past Alipay":                            {"3112345678901234", RefusedPrefix},
		"Alipay cut short":                           {"256789012345678", RefusedPrefix},
		"a bottle of soy sauce":                      {"6902083881405", RefusedPrefix},
		"a bus card":                                 {"31040512345678901234", RefusedPrefix},
		"20 digits of the next kind":                 {"94000000000000000000", RefusedPrefix},
		"one digit":                                  {"9", RefusedLength},
		"the prefix alone":                           {"92", RefusedLength},
		"a digit lost":                               {cardText[:19], RefusedLength},
		"two scans in one":                           {cardText + cardText, RefusedLength},
		"a digit misread":                            {"92" + "9" + cardText[3:], RefusedCheckDigit},
		"a pay code misread":                         {payText[:19] + string('0'+(payText[19]-'0'+1)%10), RefusedCheckDigit},
		"letters":                                    {"92O" + cardText[3:], RefusedNotDigits},
		"garbled by an input method":                 {"就２" + cardText, RefusedNotDigits},
		"Arabic digits, which no scanner here sends": {"٩٢", RefusedNotDigits},
		"not even text":                              {"\xff\xfe92", RefusedNotDigits},
		"a minus sign is not a number":               {"−92", RefusedNotDigits},
		"the station's code":                         {"https://bank.example/c/gate/abcdefghij23", RefusedStation},
		"the station's poster":                       {"https://bank.example/c/gate", RefusedStation},
		"the demo's station":                         {"http://127.0.0.1:8080/c/gate/abcdefghij23\n", RefusedStation},
		"an enrolment code":                          {"HTTPS://bank.example/e/abcdefghijklmnopqrstuvwxyz", RefusedEnrolment},
		"a receipt":                                  {"https://bank.example/r/abcdefghijklmnopqrstuvwxyz", RefusedReceipt},
		"a certificate":                              {"https://bank.example/v/abcdefghijklmnopqrstuvwxyz", RefusedCertificate},
		"WeChat's own link":                          {"https://u.wechat.com/EAbcdefg", RefusedLink},
		"another page":                               {"https://bank.example/", RefusedLink},
		"a friend's card":                            {"wxp://f2f0abc", RefusedLink},
		"a path that only looks like ours":           {"ftp://bank.example/c/gate", RefusedLink},
		"a novel":                                    {strings.Repeat("92", 300), RefusedTooLong},
		"a novel of spaces":                          {strings.Repeat(" ", 1<<20), RefusedTooLong},
	} {
		t.Run(name, func(t *testing.T) {
			code, err := Parse(c.in)
			switch want := c.want.(type) {
			case Kind:
				if err != nil || code.Kind != want {
					t.Errorf("Parse = %v, %v; want a %v code", code, err, want)
				}
			case Refusal:
				if !errors.Is(err, want) || code != (Code{}) {
					t.Errorf("Parse = %v, %v; want %v", code, err, want)
				}
			}
		})
	}
}

func TestParseParts(t *testing.T) {
	for text, want := range map[string]Code{
		payText:     {Kind: KindPay, Handle: "123456789", OTP: "46119246"},
		cardText:    {Kind: KindCard, Card: "01234567890123456"},
		checkInText: {Kind: KindCheckIn, Handle: "987654321", OTP: "00000007"},
	} {
		if got, err := Parse(text); err != nil || got != want {
			t.Errorf("Parse(%s) = %#v %v", text, got, err)
		}
	}
}

// A code shown at a door must never pay, and a leader must never collect pay codes.
func TestParseTillAndDoor(t *testing.T) {
	for _, c := range []struct {
		text       string
		till, door error
	}{
		{payText, nil, RefusedPay},
		{cardText, nil, nil},
		{checkInText, RefusedCheckIn, nil},
		{"134567890123456789", RefusedWeChat, RefusedWeChat},
	} {
		if _, err := ParseTill(c.text); !errors.Is(err, c.till) {
			t.Errorf("ParseTill(%s): %v, want %v", c.text, err, c.till)
		}
		if _, err := ParseDoor(c.text); !errors.Is(err, c.door) {
			t.Errorf("ParseDoor(%s): %v, want %v", c.text, err, c.door)
		}
	}
	if c, err := ParseTill(checkInText); c != (Code{}) || err == nil {
		t.Errorf("a refused code was handed out: %v", c.Kind)
	}
}

// A code that slips into a log line must not be usable from there.
func TestCodeHidesItsDigits(t *testing.T) {
	c := Code{Kind: KindPay, Handle: "123456789", OTP: "46119246"}
	for _, format := range []string{"%v", "%s", "%+v", "%#v"} {
		if s := fmt.Sprintf(format, c); strings.Contains(s, "1234") || strings.Contains(s, "4611") {
			t.Errorf("%s shows %s", format, s)
		}
	}
}

func TestZeroCodeHasNoDigits(t *testing.T) {
	if d := (Code{}).Digits() + (Code{}).Spaced(); d != "" {
		t.Errorf("got %q", d)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{payText, cardText, checkInText, "134567890123456789", "https://h/c/x/y", "９２", "", " 9-2 ", "a://"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c, err := Parse(s)
		if err != nil {
			if _, ok := errors.AsType[Refusal](err); !ok || c != (Code{}) {
				t.Fatalf("Parse(%q) = %#v, %v", s, c, err)
			}
			return
		}
		d := c.Digits()
		if len(d) != codeLen || !LuhnValid(d) || c.Kind == KindNone {
			t.Fatalf("Parse(%q) accepted %q", s, d)
		}
		for _, again := range []string{d, c.Spaced()} {
			if c2, err := Parse(again); err != nil || c2 != c {
				t.Fatalf("Parse(%q) = %v, then %v %v", s, c, c2, err)
			}
		}
	})
}

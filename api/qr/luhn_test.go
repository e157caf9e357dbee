package qr

import "testing"

func TestLuhnDigit(t *testing.T) {
	for digits, want := range map[string]byte{"7992739871": '3', "411111111111111": '1', "0": '0', "": '0'} {
		if got := LuhnDigit(digits); got != want {
			t.Errorf("LuhnDigit(%q) = %c, want %c", digits, got, want)
		}
	}
}

func TestLuhnValidRefusesWhatIsNotDigits(t *testing.T) {
	for _, s := range []string{"", "0", "a", "79927398713 ", "7992739871３", "-18"} {
		if LuhnValid(s) {
			t.Errorf("LuhnValid(%q)", s)
		}
	}
	if !LuhnValid("79927398713") {
		t.Error("the example of the standard is not valid")
	}
}

// A cashier types a card's digits: one wrong digit is always noticed, two swapped neighbours always but for 0 and 9.
func TestLuhnNoticesSlips(t *testing.T) {
	good := []byte(Card("01234567890123456").Code().Digits())
	for i := range good {
		for d := byte('0'); d <= '9'; d++ {
			bad := append([]byte(nil), good...)
			bad[i] = d
			if d != good[i] && LuhnValid(string(bad)) {
				t.Errorf("digit %d read as %c passes", i, d)
			}
		}
	}
	for i := 1; i < len(good); i++ {
		bad := append([]byte(nil), good...)
		bad[i-1], bad[i] = bad[i], bad[i-1]
		if good[i-1] == good[i] || good[i-1]-'0'+good[i]-'0' == 9 && (good[i] == '0' || good[i] == '9') {
			continue
		}
		if LuhnValid(string(bad)) {
			t.Errorf("digits %d and %d swapped pass", i-1, i)
		}
	}
}

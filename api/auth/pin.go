package auth

import "strings"

// pinLen is the length of a PIN in digits, as at every Chinese bank.
const pinLen = 6

// CheckPIN judges a new PIN of the person with this phone number ("" if unknown). nil means good enough; the error is a Weak otherwise.
// Of a million PINs about 92,000 are refused, most of them dates; the five tries of Strikes then find
// one of the others with a chance of five in 908,000.
func CheckPIN(pin, phone string) error {
	switch {
	case len(pin) != pinLen || digitsOf(pin) != pin:
		return WeakPINForm
	case plainPIN(pin):
		return WeakPINPlain
	case datePIN(pin):
		return WeakPINDate
	case strings.Contains(digitsOf(phone), pin):
		return WeakPINPhone
	}
	return nil
}

// plainPIN finds few different digits (000000, 112112), stairs (123456, 987654), repeats (123123, 121212) and pairs (112233).
func plainPIN(pin string) bool {
	pairs := pin[0] == pin[1] && pin[2] == pin[3] && pin[4] == pin[5]
	return distinct(pin) < 3 || steps(pin) || pin[:3] == pin[3:] || pin[:2] == pin[2:4] && pin[2:4] == pin[4:] || pairs
}

// datePIN finds the ways people write a birthday in six digits: YYMMDD, DDMMYY, MMDDYY, and YYYYMM from 1900 to 2099.
// Every day up to 31 counts in every month: nobody is told that hers is no date.
func datePIN(pin string) bool {
	a, b, c := pair(pin[0:2]), pair(pin[2:4]), pair(pin[4:6])
	century := a == 19 || a == 20
	return month(b) && day(c) || day(a) && month(b) || month(a) && day(b) || century && month(c)
}

func pair(s string) int { return int(s[0]-'0')*10 + int(s[1]-'0') }
func month(n int) bool  { return n >= 1 && n <= 12 }
func day(n int) bool    { return n >= 1 && n <= 31 }

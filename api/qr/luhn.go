package qr

// LuhnDigit returns the check digit ('0' to '9') that makes digits followed by it pass LuhnValid
// (ISO/IEC 7812-1 annex B). It catches every single wrong digit and most swaps of neighbours, which is
// what a tired typist or a scratched print makes. The argument must hold ASCII digits only.
func LuhnDigit(digits string) byte {
	return byte('0' + (10-luhnSum(digits, true))%10)
}

// LuhnValid says whether the last digit of digits is the check digit of those before it.
// The empty string and anything but ASCII digits are not valid.
func LuhnValid(digits string) bool {
	return len(digits) > 1 && allDigits(digits) && luhnSum(digits, false) == 0
}

// luhnSum adds the digits from the right modulo 10, every second one doubled; double says whether the rightmost is.
func luhnSum(digits string, double bool) int {
	sum := 0
	for i := len(digits) - 1; i >= 0; i-- {
		d := int(digits[i] - '0')
		if double {
			d *= 2
			if d > 9 {
				d -= 9
			}
		}
		sum += d
		double = !double
	}
	return sum % 10
}

// allDigits says whether s holds ASCII digits only; it is true for the empty string.
func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

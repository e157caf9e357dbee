package qr

// inputMax bounds what Parse looks at, in bytes. The longest honest input is a link of about 100.
const inputMax = 512

// normalise strips what scanners, printers and input methods put around digits, and refuses what is not digits.
//
// Full-width digits (U+FF10 to U+FF19) are accepted: a Chinese input method left in full-width mode turns every digit of
// a keyboard-wedge scanner into one, each into exactly one, so nothing is guessed and the check digit still guards the
// whole. Refusing them would send an elder away over a key the cashier cannot see. Other scripts' digits do not
// come from any device we know of, and are refused like letters.
func normalise(s string) (string, error) {
	if len(s) > inputMax {
		return "", RefusedTooLong
	}
	digits := make([]byte, 0, codeLen)
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9':
			digits = append(digits, byte(r))
		case r >= '０' && r <= '９':
			digits = append(digits, byte(r-'０'+'0'))
		case separator(r):
		default:
			return "", RefusedNotDigits
		}
	}
	if len(digits) == 0 {
		return "", RefusedEmpty
	}
	return string(digits), nil
}

// separator says whether r may stand between digits: the spaces and hyphens that people type and that layouts print,
// and the line end or tab that a scanner sends.
func separator(r rune) bool {
	switch r {
	case ' ', '\t', '\r', '\n', '\u00a0', '\u3000', // spaces, the last one full-width
		'-', '\u2010', '\u2011', '\u2012', '\u2013', '\uff0d': // hyphens, the last one full-width
		return true
	default:
		return false
	}
}

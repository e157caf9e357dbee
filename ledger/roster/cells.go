package roster

import (
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/width"

	"moralbank.example/bank/ledger"
)

// CellError says what is wrong with, or worth a look at, in one cell. It never repeats the cell.
type CellError struct {
	Column Column `json:"column"`
	Code   string `json:"code"`
	Zh     string `json:"zh"`
	En     string `json:"en"`
}

// Bounds of what an import may bring in with one person.
const (
	openingPointsMax  = 100_000
	openingMinutesMax = 20_000 * 60
	oldest            = 120 // years
)

// cellName joins what writers space out to align columns: 张  三 is 张三. Names in other scripts keep single spaces.
func cellName(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	han := true
	for _, c := range s {
		han = han && (c == ' ' || unicode.Is(unicode.Han, c))
	}
	if han {
		return strings.ReplaceAll(s, " ", "")
	}
	return s
}

var (
	phoneMarks = strings.NewReplacer(" ", "", "-", "", "(", "", ")", "")
	scientific = regexp.MustCompile(`^1\.[0-9]{1,10}e\+?10$`)
)

// cellPhone reads a mobile number as people and spreadsheets write it: with spaces, +86, as a decimal or in scientific notation.
func cellPhone(s string) (string, bool) {
	s = strings.ToLower(phoneMarks.Replace(width.Fold.String(s)))
	s = strings.TrimSuffix(s, ".0")
	if scientific.MatchString(s) {
		digits, _, _ := strings.Cut(strings.Replace(s, ".", "", 1), "e")
		s = digits + strings.Repeat("0", 11-len(digits))
	}
	if rest, ok := cutCountry(s); ok {
		s = rest
	}
	return s, ValidPhone(s)
}

func cutCountry(s string) (string, bool) {
	for _, code := range []string{"+86", "0086", "86"} {
		if rest, ok := strings.CutPrefix(s, code); ok && len(rest) == 11 {
			return rest, true
		}
	}
	return s, false
}

var (
	dateParts = regexp.MustCompile(`^([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})[日号]?$`)
	dateFull  = regexp.MustCompile(`^([0-9]{4})([0-9]{2})([0-9]{2})$`)
	daySerial = regexp.MustCompile(`^[0-9]{1,5}(\.[0-9]+)?$`)
	idNumber  = regexp.MustCompile(`^[0-9]{17}[0-9xX]$`)
)

// cellBirth reads a date of birth: 1956-3-8, 1956/3/8, 1956.3.8, 1956年3月8日, 19560308, or a spreadsheet's day number.
// Month-first dates are refused because 3/8/1956 could be either.
func cellBirth(s string, since1904 bool, day Date) (Date, *CellError) {
	s = strings.TrimSpace(width.Fold.String(s))
	if idNumber.MatchString(s) {
		return "", &CellError{ColBirth, "birth_id_number", "请填出生日期，不要填身份证号", "Give the date of birth, not an identity number"}
	}
	s, _, _ = strings.Cut(s, " ") // 1956/3/8 0:00
	var d Date
	switch {
	case dateParts.MatchString(s):
		d = dateOf(dateParts.FindStringSubmatch(s))
	case dateFull.MatchString(s):
		d = dateOf(dateFull.FindStringSubmatch(s))
	case daySerial.MatchString(s):
		d = serialDate(s, since1904)
	}
	switch age := d.Age(day); {
	case !d.Valid():
		return "", &CellError{ColBirth, "birth_unreadable", "出生日期看不懂，请写成 1956-03-08", "Unreadable date of birth, write 1956-03-08"}
	case age < 0 || age > oldest:
		return "", &CellError{ColBirth, "birth_implausible", "出生日期不合理", "Implausible date of birth"}
	}
	return d, nil
}

// dateOf joins year, month and day; an impossible day is not Valid.
func dateOf(parts []string) Date {
	two := func(s string) string { return strings.Repeat("0", 2-len(s)) + s }
	return Date(parts[1] + "-" + two(parts[2]) + "-" + two(parts[3]))
}

// serialDate turns a spreadsheet's day number into a date. Day 60 of the 1900 system is a day that never was (ECMA-376 part 1,
// 18.17.4.1), so numbers up to it count from one day later.
func serialDate(s string, since1904 bool) Date {
	whole, _, _ := strings.Cut(s, ".")
	n, err := strconv.Atoi(whole)
	if err != nil {
		return ""
	}
	epoch := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	switch {
	case since1904:
		epoch = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	case n == 60:
		return ""
	case n < 60:
		epoch = epoch.AddDate(0, 0, 1)
	}
	return Date(epoch.AddDate(0, 0, n).Format(time.DateOnly))
}

var (
	pointsShape = regexp.MustCompile(`^([0-9]{1,9})(\.0+)?分?$`)
	hoursShape  = regexp.MustCompile(`^([0-9]{1,6}(?:\.[0-9]{1,20})?)(?:小时|h|时)?$`)
	splitShape  = regexp.MustCompile(`^([0-9]{1,6})(?:小时|:|h|时)([0-9]{1,2})(?:分钟|分|min|m)?$`)
	minuteShape = regexp.MustCompile(`^([0-9]{1,8})(?:分钟|分|min|m)$`)
)

// cellPoints reads opening points: a whole number.
func cellPoints(s string) (ledger.Points, *CellError) {
	m := pointsShape.FindStringSubmatch(plainNumber(s))
	if m == nil {
		return 0, &CellError{ColPoints, "points_unreadable", "期初积分应为整数", "Opening points are a whole number"}
	}
	n, err := strconv.ParseInt(m[1], 10, 64)
	if err != nil || n > openingPointsMax {
		return 0, &CellError{ColPoints, "points_too_many", "期初积分最多 100000", "At most 100,000 opening points"}
	}
	return ledger.Points(n), nil
}

// cellMinutes reads opening service time: 12.5, 12.5小时, 12小时30分, 12:30 or 750分钟. A part of a minute counts as one.
func cellMinutes(s string) (ledger.Minutes, *CellError) {
	s = plainNumber(s)
	var minutes int64
	if m := splitShape.FindStringSubmatch(s); m != nil {
		hours, _ := strconv.ParseInt(m[1], 10, 64) // the shape bounds the digits
		rest, _ := strconv.ParseInt(m[2], 10, 64)
		minutes = hours*60 + rest
	} else if m := minuteShape.FindStringSubmatch(s); m != nil {
		minutes, _ = strconv.ParseInt(m[1], 10, 64)
	} else if m := hoursShape.FindStringSubmatch(s); m != nil {
		minutes = hoursToMinutes(m[1])
	} else {
		return 0, &CellError{ColHours, "hours_unreadable", "期初时长看不懂，请写小时数，如 12.5", "Unreadable hours, write a number such as 12.5"}
	}
	if minutes > openingMinutesMax {
		return 0, &CellError{ColHours, "hours_too_many", "期初时长最多 20000 小时", "At most 20,000 opening hours"}
	}
	return ledger.Minutes(minutes), nil
}

// hoursToMinutes rounds up, but not for the noise that spreadsheets leave in the last digits (12.300000000000001).
func hoursToMinutes(s string) int64 {
	h, ok := new(big.Rat).SetString(s)
	if !ok {
		return openingMinutesMax + 1
	}
	h.Mul(h, big.NewRat(60, 1))
	h.Sub(h, big.NewRat(1, 1_000_000))
	if h.Sign() <= 0 {
		return 0
	}
	up := new(big.Int).Add(h.Num(), new(big.Int).Sub(h.Denom(), big.NewInt(1)))
	return up.Div(up, h.Denom()).Int64()
}

func plainNumber(s string) string {
	return strings.ToLower(strings.NewReplacer(" ", "", ",", "", "，", "").Replace(width.Fold.String(s)))
}

package roster

import (
	"slices"
	"time"
	"unicode"
	"unicode/utf8"

	"moralbank.example/bank/ledger"
)

// Person is what the roster knows of one person. All of it but the account is sealed under the person's own key.
type Person struct {
	Account   ledger.AccountID `json:"account"`
	Name      string           `json:"name"`
	Phone     string           `json:"phone,omitempty"`      // mainland mobile, 11 digits; empty is normal for elders and children
	Birth     Date             `json:"birth,omitempty"`      // empty when unknown
	Building  string           `json:"building,omitempty"`   // such as A区12栋
	Guardian  ledger.AccountID `json:"guardian,omitempty"`   // the account that acts for a child
	Emergency string           `json:"emergency,omitempty"`  // emergency contact: name and phone as given
	LargeName string           `json:"large_name,omitempty"` // what a shared phone shows to tell its people apart: 奶奶
	Consents  []Consent        `json:"consents,omitempty"`
	Hardship  bool             `json:"hardship,omitempty"`  // 特困: named by the organizer
	FullName  bool             `json:"full_name,omitempty"` // the full name may be public (default: masked); never for minors
	Speak     bool             `json:"speak,omitempty"`     // the till may speak the balance
	Demo      bool             `json:"demo,omitempty"`      // 演示数据: a fictional person
}

// Consent is one text that a person (or the guardian) agreed to.
type Consent struct {
	Code      string           `json:"code"` // which text: "join", "photo", "full_name"
	Text      string           `json:"text"` // the words as they were shown
	By        ledger.AccountID `json:"by"`   // the person or the guardian
	At        ledger.Time      `json:"at"`
	Withdrawn ledger.Time      `json:"withdrawn,omitempty"` // zero while it stands
}

// Bounds of a person's fields, in characters, but consentBytesMax in bytes.
const (
	nameMax         = 40
	buildingMax     = 40
	emergencyMax    = 120
	largeNameMax    = 12
	consentsMax     = 20
	consentBytesMax = 3 << 10
	codeMax         = 32
	guardedUnder    = 14 // years: 未成年人 under 14 needs a guardian (个人信息保护法 article 31)
	minorUnder      = 18
)

// Check reports the first field that cannot stand, as an *InvalidError.
func (p Person) Check() error {
	switch {
	case ledger.ClassOf(p.Account) != ledger.ClassMember:
		return invalid("account", "账号不对", "not a member account")
	case !validName(p.Name):
		return invalid("name", "姓名应为 1 至 40 个字", "a name has 1 to 40 characters")
	case p.Phone != "" && !ValidPhone(p.Phone):
		return invalid("phone", "手机号应为 11 位数字", "a mobile number has 11 digits")
	case p.Birth != "" && !p.Birth.Valid():
		return invalid("birth", "出生日期不对", "not a date of birth")
	case !plainText(p.Building, buildingMax):
		return invalid("building", "楼栋最多 40 个字", "a building has at most 40 characters")
	case p.Guardian != "" && (p.Guardian == p.Account || ledger.ClassOf(p.Guardian) != ledger.ClassMember):
		return invalid("guardian", "监护人应为另一位成员", "a guardian is another member")
	case !plainText(p.Emergency, emergencyMax):
		return invalid("emergency", "紧急联系人最多 120 个字", "an emergency contact has at most 120 characters")
	case !plainText(p.LargeName, largeNameMax):
		return invalid("large_name", "称呼最多 12 个字", "a large name has at most 12 characters")
	case len(p.Consents) > consentsMax:
		return invalid("consents", "同意书太多", "too many consents")
	}
	for _, c := range p.Consents {
		if c.Code == "" || len(c.Code) > codeMax || c.Text == "" || len(c.Text) > consentBytesMax || !utf8.ValidString(c.Text) {
			return invalid("consents", "同意书内容不对", "a consent needs a code and a text of at most 3 KiB")
		}
	}
	return nil
}

// changed names the fields in which q differs from p: what an audit line may say.
func (p Person) changed(q Person) []string {
	var fields []string
	add := func(name string, differs bool) {
		if differs {
			fields = append(fields, name)
		}
	}
	add("name", p.Name != q.Name)
	add("phone", p.Phone != q.Phone)
	add("birth", p.Birth != q.Birth)
	add("building", p.Building != q.Building)
	add("guardian", p.Guardian != q.Guardian)
	add("emergency", p.Emergency != q.Emergency)
	add("large_name", p.LargeName != q.LargeName)
	add("consents", !slices.Equal(p.Consents, q.Consents))
	add("hardship", p.Hardship != q.Hardship)
	add("full_name", p.FullName != q.FullName)
	add("speak", p.Speak != q.Speak)
	add("demo", p.Demo != q.Demo)
	return fields
}

// Date is a calendar day, YYYY-MM-DD: it has no hour and no zone. Dates compare as strings.
type Date string

// DateOf is a local day of the ledger as a date.
func DateOf(d ledger.Day) Date {
	return Date(time.Unix(int64(d)*86_400, 0).UTC().Format(time.DateOnly))
}

// Valid reports whether d is a real day from 1900 on.
func (d Date) Valid() bool {
	t, err := time.Parse(time.DateOnly, string(d))
	return err == nil && t.Year() >= 1900
}

// Age is the age in completed years on day; -1 when d or day is unknown or day lies before d.
// A birthday of 29 February is reached on 1 March of a common year.
func (d Date) Age(day Date) int {
	if !d.Valid() || !day.Valid() || day < d {
		return -1
	}
	born, _ := time.Parse(time.DateOnly, string(d))
	now, _ := time.Parse(time.DateOnly, string(day))
	age := now.Year() - born.Year()
	if day[4:] < d[4:] {
		age--
	}
	return age
}

// NeedsGuardian reports whether a person born on d is under 14 on day.
func (d Date) NeedsGuardian(day Date) bool { a := d.Age(day); return a >= 0 && a < guardedUnder }

// Minor reports whether a person born on d is under 18 on day.
func (d Date) Minor(day Date) bool { a := d.Age(day); return a >= 0 && a < minorUnder }

// Tier is a price class of the canteen. It is worked out when a meal is priced and stands in no ledger record.
type Tier uint8

// The tiers, weakest first.
const (
	TierNone Tier = iota
	Tier60
	TierHardship
	Tier80
)

// String is the tier's code.
func (t Tier) String() string {
	switch t {
	case TierNone:
		return "none"
	case Tier60:
		return "60-79"
	case TierHardship:
		return "hardship"
	case Tier80:
		return "80+"
	}
	return "unknown"
}

// TierOf is the person's price class on day.
func TierOf(p Person, day Date) Tier {
	age := p.Birth.Age(day)
	switch {
	case age >= 80:
		return Tier80
	case p.Hardship:
		return TierHardship
	case age >= 60:
		return Tier60
	}
	return TierNone
}

// ValidPhone reports whether s is a mainland mobile number: 11 digits, 1, then 3 to 9.
func ValidPhone(s string) bool { return allDigits(s, 11) && s[0] == '1' && s[1] >= '3' }

func validName(s string) bool {
	if s == "" || !plainText(s, nameMax) {
		return false
	}
	letter := false
	for _, c := range s {
		switch {
		case unicode.IsLetter(c):
			letter = true
		case unicode.IsMark(c), c == '·', c == ' ', c == '-', c == '\'', c == '’', c == '.':
		case unicode.IsDigit(c): // demo names and 张三2 where two bear one name
		default:
			return false
		}
	}
	return letter && s[0] != ' ' && s[len(s)-1] != ' '
}

// plainText reports whether s is valid UTF-8 of at most most characters without control characters.
func plainText(s string, most int) bool {
	if !utf8.ValidString(s) || utf8.RuneCountInString(s) > most {
		return false
	}
	for _, c := range s {
		if unicode.IsControl(c) || c == '\u2028' || c == '\u2029' || c >= '\u202a' && c <= '\u202e' || c >= '\u2066' && c <= '\u2069' {
			return false
		}
	}
	return true
}

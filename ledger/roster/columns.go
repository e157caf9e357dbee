package roster

import (
	"fmt"
	"strings"

	"golang.org/x/text/width"
)

// synonyms are the headers that people write, folded by headerWord.
var synonyms = map[string]Column{
	"姓名": ColName, "名字": ColName, "志愿者姓名": ColName, "居民姓名": ColName, "name": ColName, "fullname": ColName,
	"手机": ColPhone, "手机号": ColPhone, "手机号码": ColPhone, "电话": ColPhone, "联系电话": ColPhone, "联系方式": ColPhone, "本人手机": ColPhone,
	"phone": ColPhone, "mobile": ColPhone, "phonenumber": ColPhone, "mobilephone": ColPhone,
	"出生日期": ColBirth, "生日": ColBirth, "出生年月日": ColBirth, "出生年月": ColBirth, "birth": ColBirth, "birthdate": ColBirth, "dateofbirth": ColBirth, "birthday": ColBirth,
	"楼栋": ColBuilding, "楼号": ColBuilding, "楼栋号": ColBuilding, "住址": ColBuilding, "地址": ColBuilding, "building": ColBuilding, "address": ColBuilding,
	"志愿服务队": ColTeam, "服务队": ColTeam, "队伍": ColTeam, "所属队伍": ColTeam, "志愿队": ColTeam, "team": ColTeam,
	"社会组织": ColOrg, "组织": ColOrg, "所属组织": ColOrg, "organization": ColOrg, "organisation": ColOrg, "org": ColOrg,
	"监护人手机": ColGuardian, "监护人手机号": ColGuardian, "监护人电话": ColGuardian, "家长手机": ColGuardian, "家长电话": ColGuardian,
	"guardianphone": ColGuardian, "guardian": ColGuardian, "guardianmobile": ColGuardian,
	"紧急联系人": ColEmergency, "紧急联系人电话": ColEmergency, "紧急联系方式": ColEmergency, "emergencycontact": ColEmergency, "emergency": ColEmergency,
	"期初积分": ColPoints, "积分": ColPoints, "原有积分": ColPoints, "积分余额": ColPoints, "points": ColPoints, "openingpoints": ColPoints,
	"期初时长": ColHours, "时长": ColHours, "服务时长": ColHours, "原有时长": ColHours, "累计时长": ColHours, "hours": ColHours, "openinghours": ColHours,
	"备注": ColNote, "说明": ColNote, "note": ColNote, "notes": ColNote, "remark": ColNote, "remarks": ColNote,
}

// header reads a line as a header: the column of each cell ("" for one that is not understood), or nil if the line has no
// name column and so is no header. ErrSheetTwice if two cells mean the same.
func header(cells []string) (columns []Column, unknown []string, err error) {
	seen := map[Column]bool{}
	for _, cell := range cells[:min(len(cells), columnsMax)] {
		word := headerWord(cell)
		column := synonyms[word]
		columns = append(columns, column)
		switch {
		case column == "" && word != "":
			unknown = append(unknown, clip(tidy(cell), 40))
		case column != "" && seen[column]:
			err = fmt.Errorf("%w: %s", ErrSheetTwice, column)
		}
		seen[column] = true
	}
	if !seen[ColName] {
		return nil, nil, nil
	}
	return columns, unknown, err
}

// headerWord folds what differs between writers: width, case, spaces, remarks in brackets, stars of required columns.
func headerWord(s string) string {
	s = strings.ToLower(width.Fold.String(tidy(s)))
	if i := strings.IndexAny(s, "([【"); i > 0 {
		s = s[:i]
	}
	return strings.Map(func(c rune) rune {
		switch c {
		case ' ', '_', '-', '*', ':', '\u3000', '.':
			return -1
		}
		return c
	}, s)
}

// tidy makes one clean line of a cell: no spaces around, no control or invisible characters, at most cellMax characters.
func tidy(s string) string {
	s = strings.Map(func(c rune) rune {
		switch {
		case c == '\n' || c == '\r' || c == '\t' || c == '\u00a0' || c == '\u3000':
			return ' '
		case c < ' ' || c == 0x7f || c == '\ufeff' || c == '\u200b' || c == '\u200e' || c == '\u200f' || c >= '\u202a' && c <= '\u202e':
			return -1
		}
		return c
	}, s)
	return clip(strings.TrimSpace(s), cellMax)
}

// clip cuts s to at most most characters.
func clip(s string, most int) string {
	n := 0
	for i := range s {
		if n == most {
			return s[:i]
		}
		n++
	}
	return s
}

package roster

import (
	"encoding/binary"
	"fmt"
	"strings"
	"unicode/utf8"

	"moralbank.example/bank/ledger"
)

// compounds are the two-character surnames in use (from 百家姓 and the national name statistics).
var compounds = map[string]bool{
	"欧阳": true, "司马": true, "上官": true, "诸葛": true, "东方": true, "皇甫": true, "尉迟": true, "公孙": true, "慕容": true,
	"令狐": true, "宇文": true, "长孙": true, "司徒": true, "夏侯": true, "轩辕": true, "南宫": true, "独孤": true, "端木": true,
	"澹台": true, "公冶": true, "宗政": true, "濮阳": true, "淳于": true, "单于": true, "太叔": true, "申屠": true, "仲孙": true,
	"钟离": true, "鲜于": true, "闾丘": true, "司空": true, "亓官": true, "司寇": true, "子车": true, "颛孙": true, "巫马": true,
	"公西": true, "漆雕": true, "乐正": true, "壤驷": true, "公良": true, "拓跋": true, "夹谷": true, "宰父": true, "谷梁": true,
	"段干": true, "百里": true, "东郭": true, "南门": true, "呼延": true, "羊舌": true, "微生": true, "梁丘": true, "左丘": true,
	"东门": true, "西门": true, "第五": true, "完颜": true, "纳兰": true, "赫连": true, "达奚": true, "褚师": true,
}

// Surname is what a masked name may show: a compound surname such as 欧阳, else the first character. A name of two
// characters in all is never a compound surname alone. "" for an empty name.
func Surname(name string) string {
	name = strings.TrimSpace(name)
	_, first := utf8.DecodeRuneInString(name)
	if first == 0 {
		return ""
	}
	_, second := utf8.DecodeRuneInString(name[first:])
	if two := name[:first+second]; len(name) > len(two) && compounds[two] {
		return two
	}
	return name[:first]
}

// Mask is the surname and always two stars, whatever the length of the name: 张**, 欧阳**. An empty name is **.
func Mask(name string) string { return Surname(name) + "**" }

// noticeSurnames is how many must share a surname before a public notice may show it.
const noticeSurnames = 20

// NoticeName is how a person stands on a public notice: the masked name where at least 20 people share the surname, else a
// four-digit number and two stars. The number is the same each time and tells nothing without the keyring's server key;
// two people may share it.
func (r *Roster) NoticeName(a ledger.AccountID) string {
	name := r.Name(a)
	r.index.mu.RLock()
	many := r.index.surnames[Surname(name)] >= noticeSurnames
	r.index.mu.RUnlock()
	if name != "" && many {
		return Mask(name)
	}
	return r.noticeNumber(a)
}

// PublicName is how a person stands in public lists on day: the full name where an adult asked for it, a number for minors, else as
// on a notice. Whose birth date is unknown counts as a minor for the full name.
func (r *Roster) PublicName(a ledger.AccountID, day Date) string {
	r.index.mu.RLock()
	f := r.index.faces[a]
	r.index.mu.RUnlock()
	switch {
	case f.birth.Minor(day):
		return r.noticeNumber(a)
	case f.open && f.birth.Age(day) >= minorUnder:
		return f.name
	}
	return r.NoticeName(a)
}

func (r *Roster) noticeNumber(a ledger.AccountID) string {
	return fmt.Sprintf("%04d**", binary.BigEndian.Uint32(r.ring.mac("notice", string(a)))%10_000)
}

package roster

import (
	"fmt"
	"slices"

	"moralbank.example/bank/ledger"
)

// markRepeats finds the same person on two lines: the same name with the same phone or birth date. A phone shared by different
// names is a family, and only worth a look.
func markRepeats(rows []PreviewRow) {
	first := map[string]int{}
	shared := map[string]string{}
	for i := range rows {
		row := &rows[i]
		name := fold(row.Person.Name)
		if name == "" {
			continue
		}
		for _, mark := range []string{"p" + row.Person.Phone, "b" + string(row.Person.Birth)} {
			if len(mark) == 1 {
				continue
			}
			mark = name + "\x00" + mark
			if line, ok := first[mark]; ok && row.SameAs == 0 {
				row.SameAs = line
				row.Errors = append(row.Errors, CellError{
					ColName, "repeated_line", fmt.Sprintf("与第 %d 行重复", line), fmt.Sprintf("The same person as line %d", line),
				})
			} else if !ok {
				first[mark] = row.Line
			}
		}
		if other, ok := shared[row.Person.Phone]; row.Person.Phone != "" && ok && other != name {
			row.Warnings = append(row.Warnings, CellError{ColPhone, "phone_shared", "文件里另有人用这个手机号", "Somebody else in the file has this phone"})
		} else if row.Person.Phone != "" {
			shared[row.Person.Phone] = name
		}
	}
}

// faceFinder looks rows up among the people of the roster.
type faceFinder struct {
	faces  map[ledger.AccountID]face
	phones map[string][]ledger.AccountID
	names  map[string][]ledger.AccountID
}

// newFaceFinder copies what it needs of the index, whose lock is held.
func newFaceFinder(x *index) faceFinder {
	f := faceFinder{faces: make(map[ledger.AccountID]face, len(x.faces)), phones: map[string][]ledger.AccountID{}, names: map[string][]ledger.AccountID{}}
	for a, face := range x.faces {
		f.faces[a] = face
		f.names[face.folded] = append(f.names[face.folded], a)
		if face.phone != "" {
			f.phones[face.phone] = append(f.phones[face.phone], a)
		}
	}
	return f
}

// match finds who a row is, or may be.
func (f faceFinder) match(row *PreviewRow) {
	p := row.Person
	candidates := slices.Clone(f.phones[p.Phone])
	candidates = append(candidates, f.names[fold(p.Name)]...)
	slices.Sort(candidates)
	var sure []ledger.AccountID
	for _, a := range slices.Compact(candidates) {
		face := f.faces[a]
		s := Similar{Account: a}
		compare := func(c Column, known, read string) bool {
			switch {
			case read == "":
			case known == read:
				s.By = append(s.By, c)
				return true
			default:
				s.Differs = append(s.Differs, c)
			}
			return false
		}
		name := compare(ColName, face.folded, fold(p.Name))
		phone := compare(ColPhone, face.phone, p.Phone)
		birth := compare(ColBirth, string(face.birth), string(p.Birth))
		if name && (phone || birth) {
			sure = append(sure, a)
		}
		if len(row.Similar) < similarMax {
			row.Similar = append(row.Similar, s)
		}
	}
	switch {
	case len(sure) == 1:
		row.Match = sure[0]
	case len(sure) > 1:
		row.Errors = append(row.Errors, CellError{ColName, "several_matches", "名册里有多人与此行相符，请到服务台核对", "Several people of the roster fit this row; look into it at the desk"})
	case len(row.Similar) > 0:
		row.Warnings = append(row.Warnings, CellError{ColName, "similar_person", "名册里有同名或同手机号的人，请核对", "Somebody in the roster has this name or phone; please compare"})
	}
}

const similarMax = 5

// guardians finds the guardian of each row by phone, in the roster first, then in the file. Under 14 there must be one.
func (f faceFinder) guardians(rows []PreviewRow, day Date) {
	inFile := map[string]int{}
	for _, row := range rows {
		if phone := row.Person.Phone; phone != "" && len(row.Errors) == 0 && !row.Person.Birth.Minor(day) && inFile[phone] == 0 {
			inFile[phone] = row.Line
		}
	}
	for i := range rows {
		row := &rows[i]
		child := row.Person.Birth.NeedsGuardian(day)
		if row.GuardianPhone == "" {
			if child && !slices.ContainsFunc(row.Errors, func(e CellError) bool { return e.Column == ColGuardian }) {
				row.Errors = append(row.Errors, CellError{ColGuardian, "guardian_missing", "未满 14 岁，请填监护人手机", "Under 14: give the guardian's phone"})
			}
			continue
		}
		var adults []ledger.AccountID
		for _, a := range f.phones[row.GuardianPhone] {
			if a != row.Match && !f.faces[a].birth.Minor(day) {
				adults = append(adults, a)
			}
		}
		switch line := inFile[row.GuardianPhone]; {
		case len(adults) == 1:
			row.Person.Guardian = adults[0]
		case len(adults) > 1:
			row.Errors = append(row.Errors, CellError{ColGuardian, "guardian_ambiguous", "多位成年人共用这个手机号，请到服务台登记监护人", "Several adults share this phone; name the guardian at the desk"})
		case line != 0 && line != row.Line:
			row.GuardianLine = line
		default:
			row.Errors = append(row.Errors, CellError{ColGuardian, "guardian_unknown", "名册和文件里都没有这位监护人", "The guardian is neither in the roster nor in the file"})
		}
	}
}

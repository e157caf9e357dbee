package ledger

// FamilyView is a member's family and what she may still give within it, for her own page and the desk.
type FamilyView struct {
	ID        string // "" when she has none
	Others    []Relative
	YearLimit Points // what one member may give a year
	YearUsed  Points
	Reset     Time   // when the year's limit starts again
	Givable   Points // of her points: in reach, and not given to her
}

// Relative is somebody else of the family.
type Relative struct {
	Account AccountID
	Usable  Time // from when gifts pass between the two; it may lie behind
}

// Family is a member's family at a moment.
func (b *Book) Family(id AccountID, now Time) FamilyView {
	a := b.member(id)
	if a == nil || b.rules == nil {
		return FamilyView{}
	}
	month := monthOf(now, b.offset())
	v := FamilyView{
		ID: a.family, YearLimit: b.rules.GiftYearPoints, YearUsed: b.counted(limitGift, id, b.yearStarts(now)),
		Reset: b.monthStarts(month/100*100 + 101),
	}
	for i := range a.lots {
		if a.lots[i].Month >= month {
			v.Givable += a.lots[i].givable()
		}
	}
	if a.family == "" {
		return v
	}
	for _, other := range b.families[a.family] {
		if other != id {
			usable := max(a.linked, b.account(other).linked) + Time(b.rules.FamilyRestDays)*dayMillis
			v.Others = append(v.Others, Relative{other, usable})
		}
	}
	return v
}

package ledger

// DeedVoteView is what readers may know of one vote.
type DeedVoteView struct {
	By     AccountID
	Seq    Seq
	Yes    bool
	Points Points
	Lift   bool
}

// DeedView is an undecided deed, for those who decide, and for the public notice.
type DeedView struct {
	DeedFiled
	Seq      Seq
	Filer    AccountID
	At       Time
	Stage    DeedStage
	Votes    []DeedVoteView
	Quorum   int    // votes that a decision needs
	Worth    Points // what the committee voted
	Lifted   bool   // without the month's limit
	Ends     Time   // of the public notice
	Disputed bool
}

func (b *Book) deedView(e *deed) DeedView {
	v := DeedView{
		DeedFiled: e.DeedFiled, Seq: e.seq, Filer: e.filer, At: e.at, Stage: e.stage, Votes: make([]DeedVoteView, 0, len(e.votes)),
		Quorum: b.quorum(e), Worth: e.worth, Lifted: e.lifted, Ends: e.ends, Disputed: b.disputeOf(e.seq) != nil,
	}
	for _, x := range e.votes {
		v.Votes = append(v.Votes, DeedVoteView{x.by, x.seq, x.yes, x.points, x.lift})
	}
	return v
}

// Deed is an undecided deed; false when it was never filed or is decided.
func (b *Book) Deed(s Seq) (DeedView, bool) {
	e := b.deed(s)
	if e == nil {
		return DeedView{}, false
	}
	return b.deedView(e), true
}

// Deeds lists the undecided deeds in a stage, the oldest first.
func (b *Book) Deeds(stage DeedStage) []DeedView {
	var all []DeedView
	for _, e := range b.deeds {
		if e.stage == stage {
			all = append(all, b.deedView(e))
		}
	}
	return all
}

// DeedInterest reports whether somebody has an interest in an undecided deed, so that she cannot vote on it.
func (b *Book) DeedInterest(id AccountID, s Seq) bool {
	e := b.deed(s)
	return e != nil && b.interested(id, e)
}

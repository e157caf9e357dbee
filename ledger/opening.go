package ledger

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
)

// IssuerOpening mints the opening balances (期初) that a community brings along, once and for all within the rulebook's bound.
const IssuerOpening AccountID = "i/opening"

// importedRow is one member's opening balance.
type importedRow struct {
	account AccountID
	seq     Seq
}

// opening is an import of opening balances on its way.
type opening struct {
	ImportOpened
	maker     AccountID
	at        Time
	approvers []AccountID
	orgs      []OrgID
	rows      []importedRow // that stand, by account
	count     int
	points    Points
	minutes   Minutes
	undone    bool
	past      bool // nothing can be brought in under it, nor undone, any more; its name stays taken
}

// row finds a member's row, or its place.
func (o *opening) row(id AccountID) (at int, found bool) {
	return slices.BinarySearchFunc(o.rows, id, func(w importedRow, id AccountID) int { return cmp.Compare(w.account, id) })
}

// names reports whether a row of a member stands.
func (o *opening) names(id AccountID) bool {
	_, found := o.row(id)
	return found
}

// ImportOpened says that somebody wants to bring in a list of opening balances: the file's hash, and what it sums to.
type ImportOpened struct {
	Import  string
	File    string // hexadecimal SHA-256
	Rows    int
	Points  Points
	Minutes Minutes
}

func (*ImportOpened) kind() Kind { return KindImportOpened }

func (o *ImportOpened) fields(c *codec) {
	text(c, "import", &o.Import)
	text(c, "file", &o.File)
	integer(c, "rows", &o.Rows)
	integer(c, "points", &o.Points)
	integer(c, "minutes", &o.Minutes)
}

func (o *ImportOpened) fold(b *Book, r *Record) error {
	b.imports[o.Import] = &opening{ImportOpened: *o, maker: r.Actor, at: r.Time}
	return nil
}

// OpenImport announces a list of opening balances, by an organizer or the machine's own console.
type OpenImport struct {
	noTarget
	Import  string
	File    string
	Rows    int
	Points  Points
	Minutes Minutes
}

// importRowsMax bounds one list.
const importRowsMax = 100_000

func (o *OpenImport) decide(d *draft) *Refusal {
	b := d.book
	switch {
	case !d.may(RoleOrganizer) && d.cmd.Actor != ActorRoot:
		return refuse(CodeNotEntitled)
	case !validID(o.Import):
		return badField("import")
	case len(o.File) != 64 || !hexText(o.File):
		return badField("file")
	case o.Rows < 1 || o.Rows > importRowsMax:
		return badField("rows")
	case o.Points < 0 || o.Points > intMax:
		return badField("points")
	case o.Minutes < 0 || o.Minutes > intMax:
		return badField("minutes")
	case b.imports[o.Import] != nil:
		return refuse(CodeImportExists)
	}
	left := b.BudgetLeft(IssuerOpening, d.now)
	for _, i := range b.imports {
		if !i.over(d.now) {
			left -= i.Points - i.points // promised to another list
		}
	}
	if o.Points > left {
		return &Refusal{Code: CodeBudgetShort, Need: int64(o.Points), Available: int64(left), Subject: IssuerOpening}
	}
	d.add(&ImportOpened{Import: o.Import, File: o.File, Rows: o.Rows, Points: o.Points, Minutes: o.Minutes})
	return nil
}

func (o *OpenImport) differs(first *Record) string {
	f, ok := first.Body.(*ImportOpened)
	return firstDifference(ok, field("import", ok && f.Import == o.Import), field("file", ok && f.File == o.File),
		field("rows", ok && f.Rows == o.Rows), field("points", ok && f.Points == o.Points), field("minutes", ok && f.Minutes == o.Minutes))
}

// ImportApproved says that an organization's admin vouches for a list.
type ImportApproved struct {
	Import string
	Org    OrgID
}

func (*ImportApproved) kind() Kind { return KindImportApproved }

func (a *ImportApproved) fields(c *codec) {
	text(c, "import", &a.Import)
	text(c, "org", &a.Org)
}

func (a *ImportApproved) fold(b *Book, r *Record) error {
	i := b.imports[a.Import]
	if i == nil {
		return fmt.Errorf("no import %s", a.Import)
	}
	i.approvers, i.orgs = append(i.approvers, r.Actor), append(i.orgs, a.Org)
	return nil
}

// importApprovers is how many different organizations vouch for a list.
const importApprovers = 2

// ApproveImport vouches for a list: by admins of two different organizations, neither of them the one who announced it.
type ApproveImport struct {
	noTarget
	Import string
	Org    OrgID
}

func (a *ApproveImport) decide(d *draft) *Refusal {
	i := d.book.imports[a.Import]
	switch {
	case i.over(d.now):
		return refuse(CodeImportUnknown)
	case !d.book.has(d.cmd.Actor, RoleOrgAdmin, Scope(a.Org)):
		return refuse(CodeNotEntitled)
	case len(i.approvers) >= importApprovers:
		return refuse(CodeImportApproved)
	}
	return d.book.vouches(i, d.cmd.Actor, a.Org, func() { d.add(&ImportApproved{Import: a.Import, Org: a.Org}) })
}

// vouches refuses an approver who is not independent of the maker and of the other one, and calls yes if she is.
func (b *Book) vouches(i *opening, who AccountID, org OrgID, yes func()) *Refusal {
	if b.same(who, i.maker) {
		return refuse(CodeSelfApproval)
	}
	if b.related(who, i.maker) || slices.Contains(i.orgs, org) ||
		slices.ContainsFunc(i.approvers, func(id AccountID) bool { return b.related(who, id) }) {
		return refuse(CodeTooClose)
	}
	yes()
	return nil
}

func (a *ApproveImport) differs(first *Record) string {
	o, ok := first.Body.(*ImportApproved)
	return firstDifference(ok, field("import", ok && o.Import == a.Import), field("org", ok && o.Org == a.Org))
}

func (a *ImportApproved) judge(b *Book, r *Record) error {
	i := b.imports[a.Import]
	if i == nil || !b.has(r.Actor, RoleOrgAdmin, Scope(a.Org)) || b.vouches(i, r.Actor, a.Org, func() {}) != nil {
		return fmt.Errorf("%s could not vouch for import %s", r.Actor, a.Import)
	}
	return nil
}

// Imported says what a member brought along: a row of a list that two organizations vouch for.
type Imported struct {
	Import  string
	Account AccountID
	Points  Points
	Minutes Minutes
	Month   Month // the lot that the points went to
}

func (*Imported) kind() Kind { return KindImported }

func (o *Imported) about() AccountID { return o.Account }

func (o *Imported) fields(c *codec) {
	text(c, "import", &o.Import)
	text(c, "account", &o.Account)
	integer(c, "points", &o.Points)
	integer(c, "minutes", &o.Minutes)
	integer(c, "month", &o.Month)
}

func (o *Imported) fold(b *Book, r *Record) error {
	i := b.imports[o.Import]
	if i == nil {
		return fmt.Errorf("no import %s", o.Import)
	}
	at, _ := i.row(o.Account)
	i.rows = slices.Insert(i.rows, at, importedRow{o.Account, r.Seq})
	i.count++
	i.points += o.Points
	i.minutes += o.Minutes
	if o.Points > 0 {
		b.addLot(b.account(o.Account), LotShare{Month: o.Month, Points: o.Points})
	}
	return nil
}

// ImportRow brings in one row of an approved list.
type ImportRow struct {
	noTarget
	Import  string
	Account AccountID
	Points  Points
	Minutes Minutes
	Month   Month // until the end of which the points are valid; 0 without points
}

func (x *ImportRow) decide(d *draft) *Refusal {
	b := d.book
	i := b.imports[x.Import]
	switch {
	case !d.may(RoleOrganizer) && d.cmd.Actor != ActorRoot:
		return refuse(CodeNotEntitled)
	case i.over(d.now):
		return refuse(CodeImportUnknown)
	case len(i.approvers) < importApprovers:
		return refuse(CodeSecondPerson)
	}
	if _, r := b.openMember(x.Account); r != nil {
		return r
	}
	now := monthOf(d.now, b.offset())
	switch {
	case x.Points < 0 || x.Minutes < 0 || x.Points == 0 && x.Minutes == 0 || x.Points > intMax || x.Minutes > intMax:
		return badField("points")
	case (x.Points == 0) != (x.Month == 0), x.Month != 0 && (x.Month < now || x.Month > now.add(b.rules.ValidMonths) || x.Month != x.Month.add(0)):
		return badField("month")
	case i.names(x.Account):
		return &Refusal{Code: CodeAlreadyImported, Subject: x.Account}
	case i.count >= i.Rows || i.points+x.Points > i.Points || i.minutes+x.Minutes > i.Minutes:
		return &Refusal{Code: CodeImportFull, Used: int64(i.points), Limit: int64(i.Points)}
	}
	d.add(&Imported{Import: x.Import, Account: x.Account, Points: x.Points, Minutes: x.Minutes, Month: x.Month},
		move{IssuerOpening, UnitPoints, -int64(x.Points)}, move{IssuerOpening, UnitMinutes, -int64(x.Minutes)},
		move{x.Account, UnitPoints, int64(x.Points)}, move{x.Account, UnitMinutes, int64(x.Minutes)})
	return nil
}

func (x *ImportRow) differs(first *Record) string {
	o, ok := first.Body.(*Imported)
	return firstDifference(ok, field("import", ok && o.Import == x.Import), field("account", ok && o.Account == x.Account),
		field("points", ok && o.Points == x.Points), field("minutes", ok && o.Minutes == x.Minutes), field("month", ok && o.Month == x.Month))
}

func (o *Imported) judge(b *Book, r *Record) error {
	i := b.imports[o.Import]
	if i == nil || i.undone || i.past || len(i.approvers) < importApprovers {
		return fmt.Errorf("import %s was not approved by two organizations", o.Import)
	}
	if i.count >= i.Rows || i.points+o.Points > i.Points || i.minutes+o.Minutes > i.Minutes {
		return errors.New("it is more than the approved list sums to")
	}
	return b.judgeMoves(r, move{IssuerOpening, UnitPoints, -int64(o.Points)}, move{IssuerOpening, UnitMinutes, -int64(o.Minutes)},
		move{o.Account, UnitPoints, int64(o.Points)}, move{o.Account, UnitMinutes, int64(o.Minutes)})
}

// ImportView is a list of opening balances that organizations have still to vouch for.
type ImportView struct {
	ImportOpened
	Maker AccountID
	At    Time
	Orgs  []OrgID // that vouch for it already
}

// OpenImports lists the lists that fewer than two organizations vouch for, the oldest first.
func (b *Book) OpenImports() []ImportView {
	var open []ImportView
	for _, id := range sortedKeys(b.imports) {
		if i := b.imports[id]; len(i.approvers) < importApprovers && !i.undone && !i.past {
			open = append(open, ImportView{i.ImportOpened, i.maker, i.at, slices.Clone(i.orgs)})
		}
	}
	slices.SortStableFunc(open, func(x, y ImportView) int { return cmp.Compare(x.At, y.At) })
	return open
}

package api

import (
	"context"
	"errors"
	"fmt"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/roster"
)

// deedKind is a category of good deed, for who files one.
type deedKind struct {
	ID        string        `json:"id"`
	Zh        string        `json:"name_zh"`
	En        string        `json:"name_en"`
	HintZh    string        `json:"hint_zh,omitempty"`
	HintEn    string        `json:"hint_en,omitempty"`
	Points    ledger.Points `json:"points" doc:"Of one deed, an hour, or the least of a range"`
	Most      ledger.Points `json:"most,omitempty" doc:"The most of a range, which the committee decides"`
	Hourly    bool          `json:"hourly"`
	Whom      bool          `json:"whom" doc:"Somebody received it, and confirms it"`
	Community bool          `json:"community" doc:"Takes an organizer's consent beside the committee's"`
}

type deedKinds struct {
	Items      []deedKind    `json:"items"`
	FileDays   int           `json:"file_days" doc:"How long after its day a deed can be filed"`
	NoticeDays int           `json:"notice_days"`
	MonthMax   ledger.Points `json:"month_max" doc:"Points of deeds per member and month, unless the committee lifts it"`
	Quorum     int           `json:"quorum"`
}

// listDeedKinds is the catalogue of good deeds of the rulebook in force, in its order.
func (s *Server) listDeedKinds(ctx context.Context, c *call, _ *none) (deedKinds, error) {
	out := deedKinds{Items: []deedKind{}}
	var rules ledger.DeedRules
	if err := s.read(ctx, c, func(b *ledger.Book) { rules = b.Rules().Deeds }); err != nil {
		return out, err
	}
	names, err := s.texts(ctx, roster.DeedKind)
	if err != nil {
		return out, err
	}
	out.FileDays, out.NoticeDays, out.MonthMax, out.Quorum = rules.FileDays, rules.NoticeDays, rules.MonthMax, rules.Quorum
	for _, k := range rules.Kinds {
		out.Items = append(out.Items, deedKind{
			ID: k.ID, Zh: names.zh(k.ID), En: names.en(k.ID), HintZh: names[k.ID].NoteZh, HintEn: names[k.ID].NoteEn,
			Points: k.Points, Most: k.Most, Hourly: k.Hourly, Whom: k.Whom, Community: k.Community,
		})
	}
	return out, nil
}

type fileDeedInput struct {
	Keyed

	Body struct {
		Type        string `json:"type" minLength:"1" maxLength:"48"`
		Day         string `json:"day" minLength:"10" maxLength:"10" example:"2026-11-20" doc:"The local day on which it was done"`
		Doer        *who   `json:"doer,omitempty" doc:"Who did it; the caller when absent"`
		Beneficiary *who   `json:"beneficiary,omitempty" doc:"Who received it, where the category has one"`
		Hours       int    `json:"hours,omitempty" minimum:"0" maximum:"8" doc:"Of an hourly category"`
		Words       string `json:"words" minLength:"1" maxLength:"1000" doc:"What happened, for the committee; it ends 30 days after the decision"`
		Photo       []byte `json:"photo,omitempty" doc:"JPEG or PNG of at most 2 MB; its pixels are kept, what the camera wrote beside them is not"`
	}
}

// fileDeed tells of a good deed: one's own, a neighbour's, or as a leader that of somebody in the team. Words and photo go
// to the roster under a key of their own; the books have the category, the day and the people's ids.
func (s *Server) fileDeed(ctx context.Context, c *call, in *fileDeedInput) (deedItem, error) {
	do, err := s.deedAsked(ctx, c, in)
	if err != nil {
		return deedItem{}, err
	}
	s.filing.Lock() // two tries at once must not store the words twice; and one photo at a time is drawn
	defer s.filing.Unlock()
	records, err := s.first(ctx, c)
	if err != nil {
		return deedItem{}, err
	}
	if records != nil {
		if first, ok := records[0].Body.(*ledger.DeedFiled); ok {
			do.Photo = first.Photo
		}
		if err := s.again(c, records, do); err != nil {
			return deedItem{}, err
		}
		return s.deedBySeq(ctx, c, records[0].Seq)
	}
	what := roster.Evidence{Words: in.Body.Words}
	if len(in.Body.Photo) > 0 {
		if what.Photo, err = redraw(in.Body.Photo); err != nil {
			return deedItem{}, err
		}
	}
	var lapse int
	s.view.Read(func(b *ledger.Book) { lapse = b.Rules().Deeds.LapseDays })
	ends := s.time() + ledger.Time(lapse)*dayMillis + roster.EvidenceKept
	kept, err := s.roster.PutEvidence(ctx, c.by(), do.Account, what, ends)
	if err != nil {
		return deedItem{}, fmt.Errorf("keep evidence: %w", err)
	}
	do.Photo = string(kept)
	records, err = s.submit(ctx, c, do)
	if _, refused := errors.AsType[*ledger.Refusal](err); refused {
		return deedItem{}, errors.Join(err, s.roster.DropBlob(ctx, c.by(), kept)) // it belongs to nothing
	}
	if err != nil {
		return deedItem{}, err
	}
	return s.deedBySeq(ctx, c, records[0].Seq)
}

// dayMillis is a day in the ledger's time.
const dayMillis = ledger.Time(24 * 3600_000)

// deedAsked reads who and when out of the request.
func (s *Server) deedAsked(ctx context.Context, c *call, in *fileDeedInput) (*ledger.FileDeed, error) {
	day, err := dayIn(in.Body.Day)
	if err != nil {
		return nil, err
	}
	do := &ledger.FileDeed{Type: in.Body.Type, Account: c.account, Day: day, Hours: in.Body.Hours}
	if in.Body.Doer != nil {
		if do.Account, err = s.resolve(ctx, c, in.Body.Doer, "doer"); err != nil {
			return nil, err
		}
	}
	if in.Body.Beneficiary != nil {
		do.Beneficiary, err = s.resolve(ctx, c, in.Body.Beneficiary, "beneficiary")
	}
	return do, err
}

// Numbered is what a route about a deed or a dispute takes: the seq of its first record.
type Numbered struct {
	Seq ledger.Seq `path:"seq" minimum:"1" maximum:"9007199254740991"`
}

type deedEvidence struct {
	Words string `json:"words" doc:"Empty once its time is over"`
	Photo []byte `json:"photo,omitempty" doc:"JPEG"`
}

// getEvidence is what was told of an undecided deed, for those who decide and those who told it.
func (s *Server) getEvidence(ctx context.Context, c *call, in *Numbered) (deedEvidence, error) {
	var out deedEvidence
	v, may := ledger.DeedView{}, false
	err := s.read(ctx, c, func(b *ledger.Book) {
		var open bool
		if v, open = b.Deed(in.Seq); open {
			may = c.weighs() || c.account == v.Filer || c.account == v.Account || c.speaksFor(b, v.Beneficiary)
		}
	})
	if err != nil {
		return out, err
	}
	if !may {
		return out, fail(string(ledger.CodeDeedUnknown))
	}
	if err := s.saw(ctx, c, "deed", v.Account); err != nil {
		return out, err
	}
	e, err := s.roster.Evidence(ctx, roster.BlobID(v.Photo), s.time())
	switch {
	case errors.Is(err, roster.ErrExpired), errors.Is(err, roster.ErrNotFound), errors.Is(err, roster.ErrNoKey):
		return out, nil
	case err != nil:
		return out, fmt.Errorf("read evidence: %w", err)
	}
	out.Words, out.Photo = e.Words, e.Photo
	return out, nil
}

// weighs reports whether the caller is one of those who see all deeds, to decide or to look after those who do.
func (c *call) weighs() bool { return c.holds(ledger.RoleCommittee, organizer, ledger.RoleAuditor) }

// speaksFor reports whether the caller is this member or her guardian.
func (c *call) speaksFor(b *ledger.Book, id ledger.AccountID) bool {
	if id == "" || c.account == "" {
		return false
	}
	v, ok := b.View(id)
	return ok && (id == c.account || v.Guardian == c.account)
}

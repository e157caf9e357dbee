package roster

import (
	"strings"
	"testing"
)

// What was told of a deed stays while the deed is open, 30 days after its decision, and then goes key and all.
func TestEvidenceEnds(t *testing.T) {
	ctx := t.Context()
	r := peopled(t)
	told := Evidence{Words: "把迷路的孩子送回家", Photo: []byte{0xff, 0xd8, 1, 2, 3}}
	id, err := r.PutEvidence(ctx, desk, wang, told, noon+200*day)
	must(t, err)
	sheet, err := r.PutBlob(ctx, desk, "import", "", []byte("sheet"), noon+200*day)
	must(t, err)
	if got, err := r.Evidence(ctx, id, noon); err != nil || got.Words != told.Words || string(got.Photo) != string(told.Photo) {
		t.Errorf("%+v, %v", got, err)
	}
	open := map[BlobID]bool{id: true}
	for _, step := range []struct {
		name string
		at   By
		open map[BlobID]bool
		n    int
	}{
		{"on its way into the books", at(noon), nil, 0},
		{"waits for the committee", at(noon + 60*day), open, 0},
		{"decided", at(noon + 61*day), nil, 1},
		{"looked at again later", at(noon + 70*day), nil, 0},
	} {
		if n, err := r.DecideEvidence(ctx, step.at, step.open); n != step.n || err != nil {
			t.Errorf("%s: %d, %v", step.name, n, err)
		}
	}
	_, err = r.Evidence(ctx, id, noon+90*day)
	must(t, err)
	_, err = r.Evidence(ctx, id, noon+91*day)
	wantErr(t, "31 days after the decision", err, ErrExpired)
	if n, err := r.SweepBlobs(ctx, at(noon+91*day)); n != 1 || err != nil {
		t.Errorf("swept %d, %v", n, err)
	}
	for _, row := range rows(t, r.store) {
		if strings.Contains(row.Key, string(id)) && !strings.HasPrefix(row.Key, "audit:") {
			t.Errorf("row %s is left", row.Key)
		}
	}
	_, _, err = r.Blob(ctx, sheet.ID, noon+91*day)
	must(t, err) // another kind of file ends by its own rule

	_, err = r.PutEvidence(ctx, desk, wang, Evidence{Words: strings.Repeat("好", EvidenceWordsMax+1)}, noon+day)
	wantField(t, "too many words", err, "words")
	id, err = r.PutEvidence(ctx, desk, wang, told, noon+day)
	must(t, err)
	must(t, r.Erase(ctx, desk, wang))
	_, err = r.Evidence(ctx, id, noon)
	wantErr(t, "of an erased member", err, ErrNotFound)

	note, err := r.PutReason(ctx, desk, li, "belongs to nothing")
	must(t, err)
	must(t, r.DropReason(ctx, note))
	must(t, r.DropReason(ctx, note))
	_, err = r.Reason(ctx, note)
	wantErr(t, "a dropped reason", err, ErrNotFound)
}

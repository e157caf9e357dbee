package roster

import (
	"strings"
	"testing"
)

// A printed link opens its one record, is the same when it is asked for again, is stored nowhere, and ends with the person.
func TestReceiptLinks(t *testing.T) {
	eachStore(t, func(t *testing.T, r *Roster) {
		t.Helper()
		ctx := t.Context()
		token, code, err := r.LinkReceipt(ctx, desk, wang, 41)
		must(t, err)
		again, sameCode, err := r.LinkReceipt(ctx, desk, wang, 41)
		must(t, err)
		other, otherCode, err := r.LinkReceipt(ctx, desk, wang, 42)
		must(t, err)
		if token != again || code != sameCode || token == other || code == otherCode || len(token) != 26 || len(code) != 10 {
			t.Errorf("%s %s, again %s %s, another record %s %s", token, code, again, sameCode, other, otherCode)
		}
		wantClean(t, r, token, code)
		if link, err := r.ReceiptByToken(ctx, token); err != nil || link.Account != wang || link.Seq != 41 {
			t.Errorf("by token: %+v %v", link, err)
		}
		typed := strings.ToUpper(code[:4] + "-" + code[4:8] + " " + code[8:])
		typed = strings.NewReplacer("0", "O", "1", "l").Replace(typed)
		if link, err := r.ReceiptByCode(ctx, typed); err != nil || link.Seq != 41 {
			t.Errorf("typed as %s: %+v %v", typed, link, err)
		}
		for _, bad := range []string{"", code, strings.ToUpper(token), token + "0", strings.Repeat("z", 26), token[:25] + "!"} {
			_, err := r.ReceiptByToken(ctx, bad)
			wantErr(t, "token "+bad, err, ErrNotFound)
		}
		for _, bad := range []string{"", token, strings.Repeat("z", 10), code[:9], code + "0"} {
			_, err := r.ReceiptByCode(ctx, bad)
			wantErr(t, "code "+bad, err, ErrNotFound)
		}
		must(t, r.Erase(ctx, desk, wang))
		_, err = r.ReceiptByToken(ctx, token)
		wantErr(t, "after the erasure", err, ErrNotFound)
		_, err = r.ReceiptByCode(ctx, code)
		wantErr(t, "after the erasure", err, ErrNotFound)
		_, _, err = r.LinkReceipt(ctx, desk, wang, 41)
		wantErr(t, "of an erased person", err, ErrNotFound)
		for _, row := range rows(t, r.store) {
			if strings.HasPrefix(row.Key, "link:") {
				t.Errorf("left behind: %s", row.Key)
			}
		}
	})
}

package api

import (
	"context"
	"crypto/rand"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/roster"
	"moralbank.example/bank/ledger/seal"
)

// A printed receipt opens for whoever has the paper and for nobody else, says only what is printed, and verifies without us.
func TestPrintedReceipt(t *testing.T) {
	h := newHall(t)
	wang, li := h.add("王芳", "13800000077"), h.add("李梅", "13800000078")
	phone, other := h.enrolled(wang), h.enrolled(li)
	number, _ := h.card(wang)
	h.earn(wang, 2)
	meal := ledger.Seq(h.till.post("/v1/redemptions", obj{"code": number}).is(200).number("seq"))
	h.sealed()
	path := "/v1/records/" + decimal(meal) + "/link"
	h.stranger().post(path, nil).no(401, "signed_out")
	other.post(path, nil).no(404, "record_unknown")
	h.auditor.post(path, nil).no(404, "record_unknown")
	slip := phone.post(path, nil).is(200)
	if again := h.till.post(path, nil).is(200); again.text("url") != slip.text("url") || again.text("code") != slip.text("code") {
		t.Errorf("asked again: %s, then %s", slip.raw, again.raw)
	}
	h.zhou.post(path, nil).is(200)
	if slip.number("printed", "points") != -40 || slip.number("printed", "amount") != 40 || slip.text("printed", "date") != "2026-11-23" ||
		slip.number("printed", "balance_points") != 40 || slip.text("printed", "title_zh") != "兑换" {
		t.Errorf("%s", slip.raw)
	}

	_, token, _ := strings.Cut(slip.text("url"), "/r/")
	paper := h.stranger()
	page := paper.get("/v1/public/receipts/" + token).is(200)
	policy := must(seal.ParsePolicy([]byte(page.text("policy"))))(t)
	r := must(seal.OpenReceipt([]byte(page.text("receipt")), policy))(t)
	if r.Index != int64(meal)-1 || page.number("printed", "seq") != int64(meal) {
		t.Errorf("%s", page.raw)
	}
	for _, told := range []string{"王芳", "王*", "爸妈食堂", "一荤"} {
		if strings.Contains(string(page.raw), told) {
			t.Errorf("the public page tells %q: %s", told, page.raw)
		}
	}
	last := "z"
	if strings.HasSuffix(token, last) {
		last = "2"
	}
	paper.get("/v1/public/receipts/"+token[:25]+last).no(404, "receipt_unknown")
	if strings.Contains(h.logged(), token) {
		t.Error("the token stands in the log")
	}

	typed := func(code, date string, amount int) obj { return obj{"code": code, "date": date, "amount": amount} }
	code := slip.text("code")
	if found := paper.post("/v1/public/receipts", typed(strings.ToUpper(code), "2026-11-23", 40)).is(200); found.number("printed", "seq") != int64(meal) {
		t.Errorf("%s", found.raw)
	}
	paper.post("/v1/public/receipts", typed(code, "2026-11-24", 40)).no(404, "receipt_unknown")
	paper.post("/v1/public/receipts", typed(code, "2026-11-23", 41)).no(404, "receipt_unknown")
	paper.post("/v1/public/receipts", typed("0000-0000-00", "2026-11-23", 40)).no(404, "receipt_unknown")
	for range 10 {
		paper.post("/v1/public/receipts", typed("0000-0000-00", "2026-11-23", 40))
	}
	paper.post("/v1/public/receipts", typed(code, "2026-11-23", 40)).no(429, "rate_limited")

	by := roster.By{Actor: ledger.ActorRoot, Device: ledger.ViaCLI, At: h.server.time()}
	if err := h.server.roster.Erase(context.Background(), by, wang); err != nil {
		t.Fatal(err)
	}
	paper.get("/v1/public/receipts/"+token).no(404, "receipt_unknown")
}

// The public page names the auditors and who named them, and shows what they signed, after it has been verified.
func TestAuditsOnThePublicPage(t *testing.T) {
	h := newHall(t)
	sealed := h.sealed()
	path := filepath.Join(t.TempDir(), "key")
	must(seal.CreateKey(path, "auditor.example/zheng", rand.Reader))(t)
	zheng := must(seal.OpenAuditor(path, "auditor.example/zheng"))(t)
	who := filepath.Join(t.TempDir(), "auditors")
	if err := os.WriteFile(who, []byte("auditor zheng "+zheng.VerifierKey()+" 郑静，由民政局指定\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	h.server.auditors = must(seal.OpenAuditors(who, who+".signed"))(t)
	note := sealed.Published().Note
	audit := func(text []byte) obj { return obj{"checkpoint": string(text)} }
	signed := must(zheng.Cosign(note))(t)
	h.zhou.post("/v1/ledger/audits", audit(signed)).no(403, "not_entitled")
	h.auditor.post("/v1/ledger/audits", audit(note)).no(422, "audit_unsigned")
	h.auditor.post("/v1/ledger/audits", audit(signed)).is(200)
	page := h.stranger().get("/v1/public/checkpoint").is(200)
	if page.text("auditors", 0, "about") != "郑静，由民政局指定" || page.number("auditors", 0, "size") != sealed.Published().Size ||
		page.text("auditors", 0, "checkpoint") != string(signed) || page.length("readers") != 1 || page.text("readers", 0, "named_by") == "" {
		t.Errorf("%s", page.raw)
	}
	metrics := string(h.stranger().get("/metrics").is(200).raw)
	for _, line := range []string{"moralbank_checkpoint_stopped 0", "moralbank_checkpoint_lag 0", "moralbank_checkpoint_witnessed 0", "moralbank_witnesses 0"} {
		if !strings.Contains(metrics, line+"\n") {
			t.Errorf("no %q in\n%s", line, metrics)
		}
	}
}

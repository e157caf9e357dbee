package seal

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"
)

const formatPage = "../../docs/format-seal.md"

// vectorLines are three records of nobody.
var vectorLines = []string{
	`{"seq":1,"time":1772413200000,"kind":"founded","v":1,"actor":"root","via":"cli","key":"00000000-0000-4000-8000-000000000001","body":{"origin":"bank.example/rainbow","demo":true},"salt":"000102030405060708090a0b0c0d0e0f"}`,
	`{"seq":2,"time":1772413201000,"kind":"account-opened","v":1,"actor":"root","via":"cli","key":"00000000-0000-4000-8000-000000000002","body":{"account":"m/wang"},"salt":"101112131415161718191a1b1c1d1e1f"}`,
	`{"seq":3,"time":1772413202000,"kind":"account-opened","v":1,"actor":"root","via":"cli","key":"00000000-0000-4000-8000-000000000003","body":{"account":"m/li"},"salt":"202122232425262728292a2b2c2d2e2f"}`,
}

// vectors is what the page must say, made by the code.
func vectors(t *testing.T) (text string, vkey string, receipt []byte) {
	t.Helper()
	secret, vkey, err := note.GenerateKey(bytes.NewReader(bytes.Repeat([]byte{7}, 64)), testOrigin)
	if err != nil {
		t.Fatal(err)
	}
	k, err := newKey(testOrigin, []string{secret})
	if err != nil {
		t.Fatal(err)
	}
	var e edge
	var s strings.Builder
	for i, line := range vectorLines {
		entry := EntryOf([]byte(line))
		e.grow(nil, entry)
		fmt.Fprintf(&s, "line of seq %d\n\n```json\n%s\n```\n\n| | |\n|---|---|\n| entry %d | `%x` |\n| leaf %d | `%x` |\n\n", i+1, line, i, entry[:], i, leafBytes(entry))
	}
	p := &Published{Origin: testOrigin, Size: 3, Root: e.root(), edge: e}
	if p.Note, err = k.Sign(p.Size, p.Root); err != nil {
		t.Fatal(err)
	}
	if receipt, err = p.Receipt(t.Context(), 1, []byte(vectorLines[1])); err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(&s, "root: `%x`; verifier key: `%s`\n\nthe receipt of seq 2, whose last lines are the checkpoint\n\n```\n%s```\n", p.Root[:], vkey, receipt)
	return s.String(), vkey, receipt
}

func leafBytes(entry Hash) []byte {
	leaf := LeafOf(entry)
	return leaf[:]
}

// The page says what the code does. UPDATE_VECTORS=1 writes it anew.
func TestFormatPage(t *testing.T) {
	want, _, _ := vectors(t)
	page, err := os.ReadFile(formatPage)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(page), "made of 32 bytes 0x07. The tree has three records; the proof is that of the second.\n\n")
	_, after, found := strings.Cut(rest, "\n## Checking a receipt by hand")
	if !ok || !found {
		t.Fatal("the page has no vectors")
	}
	whole := before + "made of 32 bytes 0x07. The tree has three records; the proof is that of the second.\n\n" + want + "\n## Checking a receipt by hand" + after
	if os.Getenv("UPDATE_VECTORS") != "" {
		if err := os.WriteFile(formatPage, []byte(whole), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if whole != string(page) {
		t.Errorf("%s is not what the code says; run it with UPDATE_VECTORS=1", formatPage)
	}
}

// The policy on the page is one, and its script, with openssl and nothing of ours, takes good receipts and refuses bad ones.
func TestPageChecksReceiptsByHand(t *testing.T) {
	page, err := os.ReadFile(formatPage)
	if err != nil {
		t.Fatal(err)
	}
	w := newWorld(t)
	_, policy, _ := strings.Cut(string(page), "\n```\nwitness ")
	policy, _, _ = strings.Cut(policy, "```")
	if p, err := NewPolicy(w.key.VerifierKeys(), "witness "+policy); err != nil || len(p.witnesses) != 3 {
		t.Errorf("the policy on the page: %v", err)
	}
	_, script, _ := strings.Cut(string(page), "```sh\n")
	script, _, ok := strings.Cut(script, "```")
	if _, err := exec.LookPath("openssl"); err != nil || !ok {
		t.Skip("no openssl here, or no script")
	}
	file := filepath.Join(w.dir, "receipt")
	check := func(receipt []byte, vkey string) (string, error) {
		if err := os.WriteFile(file, receipt, 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := exec.CommandContext(t.Context(), "bash", "-c", script, "check", file, vkey).CombinedOutput()
		return string(out), err
	}
	_, vkey, receipt := vectors(t)
	if out, err := check(receipt, vkey); err != nil || !strings.Contains(out, vectorLines[1]) {
		t.Fatalf("the receipt on the page: %v\n%s", err, out)
	}
	w.books.add(300)
	l := w.sealed(t)
	for _, i := range []int64{0, 255, 256, 298, 299} {
		receipt, err := l.Published().Receipt(t.Context(), i, lineAt(i))
		if err != nil {
			t.Fatal(err)
		}
		if out, err := check(receipt, l.VerifierKeys()[0]); err != nil || !strings.Contains(out, string(lineAt(i))) {
			t.Errorf("entry %d: %v\n%s", i, err, out)
		}
		other := base64.StdEncoding.EncodeToString(lineAt(i + 1))
		forged := bytes.Replace(receipt, []byte(base64.StdEncoding.EncodeToString(lineAt(i))), []byte(other), 1)
		if out, err := check(forged, l.VerifierKeys()[0]); err == nil || !strings.Contains(out, "NOT in the signed tree") {
			t.Errorf("entry %d with another line: %v\n%s", i, err, out)
		}
		if out, err := check(receipt, vkey); err == nil || !strings.Contains(out, "NOT signed by this key") {
			t.Errorf("entry %d with another key: %v\n%s", i, err, out)
		}
	}
	if p, err := LogPolicy(vkey); err != nil {
		t.Error(err)
	} else if r, err := OpenReceipt(receipt, p); err != nil || r.Index != 1 {
		t.Errorf("our own check of the receipt on the page: %+v %v", r, err)
	}
}

package main

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"moralbank.example/bank/ledger/snapshot"
)

// A line of a member in a snapshot: her balance, and her first lot.
var memberLine = regexp.MustCompile(`(?m)^(account \{"key":"m/[^"]*","state":1,[^\n]*?"points":)(\d+)(,[^\n]*?"lots":\[\{"month":\d+,"points":)(\d+)`)

// forgeSnapshots changes the first so many members in every snapshot of a directory, and puts the right sum under it.
func forgeSnapshots(t *testing.T, dir string, balances, lots []int64) {
	t.Helper()
	files, err := snapshot.Open(dir, "", nil).Files()
	if err != nil || len(files) == 0 {
		t.Fatalf("%v %v", files, err)
	}
	for _, f := range files {
		p, err := os.ReadFile(f.Path)
		if err != nil {
			t.Fatal(err)
		}
		body, _, _ := bytes.Cut(p, []byte("\nsum "))
		n := 0
		text := memberLine.ReplaceAllStringFunc(string(body)+"\n", func(line string) string {
			m := memberLine.FindStringSubmatch(line)
			balance, errBalance := strconv.ParseInt(m[2], 10, 64)
			lot, errLot := strconv.ParseInt(m[4], 10, 64)
			if n >= len(balances) || errBalance != nil || errLot != nil || lot <= 5 {
				return line
			}
			n++
			return m[1] + strconv.FormatInt(balance+balances[n-1], 10) + m[3] + strconv.FormatInt(lot+lots[n-1], 10)
		})
		if n != len(balances) {
			t.Fatalf("%d members were changed in %s", n, f.Path)
		}
		text += fmt.Sprintf("sum %x\n", sha256.Sum256([]byte(text)))
		if err := os.WriteFile(f.Path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// Snapshots that say what the records do not, with right sums under them. One that breaks a law is no snapshot. One that moves
// points from a member to another breaks none, and stops the server that believed it as soon as the records have been counted
// again; the next start knows better, and the books are as they were.
func TestForgedSnapshot(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "demo")
	l := demoLunch(t, dir)
	s := startServer(t, dir)
	if code, said := verb(t, "admin", "snapshot", "--data", dir); code != 0 {
		t.Fatal(said)
	}
	if code, said := verb(t, "admin", "scrub", "--data", dir); code != 0 {
		t.Fatal(said)
	}
	if _, said := verb(t, "admin", "--data", dir); !strings.Contains(said, "一切正常") || !strings.Contains(said, "读到第") {
		t.Errorf("admin after a scrub: %s", said)
	}
	s.stop(t)

	for what, forged := range map[string][2][]int64{
		"a balance without its lots":   {{5, -5}, {0, 0}},
		"points that nobody issued":    {{5}, {5}},
		"a lot of more than a balance": {{0}, {5}},
	} {
		forgeSnapshots(t, dir, forged[0], forged[1])
		s = startServer(t, dir)
		if code, said := verb(t, "admin", "scrub", "--data", dir); code != 0 {
			t.Errorf("%s: %s", what, said)
		}
		if code, said := verb(t, "admin", "snapshot", "--data", dir); code != 0 {
			t.Fatal(said)
		}
		s.stop(t)
		if !strings.Contains(s.log.String(), "a snapshot is passed over") {
			t.Errorf("%s: nobody was told: %s", what, s.log.String())
		}
	}

	forgeSnapshots(t, dir, []int64{5, -5}, []int64{5, -5})
	s = startServer(t, dir)
	if err := <-s.done; err == nil || !strings.Contains(s.log.String(), "内存中的余额与账本记录不符，服务已停止") {
		t.Fatalf("a forgery that breaks no law: %v, %s", err, s.log.String())
	}
	s = startServer(t, dir)
	l.signIn(t, s.url)
	key := string(newKey())
	if r := l.meal(t.Context(), t, s.url, key, l.bodyOf(key)); r == nil || r.status != 200 {
		t.Errorf("lunch afterwards: %+v", r)
	}
	if code, said := verb(t, "admin", "scrub", "--data", dir); code != 0 {
		t.Errorf("scrub afterwards: %s", said)
	}
	if code, said := verb(t, "admin", "snapshot", "--data", dir); code != 0 {
		t.Fatal(said)
	}
	s.stop(t)
	if code, said := verb(t, "verify", "-q", "--data", dir); code != 0 {
		t.Errorf("verify afterwards: %s", said)
	}

	file, err := flipAward(dir)
	if err != nil {
		t.Fatal(err)
	}
	s = startServer(t, dir) // it reads what came after the snapshot
	said := ""
	eventually(t, "the round of a start finds a bit in "+file, func() bool {
		_, said = verb(t, "admin", "--data", dir)
		return strings.Contains(said, "通读账本文件发现问题") && !strings.Contains(said, "一切正常")
	})
	if !strings.Contains(said, "block") || !strings.Contains(said, "moralbank repair") {
		t.Errorf("admin names neither the place nor the remedy: %s", said)
	}
	if code, said := verb(t, "admin", "scrub", "--data", dir); code == 0 {
		t.Errorf("scrub: %s", said)
	}
	if _, body := l.get(t, s.url+"/metrics"); !strings.Contains(body, "\nmoralbank_scrub_fault 1\n") {
		t.Error("metrics do not tell of it")
	}
	s.stop(t)

	forgeSnapshots(t, dir, []int64{5, -5}, []int64{5, -5})
	s = startServer(t, dir) // the damaged block must not keep it from being seen
	if err := <-s.done; err == nil || !strings.Contains(s.log.String(), "内存中的余额与账本记录不符，服务已停止") {
		t.Fatalf("a forgery beside a damaged block: %v, %s", err, s.log.String())
	}
}

package main

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"moralbank.example/bank/ledger/ledgertest"
)

// A disk fills up under a running server: it refuses to write with a sentence, goes on reading, says so wherever
// somebody looks, and goes on by itself once there is room. What it acknowledged is there, once.
func TestServerOnFullDisk(t *testing.T) {
	disk := ledgertest.NewSmallDisk(t, 1400)
	dir := filepath.Join(disk.Dir, "demo")
	lunch := demoLunch(t, dir)
	s := startServer(t, dir)
	lunch.signIn(t, s.url)
	c := lunch.crowdIn(t, s, 8)
	refused := func() {
		t.Helper()
		before, _ := c.heard(codeNoSpace)
		c.allow(20) // more than are on their way: all go on asking
		eventually(t, "200 more refusals", func() bool { n, _ := c.heard(codeNoSpace); return n >= before+200 })
		_, r := c.heard(codeNoSpace)
		wantProblem(t, r, codeNoSpace)
		lunch.reads(t, s.url)
		lunch.sayFull(t, s, dir)
	}
	c.eat(t, 40)
	c.allow(60) // they go on while the disk fills up
	disk.Fill(t, 300)
	refused()
	lunch.signIn(t, s.url) // people come and go
	filler := disk.Fill(t, 0)
	refused()
	wantProblem(t, lunch.trySignIn(t, s.url), codeNoSpace)
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	c.eat(t, 40)
	lunch.signIn(t, s.url)
	c.leave()
	if _, body := lunch.get(t, s.url+"/readyz"); body != "ready\n" {
		t.Errorf("readyz afterwards: %s", body)
	}
	if _, said := verb(t, "admin", "--data", dir); !strings.Contains(said, "一切正常") {
		t.Errorf("admin afterwards: %s", said)
	}
	s = lunch.startsFull(t, disk, s, dir)
	lunch.recheck(t, s.url)
	s.stop(t)
	lunch.count(t, dir)
	if code := run([]string{"verify", "-q", "--data", dir}, t.Output(), t.Output()); code != 0 {
		t.Errorf("verify: exit %d", code)
	}
}

// startsFull kills the server and starts it again on a full disk: without room it says so and touches nothing; with little
// it reads; with enough it writes.
func (l *lunch) startsFull(t *testing.T, disk *ledgertest.SmallDisk, s *server, dir string) *server {
	t.Helper()
	if err := s.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	<-s.done
	filler := disk.Fill(t, 0)
	code, said := verb(t, "serve", "--data", dir, "--listen", "127.0.0.1:0")
	if code != 1 || !strings.Contains(said, "磁盘空间不足，不能打开账本："+dir) || !strings.Contains(said, "the disk is too full to open the books: "+dir) {
		t.Errorf("a start without room: exit %d, %s", code, said)
	}
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	disk.Fill(t, 300)
	s = startServer(t, dir)
	l.signIn(t, s.url)
	l.reads(t, s.url)
	l.sayFull(t, s, dir)
	eventually(t, "a meal is refused", func() bool {
		key := string(newKey())
		l.asked[key] = l.bodyOf(key)
		r := l.meal(t.Context(), t, s.url, key, l.bodyOf(key))
		if r != nil && r.status == http.StatusCreated {
			t.Errorf("a meal on a full disk: %s", r.body)
		}
		return r != nil && r.status == http.StatusServiceUnavailable
	})
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	eventually(t, "ready again", func() bool { _, body := l.get(t, s.url+"/readyz"); return body == "ready\n" })
	return s
}

const codeNoSpace = "no_space"

// trySignIn signs the cashier in and gives the answer, whatever it is.
func (l *lunch) trySignIn(t *testing.T, url string) *reply {
	t.Helper()
	status, header, body, err := l.post(t.Context(), url+"/v1/sign-in", "", l.credentials())
	if err != nil {
		t.Fatal(err)
	}
	return &reply{status, header, body}
}

// sayFull asserts that every place where an operator looks tells of the full disk.
func (l *lunch) sayFull(t *testing.T, s *server, dir string) {
	t.Helper()
	if status, body := l.get(t, s.url+"/readyz"); status != http.StatusOK || !strings.Contains(body, "ready, reading only: not enough free disk") {
		t.Errorf("readyz on a full disk: %d %s", status, body)
	}
	if _, body := l.get(t, s.url+"/metrics"); !strings.Contains(body, "\nmoralbank_engine_no_space 1\n") {
		t.Error("metrics do not tell of the full disk")
	}
	if _, said := verb(t, "admin", "--data", dir); !strings.Contains(said, "磁盘空间不足，暂停记账") || !strings.Contains(said, "it resumes by itself") {
		t.Errorf("admin does not tell of the full disk: %s", said)
	}
}

// The kernel makes the disk read-only under a running server, as ext4 does after an error of the device: the server ends
// with a sentence, a start on that disk is refused with another, and once it can be written again nothing is missing.
func TestServerOnReadOnlyDisk(t *testing.T) {
	disk := ledgertest.NewSmallDisk(t, 1400)
	dir := filepath.Join(disk.Dir, "demo")
	lunch := demoLunch(t, dir)
	disk.Sync(t)
	s := startServer(t, dir)
	lunch.signIn(t, s.url)
	c := lunch.crowdIn(t, s, 8)
	c.eat(t, 40)
	c.allow(200)
	disk.ReadOnly(t)
	_, _, _, _ = lunch.post(t.Context(), s.url+"/v1/sign-in", "", lunch.credentials()) // whoever writes first finds out
	<-s.done
	c.leave()
	if code := s.cmd.ProcessState.ExitCode(); code != 1 {
		t.Errorf("exit %d", code)
	}
	for _, words := range []string{"写盘失败，服务已停止：" + dir, "a write to the disk failed, and the server has stopped: " + dir} {
		if said := s.log.String(); !strings.Contains(said, words) {
			t.Errorf("the server does not say %q:\n%s", words, said)
		}
	}
	code, said := verb(t, "serve", "--data", dir, "--listen", "127.0.0.1:0")
	if code != 1 || !strings.Contains(said, "磁盘是只读的，不能打开账本："+dir) || !strings.Contains(said, "the disk is read-only, the books cannot be opened: "+dir) {
		t.Errorf("a start on a read-only disk: exit %d, %s", code, said)
	}
	disk.Remount(t)
	s = startServer(t, dir)
	lunch.signIn(t, s.url)
	lunch.recheck(t, s.url)
	s.stop(t)
	lunch.count(t, dir)
	if code := run([]string{"verify", "-q", "--data", dir}, t.Output(), t.Output()); code != 0 {
		t.Errorf("verify: exit %d", code)
	}
}

package main

import (
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"moralbank.example/bank/ledger/engine"
)

// writers are the verbs that open a data directory for writing.
func writers(t *testing.T, dir string) map[string][]string {
	t.Helper()
	list := filepath.Join(t.TempDir(), "members.csv")
	if err := os.WriteFile(list, []byte("姓名,手机\n王秀英,13900000001\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return map[string][]string{
		"serve":      {"serve", "--data", dir, "--listen", "127.0.0.1:0"},
		"import":     {"import", "--data", dir, list},
		"repair":     {"repair", "--data", dir},
		"rotate":     {"key", "rotate", "--data", dir},
		"new-origin": {"key", "new-origin", "bank.example/next", "--data", dir},
	}
}

// wantHolder asserts that a refusal names who has the directory, and how to see and stop it, in both languages.
func wantHolder(t *testing.T, what string, code int, said, dir string, pid int) {
	t.Helper()
	n := strconv.Itoa(pid)
	for _, words := range []string{
		"目录正在被另一个进程使用：" + dir + "，进程号 " + n + "。", "停止它：kill " + n + "，",
		"another process uses this directory: " + dir + ", pid " + n + ".", "See it: ps -fp " + n + ";", "moralbank admin --data " + dir,
	} {
		if !strings.Contains(said, words) {
			t.Errorf("%s does not say %q:\n%s", what, words, said)
		}
	}
	if code != 1 {
		t.Errorf("%s: exit %d", what, code)
	}
}

// A directory that a server has is refused to every verb that would write, with the server's pid; the server does not
// notice, and when it is stopped as the refusal says, its directory is free.
func TestSecondProcess(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "books")
	if code := run([]string{"init", "--data", dir}, io.Discard, t.Output()); code != 0 {
		t.Fatalf("init: exit %d", code)
	}
	s := startServer(t, dir)
	for name, args := range writers(t, dir) {
		code, said := verb(t, args...)
		wantHolder(t, name, code, said, dir, s.cmd.Process.Pid)
	}
	if code, said := verb(t, "admin", "--data", dir); code != 0 || !strings.Contains(said, "一切正常") {
		t.Errorf("the first server afterwards: exit %d\n%s", code, said)
	}
	s.stop(t)
	for _, name := range []string{"repair", "import"} {
		if code, said := verb(t, writers(t, dir)[name]...); code != 0 {
			t.Errorf("%s of the free directory: exit %d\n%s", name, code, said)
		}
	}
}

// Two servers that are started at once: one serves, the other names it. Neither keeps the other from the list of people while it
// is being refused the books.
func TestTwoStartAtOnce(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "books")
	if code := run([]string{"init", "--data", dir}, io.Discard, t.Output()); code != 0 {
		t.Fatalf("init: exit %d", code)
	}
	for range 4 {
		const servers = 4
		var starting sync.WaitGroup
		up, refused := make(chan *server, servers), make(chan string, servers)
		for range servers {
			starting.Go(func() {
				s, err := tryServer(t, dir)
				if err != nil {
					refused <- err.Error()
					return
				}
				up <- s
			})
		}
		starting.Wait()
		if len(up) != 1 {
			t.Fatalf("%d of %d servers came up: %s", len(up), servers, <-refused)
		}
		s := <-up
		for range servers - 1 {
			wantHolder(t, "serve", 1, <-refused, dir, s.cmd.Process.Pid)
		}
		s.stop(t)
	}
}

// Who reads a directory beside a server asks the server; where something else has it, its pid is named.
func TestSecondProcessWithoutServer(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "books")
	if code := run([]string{"init", "--data", dir}, io.Discard, t.Output()); code != 0 {
		t.Fatalf("init: exit %d", code)
	}
	h, err := openHouse(t.Context(), dir, slog.New(slog.DiscardHandler), engine.SystemClock())
	if err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"verify", "-q", "--data", dir}, {"backup", "-q", "--data", dir, "--to", filepath.Join(t.TempDir(), "usb")}} {
		code, said := verb(t, args...)
		wantHolder(t, args[0], code, said, dir, os.Getpid())
	}
	if err := h.close(t.Context()); err != nil {
		t.Fatal(err)
	}
}

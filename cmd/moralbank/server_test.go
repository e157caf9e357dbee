package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"syscall"
	"testing"
	"time"
)

// server is a real process.
type server struct {
	cmd  *exec.Cmd
	url  string
	done chan error
	log  *bytes.Buffer // what it said on stderr; to be read once it is done
}

var servingAt = regexp.MustCompile(`listening ([0-9.:]+)`)

func startServer(t *testing.T, dir string) *server {
	t.Helper()
	s, err := tryServer(t, dir)
	if err != nil {
		t.Fatalf("the server did not start: %v", err)
	}
	return s
}

// tryServer starts a server; the error has what it said instead.
func tryServer(t *testing.T, dir string) (*server, error) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "serve", "--data", dir, "--listen", "127.0.0.1:0")
	cmd.Env = append(os.Environ(), "MORALBANK_AS_MAIN=1")
	var log bytes.Buffer
	cmd.Stderr = &log
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	s := &server{cmd: cmd, done: make(chan error, 1), log: &log}
	lines := bufio.NewScanner(out)
	for s.url == "" && lines.Scan() {
		if m := servingAt.FindStringSubmatch(lines.Text()); m != nil {
			s.url = "http://" + m[1]
		}
	}
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		_, _ = io.Copy(io.Discard, out)
		s.done <- cmd.Wait()
	}()
	t.Cleanup(func() { _ = cmd.Process.Kill(); <-gone })
	if s.url == "" {
		return nil, fmt.Errorf("%w\n%s", <-s.done, log.String())
	}
	return s, nil
}

func (s *server) stop(t *testing.T) {
	t.Helper()
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := <-s.done; err != nil {
		t.Errorf("the server ended with %v", err)
	}
}

// verb runs a verb as a process of its own, and gives its exit code and all that it said.
func verb(t *testing.T, args ...string) (code int, said string) {
	t.Helper()
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append(os.Environ(), "MORALBANK_AS_MAIN=1")
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), out.String()
}

// eventually waits until something is so, or a minute has gone by.
func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for range 6000 {
		if is() {
			return
		}
		<-tick.C
	}
	t.Fatalf("not in a minute: %s", what)
}

// wantProblem asserts that a refusal can be understood by a program and by people.
func wantProblem(t *testing.T, r *reply, code string) {
	t.Helper()
	var p struct{ Code, Zh, En string }
	if err := json.Unmarshal(r.body, &p); err != nil || p.Code != code || p.Zh == "" || p.En == "" {
		t.Errorf("a refusal that cannot be understood: %s %v", r.body, err)
	}
	if r.status != http.StatusServiceUnavailable || r.header.Get("Retry-After") == "" {
		t.Errorf("%s: status %d, Retry-After %q", code, r.status, r.header.Get("Retry-After"))
	}
}

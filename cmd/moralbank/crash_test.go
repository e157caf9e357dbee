package main

import (
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
)

// killRounds is how often the server is killed in the normal run; MORALBANK_KILLS asks for more.
const killRounds = 6

// A real server is killed with -9 under load, again and again. Whatever it had acknowledged is there afterwards, once;
// what it had not acknowledged can be asked again under the same key and is done once. Each six kills have a lunch of their own:
// forty cards pay for so many meals a day and no more.
func TestKilledUnderLoad(t *testing.T) {
	rounds := killRounds
	if n, err := strconv.Atoi(os.Getenv("MORALBANK_KILLS")); err == nil {
		rounds = n
	}
	meals := 0
	for done := 0; done < rounds; done += killRounds {
		meals += killedAtLunch(t, min(killRounds, rounds-done))
	}
	t.Logf("%d kills, %d acknowledged meals, each there once", rounds, meals)
}

// killedAtLunch kills a server so many times, and gives how many meals it had acknowledged.
func killedAtLunch(t *testing.T, rounds int) int {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "demo")
	lunch := demoLunch(t, dir)
	for range rounds {
		s := startServer(t, dir)
		lunch.signIn(t, s.url)
		lunch.recheck(t, s.url)
		lunch.rush(t, s)
	}
	s := startServer(t, dir)
	lunch.signIn(t, s.url)
	lunch.recheck(t, s.url)
	s.stop(t)
	if len(lunch.acked) < rounds {
		t.Errorf("only %d meals in %d rounds: there was no load", len(lunch.acked), rounds)
	}
	if code := run([]string{"verify", "-q", "--data", dir}, t.Output(), t.Output()); code != 0 {
		t.Errorf("verify: exit %d", code)
	}
	lunch.count(t, dir)
	return len(lunch.acked)
}

// rush lets many clients take soy milk until the server is killed in the middle.
func (l *lunch) rush(t *testing.T, s *server) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	enough := len(l.acked) + 5 + rand.IntN(60)
	var clients sync.WaitGroup
	for range 8 {
		clients.Go(func() {
			for ctx.Err() == nil {
				key := string(newKey())
				body := l.bodyOf(key)
				l.mu.Lock()
				l.asked[key] = body
				over := len(l.acked) >= enough
				l.mu.Unlock()
				if over {
					_ = s.cmd.Process.Kill()
				}
				if l.meal(ctx, t, s.url, key, body) == nil {
					return
				}
			}
		})
	}
	<-s.done // killed by whoever saw enough
	cancel()
	clients.Wait()
}

package bench

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"syscall"
	"time"

	"moralbank.example/bank/ledger/engine"
)

// child is this program as a process of its own, serving on an address of this machine.
type child struct {
	cmd   *exec.Cmd
	at    string // host:port
	clock engine.Clock
	took  time.Duration // from its start until it was ready
}

// startLimit is how long a process may take to be ready.
const startLimit = 5 * time.Minute

// serve starts this program with these arguments, --data and --listen, and waits until it says that it is ready. What it
// logs goes into a file beside the data, as a service's log does.
func (w *World) serve(ctx context.Context, data string, args ...string) (*child, error) {
	at, err := freeAddress(ctx)
	if err != nil {
		return nil, err
	}
	c := &child{at: at, clock: w.Clock}
	c.cmd = exec.CommandContext(ctx, w.Program, append(args, "--data", data, "--listen", at)...) //nolint:gosec // this very program
	c.cmd.Env = append(os.Environ(), "MORALBANK_AS_MAIN=1")                                      // where the program is a test binary
	log, err := os.OpenFile(data+".log", os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)             //nolint:gosec // a directory of our own
	if err != nil {
		return nil, fmt.Errorf("log of a server: %w", err)
	}
	defer log.Close() // the process has its own
	c.cmd.Stdout, c.cmd.Stderr = log, log
	began := w.Clock.Mono()
	if err := c.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start a server: %w", err)
	}
	if err := c.ready(ctx, began); err != nil {
		return nil, errors.Join(err, c.kill())
	}
	return c, nil
}

// freeAddress is an address of this machine that nobody listens on.
func freeAddress(ctx context.Context) (string, error) {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("free address: %w", err)
	}
	return l.Addr().String(), l.Close()
}

// ready asks until the server says that it serves.
func (c *child) ready(ctx context.Context, began time.Duration) error {
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for c.clock.Mono()-began < startLimit {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+c.at+"/readyz", nil)
		if err != nil {
			return fmt.Errorf("ask whether it is ready: %w", err)
		}
		if res, err := http.DefaultClient.Do(req); err == nil {
			_ = res.Body.Close()
			if c.took = c.clock.Mono() - began; res.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	return errors.New("the server was not ready in time")
}

// cpu is what the process has used of the processors so far.
func (c *child) cpu() time.Duration { return timeOf(c.cmd.Process.Pid) }

// kill ends the process at once, as a power cut ends it.
func (c *child) kill() error {
	if err := c.cmd.Process.Kill(); err != nil {
		return fmt.Errorf("kill the server: %w", err)
	}
	_ = c.cmd.Wait() // it says that it was killed
	return nil
}

// end asks the process to stop and waits until it has.
func (c *child) end() error {
	if err := c.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return fmt.Errorf("stop the server: %w", err)
	}
	if err := c.cmd.Wait(); err != nil {
		return fmt.Errorf("the server ended badly: %w", err)
	}
	return nil
}

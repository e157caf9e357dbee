package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/dgraph-io/badger/v4"

	"moralbank.example/bank/ledger/engine"
)

// logBytes is the size of the bare log, in bytes; it is written round and round.
const logBytes = 64 << 20

// bareLog is the limit: a file of zeros, written before anything is measured, into which the bytes of commands go in
// groups, each group with one fdatasync. It does nothing else that a ledger does.
type bareLog struct {
	file  *os.File
	at    int64
	queue chan chan error
	done  chan struct{}
	group []chan error // owned by run
	bytes []byte       // owned by run
	one   int          // bytes of one command
}

// openBareLog makes the file, and starts the goroutine that writes what waits.
func openBareLog(dir string, one int) (*bareLog, error) {
	f, err := os.Create(filepath.Join(dir, "bare-log")) //nolint:gosec // a directory of our own
	if err != nil {
		return nil, fmt.Errorf("bare log: %w", err)
	}
	zeros := make([]byte, 1<<20)
	for range logBytes / len(zeros) {
		if _, err := f.Write(zeros); err != nil {
			return nil, errors.Join(fmt.Errorf("bare log: %w", err), f.Close())
		}
	}
	if err := f.Sync(); err != nil {
		return nil, errors.Join(fmt.Errorf("bare log: %w", err), f.Close())
	}
	l := &bareLog{file: f, queue: make(chan chan error, 4096), done: make(chan struct{}), one: one}
	go l.run()
	return l, nil
}

func (l *bareLog) run() {
	defer close(l.done)
	for first := range l.queue {
		l.group = append(l.group[:0], first)
		for more := true; more && len(l.group) < 1024; {
			select {
			case next, open := <-l.queue:
				if more = open; open {
					l.group = append(l.group, next)
				}
			default:
				more = false
			}
		}
		err := l.write(len(l.group) * l.one)
		for _, answer := range l.group {
			answer <- err
		}
	}
}

// write puts so many bytes into the file, durable when it returns.
func (l *bareLog) write(n int) error {
	if n > len(l.bytes) {
		l.bytes = make([]byte, n)
		for i := range l.bytes {
			l.bytes[i] = byte(i % 251)
		}
	}
	if l.at+int64(n) > logBytes {
		l.at = 0
	}
	if _, err := l.file.WriteAt(l.bytes[:n], l.at); err != nil {
		return fmt.Errorf("bare log: %w", err)
	}
	l.at += int64(n)
	return fdatasync(l.file)
}

// put waits until one command's bytes are durable. answer is the caller's own and has room for one.
func (l *bareLog) put(answer chan error) error {
	l.queue <- answer
	return <-answer
}

func (l *bareLog) close() error {
	close(l.queue)
	<-l.done
	return errors.Join(l.file.Close(), os.Remove(l.file.Name()))
}

// rush is the lunch rush on the bare log.
func (l *bareLog) rush(ctx context.Context, clock engine.Clock, clients int, window time.Duration) (run, error) {
	answers := make([]chan error, clients)
	for c := range answers {
		answers[c] = make(chan error, 1)
	}
	return loop(ctx, clock, clients, window, func(c, _ int) error { return l.put(answers[c]) })
}

// sync is one fdatasync of 4 KiB after the other, by one client.
func (l *bareLog) sync(ctx context.Context, clock engine.Clock, window time.Duration) (run, error) {
	return loop(ctx, clock, 1, window, func(int, int) error { return l.write(4096) })
}

// naive is the baseline: each transfer one synced Badger transaction of its own, which reads both balances, looks up the
// key, and writes record, key and balances. It knows no rules and no tree. Whoever loses a conflict tries again.
type naive struct {
	db  *badger.DB
	dir string
	one int // bytes of a record
}

func openNaive(dir string, one int) (*naive, error) {
	n := &naive{dir: filepath.Join(dir, "naive"), one: one}
	var err error
	if n.db, err = badger.Open(badger.DefaultOptions(n.dir).WithSyncWrites(true).WithLogger(nil).WithMetricsEnabled(false)); err != nil {
		return nil, fmt.Errorf("baseline: %w", err)
	}
	return n, nil
}

func (n *naive) rush(ctx context.Context, clock engine.Clock, clients int, window time.Duration, round int) (run, error) {
	record := make([]byte, n.one)
	return loop(ctx, clock, clients, window, func(c, i int) error {
		id := fmt.Sprintf("%d/%d/%d", round, c, i)
		for {
			err := n.db.Update(func(t *badger.Txn) error { return transfer(t, id, "m"+num(c+i*clients), "canteen", record) })
			if !errors.Is(err, badger.ErrConflict) {
				return err
			}
		}
	})
}

// transfer moves one point in one transaction.
func transfer(t *badger.Txn, id, from, to string, record []byte) error {
	if _, err := t.Get([]byte("k" + id)); !errors.Is(err, badger.ErrKeyNotFound) {
		return err
	}
	for account, by := range map[string]int64{from: -1, to: 1} {
		balance := int64(0)
		item, err := t.Get([]byte("b" + account))
		if err == nil {
			err = item.Value(func(p []byte) error {
				_, err := fmt.Sscan(string(p), &balance)
				return err
			})
		}
		if err != nil && !errors.Is(err, badger.ErrKeyNotFound) {
			return err
		}
		if err := t.Set([]byte("b"+account), []byte(num(balance+by))); err != nil {
			return err
		}
	}
	if err := t.Set([]byte("r"+id), record); err != nil {
		return err
	}
	return t.Set([]byte("k"+id), nil)
}

func (n *naive) close() error { return errors.Join(n.db.Close(), os.RemoveAll(n.dir)) }

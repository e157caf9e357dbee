package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"time"

	"moralbank.example/bank/api/auth"
	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/engine"
	"moralbank.example/bank/ledger/journal"
	"moralbank.example/bank/ledger/journal/badgerjournal"
	"moralbank.example/bank/ledger/roster"
	"moralbank.example/bank/ledger/scrub"
	"moralbank.example/bank/ledger/seal"
	"moralbank.example/bank/ledger/snapshot"
	"moralbank.example/bank/ledger/view"
)

// The files of a data directory, beside those of the journal (badger, tail, index) and the roster (roster, keyring).
const (
	markFile        = "mark"
	indexDir        = "index"
	signingKeysFile = "signing-keys"
	timersFile      = "timers"
)

// house is an open data directory: every room of it, put together.
type house struct {
	dir      string
	settings settings
	journal  journal.Journal
	index    journal.Index
	engine   *engine.Engine
	guard    *seal.Guard
	log      *seal.Log // signed; made behind the engine
	auditors *seal.Auditors
	view     *view.View
	scrubber *scrub.Scrubber
	roster   *roster.Roster
	keys     *auth.Keys
	taken    func() // called once the directory is ours; may be nil
}

// openHouse opens a data directory that init made. What it cannot open whole it does not open.
func openHouse(ctx context.Context, dir string, log *slog.Logger, clock engine.Clock) (*house, error) {
	s, err := readSettings(dir)
	if err != nil {
		return nil, err
	}
	h := &house{dir: dir, settings: s}
	people := h.openPeople(ctx, log)
	err = h.openSigned(ctx, log, clock)
	if d, ok := errors.AsType[*journal.Damage](err); ok && d.File == filepath.Join(dir, indexDir) {
		log.WarnContext(ctx, "the index is damaged; it is dropped, and built anew from the journal", slog.Any("error", err))
		if err = badgerjournal.RemoveIndex(dir); err == nil {
			err = h.openSigned(ctx, log, clock)
		}
	}
	if errors.Is(err, errUntrue) {
		log.ErrorContext(ctx, "what was derived from the journal contradicts itself; it is dropped, and made anew from the first record", slog.Any("error", err))
		if err = dropDerived(dir); err == nil {
			err = h.openSigned(ctx, log, clock)
		}
	}
	r, errPeople := people()
	if err != nil {
		if r != nil {
			errPeople = r.Close()
		}
		return nil, errors.Join(told(err, dir), errPeople)
	}
	if errPeople != nil {
		return nil, errors.Join(told(errPeople, dir), h.close(ctx))
	}
	h.roster = r
	if err := h.tie(ctx); err != nil {
		return nil, errors.Join(told(err, dir), h.close(ctx))
	}
	if err := h.destroyErased(ctx, clock.Wall(), log); err != nil {
		return nil, errors.Join(told(err, dir), h.close(ctx))
	}
	if h.keys, err = openSigningKeys(dir, clock.Wall); err != nil {
		return nil, errors.Join(err, h.close(ctx))
	}
	if s.Sum == "" { // a person wrote them
		if err := s.write(dir); err != nil {
			return nil, errors.Join(err, h.close(ctx))
		}
	}
	return h, nil
}

// openPeople opens the roster beside the books, which take longer, from the moment on at which the directory is ours: a second
// process that is refused the books must not have had the list of people meanwhile. The answer waits for it, and is to be
// called once the books are open or refused; where the directory was never ours it gives nothing, and no error.
func (h *house) openPeople(ctx context.Context, log *slog.Logger) (wait func() (*roster.Roster, error)) {
	type opened struct {
		people *roster.Roster
		err    error
	}
	done := make(chan opened, 1)
	taken := false // by who opens the books, and waits
	h.taken = sync.OnceFunc(func() {
		taken = true
		go func() {
			people, err := roster.Open(ctx, h.dir, log)
			done <- opened{people, err}
		}()
	})
	return func() (*roster.Roster, error) {
		if !taken {
			return nil, nil
		}
		o := <-done
		return o.people, o.err
	}
}

// openSigned opens the books and the signed log over them; what it cannot open whole it closes again.
func (h *house) openSigned(ctx context.Context, log *slog.Logger, clock engine.Clock) error {
	if err := h.openBooks(ctx, log, clock, false); err != nil {
		return err
	}
	err := h.openLog(ctx, clock.Wall, log)
	if err == nil {
		err = h.checkTruth(ctx)
	}
	if err != nil {
		err = errors.Join(err, h.close(ctx))
		*h = house{dir: h.dir, settings: h.settings, taken: h.taken}
	}
	return err
}

// errUntrue : the book in memory and the sums in the index, two copies made of the same records, do not agree.
var errUntrue = errors.New("issued - redeemed - expired is not what the accounts hold")

// checkTruth holds the line of truth on top of the console before anybody is served: its left side was counted record by record,
// its right side is the book, which may come from a snapshot.
func (h *house) checkTruth(ctx context.Context) error {
	t, err := h.view.Truth(ctx)
	if err != nil {
		return fmt.Errorf("line of truth: %w", err)
	}
	if !t.Holds {
		return fmt.Errorf("%w: %d - %d - %d against %d at record %d", errUntrue, t.Issued, t.Redeemed, t.Expired, t.Outstanding, t.Seq)
	}
	return nil
}

// remembered asks index and snapshots of a directory that nobody serves whether they know of records that its journal lacks. A start
// asks the same; whoever mends or verifies has to say so before, and must not have them deleted: they are the evidence.
func remembered(ctx context.Context, con *console, dir string, j journal.Journal) error {
	end, copies := ledger.Seq(j.Head().Seq), (&house{dir: dir}).snapshots(ctx, con.log)
	if _, err := os.Stat(filepath.Join(dir, indexDir)); errors.Is(err, fs.ErrNotExist) {
		return engine.Remembered(ctx, end, nil, copies) // a copy without an index gets none
	}
	x, err := badgerjournal.OpenIndex(ctx, badgerjournal.Options{Dir: dir, Log: con.log})
	if err != nil {
		return err
	}
	return errors.Join(engine.Remembered(ctx, end, x, copies), x.Close())
}

// putDerivedAside removes the index and keeps the snapshots under another name: they may be of records that are lost, and then
// they are all that is left of what the accounts held.
func putDerivedAside(dir string) (aside string, err error) {
	from := filepath.Join(dir, snapshot.Dir)
	aside = from + "-lost"
	for n := 2; ; n++ {
		if _, err := os.Lstat(aside); errors.Is(err, fs.ErrNotExist) {
			break
		}
		aside = from + "-lost-" + strconv.Itoa(n)
	}
	switch err := os.Rename(from, aside); {
	case errors.Is(err, fs.ErrNotExist):
		aside = ""
	case err != nil:
		return "", fmt.Errorf("put snapshots aside: %w", err)
	}
	return aside, badgerjournal.RemoveIndex(dir)
}

// dropDerived removes what a start makes anew from the journal; nobody may have the directory open.
func dropDerived(dir string) error {
	if err := os.RemoveAll(filepath.Join(dir, snapshot.Dir)); err != nil {
		return fmt.Errorf("remove snapshots: %w", err)
	}
	return badgerjournal.RemoveIndex(dir)
}

// destroyErased destroys again the keys of whoever was erased: a keyring from a backup may have brought one back. It warns of people
// whose keys such a keyring lacks.
func (h *house) destroyErased(ctx context.Context, now time.Time, log *slog.Logger) error {
	var erased []ledger.AccountID
	h.view.Read(func(b *ledger.Book) { erased = b.ErasedAccounts() })
	by := roster.By{Actor: ledger.ActorRoot, Device: ledger.ViaCLI, At: ledger.Time(now.UnixMilli())}
	if err := h.roster.DestroyErased(ctx, by, erased...); err != nil {
		return err
	}
	if lost := len(h.roster.Unreadable()); lost > 0 {
		log.WarnContext(ctx, "the keyring is older than the list of people: names cannot be read; repair tells what helps", slog.Int("people", lost))
	}
	return nil
}

// openBooks opens the journal, the writer over it, and the view that follows it.
func (h *house) openBooks(ctx context.Context, log *slog.Logger, clock engine.Clock, acceptMissingMark bool) error {
	guard, err := openMark(h.dir)
	if err != nil {
		return err
	}
	copies := h.snapshots(ctx, log)
	if copies != nil {
		defer copies.Ahead(2)() // the writer's book and the view's, while the journal is looked through
	}
	o := journalOptions(h.dir, guard, log)
	o.Taken = h.taken
	j, err := badgerjournal.Open(ctx, o)
	if err != nil {
		return err
	}
	x, err := badgerjournal.OpenIndex(ctx, o)
	if err != nil {
		return errors.Join(err, j.Close())
	}
	h.index = x
	// The engine closes journal and index from here on, also when it fails to open.
	if h.engine, err = engine.Open(ctx, engine.Options{
		Journal: j, Index: h.index, Guard: guard, Snapshots: copies, Lag: filepath.Join(h.dir, timersFile), Clock: clock, Logger: log,
		AcceptMissingMark: acceptMissingMark,
	}); err != nil {
		return err
	}
	h.journal, h.guard = j, guard
	if h.view, err = view.Open(ctx, j, h.index, copies, log); err != nil {
		return errors.Join(err, h.engine.Close(ctx))
	}
	h.engine.CopyFrom(h.view.Still)
	h.scrubber = scrub.New(scrub.Options{Journal: j, Index: x, View: h.view, Now: clock.Wall, Log: log})
	return nil
}

// journalOptions say where the books are, and how far they are known to have come.
func journalOptions(dir string, guard *seal.Guard, log *slog.Logger) badgerjournal.Options {
	o := badgerjournal.Options{Dir: dir, Log: log}
	if m, ok := guard.Mark(); ok {
		o.MinHead = journal.Head{
			Height: journal.Height(m.Height), Seq: journal.Seq(m.Seq), Hash: journal.Hash(m.Block),
			TreeSize: m.Size, Root: journal.Hash(m.Root),
		}
	}
	return o
}

// snapshots are where the book is kept to start faster; nil, and a start folds everything, when the program cannot say
// which it is.
func (h *house) snapshots(ctx context.Context, log *slog.Logger) *snapshot.Store {
	name, err := program()
	if err != nil {
		log.WarnContext(ctx, "no snapshots", slog.Any("error", err))
		return nil
	}
	return snapshot.Open(h.dir, name, log)
}

// close lets everything go, in the order of its use. What the books have come to is signed before. After a write that failed
// it does nothing: on such a disk a store that is told to close tries for ever, all that was answered is there, and the end
// of the process, which has to come now, closes the files.
func (h *house) close(ctx context.Context) error {
	if h.writeFailed() {
		return nil
	}
	var errs []error
	if h.view != nil {
		errs = append(errs, h.view.Close())
	}
	if h.log != nil {
		errs = append(errs, h.log.Close(ctx))
	}
	if h.engine != nil {
		errs = append(errs, h.engine.Close(ctx))
	}
	if h.roster != nil {
		errs = append(errs, h.roster.Close())
	}
	return errors.Join(errs...)
}

// writeFailed reports whether a write to the disk has failed since the house was opened.
func (h *house) writeFailed() bool {
	return h.engine != nil && h.engine.Cause() != nil || h.roster != nil && h.roster.Cause() != nil
}

// told turns the failures that a person can do something about into plain words; what is said in them already stays as it is.
func told(err error, dir string) error {
	if _, ok := errors.AsType[*plainError](err); ok {
		return err
	}
	if held, ok := errors.AsType[*journal.Locked](err); ok {
		return heldBy(held, dir, err)
	}
	switch {
	case errors.Is(err, seal.ErrBehind), errors.Is(err, seal.ErrFork):
		return &plainError{
			"账本与最后签名的账本指纹不符，已拒绝启动，不会再签名：" + dir + "（" + err.Error() + "）。请从备份或其他副本恢复；都没有时运行 moralbank key new-origin。",
			"the ledger does not extend its last signed checkpoint; it will not be served and nothing is signed: " + err.Error() + ". Recover it from a backup or a peer; without them run moralbank key new-origin.", err,
		}
	case errors.Is(err, journal.ErrBehind), errors.Is(err, engine.ErrRolledBack):
		return &plainError{
			"账本比已确认的进度旧，可能被回退或缺文件，已拒绝启动：" + dir + "（" + err.Error() + "）。请从备份或其他副本恢复；都没有时运行 moralbank key new-origin。",
			"the ledger is behind what was acknowledged; it will not be served: " + err.Error() + ". Recover it from a backup or a peer; without them run moralbank key new-origin.", err,
		}
	case errors.Is(err, journal.ErrDiverged):
		return &plainError{
			"目录里混进了另一个账本的文件，已拒绝启动：" + dir + "（" + err.Error() + "）。请放回同一个账本的 badger、tail 和 mark；放不回来的，用 moralbank restore 从备份恢复。",
			"the directory holds files of two ledgers; it will not be served: " + err.Error() + ". Put together badger, tail and mark of one ledger; else restore a backup with moralbank restore.", err,
		}
	case errors.Is(err, journal.ErrCorrupt):
		return &plainError{
			"账本文件有损坏，已拒绝启动：" + err.Error() + "。请运行 moralbank repair --data " + dir,
			"a ledger file is damaged; it will not be served: " + err.Error() + ". Run moralbank repair --data " + dir, err,
		}
	case errors.Is(err, errUntrue):
		return &plainError{
			"账本记录加总不平，已拒绝启动：" + err.Error() + "。请运行 moralbank verify --data " + dir + "，它会指出是哪一条。",
			"the records do not balance; they will not be served: " + err.Error() + ". Run moralbank verify --data " + dir + ", which names the record.", err,
		}
	case errors.Is(err, journal.ErrNoSpace), errors.Is(err, view.ErrNoSpace), errors.Is(err, roster.ErrNoSpace), errors.Is(err, syscall.ENOSPC):
		return &plainError{
			"磁盘空间不足，不能打开账本：" + dir + "（" + err.Error() + "）。账本没有受影响。请腾出空间后再试。",
			"the disk is too full to open the books: " + dir + " (" + err.Error() + "). They are not touched. Make room, then try again.", err,
		}
	case errors.Is(err, syscall.EROFS):
		return &plainError{
			"磁盘是只读的，不能打开账本：" + dir + "（" + err.Error() + "）。账本没有受影响。请检查硬盘，重新挂载为可写后再试。",
			"the disk is read-only, the books cannot be opened: " + dir + " (" + err.Error() + "). They are not touched. Look at the disk, mount it for writing, then try again.", err,
		}
	case errors.Is(err, roster.ErrCountLost):
		return &plainError{
			"名册的改动计数 roster.count 找不到或有损坏，看不出名册有没有缺少最近的改动，已拒绝启动：" + err.Error() + "。账本没有受影响。请用 moralbank restore 从备份恢复；确知名册不缺人的，运行 moralbank repair --people-complete --data " + dir,
			"the count of changes roster.count is missing or damaged, and nobody can tell whether the list of people is complete: " + err.Error() + ". The books are not touched. Restore a backup with moralbank restore; if you know that nobody is missing, run moralbank repair --people-complete --data " + dir, err,
		}
	case errors.Is(err, roster.ErrStoreDamaged):
		return &plainError{
			"名册文件有损坏或缺少最近的改动，已拒绝启动：" + err.Error() + "。账本没有受影响。请用 moralbank restore 从备份恢复。",
			"the list of people is damaged or lacks its latest changes; it will not be served: " + err.Error() + ". The books are not touched. Restore it from a backup with moralbank restore.", err,
		}
	}
	return toldOfFile(err, dir)
}

// heldBy says who has a directory, how to see what it is, and how to stop it: a server that is told to ends what it has begun.
func heldBy(held *journal.Locked, dir string, err error) error {
	if held.PID == 0 {
		return &plainError{
			"目录正在被另一个进程使用：" + dir + "。查看是哪个进程：fuser -v " + filepath.Join(dir, "LOCK"),
			"another process uses this directory: " + dir + ". See which: fuser -v " + filepath.Join(dir, "LOCK"), err,
		}
	}
	pid := strconv.Itoa(held.PID)
	return &plainError{
		"目录正在被另一个进程使用：" + dir + "，进程号 " + pid + "。查看它：ps -fp " + pid + "；是服务的话，看运行状态：moralbank admin --data " + dir +
			"。停止它：kill " + pid + "，它会把手上的事做完再退出。",
		"another process uses this directory: " + dir + ", pid " + pid + ". See it: ps -fp " + pid + "; if it is a server, how it is doing: moralbank admin --data " + dir +
			". Stop it: kill " + pid + "; it ends what it has begun.", err,
	}
}

// root submits a command of the machine's own console.
func (h *house) root(ctx context.Context, key ledger.Key, v ledger.Verb) error {
	a, err := h.engine.Submit(ctx, &ledger.Command{Key: key, Actor: ledger.ActorRoot, Via: ledger.ViaCLI, Do: v})
	if err != nil {
		return fmt.Errorf("%T: %w", v, err)
	}
	if a.Refusal != nil {
		return fmt.Errorf("%T: %w", v, a.Refusal)
	}
	return nil
}

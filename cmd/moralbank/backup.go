package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/audit"
	"moralbank.example/bank/ledger/backup"
	"moralbank.example/bank/ledger/journal"
	"moralbank.example/bank/ledger/journal/badgerjournal"
	"moralbank.example/bank/ledger/roster"
	"moralbank.example/bank/ledger/seal"
)

// backupCmd copies a data directory to another disk. The books and the sealed rows of the roster go into a folder that may be
// stolen; the keys that open them into a file of their own, encrypted and short-lived.
type backupCmd struct {
	Make     backupMake     `cmd:"" default:"withargs" help:"备份账本和名册（增量，不含钥匙）/ back up books and roster; only what is new, and no keys."`
	Check    backupCheck    `cmd:"" help:"核验备份 / verify a backup as the ledger itself is verified."`
	Keys     backupKeys     `cmd:"" help:"加密备份钥匙 / back up the keys, encrypted."`
	Identity backupIdentity `cmd:"" help:"生成解密钥匙的密钥 / make an identity that opens a backup of the keys."`
}

// backupMake adds to a folder what it does not hold yet.
type backupMake struct {
	Data  string `help:"账本目录 / data directory." default:"data" type:"existingdir"`
	To    string `help:"备份目录，例如 U 盘上的文件夹 / the folder of the backup, on another disk." required:"" type:"path"`
	Quiet bool   `help:"不显示进度 / no progress." short:"q"`
}

// The streams of a backup.
const (
	rosterStream    = "roster"
	settingsStream  = "settings"
	witnessesStream = "witnesses"
)

// Run backs up a directory that no server uses, or asks the server that does.
func (c *backupMake) Run(ctx context.Context, con *console) error {
	s, err := readSettings(c.Data)
	if err != nil {
		return err
	}
	began := con.clock.Mono()
	m, err := c.offline(ctx, con, s)
	if errors.Is(err, journal.ErrLocked) {
		locked := err
		if m, err = c.online(ctx, con, s); errors.Is(err, errNoServer) {
			err = locked // by something else than a server
		}
	}
	if err != nil {
		return toldOfBackup(told(err, c.Data), c.To)
	}
	sayBackup(con, m, c.To, con.clock.Mono()-began)
	return nil
}

func (c *backupMake) offline(ctx context.Context, con *console, s settings) (*backup.Manifest, error) {
	j, err := badgerjournal.Open(ctx, badgerjournal.Options{Dir: c.Data, Log: con.log})
	if err != nil {
		return nil, err
	}
	r, err := roster.Open(ctx, c.Data, con.log)
	if err != nil {
		return nil, errors.Join(err, j.Close())
	}
	if err := tied(ctx, r, j, nil); err != nil {
		return nil, errors.Join(err, r.Close(), j.Close())
	}
	m, err := c.copy(ctx, con, s, func() (backup.Source, error) { return j, nil }, r.Dump)
	return m, errors.Join(err, r.Close(), j.Close())
}

// online reads books and roster through the server's admin socket, while it goes on.
func (c *backupMake) online(ctx context.Context, con *console, s settings) (*backup.Manifest, error) {
	client := newAdminClient(c.Data)
	return c.copy(ctx, con, s, func() (backup.Source, error) { return client.books(ctx) }, client.roster)
}

// copy makes the backup from books, which are opened after the mark was read, and the rows of a roster.
func (c *backupMake) copy(
	ctx context.Context, con *console, s settings, books func() (backup.Source, error), rows func(context.Context, io.Writer) error,
) (*backup.Manifest, error) {
	dir := c.Data
	guard, err := openMark(dir) // before the books: they hold whatever was signed
	if err != nil {
		return nil, err
	}
	key, err := openLogKey(dir, s.Origin)
	if err != nil {
		return nil, err
	}
	mark, _ := guard.Mark()
	src, err := books()
	if err != nil {
		return nil, err
	}
	return backup.Make(ctx, c.To, src, backup.Options{
		Origin: s.Origin, Now: con.now().UnixMilli(), Checkpoint: mark.Checkpoint, Keys: strings.Join(key.VerifierKeys(), "\n"),
		Progress: progress(con, c.Quiet, "备份"),
		Streams: []backup.Stream{
			{Name: settingsStream, Write: func(_ context.Context, w io.Writer) error { return json.NewEncoder(w).Encode(s) }},
			{Name: witnessesStream, Write: func(_ context.Context, w io.Writer) error { return copyFile(w, filepath.Join(dir, witnessesFile)) }},
			{Name: rosterStream, Write: rows},
		},
	})
}

// copyFile writes a file's content; nothing for one that is not there.
func copyFile(w io.Writer, path string) error {
	p, err := os.ReadFile(path) //nolint:gosec // the operator's own path
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		_, err = w.Write(p)
	}
	return err
}

func sayBackup(con *console, m *backup.Manifest, to string, took time.Duration) {
	bytes := int64(0)
	for _, p := range m.Parts {
		bytes += p.Bytes
	}
	con.say("已备份到 %[1]s：%[2]d 条记录，%[3]d 个文件，%.1[4]f MB，用时 %.1[5]f 秒。钥匙不在其中，请另外备份：moralbank backup keys",
		"Backed up to %[1]s: %[2]d records in %[3]d files, %.1[4]f MB, %.1[5]f s. The keys are not in it; back them up apart: moralbank backup keys",
		to, m.Head.Seq, len(m.Parts), float64(bytes)/1e6, took.Seconds())
}

// progress prints how far it is.
func progress(con *console, quiet bool, what string) func(done, total journal.Seq) {
	due := pace(con, quiet)
	return func(done, total journal.Seq) {
		if due(int64(done), int64(total)) {
			con.say("%[1]s %[2]d / %[3]d", "", what, done, total)
		}
	}
}

// toldOfBackup turns what is wrong with a backup into plain words.
func toldOfBackup(err error, dir string) error {
	switch {
	case errors.Is(err, backup.ErrForeign):
		return &plainError{
			"这个文件夹里是别的账本的备份，没有改动：" + dir + "（" + err.Error() + "）。请换一个文件夹。",
			"this folder holds the backup of another ledger and was left as it is: " + err.Error() + ". Take another folder.", err,
		}
	case errors.Is(err, backup.ErrNone):
		return &plainError{"这里没有备份：" + dir, "there is no backup here: " + dir, err}
	case errors.Is(err, backup.ErrDamaged):
		return &plainError{"备份有损坏：" + err.Error() + "。请用另一份备份。", "the backup is damaged: " + err.Error() + ". Use another one.", err}
	}
	return err
}

// backupCheck verifies a backup.
type backupCheck struct {
	From  string   `arg:"" help:"备份目录 / the folder of the backup." type:"existingdir"`
	Vkey  []string `help:"账本公钥，可多次；不给则用备份里记的 / verifier key of the log, may be repeated; else the backup's own." sep:"none"`
	Since []string `help:"以前保存的账本指纹文件 / a checkpoint kept from before." type:"existingfile"`
	Quiet bool     `help:"不显示进度 / no progress." short:"q"`
}

// Run reads every file against the manifest, and the books as verify does.
func (c *backupCheck) Run(ctx context.Context, con *console) error {
	began := con.clock.Mono()
	b, report, _, err := verifyBackup(ctx, con, c.From, c.Vkey, c.Since, c.Quiet)
	if err != nil {
		return toldOfBackup(err, c.From)
	}
	if err := b.Check(); err != nil {
		return toldOfBackup(err, c.From)
	}
	(&verifyCmd{Quiet: c.Quiet}).say(con, report, con.clock.Mono()-began)
	return nil
}

// verifyBackup opens a backup and recomputes all of its books against its own checkpoint and those given. It gives the
// largest checkpoint as a signed note; nil where there is none.
func verifyBackup(
	ctx context.Context, con *console, from string, vkeys, since []string, quiet bool,
) (*backup.Backup, *audit.Report, []byte, error) {
	b, err := backup.Open(from)
	if err != nil {
		return nil, nil, nil, err
	}
	m := b.Manifest()
	if len(vkeys) == 0 {
		vkeys = strings.Fields(m.Keys)
	}
	policy, err := seal.LogPolicy(vkeys...)
	if err != nil {
		return nil, nil, nil, err
	}
	notes := map[string][]byte{}
	if m.Checkpoint != "" {
		notes["manifest"] = []byte(m.Checkpoint)
	}
	for _, file := range since {
		if notes[file], err = readNote(file); err != nil {
			return nil, nil, nil, err
		}
	}
	var all []seal.Checkpoint
	var newest []byte
	largest := int64(-1)
	for name, text := range notes {
		one, err := seal.OpenCheckpoint(text, policy)
		if err != nil {
			return nil, nil, nil, notACheckpoint(name, err)
		}
		if all = append(all, one); one.Size > largest {
			largest, newest = one.Size, text
		}
	}
	show := progress(con, quiet, "核验")
	report, err := audit.Verify(ctx, b, func(done, total ledger.Seq) { show(journal.Seq(done), journal.Seq(total)) }, all...)
	if err != nil {
		return nil, nil, nil, cmp.Or(b.Check(), notVerified(err)) // a damaged file is named, rather than what it made of the records
	}
	return b, &report, newest, nil
}

// readNote reads a signed note: a file of its own, or the mark of another data directory.
func readNote(file string) ([]byte, error) {
	p, err := os.ReadFile(file) //nolint:gosec // the caller's own path
	if err != nil {
		return nil, fmt.Errorf("read checkpoint: %w", err)
	}
	if m, err := seal.DecodeMark(p); err == nil {
		return m.Checkpoint, nil
	}
	return p, nil
}

// notACheckpoint says which file is not one of this ledger.
func notACheckpoint(file string, err error) error {
	return &plainError{
		"这不是本账本签名的账本指纹：" + file + "（" + err.Error() + "）", file + " is not a checkpoint that this ledger signed: " + err.Error(), err,
	}
}

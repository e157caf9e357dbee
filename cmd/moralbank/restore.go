package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/audit"
	"moralbank.example/bank/ledger/backup"
	"moralbank.example/bank/ledger/journal/badgerjournal"
	"moralbank.example/bank/ledger/roster"
	"moralbank.example/bank/ledger/seal"
)

// restoreCmd makes a data directory from a backup. It is verified before and after, and appears under its name when all is right.
type restoreCmd struct {
	From       string   `help:"备份目录 / the folder of the backup." required:"" type:"existingdir"`
	Data       string   `help:"恢复到哪个目录（还不存在）/ the data directory to make; it must not exist." default:"data" type:"path"`
	Keys       string   `help:"钥匙备份文件 / the backup of the keys." required:"" type:"existingfile"`
	Identity   string   `help:"保管人的密钥文件 / a keeper's identity, which opens it." required:"" type:"existingfile"`
	Checkpoint []string `help:"已知最新的账本指纹：取自见证方、公开页或旧目录的 mark / the newest checkpoint known: from a witness, the public page, another PC." type:"existingfile"`
	Quiet      bool     `help:"不显示进度 / no progress." short:"q"`
}

// Run restores. Without a checkpoint that shows the backup to be as new as what was signed last, the key that signs is left out:
// a second history must never be signed under the same name (decision 0080).
func (c *restoreCmd) Run(ctx context.Context, con *console) error {
	if entries, err := os.ReadDir(c.Data); err == nil && len(entries) > 0 || err != nil && !errors.Is(err, fs.ErrNotExist) {
		return &plainError{"目录不是空的，没有改动任何文件：" + c.Data, "the directory is not empty; nothing was changed: " + c.Data, errors.Join(err, fs.ErrExist)}
	}
	began := con.clock.Mono()
	b, report, newest, err := verifyBackup(ctx, con, c.From, nil, c.Checkpoint, c.Quiet)
	if errors.Is(err, audit.ErrShrunk) {
		return &plainError{
			"备份比已签名的账本指纹旧，不能用原来的名称继续。请找更新的备份、尾文件或副本；都没有时，不带 --checkpoint 恢复，再运行 moralbank key new-origin",
			"the backup is older than a signed checkpoint and must not go on under the old name. Find a newer backup, the tail file or a peer; without them restore without --checkpoint and run moralbank key new-origin", err,
		}
	}
	if err != nil {
		return toldOfBackup(err, c.From)
	}
	if len(c.Checkpoint) > 0 && !c.proven(b, newest) {
		return &plainError{
			"给出的账本指纹比备份里的还旧，不能证明备份是最新的，没有恢复。请向见证方要最新的", "the checkpoint given is older than the backup's own and shows nothing; nothing was restored. Ask a witness for the newest",
			audit.ErrShrunk,
		}
	}
	next := c.Data + ".restoring"
	if err := os.Mkdir(next, 0o700); err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	ended, err := c.build(ctx, con, b, report, newest, next)
	if err != nil {
		return errors.Join(toldOfBackup(err, c.From), os.RemoveAll(next))
	}
	if err := errors.Join(os.Remove(c.Data), os.Rename(next, c.Data)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("restore: %w", err)
	}
	con.say("已恢复到 %[1]s：%[2]d 条记录，恢复后重新核验无误，用时 %.1[3]f 秒。", "Restored to %[1]s: %[2]d records, verified again as they stand on the disk, %.1[3]f s.",
		c.Data, report.Records, (con.clock.Mono() - began).Seconds())
	con.say("所有登录、收银台和手机都已作废，请重新登记：登录 %[1]d 个，设备 %[2]d 台，付款码 %[3]d 个，登记码 %[4]d 个。备份之后挂失的卡、撤销的权限，请再做一遍。",
		"Every session and device was ended and enrols anew: %[1]d sessions, %[2]d devices, %[3]d pay codes, %[4]d enrolment codes. Revoke again the cards and roles that were revoked after the backup.",
		ended.Sessions, ended.Devices, ended.Handles, ended.Enrolments)
	if len(c.Checkpoint) == 0 {
		con.say("没有证据表明备份是最新的，签名钥匙没有恢复。下一步：moralbank key new-origin --data %[1]s",
			"Nothing shows that the backup is the newest, and the signing key was left out. Next: moralbank key new-origin --data %[1]s", c.Data)
	}
	return nil
}

// proven reports whether the newest checkpoint is one that was given, and not only the backup's own.
func (c *restoreCmd) proven(b *backup.Backup, newest []byte) bool {
	if b.Manifest().Checkpoint == "" {
		return true
	}
	for _, file := range c.Checkpoint {
		if note, err := readNote(file); err == nil && string(note) == string(newest) {
			return true
		}
	}
	return false
}

// build makes the directory and verifies what it made.
func (c *restoreCmd) build(
	ctx context.Context, con *console, b *backup.Backup, report *audit.Report, newest []byte, dir string,
) (ended roster.Ended, err error) {
	without := ""
	if len(c.Checkpoint) == 0 {
		without = logKeyFile
	}
	if err := openKeys(ctx, c.Keys, c.Identity, dir, without); err != nil {
		return ended, err
	}
	if err := c.books(ctx, con, b, dir); err != nil {
		return ended, err
	}
	if ended, err = c.people(ctx, con, b, report.Erased, dir); err != nil {
		return ended, err
	}
	guard, err := seal.OpenGuard(filepath.Join(dir, markFile))
	if err != nil {
		return ended, err
	}
	mark := markOf(b.Head())
	mark.Checkpoint = newest
	if err := guard.Store(mark); err != nil {
		return ended, err
	}
	if err := unpack(b, witnessesStream, func(p []byte) error {
		if len(p) == 0 {
			return nil
		}
		return writePrivate(filepath.Join(dir, witnessesFile), p)
	}); err != nil {
		return ended, err
	}
	var s settings
	if err := unpack(b, settingsStream, func(p []byte) error { return json.Unmarshal(p, &s) }); err != nil {
		return ended, fmt.Errorf("settings of the backup: %w", err)
	}
	return ended, errors.Join(s.check(), s.write(dir)) // last: a directory with settings is a whole one
}

// books restores the journal, and reads it back from the disk.
func (c *restoreCmd) books(ctx context.Context, con *console, b *backup.Backup, dir string) error {
	j, err := badgerjournal.Open(ctx, badgerjournal.Options{Dir: dir, Log: con.log})
	if err != nil {
		return err
	}
	if err := errors.Join(b.Restore(ctx, j, progress(con, c.Quiet, "恢复")), j.Close()); err != nil {
		return err
	}
	if j, err = badgerjournal.Open(ctx, badgerjournal.Options{Dir: dir, Log: con.log, MinHead: b.Head()}); err != nil {
		return err
	}
	_, err = audit.Verify(ctx, j, nil)
	return errors.Join(err, j.Close())
}

// people restores the roster, destroys again what was to be destroyed, and ends what may have been revoked since.
func (c *restoreCmd) people(
	ctx context.Context, con *console, b *backup.Backup, erased []ledger.AccountID, dir string,
) (ended roster.Ended, err error) {
	rows, err := b.Stream(rosterStream)
	if err != nil {
		return ended, err
	}
	defer rows.Close()
	if err := roster.Load(ctx, dir, rows, con.log); err != nil {
		return ended, err
	}
	r, err := roster.Open(ctx, dir, con.log)
	if err != nil {
		return ended, told(err, dir)
	}
	if err := tied(ctx, r, b, nil); err != nil {
		return ended, errors.Join(&plainError{
			"备份里的名册不是这个账本的，没有恢复：" + err.Error() + "。请用另一份备份。",
			"the list of people in the backup is not that of its books; nothing was restored: " + err.Error() + ". Use another backup.", err,
		}, r.Close())
	}
	by := roster.By{Actor: ledger.ActorRoot, Device: ledger.ViaCLI, At: ledger.Time(con.now().UnixMilli())}
	if err = r.DestroyErased(ctx, by, erased...); err == nil {
		ended, err = r.EndAll(ctx, by)
	}
	return ended, errors.Join(err, r.Close())
}

// unpack gives a small stream of the backup to f, once it is known to be whole.
func unpack(b *backup.Backup, name string, f func([]byte) error) error {
	s, err := b.Stream(name)
	if err != nil {
		return err
	}
	p, err := io.ReadAll(io.LimitReader(s, keyFileMax))
	if err = errors.Join(err, s.Close()); err != nil {
		return err
	}
	return f(p)
}

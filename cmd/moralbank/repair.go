package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"moralbank.example/bank/api/auth"
	"moralbank.example/bank/ledger/audit"
	"moralbank.example/bank/ledger/engine"
	"moralbank.example/bank/ledger/journal"
	"moralbank.example/bank/ledger/journal/badgerjournal"
	"moralbank.example/bank/ledger/roster"
	"moralbank.example/bank/ledger/seal"
)

// repairCmd makes damaged files of a data directory whole again: the ledger's from the copies that the directory has of the newest
// blocks, the small files from what a person brings.
type repairCmd struct {
	Data           string   `help:"账本目录；请先停止服务 / data directory; stop its server first." default:"data" type:"path"`
	Checkpoint     []string `help:"mark 或 log-key 损坏或丢失时：已知最新的账本指纹（见证方、公开页、居民手机的证据）/ for a damaged or missing mark or log-key: the newest checkpoint known, from a witness, the public page, a resident's evidence." type:"existingfile"`
	Keys           string   `help:"keyring 或 log-key 损坏或丢失时：钥匙备份文件 / for a damaged or missing keyring or log-key: the backup of the keys." type:"existingfile"`
	Identity       string   `help:"保管人的密钥文件，用来打开钥匙备份 / a keeper's identity, which opens it." type:"existingfile"`
	PeopleComplete bool     `help:"确知名册不缺人：重写 roster.count / you know that nobody is missing: write roster.count anew."`
	Quiet          bool     `help:"不显示进度 / no progress." short:"q"`
}

// Run repairs, or says which block neither copy holds: then a backup is needed. Nothing of the books is changed unless all can be made
// whole, and damaged files are put aside, not deleted.
func (c *repairCmd) Run(ctx context.Context, con *console) error {
	s, err := readSettings(c.Data)
	if err != nil {
		return err
	}
	guard, err := openMark(c.Data)
	if err != nil && !errors.Is(err, seal.ErrMark) {
		return err
	}
	broken := err
	o := badgerjournal.Options{Dir: c.Data, Log: con.log}
	if broken == nil {
		o = journalOptions(c.Data, guard, con.log)
	}
	done, err := badgerjournal.Repair(ctx, o)
	switch {
	case errors.Is(err, journal.ErrCorrupt):
		return &plainError{
			"无法从本机的两份副本修复，没有改动任何文件：" + err.Error() + "。请用 moralbank restore 从备份恢复。",
			"the two copies on this machine do not make it whole; nothing was changed: " + err.Error() + ". Restore a backup with moralbank restore.", err,
		}
	case err != nil:
		return told(err, c.Data)
	}
	mended := c.say(con, &done)
	j, err := badgerjournal.Open(ctx, o) // the directory is ours while the small files are changed
	if err != nil {
		return told(err, c.Data)
	}
	err = errors.Join(c.files(ctx, con, s, j, broken), j.Close())
	switch {
	case mended:
	case err != nil:
		con.say("账本的记录完好：%[1]d 条。还有文件要处理，照下面说的做：", "The ledger's records are whole: %[1]d. Other files are not, do as is said below:", done.Head.Seq)
	default:
		con.say("账本文件完好，无需修复：%[1]d 条。", "The ledger's files are whole; nothing to repair: %[1]d records.", done.Head.Seq)
	}
	return err
}

// say tells what was done to the files of the books, if anything was.
func (c *repairCmd) say(con *console, done *badgerjournal.Repaired) (mended bool) {
	if done.Aside == "" && !done.Tail {
		return false
	}
	if done.Aside != "" {
		con.say("数据库有损坏，已重新写成；其中 %[1]d 个块取自尾部文件。损坏的文件另存于 %[2]s，确认无误后可删除。",
			"The database was damaged and has been written anew; %[1]d of its blocks came from the tail file. The damaged files are kept in %[2]s; a person may delete them.", done.Blocks, done.Aside)
	}
	if done.Tail {
		con.say("尾部文件有损坏，已从数据库重新写成。", "The tail file was damaged and has been written anew from the database.")
	}
	con.say("修复完成：%[1]d 条。请运行 moralbank verify --data %[2]s 核验，再启动服务。",
		"Repaired: %[1]d records. Now run moralbank verify --data %[2]s, then start the server.", done.Head.Seq, c.Data)
	return true
}

// files looks after the small files and the list of people, each as a start reads it, and says of all of them together what it cannot
// mend. broken is why the mark could not be read.
func (c *repairCmd) files(ctx context.Context, con *console, s settings, j *badgerjournal.Journal, broken error) error {
	people := c.keyring(ctx, con)
	if people == nil {
		people = told(c.people(ctx, con, j), c.Data)
	}
	return allTold(c.signedLog(ctx, con, s, j, broken), people, c.signingKeys(con), c.lists(s))
}

// people counts the list of people anew where a person asks for that and the books know of nobody who is missing, and opens it: its
// keyring fits.
func (c *repairCmd) people(ctx context.Context, con *console, j *badgerjournal.Journal) error {
	if c.PeopleComplete {
		verify := verifyCmd{Quiet: c.Quiet}
		report, err := audit.Verify(ctx, j, verify.progress(con, "核验中", "verifying"))
		if err != nil {
			return notVerified(err)
		}
		first, err := firstBlock(ctx, j)
		if err != nil {
			return err
		}
		n, err := roster.Recount(c.Data, first, report.People, con.log)
		if err != nil {
			return err
		}
		con.say("名册的改动计数已核对：%[1]d 次。", "The count of changes of the list of people was made sure of: %[1]d.", n)
	}
	lost, err := c.unreadable(ctx, con, j)
	if err == nil && lost > 0 && c.Keys != "" && c.Identity != "" {
		if err = c.missingKeys(ctx, con); err == nil {
			lost, err = c.unreadable(ctx, con, j)
		}
	}
	if err == nil && lost > 0 {
		con.say("有 %[1]d 位居民的姓名读不出来：keyring 比名册旧。找到更新的钥匙备份，运行 moralbank repair --data %[2]s --keys keys.age --identity keeper.identity；找不到的，请重新登记。",
			"The names of %[1]d people cannot be read: the keyring is older than the list. With a newer backup of the keys run moralbank repair --data %[2]s --keys keys.age --identity keeper.identity; without one enter them again.", lost, c.Data)
	}
	return err
}

// unreadable opens the list of people, and counts those whose keys are missing.
func (c *repairCmd) unreadable(ctx context.Context, con *console, j *badgerjournal.Journal) (int, error) {
	r, err := roster.Open(ctx, c.Data, con.log)
	if err != nil {
		return 0, err
	}
	lost := len(r.Unreadable())
	return lost, errors.Join(tied(ctx, r, j, nil), r.Close())
}

// lists reads what persons write and what can be written anew at any time. Who witnesses is read with the key that signs.
func (c *repairCmd) lists(s settings) error {
	_, auditors := openAuditors(c.Data)
	var witnesses error
	if key, err := openLogKey(c.Data, s.Origin); err == nil { // else signedLog has told
		_, witnesses = openWitnesses(c.Data, key)
	}
	return allTold(auditors, witnesses, told(engine.CheckLag(filepath.Join(c.Data, timersFile)), c.Data))
}

// signingKeys makes new keys of access tokens where the old ones cannot be read: nothing else is signed with them.
func (c *repairCmd) signingKeys(con *console) error {
	_, err := openSigningKeys(c.Data, con.clock.Wall)
	if !errors.Is(err, auth.ErrKeyFile) && !errors.Is(err, errNoSigningKeys) {
		return err
	}
	path := filepath.Join(c.Data, signingKeysFile)
	aside, err := putAside(path)
	if err != nil {
		return err
	}
	if _, err := auth.CreateKeys(path, con.clock.Wall); err != nil {
		return err
	}
	con.say("登录凭证的签名钥匙已重新生成%[1]s。正在使用的页面会自己换新凭证；换不了的，请重新登录。",
		"New keys sign access tokens%[2]s. Pages in use fetch new tokens by themselves; whoever cannot signs in again.", keptZh(aside), keptEn(aside))
	return nil
}

// putAside renames a damaged file, and gives its new name; empty where there is none.
func putAside(path string) (aside string, err error) {
	for n := 1; ; n++ {
		aside = fmt.Sprintf("%s-damaged-%d", path, n)
		if _, err := os.Lstat(aside); errors.Is(err, fs.ErrNotExist) {
			break
		}
	}
	if err := os.Rename(path, aside); errors.Is(err, fs.ErrNotExist) {
		return "", nil
	} else if err != nil {
		return "", fmt.Errorf("put aside: %w", err)
	}
	return aside, nil
}

func keptZh(aside string) string {
	if aside == "" {
		return ""
	}
	return "，损坏的另存为 " + aside
}

func keptEn(aside string) string {
	if aside == "" {
		return ""
	}
	return "; the damaged file is kept as " + aside
}

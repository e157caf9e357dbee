package main

import (
	"context"
	"errors"
	"path/filepath"

	"moralbank.example/bank/ledger/journal"
	"moralbank.example/bank/ledger/journal/badgerjournal"
	"moralbank.example/bank/ledger/seal"
)

// repairCmd makes damaged ledger files whole again, from the copies that the directory has of the newest blocks.
type repairCmd struct {
	Data string `help:"账本目录；请先停止服务 / data directory; stop its server first." default:"data" type:"path"`
}

// Run repairs, or says which block neither copy holds: then a backup is needed. Nothing is changed unless all can be made
// whole, and the damaged files are put aside, not deleted.
func (c *repairCmd) Run(ctx context.Context, con *console) error {
	if _, err := readSettings(c.Data); err != nil {
		return err
	}
	guard, err := seal.OpenGuard(filepath.Join(c.Data, markFile))
	if err != nil {
		return err
	}
	done, err := badgerjournal.Repair(ctx, journalOptions(c.Data, guard, con.log))
	switch {
	case errors.Is(err, journal.ErrCorrupt):
		return &plainError{
			"无法从本机的两份副本修复，没有改动任何文件：" + err.Error() + "。请用 moralbank restore 从备份恢复。",
			"the two copies on this machine do not make it whole; nothing was changed: " + err.Error() + ". Restore a backup with moralbank restore.", err,
		}
	case err != nil:
		return told(err, c.Data)
	}
	if done.Aside == "" && !done.Tail {
		con.say("账本文件完好，无需修复：%[1]d 条。", "The ledger's files are whole; nothing to repair: %[1]d records.", done.Head.Seq)
		return nil
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
	return nil
}

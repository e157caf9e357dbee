// Command moralbank is the moral bank (道德银行) of a community: the books of who helped whom, and the pages that
// volunteers, cashiers, organizers and auditors use. One binary, one data directory.
//
//	moralbank init     make a data directory and found its ledger
//	moralbank serve    serve pages and API
//	moralbank demo     a living community of fictional people, in a directory of its own
//	moralbank import   members from a CSV or XLSX file
//	moralbank verify   read everything again and recompute it
//	moralbank key      the key that signs checkpoints
//	moralbank admin    a running server: status, clock, snapshot, scrub
//	moralbank repair   make damaged ledger files whole again
//	moralbank backup   books, roster and keys to another disk
//	moralbank restore  a data directory from a backup, verified
//	moralbank bench    measure it on this machine
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"moralbank.example/bank/ledger/engine"
)

// cli is the command line. Each verb has a file of its own.
type cli struct {
	Init   initCmd   `cmd:"" help:"建立账本目录 / make a data directory and found its ledger."`
	Serve  serveCmd  `cmd:"" help:"启动服务 / serve pages and API."`
	Demo   demoCmd   `cmd:"" help:"启动演示社区 / serve a demo community of fictional people."`
	Import importCmd `cmd:"" help:"导入成员名单 / import members from a CSV or XLSX file."`
	Verify verifyCmd `cmd:"" help:"全面核验 / read everything again and recompute it."`
	Key    keyCmd    `cmd:"" help:"账本指纹的签名钥匙 / the key that signs checkpoints."`

	Admin   adminCmd   `cmd:"" help:"正在运行的服务：状态、确认时间、快照、通读 / a running server: status, clock, snapshot, scrub."`
	Repair  repairCmd  `cmd:"" help:"修复损坏的账本文件 / make damaged ledger files whole again."`
	Backup  backupCmd  `cmd:"" help:"备份 / back up to another disk."`
	Restore restoreCmd `cmd:"" help:"从备份恢复 / restore a backup into a new data directory."`
	Bench   benchCmd   `cmd:"" help:"测量性能 / measure how fast this machine runs it."`
}

// console is what a verb talks through.
type console struct {
	out   io.Writer // what the person asked for
	errs  io.Writer // what happens meanwhile
	log   *slog.Logger
	level *slog.LevelVar // of log
	clock engine.Clock
}

// say prints one line, Chinese first; English may be empty.
func (c *console) say(zh, en string, args ...any) {
	fmt.Fprintf(c.out, zh+"\n", args...)
	if en != "" {
		fmt.Fprintf(c.out, en+"\n", args...)
	}
}

// now is the wall clock in milliseconds.
func (c *console) now() time.Time { return c.clock.Wall() }

func main() {
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

// run is main with its world as arguments. It returns the exit status: 0 done, 1 refused or failed, 2 not understood.
func run(args []string, stdout, stderr io.Writer) int {
	var c cli
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	level := new(slog.LevelVar)
	con := &console{
		out: stdout, errs: stderr, clock: engine.SystemClock(), level: level,
		log: slog.New(slog.NewTextHandler(stderr, &slog.HandlerOptions{Level: level})),
	}
	exit := -1
	parser, err := kong.New(&c, kong.Name("moralbank"), kong.Description("道德银行：看得见、查得清的社区互助账本。\nMoral Bank: books of who helped whom that anyone can check."),
		kong.Writers(stdout, stderr), kong.Exit(func(code int) { exit = code }), kong.BindTo(ctx, (*context.Context)(nil)), kong.Bind(con))
	if err != nil {
		fmt.Fprintln(stderr, err)
		return 2
	}
	k, err := parser.Parse(args)
	if exit >= 0 {
		return exit // --help
	}
	if err != nil {
		misunderstood(stderr, parser, args, err)
		return 2
	}
	if err := k.Run(); err != nil {
		if msg, ok := errors.AsType[*plainError](err); ok {
			fmt.Fprintln(stderr, msg.zh)
			fmt.Fprintln(stderr, msg.en)
		} else {
			fmt.Fprintln(stderr, "moralbank:", err)
		}
		return 1
	}
	return 0
}

// plainError is a failure that a person is told about in both languages.
type plainError struct {
	zh, en string
	err    error
}

func (e *plainError) Error() string { return e.en }
func (e *plainError) Unwrap() error { return e.err }

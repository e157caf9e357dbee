package main

import (
	"context"
	"fmt"
	"net/http"
	"time"
)

// adminCmd are the verbs of a running server.
type adminCmd struct {
	Status   adminStatus   `cmd:"" default:"withargs" help:"运行状态 / how the server is doing."`
	Clock    adminClock    `cmd:"" name:"confirm-clock" help:"确认本机时间正确 / confirm that this machine's clock is right."`
	Snapshot adminSnapshot `cmd:"" help:"立即保存快照，下次启动更快 / make a snapshot now: the next start is faster."`
	Scrub    adminScrub    `cmd:"" help:"通读全部账本文件，查找损坏 / read every file of the books and look for damage."`
	Profile  adminProfile  `cmd:"" help:"剖析正在运行的服务 / profile the running server, for go tool pprof."`
}

// ofServer is whose server it is.
type ofServer struct {
	Data string `help:"正在运行的服务的账本目录 / data directory of the running server." default:"data" type:"path"`
}

type adminStatus struct{ ofServer }

// Run prints what a person can act on; docs/operate has what to do about each.
func (c *adminStatus) Run(ctx context.Context, con *console) error {
	var state adminState
	if err := newAdminClient(c.Data).ask(ctx, http.MethodGet, "/status", &state); err != nil {
		return err
	}
	s := state.Engine
	con.say("账本：%[1]d 条；排队 %[2]d/%[3]d；本次启动以来写入 %[4]d 条，拒绝 %[5]d 次，忙 %[6]d 次",
		"ledger: %[1]d records; queue %[2]d/%[3]d; since the start %[4]d written, %[5]d refusals, %[6]d turned away",
		s.Seq, s.Queued, s.QueueMax, s.Records, s.Refusals, s.Busy)
	zh, en := "还没有", "none yet"
	if s.Snapshot != 0 {
		zh, en = fmt.Sprintf("第 %d 条", s.Snapshot), fmt.Sprintf("at record %d", s.Snapshot)
	}
	con.say("索引落后 %[1]d/%[2]d；最近快照：%[3]s；磁盘可用 %[5]d MB", "index %[1]d/%[2]d behind; newest snapshot: %[4]s; %[5]d MB of disk are free",
		s.IndexLag, s.IndexMax, zh, en, state.Free>>20)
	if state.Scrub.IsZero() {
		con.say("通读：启动后的第一遍还没有读完", "scrub: the first since the start has not ended yet")
	} else {
		con.say("通读：%[1]s 读到第 %[2]d 条", "scrub: ended %[1]s, up to record %[2]d", state.Scrub.Format("2006-01-02 15:04:05 (UTC-07:00)"), state.ScrubAt)
	}
	wrong := 0
	for _, w := range []struct {
		is     bool
		zh, en string
	}{
		{s.ClockNotBelieved, "本机时间可疑，暂停记账：核对时间后运行 moralbank admin confirm-clock", "the clock is not believed and nothing is written: check it, then run moralbank admin confirm-clock"},
		{s.NoSpace, "磁盘空间不足，暂停记账：请腾出空间，会自动恢复", "the disk is nearly full and nothing is written: make room, it resumes by itself"},
		{s.Breaches > 0, "有指令被隔离（程序错误），请联系维护者", "commands are in quarantine: a fault of the program, tell its maintainers"},
		{s.IndexErrors+s.GuardErrors > 0, "索引或进度文件写入失败，见日志", "the index or the mark could not be written, see the log"},
		{s.SnapshotErrors > 0, "快照保存失败，见日志；账本不受影响", "a snapshot could not be made, see the log; the books do not need it"},
		{state.Fault != "", "通读账本文件发现问题：" + state.Fault + "。请停止服务，运行 moralbank repair", "reading the files of the books again met a fault: " + state.Fault + ". Stop the server and run moralbank repair"},
		{s.Dead, "账本已停止写入，请重启服务", "the ledger has stopped: start the server again"},
	} {
		if w.is {
			wrong++
			con.say("注意："+w.zh, "ATTENTION: "+w.en)
		}
	}
	if wrong == 0 {
		con.say("一切正常。", "All is well.")
	}
	return nil
}

type adminClock struct{ ofServer }

// Run passes on the operator's word, and says how far timers still are behind.
func (c *adminClock) Run(ctx context.Context, con *console) error {
	var a adminAnswer
	if err := newAdminClient(c.Data).ask(ctx, http.MethodPost, "/clock", &a); err != nil {
		return err
	}
	con.say("已确认本机时间正确，恢复记账。", "The clock is confirmed; writing goes on.")
	if a.Seconds > 0 {
		con.say("到期等定时事项每确认一次最多补一天，还差 %[1]v；逐日核对后再次确认。",
			"Expiry and other timers catch up a day for each confirmation; they are %[1]v behind. Look at each day, then confirm again.", (time.Duration(a.Seconds) * time.Second).Round(time.Minute))
	}
	return nil
}

type adminSnapshot struct{ ofServer }

// Run waits until the snapshot is on the disk.
func (c *adminSnapshot) Run(ctx context.Context, con *console) error {
	var a adminAnswer
	if err := newAdminClient(c.Data).ask(ctx, http.MethodPost, "/snapshot", &a); err != nil {
		return err
	}
	con.say("快照已保存：第 %[1]d 条。", "A snapshot was made at record %[1]d.", a.Seq)
	return nil
}

type adminScrub struct{ ofServer }

// Run waits until all is read; the server goes on meanwhile.
func (c *adminScrub) Run(ctx context.Context, con *console) error {
	var a adminAnswer
	if err := newAdminClient(c.Data).ask(ctx, http.MethodPost, "/scrub", &a); err != nil {
		return err
	}
	con.say("全部读过，没有损坏：到第 %[1]d 条。", "Everything was read and nothing is damaged: up to record %[1]d.", a.Seq)
	return nil
}

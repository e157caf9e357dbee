package main

import (
	"context"
	"errors"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/audit"
	"moralbank.example/bank/ledger/journal/badgerjournal"
)

// verifyCmd reads a data directory again from its first record and recomputes everything.
type verifyCmd struct {
	Data  string `help:"账本目录 / data directory." default:"data" type:"existingdir"`
	Quiet bool   `help:"不显示进度 / no progress." short:"q"`
}

// Run prints what was recomputed, or the first record that is wrong.
func (c *verifyCmd) Run(ctx context.Context, con *console) error {
	if _, err := readSettings(c.Data); err != nil {
		return err // an empty directory is not made a ledger by looking at it
	}
	j, err := badgerjournal.Open(ctx, badgerjournal.Options{Dir: c.Data, Log: con.log})
	if err != nil {
		return told(err, c.Data)
	}
	shown := ledger.Seq(0)
	report, err := audit.Verify(ctx, j, func(done, total ledger.Seq) {
		if step := max(total/10, 1000); !c.Quiet && (done == total || done-shown >= step) {
			shown = done
			con.say("核验中 %d / %d", "", done, total)
		}
	})
	if err := errors.Join(err, j.Close()); err != nil {
		if wrong, ok := errors.AsType[*audit.Finding](err); ok {
			return &plainError{"核验未通过：" + wrong.Error(), "NOT verified: " + wrong.Error(), err}
		}
		return err
	}
	con.say("账目自洽：%[1]d 条记录、%[2]d 个区块全部重新计算，%[3]d 笔发放按其积分规则复核，%[4]d 份餐、%[5]d 笔冲正逐笔核对。",
		"verified: %[1]d records in %[2]d blocks recomputed, %[3]d awards judged by their rulebook, %[4]d meals and %[5]d reversals checked.",
		report.Records, report.Blocks, report.Awards, report.Meals, report.Reversals)
	con.say("发放 %[1]d − 兑换 %[2]d − 过期 %[3]d = 未用 %[4]d 分；服务时长共 %[5]d 分钟；成员 %[6]d 人。",
		"issued %[1]d - redeemed %[2]d - expired %[3]d = outstanding %[4]d points; %[5]d minutes of service; %[6]d members.",
		report.Issued, report.Redeemed, report.Expired, report.Outstanding, report.Minutes, report.Members)
	con.say("账本指纹 / root: %x（%d 条）", "", report.Head.Root, report.Head.TreeSize)
	return nil
}

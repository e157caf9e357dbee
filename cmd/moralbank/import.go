package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/intake"
	"moralbank.example/bank/ledger/roster"
)

// importCmd brings members from a file into a data directory that no server uses.
type importCmd struct {
	File   string `arg:"" help:"名单文件：CSV 或 XLSX，中文表头 / a CSV or XLSX file with Chinese (or English) headers." type:"existingfile"`
	Data   string `help:"账本目录 / data directory." default:"data" type:"path"`
	DryRun bool   `help:"只检查，不导入 / check only."`
}

// Run shows what is in the file, line by line where something is wrong, and then commits the rest.
func (c *importCmd) Run(ctx context.Context, con *console) (err error) {
	f, err := os.Open(c.File)
	if err != nil {
		return fmt.Errorf("import: %w", err)
	}
	defer f.Close()
	sheet, err := roster.Parse(f, roster.AutoFile)
	if err != nil {
		return &plainError{"读不懂这个文件：" + err.Error(), "cannot read this file: " + err.Error(), err}
	}
	h, err := openHouse(ctx, c.Data, con.log, con.clock)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.close(ctx)) }()
	now := con.now()
	day := roster.Date(now.UTC().Add(8 * time.Hour).Format(time.DateOnly))
	preview, err := h.roster.Preview(ctx, sheet, day)
	if err != nil {
		return err
	}
	c.show(con, &preview)
	if c.DryRun {
		return nil
	}
	desk := intake.Desk{
		Engine: h.engine, Roster: h.roster,
		By: roster.By{Actor: ledger.ActorRoot, Device: ledger.ViaCLI, At: ledger.Time(now.UnixMilli())},
	}
	res, err := desk.Commit(ctx, preview)
	if err != nil {
		return err
	}
	con.say("已导入：新成员 %[1]d 人，已有 %[2]d 人，加入队伍或组织 %[3]d 次；%[4]d 行有错未导入。",
		"imported: %[1]d new, %[2]d known, %[3]d memberships; %[4]d lines left out.", res.Created, res.Known, res.Joined, len(res.Faulty))
	if len(res.Opening) > 0 {
		con.say("%[1]d 行写了期初积分或时长：需要额度和两人审批，本次没有入账。",
			"%[1]d lines carry opening balances: they need a budget and two approvals, and were not booked.", len(res.Opening))
	}
	return nil
}

// show prints the counts and each faulty line, without names: this may be a shared screen or a log.
func (c *importCmd) show(con *console, p *roster.Preview) {
	con.say("共 %[1]d 行：新成员 %[2]d，已在名册 %[3]d，有错 %[4]d。", "%[1]d lines: %[2]d new, %[3]d known, %[4]d faulty.",
		len(p.Rows), p.New, p.Matched, p.Faulty)
	for _, row := range p.Rows {
		for _, e := range row.Errors {
			con.say("  第 %[1]d 行 %[2]s：%[3]s / %[4]s", "", row.Line, e.Column, e.Zh, e.En)
		}
	}
}

package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/engine"
	"moralbank.example/bank/ledger/journal"
	"moralbank.example/bank/ledger/seal"
)

// keyNewOrigin lets books go on that lost records which had been signed (decision 0073). Two histories must never carry one name, so
// these go on under another, with another key, and their first record under it names the old head.
type keyNewOrigin struct {
	Origin string `arg:"" help:"新的账本名称，从没有用过的 / the new name: host and path without scheme, never used before."`
	Data   string `help:"账本目录 / data directory." default:"data" type:"existingdir"`
	Signed string `help:"已知最新的账本指纹（取自见证方、公开页、居民手机的证据） / the newest checkpoint known: from a witness, the public page, a resident's evidence." type:"existingfile"`
}

// Run may be repeated after it was cut short: each step looks whether it was done.
func (c *keyNewOrigin) Run(ctx context.Context, con *console) error {
	s, err := readSettings(c.Data)
	if err != nil {
		return err
	}
	if err := seal.ValidOrigin(c.Origin); err != nil {
		return &plainError{"名称不对：" + err.Error(), err.Error(), err}
	}
	if c.Origin == s.Origin {
		return &plainError{"名称要是没有用过的：" + c.Origin, "the name must be one that was never used: " + c.Origin, errors.ErrUnsupported}
	}
	lost, err := c.lost(ctx, con, s)
	if err != nil {
		return err
	}
	if aside, had, err := seal.SetAside(filepath.Join(c.Data, markFile)); err != nil {
		return err
	} else if had {
		con.say("最后签名的账本指纹已移到 %[1]s，请妥善保存。", "What was signed last was moved to %[1]s; keep it.", aside)
	}
	if aside, err := putDerivedAside(c.Data); err != nil {
		return err
	} else if aside != "" {
		con.say("快照已移到 %[1]s：里面可能还有丢失记录时的余额，请妥善保存。", "The snapshots were moved to %[1]s: they may hold the balances of the lost records; keep them.", aside)
	}
	size, err := c.rename(ctx, con, s, lost)
	if err != nil {
		return err
	}
	if err := c.newKey(); err != nil {
		return err
	}
	old := s.Origin
	s.Origin = c.Origin
	if err := s.write(c.Data); err != nil {
		return err
	}
	h, err := openHouse(ctx, c.Data, con.log, con.clock) // signs under the new name, or says why not
	if err != nil {
		return err
	}
	vkeys := h.log.VerifierKeys()
	if err := h.close(ctx); err != nil {
		return err
	}
	con.say("账本从第 %[1]d 条起改名为 %[2]s，旧名称 %[3]s 不再签名。\n新公钥：%[4]s\n请告诉每位见证方和审计员，并公告：%[3]s 签过 %[5]d 条，本账本从第 %[1]d 条接着写。",
		"From record %[1]d on the ledger is named %[2]s; nothing is signed under %[3]s again.\nVerifier key: %[4]s\nTell each witness and auditor, and announce it: %[3]s had signed %[5]d records, these books go on from record %[1]d.",
		size+1, c.Origin, old, vkeys[0], lost)
	return nil
}

// lost is the largest size that is known to have been signed under the old name. Books that nothing is missing from keep their name.
func (c *keyNewOrigin) lost(ctx context.Context, con *console, s settings) (int64, error) {
	notes, err := c.notes()
	if err != nil {
		return 0, err
	}
	known := int64(0)
	for _, text := range notes {
		if len(text) == 0 {
			continue
		}
		one, err := seal.ReadCheckpoint(text)
		if err != nil {
			return 0, err
		}
		if one.Origin == s.Origin {
			known = max(known, one.Size)
		}
	}
	h, err := openHouse(ctx, c.Data, con.log, con.clock)
	if refusesToSign(err) {
		return known, nil
	}
	if err != nil {
		return 0, err
	}
	size := h.journal.Head().TreeSize
	if err := h.close(ctx); err != nil {
		return 0, err
	}
	if size < known {
		return known, nil
	}
	return 0, &plainError{
		"账本完好，没有丢失已签名的记录，不需要改名。", "these books are whole: no signed record is missing, and they keep their name", errors.ErrUnsupported,
	}
}

// notes are the checkpoints that are known: of the mark and of those that an earlier try set aside, and the one that was brought.
func (c *keyNewOrigin) notes() (notes [][]byte, err error) {
	marks, err := filepath.Glob(filepath.Join(c.Data, markFile) + "-*")
	if err != nil {
		return nil, fmt.Errorf("look for marks: %w", err)
	}
	for _, file := range append(marks, filepath.Join(c.Data, markFile)) {
		g, err := seal.OpenGuard(file)
		if errors.Is(err, seal.ErrMark) {
			continue // a damaged one proves nothing
		}
		if err != nil {
			return nil, err
		}
		m, _ := g.Mark()
		notes = append(notes, m.Checkpoint)
	}
	if c.Signed != "" {
		text, err := os.ReadFile(c.Signed)
		if err != nil {
			return nil, fmt.Errorf("read checkpoint: %w", err)
		}
		notes = append(notes, text)
	}
	return notes, nil
}

// refusesToSign reports whether a start was refused because of what was signed before: that is what this command is for.
func refusesToSign(err error) bool {
	for _, why := range []error{
		seal.ErrBehind, seal.ErrFork, seal.ErrForeign, journal.ErrBehind, journal.ErrDiverged, engine.ErrRolledBack, engine.ErrNoMark, seal.ErrMark, errNoLogKey,
	} {
		if errors.Is(err, why) {
			return true
		}
	}
	return false
}

// rename makes the record, unless an earlier try has. It gives the number of records before it.
func (c *keyNewOrigin) rename(ctx context.Context, con *console, s settings, signed int64) (size int64, err error) {
	h := &house{dir: c.Data, settings: s}
	if err := h.openBooks(ctx, con.log, con.clock, true); err != nil {
		return 0, told(err, c.Data)
	}
	defer func() { err = errors.Join(err, h.close(ctx)) }()
	origin := ""
	h.view.Read(func(b *ledger.Book) { origin = b.Origin() })
	head := h.journal.Head()
	if origin == c.Origin {
		return head.TreeSize - 1, nil
	}
	do := &ledger.ChangeOrigin{Origin: c.Origin, Root: hex.EncodeToString(head.Root[:]), Signed: signed}
	return head.TreeSize, h.root(ctx, newKey(), do)
}

// newKey puts a key of the new name in the place of the old one, which is gone: nothing can be signed under the old name again.
func (c *keyNewOrigin) newKey() error {
	path := filepath.Join(c.Data, logKeyFile)
	if _, err := seal.OpenKey(path, c.Origin); err == nil {
		return nil // made by an earlier try
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove the old key: %w", err)
	}
	_, err := seal.CreateKey(path, c.Origin, rand.Reader)
	return err
}

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/journal"
	"moralbank.example/bank/ledger/journal/badgerjournal"
	"moralbank.example/bank/ledger/seal"
)

// The forged copies of a demo, beside it. Nothing in this file touches a ledger that is not flagged as a demo.
const (
	forgedSuffix  = "-forged"  // an award rewritten, and everything after it sealed and signed anew
	flippedSuffix = "-flipped" // one bit of one award changed in the stored file
	keptFile      = "kept-checkpoint.txt"
	forgedPoints  = 20 // more than the hours earned
)

// forge makes two copies of a closed demo, each with one forgery planted, for people to try verify on.
func (c *demoCmd) forge(ctx context.Context, con *console) error {
	forged, flipped := c.Data+forgedSuffix, c.Data+flippedSuffix
	for _, dir := range []string{forged, flipped} {
		if err := copyDir(dir, c.Data); err != nil {
			return err
		}
	}
	seq, err := forgeAward(ctx, con, forged, c.Data)
	if err != nil {
		return err
	}
	file, err := flipAward(flipped)
	if err != nil {
		return err
	}
	con.say("已做好两份伪造的副本：\n· %[1]s：第 %[2]d 条发放多写了 %[3]d 分，之后全部重新封存、重新签名\n· %[4]s：%[5]s 里改了一个比特",
		"Two forged copies were made:\n· %[1]s: record %[2]d awards %[3]d points too many; all after it was sealed and signed anew\n· %[4]s: one bit was changed in %[5]s",
		forged, seq, forgedPoints, flipped, file)
	con.say("试试：moralbank verify --data %[1]s\n      moralbank verify --data %[1]s --since %[2]s\n      moralbank verify --data %[3]s", "",
		forged, filepath.Join(forged, keptFile), flipped)
	return nil
}

// forgeAward writes the journal of dir again from that of the demo, as somebody would who owns the machine and the signing
// key: the award and every balance after it are changed so that all laws hold, and every hash and the checkpoint fit.
// The honest checkpoint is left beside it, as an auditor would have kept it.
func forgeAward(ctx context.Context, con *console, dir, demo string) (seq ledger.Seq, err error) {
	blocks, records, err := readBooks(ctx, con, demo)
	if err != nil {
		return 0, err
	}
	if f, ok := records[0].Body.(*ledger.Founded); !ok || !f.Demo {
		return 0, errors.New("only a demo is forged")
	}
	for i := len(records) / 2; i < len(records) && seq == 0; i++ {
		if w, ok := records[i].Body.(*ledger.Awarded); ok && w.Points > 0 && lawful(rewrite(records, i)) {
			records, seq = rewrite(records, i), records[i].Seq
		}
	}
	if seq == 0 {
		return 0, errors.New("no award of this demo can be forged without breaking a law")
	}
	for _, gone := range []string{"badger", "tail", "index", markFile} {
		if err := os.RemoveAll(filepath.Join(dir, gone)); err != nil {
			return 0, fmt.Errorf("forge: %w", err)
		}
	}
	head, err := sealAnew(ctx, con, dir, blocks, records)
	if err != nil {
		return 0, err
	}
	return seq, signAnew(dir, demo, head)
}

// readBooks reads a closed journal.
func readBooks(ctx context.Context, con *console, dir string) (blocks []journal.Block, records []ledger.Record, err error) {
	j, err := badgerjournal.Open(ctx, badgerjournal.Options{Dir: dir, Log: con.log})
	if err != nil {
		return nil, nil, told(err, dir)
	}
	defer func() { err = errors.Join(err, j.Close()) }()
	for b, err := range j.Blocks(ctx, 1) {
		if err != nil {
			return nil, nil, fmt.Errorf("read the demo: %w", err)
		}
		blocks = append(blocks, b)
		for _, line := range b.Lines {
			r, err := ledger.ParseLine(line)
			if err != nil {
				return nil, nil, fmt.Errorf("read the demo: %w", err)
			}
			records = append(records, r)
		}
	}
	return blocks, records, nil
}

// rewrite gives the award at i more points than its minutes earn, and carries the balances on to the end.
func rewrite(honest []ledger.Record, i int) []ledger.Record {
	records := slices.Clone(honest)
	w := *records[i].Body.(*ledger.Awarded) //nolint:forcetypeassert // the caller looked
	w.Earned, w.Points = w.Earned+forgedPoints, w.Points+forgedPoints
	records[i].Body = &w
	var issuer ledger.AccountID
	for _, p := range records[i].Postings {
		if p.Unit == ledger.UnitPoints && p.Account != w.Account {
			issuer = p.Account
		}
	}
	for k := i; k < len(records); k++ {
		records[k].Postings = slices.Clone(records[k].Postings)
		for n := range records[k].Postings {
			p := &records[k].Postings[n]
			by := int64(0)
			switch {
			case p.Unit != ledger.UnitPoints:
			case p.Account == w.Account:
				by = forgedPoints
			case p.Account == issuer:
				by = -forgedPoints
			}
			if p.Balance += by; k == i {
				p.Amount += by
			}
		}
	}
	return records
}

// lawful reports whether records keep every law; what they owe to the rulebook is not asked.
func lawful(records []ledger.Record) bool {
	book := ledger.NewBook()
	for i := range records {
		r := &records[i]
		if book.Check(r) != nil || book.Fold(r) != nil || book.CheckAfter(r) != nil {
			return false
		}
		book.Touched()
	}
	return true
}

// sealAnew writes records into a new journal in the same blocks.
func sealAnew(ctx context.Context, con *console, dir string, blocks []journal.Block, records []ledger.Record) (head journal.Head, err error) {
	j, err := badgerjournal.Open(ctx, badgerjournal.Options{Dir: dir, Log: con.log})
	if err != nil {
		return head, told(err, dir)
	}
	defer func() { err = errors.Join(err, j.Close()) }()
	var tree seal.Frontier
	prev := head
	for some := range slices.Chunk(blocks, journal.AppendBlocksMax) {
		for i := range some {
			b := &some[i]
			b.Prev, b.Lines = prev.Hash, slices.Clone(b.Lines)
			for n := range b.Lines {
				if b.Lines[n], err = records[0].AppendLine(nil); err != nil {
					return head, err
				}
				tree.Append(seal.EntryOf(b.Lines[n]))
				records = records[1:]
			}
			b.TreeSize, b.Root = tree.Size(), journal.Hash(tree.Root())
			encoded, err := b.Encode()
			if err != nil {
				return head, err
			}
			prev = journal.HeadOf(*b, encoded)
		}
		if head, err = j.Append(ctx, head, some); err != nil {
			return head, fmt.Errorf("seal anew: %w", err)
		}
	}
	return head, nil
}

// signAnew marks and signs the forged books with the demo's own key, and keeps the honest checkpoint beside them.
func signAnew(dir, demo string, head journal.Head) error {
	s, err := readSettings(dir)
	if err != nil {
		return err
	}
	key, err := seal.OpenKey(filepath.Join(dir, logKeyFile), s.Origin)
	if err != nil {
		return err
	}
	m := markOf(head)
	if m.Checkpoint, err = key.Sign(m.Size, m.Root); err != nil {
		return err
	}
	forged, err := seal.OpenGuard(filepath.Join(dir, markFile))
	if err != nil {
		return err
	}
	honest, err := seal.OpenGuard(filepath.Join(demo, markFile))
	if err != nil {
		return err
	}
	kept, _ := honest.Mark()
	if err := os.WriteFile(filepath.Join(dir, keptFile), kept.Checkpoint, 0o600); err != nil {
		return fmt.Errorf("keep the honest checkpoint: %w", err)
	}
	return forged.StoreSigned(m)
}

// flipAward changes one bit of an award where it is stored, and says in which file.
func flipAward(dir string) (string, error) {
	files, err := filepath.Glob(filepath.Join(dir, "badger", "*"))
	if err != nil {
		return "", err
	}
	text := []byte(`"kind":"awarded"`)
	for _, file := range files {
		p, err := os.ReadFile(file) //nolint:gosec // a file of the copy just made
		if err != nil {
			return "", fmt.Errorf("flip a bit: %w", err)
		}
		if i := bytes.Index(p, text); i >= 0 {
			p[i+len(text)+40] ^= 1
			return file, os.WriteFile(file, p, 0o600) //nolint:gosec // a file of the copy just made
		}
	}
	return "", errors.New("flip a bit: no stored award was found")
}

// copyDir copies a closed data directory with the modes of its files. The copy must not exist yet.
func copyDir(to, from string) error {
	if _, err := os.Lstat(to); !errors.Is(err, fs.ErrNotExist) {
		return &plainError{"已存在，没有改动：" + to, "it exists already; nothing was changed: " + to, fs.ErrExist}
	}
	err := filepath.WalkDir(from, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		if entry.IsDir() {
			return os.Mkdir(filepath.Join(to, name), 0o700)
		}
		p, err := os.ReadFile(path) //nolint:gosec // a file of the demo just made
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(to, name), p, 0o600) //nolint:gosec // the directory was made just now
	})
	if err != nil {
		return fmt.Errorf("copy %s: %w", from, err)
	}
	return nil
}

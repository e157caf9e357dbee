package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"moralbank.example/bank/ledger/audit"
	"moralbank.example/bank/ledger/journal/badgerjournal"
	"moralbank.example/bank/ledger/seal"
)

// signedLog puts back what the signed log needs: the key from a backup of the keys, the mark from the head of the books. Both only once
// the books are shown to hold all that is known to be signed, as restore has it: the mark is what tells books that
// were rolled back, and whoever has the key can sign a second history. What is whole is never replaced. broken is why the mark
// could not be read.
func (c *repairCmd) signedLog(ctx context.Context, con *console, s settings, j *badgerjournal.Journal, broken error) (err error) {
	if err := remembered(ctx, con, c.Data, j); err != nil {
		return told(err, c.Data)
	}
	path := filepath.Join(c.Data, markFile)
	noMark := broken != nil
	var last seal.Mark
	if !noMark {
		guard, err := openMark(c.Data)
		if err != nil {
			return err
		}
		had := false
		last, had = guard.Mark()
		noMark = !had && j.Head().Seq > 0
	}
	key, err := c.logKey(s, last.Checkpoint)
	noKey := errors.Is(err, errNoLogKey) || errors.Is(err, seal.ErrKey) || errors.Is(err, seal.ErrForeign)
	switch {
	case err != nil && !noKey:
		return err
	case !noKey && !noMark:
		return nil
	case len(c.Checkpoint) == 0 && noMark:
		return unproven(c.Data, errors.Join(seal.ErrMark, broken))
	case noKey && (len(c.Checkpoint) == 0 || c.Keys == "" || c.Identity == ""):
		return err
	}
	from := ""
	if noKey {
		if from, err = c.unlock(ctx); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, os.RemoveAll(from)) }()
		if key, err = seal.OpenKey(filepath.Join(from, logKeyFile), s.Origin); err != nil {
			return uselessKey(logKeyFile, err)
		}
		if err := signedBy(key, last.Checkpoint); err != nil {
			return otherLogKey(err)
		}
	}
	newest, err := c.extends(ctx, con, j, key, noKey)
	if err != nil {
		return err
	}
	if noKey {
		if err := c.putBack(con, from, logKeyFile); err != nil {
			return err
		}
	}
	aside := ""
	if noMark {
		if aside, _, err = seal.SetAside(path); err != nil {
			return err
		}
	}
	guard, err := openMark(c.Data)
	if err != nil {
		return err
	}
	mark := markOf(j.Head())
	mark.Checkpoint = newest
	if err := guard.Store(mark); err != nil {
		return err
	}
	if noMark {
		con.say("mark 已重新写成：%[1]d 条%[2]s。", "The mark has been written anew at %[1]d records%[3]s.", mark.Seq, keptZh(aside), keptEn(aside))
	}
	return nil
}

// logKey opens the key, and holds it against the checkpoint in the mark: of two ledgers of one name each has its own. Where that is lost
// and a backup of the keys is at hand, what was brought decides.
func (c *repairCmd) logKey(s settings, last []byte) (*seal.Key, error) {
	key, err := openLogKey(c.Data, s.Origin)
	if err != nil {
		return nil, err
	}
	notes := [][]byte{last}
	if len(last) == 0 && c.Keys != "" {
		for _, file := range c.Checkpoint {
			note, err := readNote(file)
			if err != nil {
				return nil, err
			}
			notes = append(notes, note)
		}
	}
	return key, told(signedBy(key, notes...), c.Data)
}

// signedBy is seal.ErrForeign when one of the checkpoints is not of the key's signature.
func signedBy(key *seal.Key, notes ...[]byte) error {
	for _, note := range notes {
		if len(note) == 0 {
			continue
		}
		if _, err := key.Signed(note); err != nil {
			return err
		}
	}
	return nil
}

// otherLogKey says that the backup is of another ledger, or of a key from before a rotation.
func otherLogKey(err error) error {
	return &plainError{
		"钥匙备份里的 log-key 和这里的 mark 不是一对，没有改动。请用本账本最近一次更换钥匙之后的钥匙备份。",
		"the log-key in the backup of the keys is not that of the mark here; nothing was changed. Use a backup of this ledger's keys from after their last rotation.", err,
	}
}

// unproven says what to bring.
func unproven(dir string, err error) error {
	path := filepath.Join(dir, markFile)
	return &plainError{
		"账本进度文件 " + path + " 有损坏或找不到，没有改动它。只凭账本自己，看不出它有没有被换成旧的。请取来已知最新的账本指纹（向见证方要、公开页下载、居民手机的证据），运行 moralbank repair --data " + dir + " --checkpoint 指纹文件；都取不到时，运行 moralbank key new-origin 新名称 --data " + dir,
		"the mark " + path + " is damaged or missing and was left as it is: the books alone do not show whether they were rolled back. Bring the newest checkpoint known (from a witness, the public page, a resident's evidence) and run moralbank repair --data " + dir + " --checkpoint FILE; where there is none, moralbank key new-origin NAME --data " + dir,
		err,
	}
}

// extends verifies the books from their first record, and that they extend the checkpoints that were brought and those found here; it
// gives the largest as a signed note. strict asks that what was brought is no older than what is here: a directory that restore made
// without a checkpoint holds the backup's own, and must not get its key back with that.
func (c *repairCmd) extends(ctx context.Context, con *console, j *badgerjournal.Journal, key *seal.Key, strict bool) ([]byte, error) {
	policy, err := seal.LogPolicy(key.VerifierKeys()...)
	if err != nil {
		return nil, err
	}
	var known []seal.Checkpoint
	var newest []byte
	largest := int64(-1)
	for _, file := range c.Checkpoint {
		note, err := readNote(file)
		if err != nil {
			return nil, err
		}
		one, err := seal.OpenCheckpoint(note, policy)
		if err != nil {
			return nil, notACheckpoint(file, err)
		}
		if known = append(known, one); one.Size > largest {
			largest, newest = one.Size, note
		}
	}
	for _, note := range c.found() {
		one, err := seal.OpenCheckpoint(note, policy)
		if err != nil {
			continue // of nobody's signature: it shows nothing
		}
		if known = append(known, one); one.Size <= largest {
			continue
		}
		if strict {
			return nil, &plainError{
				fmt.Sprintf("给出的账本指纹只到第 %d 条，这个目录里还有到第 %d 条的，证明不了什么，没有改动。请要更新的。", largest, one.Size),
				fmt.Sprintf("the checkpoint given is of %d records, and the directory holds one of %d: it shows nothing, and nothing was changed. Bring a newer one.", largest, one.Size),
				audit.ErrShrunk,
			}
		}
		largest, newest = one.Size, note
	}
	verify := verifyCmd{Quiet: c.Quiet}
	report, err := audit.Verify(ctx, j, verify.progress(con, "核验中", "verifying"), known...)
	if errors.Is(err, audit.ErrShrunk) {
		return nil, &plainError{
			"账本比已签名的账本指纹旧（" + err.Error() + "），缺少已签名的记录，没有改动。请用 moralbank restore 从更新的备份恢复；没有时运行 moralbank key new-origin",
			"the books are older than a signed checkpoint (" + err.Error() + "): signed records are missing, and nothing was changed. Restore a newer backup with moralbank restore; without one run moralbank key new-origin", err,
		}
	}
	if err != nil {
		return nil, notVerified(err)
	}
	con.say("账本从第一条重新核验无误：%[1]d 条，接在 %[2]d 份账本指纹之后。", "The books were verified from their first record: %[1]d records, which extend %[2]d checkpoints.", report.Records, report.Extends)
	return newest, nil
}

// found are the notes in the directory itself, which nobody has verified: somebody who damages the mark and puts older books in their
// place is met by what she left.
func (c *repairCmd) found() (notes [][]byte) {
	if p, err := os.ReadFile(filepath.Join(c.Data, markFile)); err == nil {
		notes = append(notes, seal.NoteIn(p))
	}
	auditors, err := seal.OpenAuditors(filepath.Join(c.Data, auditorsFile), filepath.Join(c.Data, auditsFile))
	if err != nil {
		return notes // a start tells
	}
	for _, a := range auditors.List() {
		notes = append(notes, a.Note)
	}
	return notes
}

package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"time"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/audit"
	"moralbank.example/bank/ledger/journal"
	"moralbank.example/bank/ledger/journal/badgerjournal"
	"moralbank.example/bank/ledger/seal"
	"moralbank.example/bank/ledger/snapshot"
	"moralbank.example/bank/ledger/view"
)

// verifyGCPercent trades memory for time: a verification reads everything once and keeps little of it.
const verifyGCPercent = 400

// compareGCPercent is for a comparison of views, which keeps the sums of each member and month.
const compareGCPercent = 100

// verifyCmd reads a data directory again from its first record and recomputes everything; or it verifies a receipt, for
// which nothing else is needed.
type verifyCmd struct {
	Data    string   `help:"账本目录 / data directory." default:"data" type:"path"`
	Lines   string   `help:"导出的记录文件，每行一条 / an export: one record a line." type:"existingfile" xor:"where"`
	URL     string   `help:"通过网络核验这台服务器 / verify this server over HTTP." name:"url" xor:"where"`
	Token   string   `help:"审计员令牌文件（配合 --url）/ a file with an auditor's access token, for --url." type:"existingfile"`
	Receipt string   `help:"核验一张凭条（不需要账本和网络）/ verify a receipt; needs no ledger and no network." type:"existingfile" xor:"where"`
	Policy  string   `help:"公布的核验规则 log.txt，含公钥和见证方 / the published log.txt: verifier key and witnesses." type:"existingfile"`
	Vkey    []string `help:"账本公钥，可多次 / verifier key of the log; may be given more than once." sep:"none"`
	Since   []string `help:"以前保存的账本指纹文件：证明此后只增不改 / a checkpoint kept from before: prove that nothing was changed since." type:"existingfile"`
	Sign    string   `help:"审计员钥匙文件：核验通过后加签 / an auditor's key: sign the checkpoint when all is right." type:"existingfile"`
	Name    string   `help:"审计员署名 / the name of the auditor's key."`
	Out     string   `help:"加签后的账本指纹写到哪里 / where the signed checkpoint goes." type:"path"`
	Quiet   bool     `help:"不显示进度 / no progress." short:"q"`
}

// Run prints what was recomputed, or the first record that is wrong.
func (c *verifyCmd) Run(ctx context.Context, con *console) error {
	if c.Receipt != "" {
		return c.receipt(con)
	}
	if c.Lines != "" || c.URL != "" {
		return c.remote(ctx, con)
	}
	if c.Sign != "" && (c.Name == "" || c.Out == "") {
		return &plainError{"加签需要 --name 和 --out", "signing needs --name and --out", errors.ErrUnsupported}
	}
	s, err := readSettings(c.Data)
	if err != nil {
		return err
	}
	signed, since, retired, err := c.checkpoints(s.Origin)
	if err != nil {
		return err
	}
	defer debug.SetGCPercent(debug.SetGCPercent(verifyGCPercent))
	report, took, err := c.books(ctx, con, since)
	if err != nil {
		return notVerified(err)
	}
	if len(retired) > 0 { // only now do the books say whose signature these carry
		if since, err = retired.check(s.Origin, report.Keys); err != nil {
			return err
		}
		again, _, err := c.books(ctx, con, since)
		if err != nil {
			return notVerified(err)
		}
		report.Extends += again.Extends
	}
	c.say(con, &report, took)
	if err := c.sayCopies(con, report.Snapshots, ledger.Seq(report.Head.Seq)); err != nil {
		return err
	}
	if err := c.views(ctx, con); err != nil {
		return notVerified(err)
	}
	if c.Sign != "" {
		return c.sign(con, signed)
	}
	return nil
}

// notVerified says in both languages which record is wrong.
func notVerified(err error) error {
	if wrong, ok := errors.AsType[*audit.Finding](err); ok {
		if errors.Is(err, journal.ErrCorrupt) {
			return &plainError{
				"核验未通过：" + wrong.Error() + "。文件有损坏：请停止服务，运行 moralbank repair",
				"NOT verified: " + wrong.Error() + ". A file is damaged: stop the server and run moralbank repair", err,
			}
		}
		return &plainError{"核验未通过：" + wrong.Error(), "NOT verified: " + wrong.Error(), err}
	}
	if wrong, ok := errors.AsType[*view.Difference](err); ok {
		return &plainError{"记录没有问题，视图与记录不符（删除 index 目录后重新启动即可重建）：" + wrong.Error(), "the records are right, a view is NOT what they make (remove the index directory; a start builds it): " + wrong.Error(), err}
	}
	if errors.Is(err, seal.ErrTiles) {
		return &plainError{"记录没有问题，指纹砖与记录不符（删除 index 目录后重新启动即可重建）：" + err.Error(), "the records are right, a tile is NOT what they make (remove the index directory; a start builds it): " + err.Error(), err}
	}
	return err
}

// books verifies the journal of the data directory, and says how long it took once the files were open.
func (c *verifyCmd) books(ctx context.Context, con *console, since []seal.Checkpoint) (report audit.Report, took time.Duration, err error) {
	copies, err := snapshot.Open(c.Data, "", con.log).Files() // before the books: a server may be making the next one
	if err != nil {
		return report, 0, err
	}
	books, closeBooks, err := c.open(ctx, con)
	if err != nil {
		return report, 0, told(err, c.Data)
	}
	began := con.clock.Mono()
	report, err = audit.VerifyCopies(ctx, books, copies, c.progress(con, "核验中", "verifying"), since...)
	took = con.clock.Mono() - began
	return report, took, errors.Join(err, closeBooks())
}

// open gives the books of the directory; those of a running server through its admin socket, as they are at the call.
func (c *verifyCmd) open(ctx context.Context, con *console) (audit.Books, func() error, error) {
	j, err := badgerjournal.Open(ctx, badgerjournal.Options{Dir: c.Data, Log: con.log})
	if !errors.Is(err, journal.ErrLocked) {
		return j, func() error { return j.Close() }, err
	}
	books, asked := newAdminClient(c.Data).books(ctx)
	if asked == nil {
		return books, func() error { return nil }, nil
	}
	if errors.Is(asked, errNoServer) {
		return nil, nil, err // locked by something else than a server
	}
	return nil, nil, asked
}

// sayCopies says what the replay has found of the snapshots. A wrong one is refused: a server that started from it may
// have shown what the books do not say.
func (c *verifyCmd) sayCopies(con *console, copies []audit.SnapshotReport, end ledger.Seq) error {
	for _, s := range copies {
		switch {
		case s.Err == nil:
			con.say("快照与重算一致：第 %[1]d 条", "the snapshot at record %[1]d is what the records amount to", s.Seq)
		case errors.Is(s.Err, fs.ErrNotExist): // the server has let it go meanwhile
		case errors.Is(s.Err, snapshot.ErrWrong):
			dir := filepath.Dir(s.Path)
			return &plainError{
				"账本无误，但快照与账本不符：" + s.Err.Error() + "。请停止服务，删除目录 " + dir + "，再启动：快照会从账本重新生成。",
				"the books are right, but a snapshot is not what they amount to: " + s.Err.Error() + ". Stop the server, delete the folder " + dir + " and start again: snapshots are made anew from the books.", s.Err,
			}
		case s.Seq > end:
			con.say("快照是第 %[1]d 条的，账本只到第 %[2]d 条。", "a snapshot is of record %[1]d, the books end at %[2]d.", s.Seq, end)
		default:
			con.say("快照不能使用，启动时会跳过它：%[1]v", "a snapshot cannot be used, a start passes it over: %[1]v", s.Err)
		}
	}
	return nil
}

// views compares what readers were shown with what the records make: histories, sums, lists, and the tiles of the tree. A copy
// without them has nothing to compare; they are built at the next start.
func (c *verifyCmd) views(ctx context.Context, con *console) error {
	_, err := os.Stat(filepath.Join(c.Data, "index"))
	if err := c.remembered(ctx, con); err != nil {
		return err
	}
	if errors.Is(err, fs.ErrNotExist) {
		con.say("没有视图可核对：下次启动时会重新生成。", "There are no views to compare: the next start builds them.")
		return nil
	}
	o := badgerjournal.Options{Dir: c.Data, Log: con.log}
	j, err := badgerjournal.Open(ctx, o)
	if errors.Is(err, journal.ErrLocked) {
		con.say("服务正在运行：账本已核验；视图要停止服务后才能核对。", "A server is running: the books were verified; its views can be compared once it is stopped.")
		return nil
	}
	if err != nil {
		return told(err, c.Data)
	}
	x, err := badgerjournal.OpenIndex(ctx, o)
	if err != nil {
		return errors.Join(err, j.Close())
	}
	debug.SetGCPercent(compareGCPercent) // Run sets it back
	debug.FreeOSMemory()
	began := con.clock.Mono()
	done, err := view.Compare(ctx, j, x, c.progress(con, "核对视图", "comparing views"))
	tiles := int64(0)
	if err == nil {
		show := c.progress(con, "核对指纹砖", "comparing tiles")
		tiles, err = seal.CompareTiles(ctx, journalSource{j}, seal.Over[journal.Seq, journal.KV](x), func(done, total int64) { show(ledger.Seq(done), ledger.Seq(total)) })
	}
	if err := errors.Join(err, x.Close(), j.Close()); err != nil {
		return err
	}
	values := 0
	for _, one := range done {
		if values += one.Values; one.Stale {
			con.say("视图 %[1]s 是旧版本的，下次启动时重新生成。", "View %[1]s was made by another version; the next start builds it.", one.View)
		}
	}
	con.say("视图一致：%[1]d 个视图的 %[2]d 个值、%[3]d 块指纹砖都与记录相符，用时 %.2[4]f 秒。", "the views agree: %[2]d values of %[1]d views and %[3]d tiles are what the records make, %.2[4]f s.",
		len(done), values, tiles, (con.clock.Mono() - began).Seconds())
	return nil
}

// remembered refuses books that end before what their own index or a snapshot knows, as a start does. A running server has asked.
func (c *verifyCmd) remembered(ctx context.Context, con *console) error {
	j, err := badgerjournal.Open(ctx, badgerjournal.Options{Dir: c.Data, Log: con.log})
	if errors.Is(err, journal.ErrLocked) {
		return nil
	}
	if err == nil {
		err = errors.Join(remembered(ctx, con, c.Data, j), j.Close())
	}
	return told(err, c.Data)
}

// progress prints how far it is, and how long the rest may take.
func (c *verifyCmd) progress(con *console, zh, en string) func(done, total ledger.Seq) {
	due, began := pace(con, c.Quiet), con.clock.Mono()
	return func(done, total ledger.Seq) {
		switch {
		case !due(int64(done), int64(total)):
		case done == total:
			con.say(zh+" %[1]d / %[1]d，读完了", en+" %[1]d of %[1]d, all of it", done)
		default:
			left := time.Duration(float64(con.clock.Mono()-began) / float64(max(done, 1)) * float64(total-done))
			con.say(zh+" %[1]d / %[2]d，约剩 %[3]v", en+" %[1]d of %[2]d, about %[3]v left", done, total, left.Round(time.Second))
		}
	}
}

// retired are notes that none of the present keys has signed: by file, their text.
type retired map[string][]byte

// check reads them, if a key signed them that the books, which have been verified, name as one of before.
func (r retired) check(origin string, publics []string) (all []seal.Checkpoint, err error) {
	var vkeys []string
	for _, public := range publics {
		vkey, err := seal.VerifierKeyOf(origin, public)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(vkeys, vkey) {
			vkeys = append(vkeys, vkey)
		}
	}
	for file, text := range r {
		policy, err := seal.LogPolicy(vkeys...)
		if err != nil {
			return nil, notACheckpoint(file, err)
		}
		one, err := seal.OpenCheckpoint(text, policy)
		if err != nil {
			return nil, notACheckpoint(file, err)
		}
		all = append(all, one)
	}
	return all, nil
}

// checkpoints are what the books must extend: the one that was signed last, and those that the caller kept. Their signatures are
// verified here, but for those by an older key, which only the books can name.
func (c *verifyCmd) checkpoints(origin string) (signed []byte, all []seal.Checkpoint, old retired, err error) {
	guard, err := openMark(c.Data)
	if err != nil {
		return nil, nil, nil, err
	}
	keys := c.Vkey
	if len(keys) == 0 {
		k, err := openLogKey(c.Data, origin)
		if err != nil {
			if said, ok := errors.AsType[*plainError](err); ok {
				err = &plainError{said.zh + "。只是核验的，用 --vkey 给出账本公钥即可", said.en + ". To verify only, give the verifier key with --vkey", err}
			}
			return nil, nil, nil, err
		}
		keys = k.VerifierKeys()
	}
	policy, err := seal.LogPolicy(keys...)
	if err != nil {
		return nil, nil, nil, err
	}
	notes, old := map[string][]byte{}, retired{}
	if m, _ := guard.Mark(); len(m.Checkpoint) > 0 {
		signed = m.Checkpoint
		notes[markFile] = signed
	}
	for _, file := range c.Since {
		if notes[file], err = readNote(file); err != nil {
			return nil, nil, nil, err
		}
	}
	for file, text := range notes {
		one, err := seal.OpenCheckpoint(text, policy)
		if err != nil && file != markFile {
			old[file] = text
			continue
		}
		if err != nil {
			return nil, nil, nil, notACheckpoint(file, err)
		}
		all = append(all, one)
	}
	return signed, all, old, nil
}

// say prints what was found right.
func (c *verifyCmd) say(con *console, report *audit.Report, took time.Duration) {
	con.say("账目自洽：%[1]d 条记录、%[2]d 个区块全部重新计算，%[3]d 笔发放按其积分规则复核，%[4]d 份餐、%[5]d 笔冲正逐笔核对。",
		"verified: %[1]d records in %[2]d blocks recomputed, %[3]d awards judged by their rulebook, %[4]d meals and %[5]d reversals checked.",
		report.Records, report.Blocks, report.Awards, report.Meals, report.Reversals)
	con.say("发放 %[1]d − 兑换 %[2]d − 过期 %[3]d = 未用 %[4]d 分；服务时长共 %[5]d 分钟；成员 %[6]d 人。",
		"issued %[1]d - redeemed %[2]d - expired %[3]d = outstanding %[4]d points; %[5]d minutes of service; %[6]d members.",
		report.Issued, report.Redeemed, report.Expired, report.Outstanding, report.Minutes, report.Members)
	con.say("与 %[1]d 份签过名的账本指纹一致：在它们之后只增不改。", "it extends %[1]d signed checkpoints: nothing under them was changed or removed.", report.Extends)
	con.say("账本指纹 / root: %x（%d 条）", "", report.Head.Root, report.Head.TreeSize)
	if seconds := took.Seconds(); !c.Quiet && seconds > 0 {
		con.say("用时 %.2[1]f 秒，每秒 %.0[2]f 条。", "%.2[1]f s, %.0[2]f records/s.", seconds, float64(report.Records)/seconds)
	}
}

// sign adds an auditor's signature to the checkpoint that was verified.
func (c *verifyCmd) sign(con *console, signed []byte) error {
	if signed == nil {
		return &plainError{"这个账本还没有签名的账本指纹，无法加签", "this ledger has no signed checkpoint yet; there is nothing to sign", seal.ErrCheckpoint}
	}
	auditor, err := seal.OpenAuditor(c.Sign, c.Name)
	if err != nil {
		return err
	}
	note, err := auditor.Cosign(signed)
	if err != nil {
		return err
	}
	if err := os.WriteFile(c.Out, note, 0o644); err != nil { //nolint:gosec // it is made to be published
		return fmt.Errorf("write checkpoint: %w", err)
	}
	con.say("已加签：%[1]s\n审计员公钥：%[2]s", "Signed: %[1]s\nAuditor's verifier key: %[2]s", c.Out, auditor.VerifierKey())
	return nil
}

package audit

import (
	"context"
	"iter"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/journal"
	"moralbank.example/bank/ledger/seal"
)

// VerifyLines is Verify for the lines alone, in order from seq 1: an export, or what a server gives to an auditor. There are
// no blocks to check; that nothing is missing or changed follows from the checkpoints, so one at least must be given, and
// the lines are read up to the largest. A *Finding without a block names the first wrong record.
func VerifyLines(ctx context.Context, lines iter.Seq2[[]byte, error], progress Progress, signed ...seal.Checkpoint) (Report, error) {
	total := int64(0)
	for _, c := range signed {
		total = max(total, c.Size)
	}
	v := newVerifier(signed, total)
	v.bare = true
	err := v.read(ctx, gather(lines, total), func(done ledger.Seq) {
		if progress != nil {
			progress(done, ledger.Seq(total))
		}
	})
	if err == nil {
		err = v.totals()
	}
	return v.report, err
}

// gather puts the first so many lines into pieces as large as a block.
func gather(lines iter.Seq2[[]byte, error], total int64) iter.Seq2[journal.Block, error] {
	return func(yield func(journal.Block, error) bool) {
		piece, read := journal.Block{FirstSeq: 1}, int64(0)
		if total == 0 {
			return
		}
		for line, err := range lines {
			if err != nil {
				yield(journal.Block{}, err)
				return
			}
			piece.Lines = append(piece.Lines, line)
			read++
			if full := len(piece.Lines) == journal.LinesMax; full || read == total {
				if !yield(piece, nil) || read == total {
					return
				}
				piece = journal.Block{FirstSeq: journal.Seq(read + 1)}
			}
		}
		if len(piece.Lines) > 0 {
			yield(piece, nil)
		}
	}
}

package seal

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"

	"filippo.io/torchwood"
	"golang.org/x/mod/sumdb/tlog"
)

// ReceiptMax bounds a receipt, in bytes: a record line in base64, a proof, a checkpoint with its witnesses.
const ReceiptMax = 128 << 10

// ErrReceipt : a text is not a receipt of this log, or its line is not the one that was sealed.
var ErrReceipt = errors.New("seal: not a receipt of this log")

// Receipt is what a verified receipt proves: that the line stood in the books, at this place, when the checkpoint was signed.
type Receipt struct {
	Index      int64 // from 0: seq - 1
	Line       []byte
	Checkpoint Checkpoint
}

// OpenReceipt verifies a receipt, C2SP tlog-proof with the record line as its extra data, and gives what it proves. It needs
// no network. ErrReceipt or ErrCheckpoint otherwise.
func OpenReceipt(text []byte, p torchwood.Policy) (Receipt, error) {
	if len(text) > ReceiptMax {
		return Receipt{}, fmt.Errorf("%w: %d bytes", ErrReceipt, len(text))
	}
	line, err := torchwood.ProofExtraData(text)
	if err != nil {
		return Receipt{}, fmt.Errorf("%w: %w", ErrReceipt, err)
	}
	head, signed, ok := bytes.Cut(text, []byte("\n\n"))
	if !ok {
		return Receipt{}, fmt.Errorf("%w: it has no checkpoint", ErrReceipt)
	}
	c, err := OpenCheckpoint(signed, p)
	if err != nil {
		return Receipt{}, err
	}
	entry := EntryOf(line)
	if err := torchwood.VerifyProof(p, tlog.RecordHash(entry[:]), text); err != nil {
		return Receipt{}, fmt.Errorf("%w: %w", ErrReceipt, err)
	}
	_, number, _ := bytes.Cut(head, []byte("\nindex "))
	number, _, _ = bytes.Cut(number, []byte("\n"))
	index, err := strconv.ParseInt(string(number), 10, 64)
	if err != nil || strconv.FormatInt(index, 10) != string(number) {
		return Receipt{}, fmt.Errorf("%w: index %q", ErrReceipt, number)
	}
	return Receipt{Index: index, Line: line, Checkpoint: c}, nil
}

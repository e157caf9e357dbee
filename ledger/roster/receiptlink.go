package roster

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"moralbank.example/bank/ledger"
)

// ReceiptLink is the short link printed on a receipt: who has the paper may see what is printed on it, and check it. The
// token is 130 bits; it follows from the record and a key of the keyring, so that asking again gives the same one, and it is
// stored nowhere: the row is named by its hash. Beside it a short code stands for people who type.
type ReceiptLink struct {
	Account ledger.AccountID `json:"account"` // whose record it is; with her erasure the link ends
	Seq     ledger.Seq       `json:"seq"`
	Code    string           `json:"code"` // the keyed hash of the short code
	Maker   ledger.AccountID `json:"maker"`
	Made    ledger.Time      `json:"made"`
}

const (
	receiptKind       = "receipt"
	receiptTokenChars = 26 // of 5 bits
	receiptCodeChars  = 10
	linkAlphabet      = "0123456789abcdefghjkmnpqrstvwxyz" // Crockford's: no i, l, o, u
)

func receiptRow(hash string) string     { return "link:receipt:" + hash }
func receiptCodeRow(hash string) string { return "link:receipt-code:" + hash }

// letters writes n characters of five bits each from the front of a hash.
func letters(hash []byte, n int) string {
	out := make([]byte, n)
	for i := range out {
		bits := 0
		for b := range 5 {
			at := 5*i + b
			bits = bits<<1 | int(hash[at/8]>>(7-at%8)&1)
		}
		out[i] = linkAlphabet[bits]
	}
	return string(out)
}

// linkText brings what somebody typed to the alphabet's own spelling: o is 0, i and l are 1, and gaps do not count.
func linkText(typed string) string {
	return strings.NewReplacer("-", "", " ", "", "o", "0", "i", "1", "l", "1").Replace(strings.ToLower(typed))
}

func (r *Roster) receiptCodeHash(code string) string {
	return hex.EncodeToString(r.ring.mac("receipt code", code))
}

// LinkReceipt makes the link of a record that is about the account, or gives the one that it has. token opens it alone; code
// is for typing, beside the printed date and amount.
func (r *Roster) LinkReceipt(ctx context.Context, by By, a ledger.AccountID, seq ledger.Seq) (token, code string, err error) {
	if !r.Has(a) {
		return "", "", fmt.Errorf("link receipt: %w", ErrNotFound)
	}
	what := fmt.Sprintf("%s %d", a, seq)
	token = letters(r.ring.mac("receipt link", what), receiptTokenChars)
	code = letters(r.ring.mac("receipt short", what), receiptCodeChars)
	link := ReceiptLink{Account: a, Seq: seq, Code: r.receiptCodeHash(code), Maker: by.Actor, Made: by.At}
	hash := tokenHash(token)
	err = retry(func() error {
		switch _, err := r.store.Get(ctx, receiptRow(hash)); {
		case err == nil:
			return nil
		case !errors.Is(err, ErrNotFound):
			return err
		}
		row, err := put(receiptRow(hash), link, 0)
		if err != nil {
			return err
		}
		note, err := r.audit(by, string(a), "receipt_linked")
		if err != nil {
			return err
		}
		return r.store.Commit(ctx, row, Change{Key: receiptCodeRow(link.Code), Value: []byte(hash)}, Change{Key: owned(a, receiptKind, hash)}, note)
	})
	if err != nil {
		return "", "", fmt.Errorf("link receipt: %w", err)
	}
	return token, code, nil
}

// ReceiptByToken is the link of a token. ErrNotFound.
func (r *Roster) ReceiptByToken(ctx context.Context, token string) (ReceiptLink, error) {
	if len(token) != receiptTokenChars || strings.Trim(token, linkAlphabet) != "" {
		return ReceiptLink{}, ErrNotFound
	}
	return r.receiptLink(ctx, tokenHash(token))
}

// ReceiptByCode is the link of a code that somebody typed. ErrNotFound. The caller compares what else is printed, and throttles.
func (r *Roster) ReceiptByCode(ctx context.Context, typed string) (ReceiptLink, error) {
	code := linkText(typed)
	if len(code) != receiptCodeChars || strings.Trim(code, linkAlphabet) != "" {
		return ReceiptLink{}, ErrNotFound
	}
	row, err := r.store.Get(ctx, receiptCodeRow(r.receiptCodeHash(code)))
	if err != nil {
		return ReceiptLink{}, err
	}
	return r.receiptLink(ctx, string(row.Value))
}

func (r *Roster) receiptLink(ctx context.Context, hash string) (ReceiptLink, error) {
	var link ReceiptLink
	_, err := r.read(ctx, receiptRow(hash), &link)
	return link, err
}

// dropReceiptLink takes the rows of a link away.
func (r *Roster) dropReceiptLink(ctx context.Context, hash string) error {
	link, err := r.receiptLink(ctx, hash)
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := r.remove(ctx, receiptCodeRow(link.Code)); err != nil {
		return err
	}
	return r.remove(ctx, receiptRow(hash))
}

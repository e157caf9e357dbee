package api

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"time"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/seal"
)

// receiptOut is what the holder of a record takes home: text that anybody can verify without us.
type receiptOut struct {
	Seq       ledger.Seq `json:"seq"`
	Line      string     `json:"line" doc:"The record as it is stored, without LF"`
	Receipt   string     `json:"receipt" doc:"C2SP tlog-proof with the line as its extra data and the signed checkpoint: save it as it is"`
	File      string     `json:"file" doc:"A name to save it under"`
	Size      int64      `json:"size" doc:"Of the signed tree"`
	Root      string     `json:"root" doc:"Of the signed tree, base64"`
	Witnessed bool       `json:"witnessed" doc:"Enough witnesses have signed this checkpoint, by the policy in log.txt"`
	Keys      []string   `json:"verifier_keys" doc:"That the checkpoint is signed with, the newest first"`
}

// receiptWait is how long a receipt waits for the checkpoint that holds the record: it is signed each second.
const receiptWait = 5 * time.Second

// getReceipt gives the receipt of a record to the member that it is about, to organizers and to auditors.
func (s *Server) getReceipt(ctx context.Context, c *call, in *recordPath) (receiptOut, error) {
	if s.sealed == nil {
		return receiptOut{}, fail(codeNotFound)
	}
	stored, err := s.record(ctx, in.Seq)
	if err != nil {
		return receiptOut{}, err
	}
	subject := stored.Record.Subject()
	if !c.holds(organizer, ledger.RoleAuditor) && subject != c.account {
		return receiptOut{}, fail(string(ledger.CodeRecordUnknown))
	}
	text, p, err := s.receiptText(ctx, in.Seq, stored.Line)
	if err != nil {
		return receiptOut{}, err
	}
	c.seq = max(c.seq, s.engine.Seq())
	out := receiptOut{
		Seq: in.Seq, Line: string(stored.Line), Receipt: string(text), File: receiptFile(in.Seq),
		Size: p.Size, Root: base64.StdEncoding.EncodeToString(p.Root[:]), Witnessed: s.sealed.Witnessed(p), Keys: s.sealed.VerifierKeys(),
	}
	if subject != "" {
		return out, s.saw(ctx, c, "receipt", subject)
	}
	return out, nil
}

// receiptFile is the name to save a receipt under.
func receiptFile(seq ledger.Seq) string { return "receipt-" + decimal(seq) + ".tlog-proof" }

// receiptText is the receipt of a record, with its line, under the newest checkpoint. It waits for the one that holds it.
func (s *Server) receiptText(ctx context.Context, seq ledger.Seq, line []byte) ([]byte, *seal.Published, error) {
	ctx, cancel := context.WithTimeout(ctx, receiptWait)
	defer cancel()
	p, err := s.sealed.Wait(ctx, int64(seq))
	if err != nil {
		return nil, nil, err
	}
	text, err := p.Receipt(ctx, int64(seq)-1, line)
	if err != nil {
		return nil, nil, fmt.Errorf("receipt of record %d: %w", seq, err)
	}
	return text, p, nil
}

// publicCheckpoint is the public page's word about the books: what was signed, and who witnessed it.
type publicCheckpoint struct {
	Origin    string         `json:"origin"`
	Size      int64          `json:"size" doc:"Records under the checkpoint"`
	Root      string         `json:"root" doc:"Base64"`
	Note      string         `json:"checkpoint" doc:"As served at /checkpoint"`
	Signed    *Time          `json:"signed_at,omitempty"`
	Keys      []string       `json:"verifier_keys"`
	Policy    string         `json:"policy" doc:"As served at /log.txt"`
	Witnessed bool           `json:"witnessed" doc:"Enough witnesses have signed, by the policy"`
	Count     int            `json:"witnesses_signed"`
	Witnesses []witnessState `json:"witnesses"`
	Alarm     string         `json:"alarm,omitempty" enum:"stopped,refused" doc:"stopped: nothing more is signed until a person has looked; refused: a witness says that this tree does not extend the one it knows"`
	Auditors  []auditorState `json:"auditors" doc:"Whose signature says: replayed and found right"`
	Readers   []readerState  `json:"readers" doc:"Who holds the role of auditor now"`
}

type witnessState struct {
	Name  string `json:"name"`
	Who   string `json:"who,omitempty" doc:"Runs it"`
	State string `json:"state" enum:"signed,missing,refused,ahead" doc:"refused: it says that this tree does not extend the one it knows; ahead: it knows a larger one"`
	At    *Time  `json:"at,omitempty" doc:"When it signed this checkpoint, as it states"`
}

// getCheckpoint says how the books are sealed and by whom: no person, no record.
func (s *Server) getCheckpoint(ctx context.Context, c *call, _ *none) (publicCheckpoint, error) {
	if s.sealed == nil || s.sealed.Published() == nil {
		return publicCheckpoint{}, fail(codeNotFound)
	}
	p, st := s.sealed.Published(), s.sealed.Status()
	out := publicCheckpoint{
		Origin: p.Origin, Size: p.Size, Root: base64.StdEncoding.EncodeToString(p.Root[:]), Note: string(p.Note),
		Signed: timeOut(st.Signed), Keys: s.sealed.VerifierKeys(), Policy: string(s.sealed.PolicyText()),
		Witnessed: s.sealed.Witnessed(p), Witnesses: []witnessState{},
	}
	for _, w := range st.Witnesses {
		one := witnessState{Name: w.Name, Who: w.Who, State: "missing", At: timeOut(w.At)}
		switch {
		case errors.Is(w.Err, seal.ErrAhead):
			one.State = "ahead"
		case errors.Is(w.Err, seal.ErrInconsistent):
			one.State, out.Alarm = "refused", "refused"
		case !w.At.IsZero():
			one.State = "signed"
			out.Count++
		}
		out.Witnesses = append(out.Witnesses, one)
	}
	if st.Stopped != nil {
		out.Alarm = "stopped"
	}
	s.auditorsOut(&out)
	return out, nil
}

func timeOut(t time.Time) *Time {
	if t.IsZero() {
		return nil
	}
	return moment(ledger.Time(t.UnixMilli()))
}

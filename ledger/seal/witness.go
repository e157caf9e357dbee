package seal

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"filippo.io/torchwood"
	"golang.org/x/mod/sumdb/note"
)

// witnessLimit is how long a witness may take, its second try included.
const witnessLimit = 2 * time.Second

// answerMax bounds a witness's answer, in bytes.
const answerMax = 16 << 10

// The ways in which a witness does not sign. Compare with errors.Is.
var (
	// ErrAhead : a witness has signed a larger tree under our origin than we know. These books were rolled back, or
	// somebody else signs in our name. Nothing more is signed.
	ErrAhead = errors.New("seal: a witness knows a larger tree")
	// ErrInconsistent : a witness says that this tree does not extend the one it signed before.
	ErrInconsistent = errors.New("seal: a witness refuses the proof that nothing was changed")
	// ErrWitness : a witness did not answer, or not as it should. The log goes on without it.
	ErrWitness = errors.New("seal: no cosignature")
)

// cosigned is one witness's answer for one checkpoint.
type cosigned struct {
	line []byte    // "— name base64\n", verified; nil when it did not sign
	at   time.Time // as the witness states it
	err  error
}

// ask asks every witness at once for a cosignature of the checkpoint, and remembers what each said. It takes witnessLimit
// at most. One that was silent is left alone for a while, so that it does not hold up the others each second.
func (l *Log) ask(ctx context.Context, p *Published, now time.Time) {
	ctx, cancel := context.WithTimeout(ctx, witnessLimit)
	defer cancel()
	bare := *p
	bare.Note = l.bare(p)
	var all sync.WaitGroup
	for i := range l.memory {
		m := &l.memory[i]
		if m.of != p.Size {
			m.last.line, m.last.at, m.of = nil, time.Time{}, p.Size
		}
		if now.Before(m.quiet) {
			continue
		}
		all.Go(func() {
			c := l.policy.witnesses[i].ask(ctx, l.client, &bare, &m.size)
			if c.err != nil {
				c.line, c.at = m.last.line, m.last.at // what it signed of this checkpoint before still stands
				m.quiet = now.Add(missingEvery)
			}
			m.last = c
		})
	}
	all.Wait()
}

// ask sends add-checkpoint (C2SP tlog-witness). A witness that knows another size than we thought says so with 409, and is
// asked once more from there.
func (w *witness) ask(ctx context.Context, client *http.Client, p *Published, known *int64) cosigned {
	*known = min(*known, p.Size)
	for range 2 {
		status, answer, err := w.send(ctx, client, p, *known)
		if err != nil {
			return cosigned{err: fmt.Errorf("%w: %w", ErrWitness, err)}
		}
		switch status {
		case http.StatusOK:
			c := w.verify(p, answer)
			if c.err == nil {
				*known = p.Size
			}
			return c
		case http.StatusConflict:
			size, err := strconv.ParseInt(strings.TrimSuffix(string(answer), "\n"), 10, 64)
			if err != nil || size < 0 {
				return cosigned{err: fmt.Errorf("%w: 409 without a size", ErrWitness)}
			}
			if size > p.Size {
				return cosigned{err: fmt.Errorf("%w: %d, ours has %d", ErrAhead, size, p.Size)}
			}
			if size == *known { // the size is right, so it is the tree that it does not accept
				return cosigned{err: fmt.Errorf("%w: at size %d", ErrInconsistent, size)}
			}
			*known = size
		case http.StatusUnprocessableEntity:
			return cosigned{err: fmt.Errorf("%w: from size %d to %d", ErrInconsistent, *known, p.Size)}
		default:
			return cosigned{err: fmt.Errorf("%w: status %d", ErrWitness, status)}
		}
	}
	return cosigned{err: fmt.Errorf("%w: it changes its mind about the size", ErrWitness)}
}

// send makes one request: the size that the witness knows, the proof from there, the checkpoint with our signatures only.
func (w *witness) send(ctx context.Context, client *http.Client, p *Published, old int64) (status int, answer []byte, err error) {
	proof, err := p.ProveSince(ctx, old)
	if err != nil {
		return 0, nil, err
	}
	body := fmt.Appendf(nil, "old %d\n", old)
	for _, h := range proof {
		body = fmt.Appendf(body, "%s\n", h)
	}
	body = append(append(body, '\n'), p.Note...)
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, w.url+"add-checkpoint", bytes.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	req.Header.Set("Content-Type", "text/plain; charset=utf-8")
	res, err := client.Do(req)
	if err != nil {
		return 0, nil, err
	}
	answer, err = io.ReadAll(io.LimitReader(res.Body, answerMax))
	return res.StatusCode, answer, errors.Join(err, res.Body.Close())
}

// verify finds this witness's own line in its answer; other lines are left out.
func (w *witness) verify(p *Published, answer []byte) cosigned {
	n, err := note.Open(append(bytes.Clone(p.Note), answer...), note.VerifierList(w.verifier))
	if err != nil || len(n.Sigs) != 1 {
		return cosigned{err: fmt.Errorf("%w: its answer is no signature of its key: %w", ErrWitness, err)}
	}
	at, err := torchwood.CosignatureTimestamp(n.Sigs[0])
	if err != nil {
		return cosigned{err: fmt.Errorf("%w: %w", ErrWitness, err)}
	}
	return cosigned{line: signatureLine(n.Sigs[0]), at: time.Unix(at, 0).UTC()}
}

// signatureLine is a signature as it stands in a note. It is written anew: a note that was opened keeps the first
// signature of each key, so adding lines to an old note would never refresh a timestamp.
func signatureLine(s note.Signature) []byte {
	return []byte("\u2014 " + s.Name + " " + s.Base64 + "\n")
}

// newClient is how witnesses are asked: nothing is followed to another address.
func newClient() *http.Client {
	return &http.Client{
		Timeout:       witnessLimit,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

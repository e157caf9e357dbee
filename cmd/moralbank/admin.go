package main

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/badgerfiles"
	"moralbank.example/bank/ledger/engine"
	"moralbank.example/bank/ledger/journal"
)

// adminSocket is where a running server takes the verbs of its own machine's console, since it alone may open the
// databases (docs/architecture.md, On disk). Who may open the file is the machine's operator: mode 0600 in a folder of mode 0700. It is no
// way into the books: nothing here makes a record.
const adminSocket = "admin.sock"

// admin answers the console.
type admin struct {
	house *house
	log   *slog.Logger
}

// openAdmin listens until the answer is called. A socket that a killed server left is replaced: the directory is ours.
func (h *house) openAdmin(ctx context.Context, log *slog.Logger) (closeIt func() error, err error) {
	path := filepath.Join(h.dir, adminSocket)
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("admin socket: %w", err)
	}
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "unix", path)
	if err != nil {
		return nil, fmt.Errorf("admin socket: %w", err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		return nil, errors.Join(fmt.Errorf("admin socket: %w", err), l.Close())
	}
	a := &admin{h, log}
	s := &http.Server{Handler: a.routes(), ReadHeaderTimeout: headerTimeout, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn)}
	go func() {
		if err := s.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			log.ErrorContext(ctx, "admin socket", slog.Any("error", err))
		}
	}()
	return s.Close, nil
}

func (a *admin) routes() http.Handler {
	m := http.NewServeMux()
	m.HandleFunc("GET /status", a.status)
	m.HandleFunc("POST /clock", a.clock)
	m.HandleFunc("POST /snapshot", a.snapshot)
	m.HandleFunc("POST /scrub", a.scrub)
	m.HandleFunc("GET /head", a.head)
	m.HandleFunc("GET /blocks", a.blocks)
	m.HandleFunc("GET /roster", a.roster)
	m.HandleFunc("GET /profile/{name}", a.profile)
	return m
}

// adminAnswer is what any of them says.
type adminAnswer struct {
	Seq     int64  `json:"seq,omitempty"`
	Seconds int64  `json:"seconds,omitempty"` // that timers are still behind
	Fault   string `json:"fault,omitempty"`   // what went wrong; the other fields then say nothing
}

func (a *admin) say(w http.ResponseWriter, r *http.Request, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(v); err != nil {
		a.log.WarnContext(r.Context(), "admin socket", slog.Any("error", err))
	}
}

func (a *admin) fault(w http.ResponseWriter, r *http.Request, err error) {
	a.say(w, r, http.StatusInternalServerError, adminAnswer{Fault: err.Error()})
}

// adminState is how a server is doing.
type adminState struct {
	Engine  engine.Stats `json:"engine"`
	Free    int64        `json:"free"`  // bytes, on the disk of the books; -1 when it cannot be told
	Scrub   time.Time    `json:"scrub"` // when the last round ended, by the community's clock; zero if none has
	ScrubAt ledger.Seq   `json:"scrub_at"`
	Fault   string       `json:"scrub_fault,omitempty"` // what it found
}

func (a *admin) status(w http.ResponseWriter, r *http.Request) {
	last := a.house.scrubber.Last()
	s := adminState{Engine: a.house.engine.Stats(), Free: a.free(), Scrub: last.At.In(a.house.zone()), ScrubAt: last.Seq}
	if last.Fault != nil {
		s.Fault = last.Fault.Error()
	}
	a.say(w, r, http.StatusOK, s)
}

// zone is the community's own time, as its rules have it; UTC before it is founded.
func (h *house) zone() *time.Location {
	zone := time.UTC
	h.view.Read(func(b *ledger.Book) {
		if rules := b.Rules(); rules != nil {
			zone = time.FixedZone("", rules.OffsetMinutes*60)
		}
	})
	return zone
}

// free is how much of the disk is left.
func (a *admin) free() int64 {
	n, err := badgerfiles.Free(a.house.dir)
	if err != nil {
		return -1
	}
	return n
}

func (a *admin) clock(w http.ResponseWriter, r *http.Request) {
	behind := a.house.engine.ConfirmClock()
	a.log.InfoContext(r.Context(), "the clock was confirmed", slog.Duration("timers_behind", behind))
	a.say(w, r, http.StatusOK, adminAnswer{Seq: int64(a.house.engine.Seq()), Seconds: int64(behind.Seconds())})
}

func (a *admin) snapshot(w http.ResponseWriter, r *http.Request) {
	seq, err := a.house.engine.SnapshotNow(r.Context())
	if err != nil {
		a.fault(w, r, err)
		return
	}
	a.say(w, r, http.StatusOK, adminAnswer{Seq: int64(seq)})
}

// scrub waits for a round of its own; what it finds is then also in the status.
func (a *admin) scrub(w http.ResponseWriter, r *http.Request) {
	report, err := a.house.scrubber.Round(r.Context())
	if err == nil {
		err = report.Fault
	}
	if err != nil {
		a.fault(w, r, err)
		return
	}
	a.say(w, r, http.StatusOK, adminAnswer{Seq: int64(report.Seq)})
}

func (a *admin) head(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/octet-stream")
	if _, err := w.Write(a.house.journal.Head().Encode()); err != nil {
		a.log.WarnContext(r.Context(), "admin socket", slog.Any("error", err))
	}
}

// roster gives the roster's rows as they are stored, sealed, for a backup. One that is cut short lacks its last line.
func (a *admin) roster(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/x-ndjson")
	if err := a.house.roster.Dump(r.Context(), w); err != nil {
		a.log.WarnContext(r.Context(), "admin socket: roster", slog.Any("error", err))
		panic(http.ErrAbortHandler)
	}
}

// blocks gives the encoded blocks from the one that holds a seq on, each after its length in four bytes, big-endian, up to the
// head at the call. After a length of zero comes the text of what kept it from giving the next. An answer that is cut short ends
// in the middle of a block or before the head: its reader sees either.
func (a *admin) blocks(w http.ResponseWriter, r *http.Request) {
	from, err := strconv.ParseInt(r.URL.Query().Get("from"), 10, 64)
	if err != nil || from < 1 {
		a.fault(w, r, fmt.Errorf("from: %w", journal.ErrInvalid))
		return
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	for b, err := range a.house.journal.Blocks(r.Context(), journal.Seq(from)) {
		var p []byte
		if err == nil {
			p, err = b.Encode()
		}
		if err == nil {
			_, err = w.Write(append(binary.BigEndian.AppendUint32(nil, uint32(len(p))), p...)) //nolint:gosec // at most journal.BlockBytesMax
		}
		if err != nil {
			a.log.WarnContext(r.Context(), "admin socket: blocks", slog.Any("error", err))
			_, _ = w.Write(append(make([]byte, 4), err.Error()...))
			return
		}
	}
}

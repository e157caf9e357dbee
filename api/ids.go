package api

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"moralbank.example/bank/ledger"
)

// pathID is an id as it travels in a path: the slash of "m/abc" is a "~".
type pathID string

func (p pathID) plain() string { return strings.ReplaceAll(string(p), "~", "/") }

// Schema describes it in the OpenAPI document.
func (pathID) Schema(huma.Registry) *huma.Schema {
	most := 48
	return &huma.Schema{Type: "string", MaxLength: &most, Pattern: "^[a-z0-9~-]+$", Description: "An id whose slash is written as ~, such as m~abc"}
}

// Time is a moment in JSON: RFC 3339, UTC, milliseconds.
type Time ledger.Time

const timeForm = "2006-01-02T15:04:05.000Z"

func stamp(t ledger.Time) string { return time.UnixMilli(int64(t)).UTC().Format(timeForm) }

// MarshalJSON implements json.Marshaler.
func (t Time) MarshalJSON() ([]byte, error) { return json.Marshal(stamp(ledger.Time(t))) }

// UnmarshalJSON implements json.Unmarshaler. Any RFC 3339 time with a zone is read.
func (t *Time) UnmarshalJSON(p []byte) error {
	var text string
	if err := json.Unmarshal(p, &text); err != nil {
		return fmt.Errorf("time: %w", err)
	}
	at, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return fmt.Errorf("time: %w", err)
	}
	*t = Time(at.UnixMilli())
	return nil
}

// Schema describes it in the OpenAPI document.
func (Time) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: "string", Format: "date-time", Examples: []any{"2026-11-23T03:04:05.678Z"}}
}

// moment is an optional time: nil for zero, so that it is left out.
func moment(t ledger.Time) *Time {
	if t == 0 {
		return nil
	}
	at := Time(t)
	return &at
}

// role and scope as JSON spells them: org_admin for the ledger's org-admin.
func roleOut(r ledger.Role) string { return strings.ReplaceAll(string(r), "-", "_") }
func roleIn(r string) ledger.Role  { return ledger.Role(strings.ReplaceAll(r, "_", "-")) }

// reasonIn is the same for reasons: wrong_person is the ledger's wrong-person.
func reasonIn(r string) ledger.ReasonCode { return ledger.ReasonCode(strings.ReplaceAll(r, "_", "-")) }

func decimal(s ledger.Seq) string { return strconv.FormatInt(int64(s), 10) }

// crockford is the alphabet of the opaque part of our ids.
const crockford = "0123456789abcdefghjkmnpqrstvwxyz"

// derivedID is the opaque part of an id that follows from others: ten characters of SHA-256 over the parts, so
// that a retry makes the same thing and not a second one.
func derivedID(parts ...string) string {
	sum := sha256.Sum256([]byte(ledger.DerivedKey(parts...)))
	id := make([]byte, 10)
	for i := range id {
		id[i] = crockford[sum[i]&31]
	}
	return string(id)
}

func randomKey() (k [32]byte) {
	_, _ = rand.Read(k[:]) // never fails; crypto/rand ends the program instead
	return k
}

// cursor is an opaque place in a list.
func cursorOut(at string) string {
	if at == "" {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString([]byte(at))
}

func cursorIn(cursor string) (string, error) {
	at, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil || len(at) > 100 {
		return "", fail(codeCursor)
	}
	return string(at), nil
}

// cursorSeq reads the cursor of a list of records; 0 is the newest.
func cursorSeq(cursor string) (ledger.Seq, error) {
	if cursor == "" {
		return 0, nil
	}
	at, err := cursorIn(cursor)
	if err != nil {
		return 0, err
	}
	n, err := strconv.ParseInt(at, 10, 53)
	if err != nil || n < 1 {
		return 0, fail(codeCursor)
	}
	return ledger.Seq(n), nil
}

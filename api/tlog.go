package api

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"moralbank.example/bank/ledger/seal"
)

// The signed log as everybody may read it, without signing in and from any page: C2SP tlog-tiles, tlog-checkpoint,
// tlog-proof and tlog-policy (docs/format-seal.md). Tiles and proofs are of random-looking hashes; they tell nobody anything.

// How long an answer may be kept.
const (
	cacheForever = "public, max-age=31536000, immutable" // a tile of a width never changes
	cacheAsk     = "no-cache"
	cacheShort   = "public, max-age=300"
	cacheNever   = "no-store" // what is not there may be there in a second
)

const (
	textPlain = "text/plain; charset=utf-8"
	octets    = "application/octet-stream"
)

// tlog serves the log at the root, and under the path of the origin's name, where others look for it by that name.
func (s *Server) tlog(router *gin.Engine) {
	if s.sealed == nil {
		return
	}
	prefixes := []string{""}
	if _, path, ok := strings.Cut(s.sealed.Origin(), "/"); ok && plainPath(path) {
		prefixes = append(prefixes, "/"+path)
	}
	for _, prefix := range prefixes {
		for path, h := range map[string]http.HandlerFunc{
			"/checkpoint":   s.checkpoint,
			"/log.txt":      s.logPolicy,
			"/proof/:index": s.proof,
			"/tile/*path":   s.tile(prefix),
		} {
			h := gin.WrapF(public(h))
			router.GET(prefix+path, h)
			router.HEAD(prefix+path, h)
		}
	}
}

// plainPath reports whether the path of an origin can be served beside everything else: lower-case words, and none that
// begins an address of ours.
func plainPath(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	switch first {
	case "", "v1", "tile", "proof", "problems", "metrics", "healthz", "readyz", "checkpoint", "log.txt":
		return false
	}
	return strings.Trim(path, "abcdefghijklmnopqrstuvwxyz0123456789-/") == "" && !strings.Contains(path, "//") && !strings.HasSuffix(path, "/")
}

// public lets pages of other origins read an answer.
func public(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", "*")
		next(w, r)
	}
}

// give writes a whole answer. HEAD, ranges and If-None-Match are the library's.
func give(w http.ResponseWriter, r *http.Request, kind, cache string, body []byte) {
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Cache-Control", cache)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
}

// absent answers what is not there, now or ever. It is never kept.
func absent(w http.ResponseWriter, text string) {
	w.Header().Set("Cache-Control", cacheNever)
	plainText(w, http.StatusNotFound, text+"\n")
}

// published is the newest checkpoint; before the first, it says so and gives nil.
func (s *Server) published(w http.ResponseWriter) *seal.Published {
	p := s.sealed.Published()
	if p == nil {
		w.Header().Set("Cache-Control", cacheNever)
		w.Header().Set("Retry-After", "1")
		plainText(w, http.StatusServiceUnavailable, "no checkpoint has been signed yet\n")
	}
	return p
}

func (s *Server) checkpoint(w http.ResponseWriter, r *http.Request) {
	if p := s.published(w); p != nil {
		give(w, r, textPlain, cacheAsk, p.Note)
	}
}

func (s *Server) logPolicy(w http.ResponseWriter, r *http.Request) {
	give(w, r, textPlain, cacheShort, s.sealed.PolicyText())
}

// tile gives tiles and bundles. The address must be spelled as it came: an escaped slash makes no other tile.
func (s *Server) tile(prefix string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		p := s.published(w)
		if p == nil {
			return
		}
		body, err := p.Resource(r.Context(), strings.TrimPrefix(r.URL.EscapedPath(), prefix+"/"))
		switch {
		case errors.Is(err, seal.ErrNotFound):
			absent(w, "no such tile")
		case err != nil:
			s.unreadable(w, r, err)
		default:
			give(w, r, octets, cacheForever, body)
		}
	}
}

// proof gives the proof that an entry is in the tree, without the entry's line.
func (s *Server) proof(w http.ResponseWriter, r *http.Request) {
	p := s.published(w)
	if p == nil {
		return
	}
	_, text, _ := strings.Cut(r.URL.EscapedPath(), "/proof/")
	index, err := strconv.ParseInt(text, 10, 64)
	if err != nil || index < 0 || strconv.FormatInt(index, 10) != text {
		absent(w, "not an index")
		return
	}
	body, err := p.Receipt(r.Context(), index, nil)
	switch {
	case errors.Is(err, seal.ErrNotFound):
		absent(w, "the signed tree does not reach so far")
	case err != nil:
		s.unreadable(w, r, err)
	default:
		sum := sha256.Sum256(body)
		w.Header().Set("ETag", `"`+hex.EncodeToString(sum[:16])+`"`)
		give(w, r, textPlain, cacheAsk, body)
	}
}

// unreadable answers a fault of ours in plain words; the details are in the log.
func (s *Server) unreadable(w http.ResponseWriter, r *http.Request, err error) {
	s.log.LogAttrs(r.Context(), slog.LevelError, "fault", slog.String("request", callOf(r.Context()).id), slog.String("error", err.Error()))
	w.Header().Set("Cache-Control", cacheNever)
	plainText(w, http.StatusInternalServerError, "internal error\n")
}

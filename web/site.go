package web

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
)

// policy is what a page may do: run, draw and fetch what this origin serves, show drawings made in the page, and
// nothing else. There is no inline script or style and no eval of any kind.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; " +
	"connect-src 'self'; manifest-src 'self'; worker-src 'self'; media-src 'self' blob:; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

const (
	immutable = "public, max-age=31536000, immutable" // files whose name is the hash of their content
	askAgain  = "no-cache"                            // everything else: kept, but checked by ETag at each use
)

// file is one answer, in the encodings that the build wrote.
type file struct {
	contentType string
	cache       string
	policy      string // Content-Security-Policy
	etag        string
	plain       []byte
	brotli      []byte
	gzip        []byte
}

// site is the whole of it in memory; it is read-only after newSite.
type site struct {
	files map[string]*file // by address path
}

// doors maps address prefixes to the page that draws them; the longest prefix wins, and a prefix that ends in a slash
// stands for what lies below it. Addresses in none of them answer 404.
var doors = []struct {
	prefix string
	page   string
}{
	{"/desk/till", "/till.html"},
	{"/desk/till/", "/till.html"},
	{"/desk", "/desk.html"},
	{"/desk/", "/desk.html"},
	{"/console", "/console.html"},
	{"/console/", "/console.html"},
	{"/public", "/public.html"},
	{"/r", "/public.html"},
	{"/r/", "/public.html"},
	{"/verify", "/verify.html"},
	{"/c/", "/index.html"},
	{"/e/", "/index.html"},
	{"/first/", "/index.html"},
	{"/sign-in", "/index.html"},
	{"/code", "/index.html"},
	{"/history", "/index.html"},
	{"/meals", "/index.html"},
	{"/family", "/index.html"},
	{"/deeds", "/index.html"},
	{"/deeds/new", "/index.html"},
	{"/notices", "/index.html"},
	{"/disputes", "/index.html"},
	{"/receipt/", "/index.html"},
	{"/settings", "/index.html"},
	{"/", "/index.html"},
}

// newSite reads a built site. It fails when a file cannot be read or a door's page is missing.
func newSite(files fs.FS) (*site, error) {
	s := &site{files: map[string]*file{}}
	err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}

		return s.add(files, name)
	})
	if err != nil {
		return nil, fmt.Errorf("read the built pages: %w", err)
	}
	for _, door := range doors {
		if s.files[door.page] == nil {
			return nil, fmt.Errorf("read the built pages: %w: %s", fs.ErrNotExist, door.page)
		}
	}

	return s, nil
}

// add takes one file with its compressed forms. The compressed forms are no addresses of their own.
func (s *site) add(files fs.FS, name string) error {
	extension := path.Ext(name)
	if extension == ".br" || extension == ".gz" {
		return nil
	}
	plain, err := fs.ReadFile(files, name)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	sum := sha256.Sum256(plain)
	f := &file{
		contentType: contentType(extension),
		cache:       askAgain,
		policy:      policyOf(plain),
		etag:        `"` + hex.EncodeToString(sum[:8]) + `"`,
		plain:       plain,
	}
	if strings.HasPrefix(name, "assets/") {
		f.cache = immutable
	}
	f.brotli = smaller(files, name+".br", plain)
	f.gzip = smaller(files, name+".gz", plain)
	s.files["/"+name] = f

	return nil
}

// policyMark begins the policy that a page carries in itself.
const policyMark = `<meta http-equiv="Content-Security-Policy" content="`

// policyOf is the policy that a file is served under. A page that is one file carries its own, in which its script and style stand
// by their hashes: it says the same when it is opened from a disk.
func policyOf(plain []byte) string {
	_, rest, ok := strings.Cut(string(plain), policyMark)
	own, _, ended := strings.Cut(rest, `"`)
	if !ok || !ended {
		return policy
	}

	return own + "; frame-ancestors 'none'"
}

// smaller returns a compressed form if the build wrote one and it is worth sending.
func smaller(files fs.FS, name string, plain []byte) []byte {
	packed, err := fs.ReadFile(files, name)
	if err != nil || len(packed) >= len(plain) {
		return nil
	}

	return packed
}

func contentType(extension string) string {
	switch extension {
	case ".webmanifest":
		return "application/manifest+json"
	case ".sha256":
		return "text/plain; charset=utf-8"
	}
	if known := mime.TypeByExtension(extension); known != "" {
		return known
	}

	return "application/octet-stream"
}

// ServeHTTP answers with a file, a door's page, or 404 with the first page, which then says so in words.
func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	guard(w.Header())
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)

		return
	}
	found, status := s.find(r.URL.Path)
	if found == nil {
		http.Error(w, "not found", http.StatusNotFound)

		return
	}
	found.write(w, r, status)
}

// find looks an address up. Pages are reached by their door's address only, never by their file name.
func (s *site) find(address string) (*file, int) {
	if f := s.files[address]; f != nil && path.Ext(address) != ".html" {
		return f, http.StatusOK
	}
	for _, door := range doors {
		below := strings.HasSuffix(door.prefix, "/") && door.prefix != "/" && strings.HasPrefix(address, door.prefix)
		if address == door.prefix || below {
			return s.files[door.page], http.StatusOK
		}
	}
	if path.Ext(address) != "" {
		return nil, http.StatusNotFound
	}

	return s.files["/index.html"], http.StatusNotFound
}

func (f *file) write(w http.ResponseWriter, r *http.Request, status int) {
	header := w.Header()
	header.Set("Content-Type", f.contentType)
	header.Set("Content-Security-Policy", f.policy)
	header.Set("Cache-Control", f.cache)
	header.Set("ETag", f.etag)
	header.Set("Vary", "Accept-Encoding")
	if status == http.StatusOK && r.Header.Get("If-None-Match") == f.etag {
		w.WriteHeader(http.StatusNotModified)

		return
	}
	body := f.plain
	accepted := r.Header.Get("Accept-Encoding")
	switch {
	case f.brotli != nil && accepts(accepted, "br"):
		body = f.brotli
		header.Set("Content-Encoding", "br")
	case f.gzip != nil && accepts(accepted, "gzip"):
		body = f.gzip
		header.Set("Content-Encoding", "gzip")
	}
	header.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status) // said aloud: gin presets 404 for what its own table does not know
	if r.Method == http.MethodHead {
		return
	}
	_, _ = w.Write(body) // a browser that has gone away is told nothing
}

// accepts reports whether an Accept-Encoding header takes a coding (RFC 9110 section 12.5.3; q=0 refuses it).
func accepts(header, coding string) bool {
	for part := range strings.SplitSeq(header, ",") {
		name, parameter, _ := strings.Cut(strings.TrimSpace(part), ";")
		if strings.TrimSpace(name) != coding {
			continue
		}
		weight, found := strings.CutPrefix(strings.ReplaceAll(parameter, " ", ""), "q=")
		number, err := strconv.ParseFloat(weight, 64)

		return !found || (err == nil && number > 0)
	}

	return false
}

// guard sets the headers that every answer carries.
func guard(header http.Header) {
	header.Set("Content-Security-Policy", policy)
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("Permissions-Policy", "camera=(self), microphone=(), geolocation=(), payment=()")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Cross-Origin-Opener-Policy", "same-origin")
}

// notBuilt answers for a binary that was built without its pages. The API beside it works.
func notBuilt(w http.ResponseWriter, _ *http.Request) {
	guard(w.Header())
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusServiceUnavailable)
	_, _ = w.Write([]byte("网页还没有构建：请运行 ./scripts/demo\nThe pages are not built: run ./scripts/demo\n"))
}

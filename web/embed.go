// Package web holds the pages of Moral Bank and hands them to browsers.
//
// The pages are TypeScript under src, built by `npm run build` into dist/site and embedded into the binary, so that
// one file is the whole program. Without Node the package still builds: dist then holds only a placeholder, and
// Handler says plainly, in Chinese and English, that the pages are not built.
//
// It promises that a page never runs anything but the files embedded here (a Content-Security-Policy without inline
// script, inline style or eval), that files named by their content are cached for ever and all others are asked for
// again each time, and that an address no page draws answers 404. It never reads a cookie, keeps state or calls the
// API: the pages do that, from the browser.
package web

import (
	"embed"
	"io/fs"
	"net/http"
)

//go:embed all:dist
var dist embed.FS

// Files returns the built site, rooted where index.html lies. The second value is false when the pages are not
// built; the file system is then empty.
func Files() (fs.FS, bool) {
	site, err := fs.Sub(dist, "dist/site")
	if err != nil {
		return dist, false
	}
	_, err = fs.Stat(site, "index.html")

	return site, err == nil
}

// Handler serves the embedded site: the four doors, their files, the service worker. It answers GET and HEAD, and
// always writes its own status, so it can stand behind a router that presets 404 for what it does not know.
func Handler() http.Handler {
	files, built := Files()
	if !built {
		return http.HandlerFunc(notBuilt)
	}
	site, err := newSite(files)
	if err != nil {
		return http.HandlerFunc(notBuilt)
	}

	return site
}

package qr

import (
	"errors"
	"fmt"
	"html"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	qrcode "github.com/skip2/go-qrcode"
)

// Bounds of a drawing. Beyond payloadMax a symbol is too dense for a phone at arm's length (version 10 and up).
const (
	payloadMax = 200 // bytes
	titleMax   = 120 // bytes, the spoken name of the picture
	pixelsMax  = 32  // pixels per module
)

// ErrDraw says that a picture was asked for with a payload, title or size out of bounds.
var ErrDraw = errors.New("qr: out of bounds")

// symbol returns a fresh QR code of the payload. 20 digits get level H, the best of 800 frames that we measured; anything else
// starts at M and rises as far as costs no module. A *QRCode changes while it draws and must
// not be shared, so each drawing has its own.
func symbol(payload string) (*qrcode.QRCode, error) {
	if payload == "" || len(payload) > payloadMax {
		return nil, fmt.Errorf("payload of %d bytes: %w", len(payload), ErrDraw)
	}
	if len(payload) == codeLen && allDigits(payload) {
		return encode(payload, qrcode.Highest) // H, 30 %; the library's High is Q
	}
	best, err := encode(payload, qrcode.Medium)
	if err != nil {
		return nil, err
	}
	for _, level := range [...]qrcode.RecoveryLevel{qrcode.High, qrcode.Highest} {
		if q, err := encode(payload, level); err == nil && q.VersionNumber == best.VersionNumber {
			best = q
		}
	}
	return best, nil
}

func encode(payload string, level qrcode.RecoveryLevel) (*qrcode.QRCode, error) {
	q, err := qrcode.New(payload, level)
	if err != nil {
		return nil, fmt.Errorf("encode qr code: %w", err)
	}
	return q, nil
}

// drawSVG writes the symbol as one path of horizontal runs on a white ground, one unit a module, quiet zone of four
// modules included. It scales to any size without grey edges. The title is what a screen reader says.
func drawSVG(payload, title string) ([]byte, error) {
	if len(title) > titleMax {
		return nil, fmt.Errorf("title of %d bytes: %w", len(title), ErrDraw)
	}
	q, err := symbol(payload)
	if err != nil {
		return nil, err
	}
	rows := q.Bitmap()
	size := strconv.Itoa(len(rows))
	var b strings.Builder
	b.WriteString(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ` + size + ` ` + size + `" role="img" shape-rendering="crispEdges"><title>`)
	b.WriteString(html.EscapeString(spoken(title)))
	b.WriteString(`</title><path fill="#fff" d="M0 0h` + size + `v` + size + `H0z"/><path fill="#000" d="`)
	for y, row := range rows {
		writeRuns(&b, y, row)
	}
	b.WriteString(`"/></svg>`)
	return []byte(b.String()), nil
}

// spoken drops what XML cannot hold: control characters and broken UTF-8.
func spoken(title string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == utf8.RuneError || r == '\ufffe' || r == '\uffff' {
			return -1
		}
		return r
	}, title)
}

// writeRuns writes one rectangle for each run of dark modules in a row.
func writeRuns(b *strings.Builder, y int, row []bool) {
	for x := 0; x < len(row); x++ {
		if !row[x] {
			continue
		}
		start := x
		for x < len(row) && row[x] {
			x++
		}
		run := strconv.Itoa(x - start)
		b.WriteString("M" + strconv.Itoa(start) + " " + strconv.Itoa(y) + "h" + run + "v1h-" + run + "z")
	}
}

// drawPNG writes the symbol with whole pixels per module: a fixed picture size would make uneven modules.
func drawPNG(payload string, pixels int) ([]byte, error) {
	q, err := symbol(payload)
	if err != nil {
		return nil, err
	}
	png, err := q.PNG(-pixels) // negative: pixels per module
	if err != nil {
		return nil, fmt.Errorf("encode png: %w", err)
	}
	return png, nil
}

package qr

import (
	"bytes"
	"encoding/xml"
	"errors"
	"image"
	"image/color"
	"image/png"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	zxing "github.com/makiuchi-d/gozxing/qrcode"
	qrcode "github.com/skip2/go-qrcode"
)

// An independent reader says what our pictures say, and how well they are protected.
func TestPicturesAreRead(t *testing.T) {
	for payload, want := range map[string]struct {
		level   string
		modules int
	}{
		cardText: {"H", 25}, // version 2
		payText:  {"H", 25},
		"https://bank.example/c/gate/abcdefghij23":     {"M", 29}, // Q would take the next version
		"https://bank.example/c/gate-002/abcdefghij23": {"Q", 33}, // as small as M, so Q
		"https://bank.example/v/" + token:              {"M", 33},
		"0123456789":                                   {"H", 21},
	} {
		svg, err := drawSVG(payload, "")
		if err != nil {
			t.Fatal(err)
		}
		raw, err := drawPNG(payload, 4)
		if err != nil {
			t.Fatal(err)
		}
		picture, err := png.Decode(bytes.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		for form, m := range map[string]image.Image{"svg": rasterise(t, svg, 4), "png": picture} {
			text, level := read(t, m)
			if text != payload || level != want.level || m.Bounds().Dx() != 4*(want.modules+8) {
				t.Errorf("%s of %q: read %q, level %s, %d px", form, payload, text, level, m.Bounds().Dx())
			}
		}
	}
}

// Each length is another filling of the symbol, and the library's edge cases lie where one is exactly full.
func TestEveryLengthIsRead(t *testing.T) {
	for name, letters := range map[string]string{"digits": "0123456789", "capitals": "AZ09 $%*+-./:", "link": "https://bank.example/c/", "bytes": "彩虹"} {
		for n := 1; n <= payloadMax; n += 3 {
			payload := strings.ToValidUTF8(strings.Repeat(letters, n)[:n], "~")
			raw, err := drawPNG(payload, 2)
			if err != nil {
				t.Fatalf("%s, %d bytes: %v", name, n, err)
			}
			m, err := png.Decode(bytes.NewReader(raw))
			if err != nil {
				t.Fatal(err)
			}
			if text, _ := read(t, m); text != payload {
				t.Errorf("%s, %d bytes: read %q", name, n, text)
			}
		}
	}
}

func TestSVGIsTheSymbol(t *testing.T) {
	q, err := qrcode.New(cardText, qrcode.Highest)
	if err != nil {
		t.Fatal(err)
	}
	want := q.Bitmap()
	svg, err := drawSVG(cardText, "爱心卡 <3 & \"quotes\"\x00\x1b\xff")
	if err != nil {
		t.Fatal(err)
	}
	m := rasterise(t, svg, 1)
	for y := range want {
		for x := range want[y] {
			dark := m.At(x, y) == color.Gray{Y: 0}
			if dark != want[y][x] {
				t.Fatalf("module %d,%d", x, y)
			}
			if quiet := min(x, y, len(want)-1-x, len(want)-1-y) < 4; quiet && dark {
				t.Fatalf("dark module %d,%d in the quiet zone", x, y)
			}
		}
	}
	var doc struct {
		Role  string `xml:"role,attr"`
		Box   string `xml:"viewBox,attr"`
		Title string `xml:"title"`
	}
	if err := xml.Unmarshal(svg, &doc); err != nil || doc.Role != "img" || doc.Box != "0 0 33 33" || doc.Title != `爱心卡 <3 & "quotes"` {
		t.Errorf("%+v %v", doc, err)
	}
	if len(svg) > 4000 {
		t.Errorf("%d bytes for 20 digits", len(svg))
	}
}

func TestDrawBounds(t *testing.T) {
	d := NewDrawer(4)
	for name, err := range map[string]error{
		"no payload":   first(d.SVG("", "x")),
		"long payload": first(d.SVG(strings.Repeat("a", payloadMax+1), "x")),
		"long title":   first(d.SVG("x", strings.Repeat("a", titleMax+1))),
		"no pixels":    first(d.PNG("x", 0)),
		"negative":     first(d.PNG("x", -1)),
		"a wall":       first(d.PNG("x", pixelsMax+1)),
	} {
		if !errors.Is(err, ErrDraw) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := d.SVG(strings.Repeat("~", payloadMax), ""); err != nil {
		t.Errorf("the longest payload: %v", err)
	}
}

func first(_ []byte, err error) error { return err }

// run is one rectangle of our paths.
var run = regexp.MustCompile(`M(\d+) (\d+)h(\d+)v1h-(\d+)z`)

// rasterise paints an SVG of ours, and only of ours: whatever else stands in its path fails the test.
func rasterise(t *testing.T, svg []byte, scale int) *image.Gray {
	t.Helper()
	var doc struct {
		Box   string `xml:"viewBox,attr"`
		Paths []struct {
			D    string `xml:"d,attr"`
			Fill string `xml:"fill,attr"`
		} `xml:"path"`
	}
	if err := xml.Unmarshal(svg, &doc); err != nil || len(doc.Paths) != 2 || doc.Paths[1].Fill != "#000" {
		t.Fatalf("svg: %v %+v", err, doc)
	}
	size, err := strconv.Atoi(doc.Box[strings.LastIndexByte(doc.Box, ' ')+1:])
	if err != nil {
		t.Fatal(err)
	}
	d := doc.Paths[1].D
	if rest := run.ReplaceAllString(d, ""); rest != "" {
		t.Fatalf("path has %q", rest)
	}
	m := image.NewGray(image.Rect(0, 0, size*scale, size*scale))
	for i := range m.Pix {
		m.Pix[i] = 255
	}
	for _, r := range run.FindAllStringSubmatch(d, -1) {
		x, _ := strconv.Atoi(r[1])
		y, _ := strconv.Atoi(r[2])
		w, _ := strconv.Atoi(r[3])
		for py := y * scale; py < (y+1)*scale; py++ {
			for px := x * scale; px < (x+w)*scale; px++ {
				m.SetGray(px, py, color.Gray{})
			}
		}
	}
	return m
}

// read decodes a picture with a reader that shares no code with the writer. It is told that the picture is nothing but a symbol: its search
// for one in a photograph misses about one clean picture in a hundred, which other readers find.
func read(t *testing.T, m image.Image) (text, level string) {
	t.Helper()
	bitmap, err := gozxing.NewBinaryBitmapFromImage(m)
	if err != nil {
		t.Fatal(err)
	}
	result, err := zxing.NewQRCodeReader().Decode(bitmap, map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_PURE_BARCODE: true})
	if err != nil {
		t.Fatalf("not read: %v", err)
	}
	level, _ = result.GetResultMetadata()[gozxing.ResultMetadataType_ERROR_CORRECTION_LEVEL].(string)
	return result.GetText(), level
}

package qr

import (
	"container/list"
	"fmt"
	"slices"
	"sync"
)

// Drawer draws codes and remembers the most recently used pictures: a poster or a station's link is asked for by
// many screens, and drawing costs a thousand times what remembering does (1 to 2 ms of a core). It is safe for concurrent use.
type Drawer struct {
	picturesMax int

	mu     sync.Mutex
	recent *list.List                // of picture, the last used in front
	byKey  map[subject]*list.Element // of the same
}

// subject is what a picture shows; pixels is 0 for an SVG, which alone has a title.
type subject struct {
	payload string
	title   string
	pixels  int
}

// picture is one remembered drawing.
type picture struct {
	subject subject
	bytes   []byte
}

// NewDrawer returns a Drawer that remembers up to picturesMax pictures (an SVG is 3 to 12 kB), one at least.
func NewDrawer(picturesMax int) *Drawer {
	return &Drawer{picturesMax: max(picturesMax, 1), recent: list.New(), byKey: map[subject]*list.Element{}}
}

// SVG returns the picture of payload for a page or a print, named title for screen readers. The bytes are the
// caller's own. The error is ErrDraw for a payload beyond 200 bytes or a title beyond 120.
func (d *Drawer) SVG(payload, title string) ([]byte, error) {
	return d.draw(subject{payload: payload, title: title}, func() ([]byte, error) { return drawSVG(payload, title) })
}

// PNG returns the picture of payload with pixels (1 to 32) for each module: 4 modules of quiet zone, 25 of code for 20
// digits. Prefer SVG, which costs less and is sharp at every size. The error is ErrDraw for what is out of bounds.
func (d *Drawer) PNG(payload string, pixels int) ([]byte, error) {
	if pixels < 1 || pixels > pixelsMax {
		return nil, fmt.Errorf("%d pixels a module: %w", pixels, ErrDraw)
	}
	return d.draw(subject{payload: payload, pixels: pixels}, func() ([]byte, error) { return drawPNG(payload, pixels) })
}

// draw answers from memory or draws outside the lock, so that a slow drawing holds up nobody else's fast answer.
func (d *Drawer) draw(key subject, fresh func() ([]byte, error)) ([]byte, error) {
	if b, ok := d.recall(key); ok {
		return b, nil
	}
	b, err := fresh()
	if err != nil {
		return nil, err
	}
	d.keep(key, slices.Clone(b))
	return b, nil
}

func (d *Drawer) recall(key subject) ([]byte, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	e, ok := d.byKey[key]
	if !ok {
		return nil, false
	}
	d.recent.MoveToFront(e)
	p, _ := e.Value.(picture)
	return slices.Clone(p.bytes), true
}

func (d *Drawer) keep(key subject, b []byte) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, ok := d.byKey[key]; ok {
		return // drawn by another at the same time
	}
	d.byKey[key] = d.recent.PushFront(picture{subject: key, bytes: b})
	if d.recent.Len() > d.picturesMax {
		last, _ := d.recent.Remove(d.recent.Back()).(picture)
		delete(d.byKey, last.subject)
	}
}

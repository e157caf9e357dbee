package qr

import (
	"bytes"
	"strconv"
	"sync"
	"testing"
)

func TestDrawerForgetsTheLeastRecent(t *testing.T) {
	d := NewDrawer(2)
	for _, p := range []string{"a", "b", "a", "c"} {
		if _, err := d.SVG(p, ""); err != nil {
			t.Fatal(err)
		}
	}
	for payload, want := range map[string]bool{"a": true, "b": false, "c": true} {
		if _, ok := d.byKey[subject{payload: payload}]; ok != want {
			t.Errorf("%s remembered: %v", payload, ok)
		}
	}
	if d.recent.Len() != 2 || len(d.byKey) != 2 {
		t.Errorf("%d pictures, %d keys", d.recent.Len(), len(d.byKey))
	}
}

// One asker paints over what he was given; the next still gets the picture.
func TestDrawerGivesCopies(t *testing.T) {
	d := NewDrawer(2)
	want, _ := d.SVG("a", "t")
	for range 2 {
		b, _ := d.SVG("a", "t")
		if !bytes.Equal(b, want) {
			t.Fatal("the picture changed")
		}
		clear(b)
	}
	clear(want)
	if b, _ := d.SVG("a", "t"); !bytes.HasPrefix(b, []byte("<svg")) {
		t.Error("the first picture was not a copy")
	}
}

func TestDrawerTellsFormsApart(t *testing.T) {
	d := NewDrawer(9)
	a, _ := d.SVG("p", "one")
	b, _ := d.SVG("p", "two")
	c, _ := d.PNG("p", 1)
	e, _ := d.PNG("p", 2)
	if bytes.Equal(a, b) || bytes.Equal(c, e) || bytes.Equal(a, c) {
		t.Error("two forms are one picture")
	}
}

// Many screens at once; run with -race. A shared *QRCode would be a data race in the library.
func TestDrawerAtOnce(t *testing.T) {
	d, alone := NewDrawer(3), NewDrawer(9)
	want := map[string][]byte{}
	for i := range 6 {
		p := "payload " + strconv.Itoa(i)
		want[p], _ = alone.SVG(p, "x")
	}
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for p, w := range want {
				if got, err := d.SVG(p, "x"); err != nil || !bytes.Equal(got, w) {
					t.Errorf("%s: %v", p, err)
				}
			}
		})
	}
	all.Wait()
	if len(d.byKey) > 3 || d.recent.Len() != len(d.byKey) {
		t.Errorf("%d keys, %d pictures", len(d.byKey), d.recent.Len())
	}
}

func BenchmarkSVG(b *testing.B) {
	b.Run("drawn", func(b *testing.B) {
		for b.Loop() {
			if _, err := drawSVG(cardText, "x"); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("remembered", func(b *testing.B) {
		d := NewDrawer(1)
		for b.Loop() {
			if _, err := d.SVG(cardText, "x"); err != nil {
				b.Fatal(err)
			}
		}
	})
}

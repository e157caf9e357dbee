package ledger

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"unsafe"
)

// TestSnapshotIsComplete fills every field of everything that a book reaches with random values. What comes back from a
// snapshot must be the same in every field: a field that describe forgets is found here.
func TestSnapshotIsComplete(t *testing.T) {
	for seed := range uint64(20) {
		f := filler{rand.New(rand.NewPCG(seed, 7))}
		b := new(Book)
		f.fill(reflect.ValueOf(b).Elem())
		b.touched = nil // what the engine has still to ask for: no state, and of no use after a start
		b.countLoose()  // follows from the lots
		lines := snapshotOf(t, b)
		again, err := ReadSnapshot(reading(lines))
		if err != nil {
			t.Fatal(err)
		}
		if path := difference("book", reflect.ValueOf(b).Elem(), reflect.ValueOf(again).Elem()); path != "" {
			t.Fatalf("seed %d: a snapshot does not bring back %s: describe it and raise SnapshotVersion", seed, path)
		}
		if second := snapshotOf(t, again); !reflect.DeepEqual(lines, second) {
			t.Fatalf("seed %d: a book that was read back is written otherwise", seed)
		}
	}
}

// TestSnapshotRefusesDamage: whatever line is changed in one bit, cut, doubled, lost or moved, what is read is either
// refused or says exactly what stands there. Nothing makes it panic.
func TestSnapshotRefusesDamage(t *testing.T) {
	f := filler{rand.New(rand.NewPCG(1, 1))}
	b := new(Book)
	f.fill(reflect.ValueOf(b).Elem())
	lines := snapshotOf(t, b)
	for i := range lines {
		for _, damage := range []struct {
			what  string
			lines [][]byte
		}{
			{"lost", append(append([][]byte{}, lines[:i]...), lines[i+1:]...)},
			{"doubled", append(append([][]byte{}, lines[:i+1]...), lines[i:]...)},
			{"cut", append(append(append([][]byte{}, lines[:i]...), lines[i][:len(lines[i])-1]), lines[i+1:]...)},
			{"ended", lines[:i]},
		} {
			if _, err := ReadSnapshot(reading(damage.lines)); !errors.Is(err, ErrSnapshot) {
				t.Errorf("line %d %s (%.40s): %v", i, damage.what, lines[i], err)
			}
		}
		for range 20 {
			at, bit := f.IntN(len(lines[i])), byte(1)<<f.IntN(8)
			flipped := append([][]byte{}, lines...)
			flipped[i] = bytes.Clone(lines[i])
			flipped[i][at] ^= bit
			got, err := ReadSnapshot(reading(flipped))
			if err == nil && !reflect.DeepEqual(snapshotOf(t, got), flipped) {
				t.Fatalf("%q is read as something else", flipped[i])
			}
		}
	}
	if len(lines) > 2 {
		lines[1], lines[2] = lines[2], lines[1]
	}
	if _, err := ReadSnapshot(reading(lines)); !errors.Is(err, ErrSnapshot) {
		t.Errorf("moved lines: %v", err)
	}
}

func TestSnapshotOfAnotherVersion(t *testing.T) {
	lines := snapshotOf(t, NewBook())
	lines[0] = bytes.Replace(lines[0], fmt.Appendf(nil, `"version":%d`, SnapshotVersion), fmt.Appendf(nil, `"version":%d`, SnapshotVersion+1), 1)
	if _, err := ReadSnapshot(reading(lines)); !errors.Is(err, ErrSnapshotVersion) {
		t.Errorf("read: %v", err)
	}
}

func TestSnapshotEndsWithTheFirstError(t *testing.T) {
	full := errors.New("disk full")
	n := 0
	err := NewBook().WriteSnapshot(func([]byte) error { n++; return full })
	if !errors.Is(err, full) || n != 1 {
		t.Errorf("%v after %d lines", err, n)
	}
	lines := snapshotOf(t, NewBook())
	next := reading(lines)
	_, err = ReadSnapshot(func() ([]byte, error) {
		if line, _ := next(); !bytes.HasPrefix(line, []byte("end ")) {
			return line, nil
		}
		return nil, full
	})
	if !errors.Is(err, full) {
		t.Errorf("read: %v", err)
	}
}

func snapshotOf(t *testing.T, b *Book) (lines [][]byte) {
	t.Helper()
	if err := b.WriteSnapshot(func(line []byte) error {
		lines = append(lines, bytes.Clone(line))
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return lines
}

func reading(lines [][]byte) func() ([]byte, error) {
	return func() ([]byte, error) {
		if len(lines) == 0 {
			return nil, nil
		}
		line := lines[0]
		lines = lines[1:]
		return line, nil
	}
}

// filler puts random values other than zero everywhere.
type filler struct{ *rand.Rand }

func (f filler) fill(v reflect.Value) {
	switch v.Kind() { //nolint:exhaustive // others fail the test, and are then thought about
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Uint8:
		v.SetUint(1 + f.Uint64N(255))
	case reflect.Int32:
		v.SetInt(1 + f.Int64N(1<<31-1))
	case reflect.Int, reflect.Int64:
		v.SetInt((1 + f.Int64N(intMax)) * (1 - 2*f.Int64N(2)))
	case reflect.String:
		if v.Type() == reflect.TypeFor[past]() {
			v.SetString(string(f.past()))
			return
		}
		v.SetString(strings.Map(func(r rune) rune {
			if r == '"' || r == '\\' {
				return ' '
			}
			return r
		}, string([]byte{byte(' ' + f.IntN(95)), byte(' ' + f.IntN(95)), byte('a' + f.IntN(26))})))
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		f.fill(v.Elem())
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range 2 {
			f.fill(v.Index(i))
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for range 3 {
			k, e := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
			f.fill(k)
			f.fill(e)
			v.SetMapIndex(k, e)
		}
	case reflect.Struct:
		for _, field := range v.Fields() {
			f.fill(reflect.NewAt(field.Type(), unsafe.Pointer(field.UnsafeAddr())).Elem())
		}
	default:
		panic(fmt.Sprintf("a snapshot cannot hold a %v: %v", v.Kind(), v.Type()))
	}
}

// past is packed presences with random values.
func (f filler) past() past {
	a := new(activity)
	f.fill(reflect.ValueOf(&a.people).Elem())
	a.pack()
	return a.past
}

// difference is the path of the first field that is not the same.
func difference(path string, a, b reflect.Value) string {
	switch a.Kind() { //nolint:exhaustive // the others are compared whole
	case reflect.Pointer:
		if a.IsNil() != b.IsNil() {
			return path
		}
		if !a.IsNil() {
			return difference(path, a.Elem(), b.Elem())
		}
	case reflect.Struct:
		for i := range a.NumField() {
			if d := difference(path+"."+a.Type().Field(i).Name, a.Field(i), b.Field(i)); d != "" {
				return d
			}
		}
	case reflect.Slice:
		if a.Len() != b.Len() {
			return path
		}
		for i := range a.Len() {
			if d := difference(fmt.Sprintf("%s[%d]", path, i), a.Index(i), b.Index(i)); d != "" {
				return d
			}
		}
	case reflect.Map:
		if a.Len() != b.Len() {
			return path
		}
		for _, k := range a.MapKeys() {
			other := b.MapIndex(k)
			if !other.IsValid() {
				return path
			}
			if d := difference(path+"[]", a.MapIndex(k), other); d != "" {
				return d
			}
		}
	default:
		if !a.Equal(b) {
			return path
		}
	}
	return ""
}

// FuzzReadSnapshot: any bytes are refused, or are exactly what is written again.
func FuzzReadSnapshot(f *testing.F) {
	fill := filler{rand.New(rand.NewPCG(2, 2))}
	b := new(Book)
	fill.fill(reflect.ValueOf(b).Elem())
	var whole []byte
	if err := b.WriteSnapshot(func(line []byte) error { whole = append(append(whole, line...), '\n'); return nil }); err != nil {
		f.Fatal(err)
	}
	f.Add(whole)
	f.Add([]byte("book {\"version\":1}\nend {\"lines\":1}\n"))
	f.Fuzz(func(t *testing.T, p []byte) {
		var lines [][]byte
		for line := range bytes.Lines(p) {
			lines = append(lines, bytes.TrimSuffix(line, []byte("\n")))
		}
		if got, err := ReadSnapshot(reading(lines)); err == nil && !reflect.DeepEqual(snapshotOf(t, got), lines) {
			t.Errorf("%q is read as something else", p)
		}
	})
}

package badgerjournal

import (
	"os"
	"path/filepath"
	"testing"
)

// A kill between making a file and giving it its size left one without a byte, and Badger did not open any more.
func TestEmptyFilesOfAKilledStart(t *testing.T) {
	o := testOptions(t.TempDir())
	j := open(t, o)
	head := grow(t, j, 30, 20)
	closeIt(t, j)
	x, err := OpenIndex(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	closeIt(t, x)
	for _, dir := range []string{o.badgerDir(), o.indexDir()} {
		for _, name := range []string{"00998.mem", "000998.vlog"} {
			if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	whole(t, o, head)
	if x, err = OpenIndex(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	closeIt(t, x)
}

// A kill while Badger wrote a table left an empty file that the manifest does not name; the next Open called it damage
// and refused to start. It is nobody's table: Badger deletes it.
func TestTableOfAKilledFlush(t *testing.T) {
	o := testOptions(t.TempDir())
	j := open(t, o)
	head := grow(t, j, 30, 20)
	closeIt(t, j)
	one(t, o.badgerDir(), "*.sst") // there are tables, and a manifest that names them
	for name, content := range map[string][]byte{"000998.sst": nil, "000999.sst": []byte("half a table")} {
		if err := os.WriteFile(filepath.Join(o.badgerDir(), name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	whole(t, o, head)
	for _, name := range []string{"000998.sst", "000999.sst"} {
		if _, err := os.Stat(filepath.Join(o.badgerDir(), name)); !os.IsNotExist(err) {
			t.Errorf("%s is still there: %v", name, err)
		}
	}
}

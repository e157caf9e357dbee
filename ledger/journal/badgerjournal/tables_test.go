package badgerjournal

import (
	"os"
	"path/filepath"
	"testing"
)

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

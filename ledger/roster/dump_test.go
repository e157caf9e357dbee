package roster

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestDumpAndLoad(t *testing.T) {
	ctx := t.Context()
	r, dir := onDisk(t)
	furnish(t, r)
	var dump, again bytes.Buffer
	must(t, r.Dump(ctx, &dump))
	for _, plain := range []string{"王桂兰", "13919230001", "A区12栋", "奶奶"} {
		if strings.Contains(dump.String(), plain) {
			t.Errorf("the dump says %s", plain)
		}
	}
	must(t, r.Erase(ctx, at(noon+1), ouyang)) // after the dump: her key is gone from the ring that is restored with it
	must(t, r.Close())

	to := t.TempDir()
	must(t, Load(ctx, to, bytes.NewReader(dump.Bytes()), nil))
	ring, err := os.ReadFile(filepath.Join(dir, keyringFile))
	must(t, err)
	must(t, os.WriteFile(filepath.Join(to, keyringFile), ring, 0o600))
	loaded, err := Open(ctx, to, nil)
	must(t, err)
	defer func() { must(t, loaded.Close()) }()
	if p, err := loaded.Person(ctx, wang); err != nil || p.Name != "王桂兰" || p.LargeName != "奶奶" {
		t.Errorf("loaded %+v, %v", p, err)
	}
	if _, err := loaded.Person(ctx, ouyang); err == nil {
		t.Error("an erased person can be read again")
	}
	must(t, loaded.Dump(ctx, &again))
	if again.String() != dump.String() {
		t.Error("the dump of what was loaded is another")
	}
	wantErr(t, "load over a roster", Load(ctx, to, bytes.NewReader(dump.Bytes()), nil), ErrExists)
}

func TestLoadRefusesHalfADump(t *testing.T) {
	r := peopled(t)
	var dump bytes.Buffer
	must(t, r.Dump(t.Context(), &dump))
	lines := strings.SplitAfter(strings.TrimSuffix(dump.String(), "\n"), "\n")
	for name, text := range map[string]string{
		"nothing":           "",
		"cut in a line":     dump.String()[:dump.Len()/2],
		"cut between lines": strings.Join(lines[:len(lines)-1], ""),
		"a line missing":    strings.Join(lines[1:], ""),
		"a line too many":   dump.String() + lines[0],
		"no dump":           "hello\n",
	} {
		wantErr(t, name, Load(t.Context(), t.TempDir(), strings.NewReader(text), nil), ErrDump)
	}
}

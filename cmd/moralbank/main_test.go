package main

import (
	"bytes"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	if os.Getenv("MORALBANK_AS_MAIN") != "" { // the crash test runs this binary as a server of its own
		main()
		return
	}
	testscript.Main(m, map[string]func(){"moralbank": main})
}

// TestVerbs drives every verb as a person would, from testdata/*.txtar.
func TestVerbs(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Setup: func(env *testscript.Env) error {
			env.Setenv("HOME", env.WorkDir)
			return nil
		},
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       os.Getenv("UPDATE_SCRIPTS") != "",
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"flip": flip,
			"keys": keys,
			"up":   up,
		},
	})
}

// flip changes one bit behind the first occurrence of a text in the files of a folder: flip FOLDER TEXT.
func flip(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: flip FOLDER TEXT")
	}
	files, err := filepath.Glob(filepath.Join(ts.MkAbs(args[0]), "*"))
	ts.Check(err)
	for _, file := range files {
		p, err := os.ReadFile(file)
		ts.Check(err)
		if i := bytes.Index(p, []byte(args[1])); i >= 0 && i+len(args[1]) < len(p) {
			p[i+len(args[1])] ^= 1
			ts.Check(os.WriteFile(file, p, 0o600))
			return
		}
	}
	ts.Fatalf("no file of %s holds %q", args[0], args[1])
}

// keys backs up the keys of a data directory to the keepers whose public keys are in files: keys DATA TO PUBLIC...
func keys(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) < 3 {
		ts.Fatalf("usage: keys DATA TO PUBLIC...")
	}
	call := []string{"backup", "keys", "--data", ts.MkAbs(args[0]), "--to", ts.MkAbs(args[1])}
	for _, file := range args[2:] {
		call = append(call, "--recipient", strings.TrimSpace(ts.ReadFile(file)))
	}
	_ = ts.Exec("moralbank", call...) // the script looks at what it says
}

// up waits until a server answers on the admin socket of a data directory: up DATA.
func up(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: up DATA")
	}
	path := filepath.Join(ts.MkAbs(args[0]), adminSocket)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for range 3000 {
		if c, err := net.Dial("unix", path); err == nil {
			ts.Check(c.Close())
			return
		}
		<-tick.C
	}
	ts.Fatalf("no server has come up in %s", args[0])
}

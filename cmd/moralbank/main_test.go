package main

import (
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
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
		},
	})
}

// flip changes one bit in the middle of the largest file that matches a pattern: flip PATTERN.
func flip(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: flip FILE TEXT: flips a bit in the first occurrence of TEXT")
	}
	file := ts.MkAbs(args[0])
	p, err := os.ReadFile(file)
	ts.Check(err)
	i := indexOf(p, args[1])
	if i < 0 {
		ts.Fatalf("%s does not hold %q", args[0], args[1])
	}
	p[i+len(args[1])] ^= 1
	ts.Check(os.WriteFile(file, p, 0o600))
}

func indexOf(p []byte, text string) int {
	for i := 0; i+len(text) < len(p); i++ {
		if string(p[i:i+len(text)]) == text {
			return i
		}
	}
	return -1
}

package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The commands of both READMEs are run as they stand, with the placeholders filled in.
func TestReadmeCommands(t *testing.T) {
	for _, file := range []string{"README.md", "README.en.md"} {
		t.Run(file, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "books")
			list := filepath.Join(t.TempDir(), "members.csv")
			if err := os.WriteFile(list, []byte("姓名,手机,出生日期\n王秀英,13900000001,1951-03-02\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			commands := readmeCommands(t, filepath.Join("..", "..", file), strings.NewReplacer(
				"目录", dir, "DIR", dir, "成员.csv", list, "members.csv", list, "社区账本名", "bank.example/readme", "NAME", "bank.example/readme",
				"https://居民访问的网址", "https://bank.example", "https://where.residents.go", "https://bank.example", "127.0.0.1:8080", "127.0.0.1:0"))
			for _, verb := range []string{"init", "import", "serve", "verify"} {
				i := slices.IndexFunc(commands, func(c []string) bool { return c[0] == verb })
				switch {
				case i < 0:
					t.Errorf("no moralbank %s in %s", verb, file)
				case verb == "serve":
					startServer(t, dir).stop(t)
				default:
					if code := run(commands[i], t.Output(), t.Output()); code != 0 {
						t.Errorf("moralbank %s: exit %d", strings.Join(commands[i], " "), code)
					}
				}
			}
			for _, script := range []string{"scripts/demo", "scripts/test"} {
				if info, err := os.Stat(filepath.Join("..", "..", script)); err != nil || info.Mode()&0o111 == 0 {
					t.Errorf("%s cannot be run: %v", script, err)
				}
			}
		})
	}
}

// readmeCommands are the lines of code that call moralbank, as arguments.
func readmeCommands(t *testing.T, path string, fill *strings.Replacer) [][]string {
	t.Helper()
	p, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var commands [][]string
	for line := range strings.Lines(string(p)) {
		command, _, _ := strings.Cut(line, "#")
		if args := strings.Fields(command); len(args) > 1 && args[0] == "moralbank" {
			for i := range args {
				args[i] = fill.Replace(args[i])
			}
			commands = append(commands, args[1:])
		}
	}
	return commands
}

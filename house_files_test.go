package bank_test

import (
	"bytes"
	"go/ast"
	"go/scanner"
	"go/token"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const (
	functionLinesMax  = 70      // one screen
	fileLinesMax      = 400     // a file is one noun or one verb
	committedBytesMax = 1 << 20 // a larger file is somebody's output
)

// topLevel is what stands in the root folder besides dotfiles, which configure tools.
const topLevel = "README.md README.en.md cmd ledger api web scripts docs go.mod go.sum house_test.go house_files_test.go"

// vague are folder names that say nothing about what is in them.
const vague = "internal pkg util utils common helpers models services misc"

// longFiles may have more lines than fileLinesMax, each for a reason.
var longFiles = map[string]string{}

// absolutePaths may name a folder of one machine, each for a reason.
var absolutePaths = map[string]string{}

// TestFolders: the root holds what topLevel says, and no folder has a name that says nothing.
func TestFolders(t *testing.T) {
	for _, name := range files(t) {
		parts := strings.Split(name, "/")
		if !in(topLevel, parts[0]) && !strings.HasPrefix(parts[0], ".") {
			t.Errorf("%s: %s does not belong in the root folder (decision 0003)", name, parts[0])
		}
		for _, folder := range parts[:len(parts)-1] {
			if in(vague, folder) && !strings.HasPrefix(name, "web/src/") {
				t.Errorf("%s: a folder called %s: name it for what it holds", name, folder)
			}
		}
	}
}

// TestOneScreen: a function fits a screen, comments and blank lines aside. Test tables may be longer.
func TestOneScreen(t *testing.T) {
	for _, s := range sources(t) {
		code := codeLines(s)
		for _, decl := range s.file.Decls {
			f, ok := decl.(*ast.FuncDecl)
			if !ok || f.Body == nil || s.test {
				continue
			}
			first, last := s.set.Position(f.Body.Lbrace).Line, s.set.Position(f.Body.Rbrace).Line
			lines := 0
			for line := first + 1; line < last; line++ {
				if code[line] {
					lines++
				}
			}
			if lines > functionLinesMax {
				t.Errorf("%s: %s has %d lines; one screen is %d", s.at(f.Pos()), f.Name.Name, lines, functionLinesMax)
			}
		}
	}
}

// codeLines are the lines of a file on which something other than a comment stands. A raw string stands on all of its lines.
func codeLines(s source) map[int]bool {
	set := token.NewFileSet()
	file := set.AddFile(s.path, -1, len(s.bytes))
	var scan scanner.Scanner
	scan.Init(file, s.bytes, nil, 0) // mode 0 skips comments
	lines := map[int]bool{}
	for {
		pos, tok, literal := scan.Scan()
		if tok == token.EOF {
			return lines
		}
		first := file.Line(pos)
		for i := range strings.Count(literal, "\n") + 1 {
			if tok != token.SEMICOLON {
				lines[first+i] = true
			}
		}
	}
}

// TestDocs: every package opens with a comment, and every exported name has one, its own or its group's.
func TestDocs(t *testing.T) {
	opened := map[string]bool{}
	for _, s := range sources(t) {
		opened[s.room] = opened[s.room] || strings.TrimSpace(s.file.Doc.Text()) != ""
	}
	for room, ok := range opened {
		if !ok {
			t.Errorf("package %s has no package comment: what it is, what it promises, what it never does", room)
		}
	}
	for _, s := range sources(t) {
		for _, decl := range s.file.Decls {
			if s.test {
				continue
			}
			for _, name := range undocumented(decl) {
				t.Errorf("%s: exported %s has no doc comment", s.at(name.Pos()), name.Name)
			}
		}
	}
}

func undocumented(decl ast.Decl) []*ast.Ident {
	var names []*ast.Ident
	switch d := decl.(type) {
	case *ast.FuncDecl:
		if d.Doc.Text() == "" && (d.Recv == nil || ast.IsExported(receiver(d.Recv.List[0].Type))) {
			names = append(names, d.Name)
		}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			switch spec := spec.(type) {
			case *ast.TypeSpec:
				if spec.Doc.Text()+spec.Comment.Text() == "" && (d.Lparen.IsValid() || d.Doc.Text() == "") {
					names = append(names, spec.Name)
				}
			case *ast.ValueSpec:
				if d.Doc.Text()+spec.Doc.Text()+spec.Comment.Text() == "" {
					names = append(names, spec.Names...)
				}
			}
		}
	}
	return slices.DeleteFunc(names, func(name *ast.Ident) bool { return !name.IsExported() })
}

// receiver is the name of the type that a method belongs to.
func receiver(x ast.Expr) string {
	switch x := x.(type) {
	case *ast.StarExpr:
		return receiver(x.X)
	case *ast.IndexExpr:
		return receiver(x.X)
	case *ast.IndexListExpr:
		return receiver(x.X)
	case *ast.Ident:
		return x.Name
	}
	return ""
}

var (
	written  = regexp.MustCompile(`\.(go|ts|tsx|js|mjs|css|html|sh|yml|yaml|toml|md|txtar|json)$|^scripts/[a-z]+$|^\.`)
	generate = regexp.MustCompile(`\.gen\.|package-lock\.json$`)
	naked    = regexp.MustCompile(`\b(TO` + `DO|FIX` + `ME)\b`)
	absolute = regexp.MustCompile(`(^|[\s"'(=:` + "`" + `])/(home|root|Users|work|workspaces?|tmp)/`)
)

// TestText: files that people write have no naked notes to oneself, name no folder of one machine, and end in good time.
func TestText(t *testing.T) {
	for _, name := range files(t) {
		if !written.MatchString(name) || generate.MatchString(name) {
			continue
		}
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(string(text), "\n")
		for i, line := range lines {
			if note := naked.FindString(line); note != "" && path.Ext(name) != ".md" {
				t.Errorf("%s:%d: %s: do it, or write down in docs/decisions why not", name, i+1, note)
			}
			if place := absolute.FindString(line); place != "" && absolutePaths[name] == "" {
				t.Errorf("%s:%d: %s... is a folder of one machine: use t.TempDir, mktemp or a relative path", name, i+1, strings.TrimSpace(place))
			}
		}
		if in(".go .ts .tsx .css", path.Ext(name)) && len(lines)-1 > fileLinesMax && longFiles[name] == "" {
			t.Errorf("%s has %d lines, more than %d: split it by noun or verb, or give a reason in longFiles", name, len(lines)-1, fileLinesMax)
		}
	}
}

// TestNoOutput: nothing that a program made is committed.
func TestNoOutput(t *testing.T) {
	output := regexp.MustCompile(`(^|/)(node_modules|test-results|playwright-report|coverage)/|^bin/|^web/dist/site/|\.(test|prof|exe|out|log|tmp)$`)
	for _, name := range files(t) {
		if output.MatchString(name) {
			t.Errorf("%s is build output; list it in .gitignore", name)
		}
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if len(text) > committedBytesMax || bytes.HasPrefix(text, []byte("\x7fELF")) {
			t.Errorf("%s (%d bytes) looks like build output: it is a program, or larger than %d", name, len(text), committedBytesMax)
		}
	}
}

// TestDecisions: decisions have a number of their own, a title that carries it, and say what would change our mind.
func TestDecisions(t *testing.T) {
	name := regexp.MustCompile(`^docs/decisions/(\d{4})-[a-z0-9-]+\.md$`)
	taken := map[string]string{}
	for _, file := range files(t) {
		if path.Dir(file) != "docs/decisions" {
			continue
		}
		match := name.FindStringSubmatch(file)
		if match == nil {
			t.Errorf("%s: a decision is called NNNN-a-few-words.md", file)
			continue
		}
		if other := taken[match[1]]; other != "" {
			t.Errorf("%s and %s have the same number", file, other)
		}
		taken[match[1]] = file
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(string(text), "# "+match[1]) || !strings.Contains(strings.ToLower(string(text)), "change our mind") {
			t.Errorf("%s: it begins with \"# %s\" and says what would change our mind (decision 0001)", file, match[1])
		}
	}
}

// TestGlossary: each row of the glossary is whole, and a word stands for one thing.
func TestGlossary(t *testing.T) {
	text, err := os.ReadFile("docs/glossary.md")
	if err != nil {
		t.Fatal(err)
	}
	where, rows := map[string]int{}, 0
	for i, line := range strings.Split(string(text), "\n") {
		cells := strings.Split(strings.Trim(line, "| "), " | ")
		if !strings.HasPrefix(line, "| ") || cells[0] == "term" {
			continue
		}
		rows++
		if len(cells) != 4 || slices.Contains(cells, "") {
			t.Errorf("docs/glossary.md:%d: term, 中文, meaning, where: %d cells, or an empty one", i+1, len(cells))
			continue
		}
		for _, word := range cells[:2] {
			if where[word] != 0 {
				t.Errorf("docs/glossary.md:%d: %s already stands for something in line %d", i+1, word, where[word])
			}
			where[word] = i + 1
		}
	}
	if rows == 0 {
		t.Error("docs/glossary.md has no rows")
	}
}

// TestLintersExplained: each linter that is on has its reason in decision 0002.
func TestLintersExplained(t *testing.T) {
	config, err := os.ReadFile(".golangci.yml")
	if err != nil {
		t.Fatal(err)
	}
	reasons, err := os.ReadFile("docs/decisions/0002-pinned-tools.md")
	if err != nil {
		t.Fatal(err)
	}
	enabled := regexp.MustCompile(`(?m)^    - ([a-z]+)`).FindAllSubmatch(config, -1)
	if len(enabled) == 0 {
		t.Fatal(".golangci.yml enables no linter")
	}
	for _, linter := range enabled {
		if !bytes.Contains(reasons, []byte("`"+string(linter[1])+"`")) {
			t.Errorf(".golangci.yml: %s is on, but decision 0002 does not say why", linter[1])
		}
	}
}

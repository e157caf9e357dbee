package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

// misunderstood says what of a command line was not understood. Where no command was named, or one that does not exist, it lists
// the few that there are, each in both languages: a newcomer's first line is often the bare name of the program.
func misunderstood(w io.Writer, parser *kong.Kong, args []string, err error) {
	at, wrong := parser.Model.Node, &kong.ParseError{}
	if errors.As(err, &wrong) && wrong.Context != nil {
		if selected := wrong.Context.Selected(); selected != nil {
			at = selected
		}
	}
	if up := at.Parent; up != nil && up.DefaultCmd == at && !slices.Contains(args, at.Name) {
		at = up // nobody asked for the one that goes without a name
	}
	if len(at.Children) == 0 { // a command there is, of which an option or an argument is wrong
		fmt.Fprintln(w, "moralbank:", err)
		return
	}
	if len(args) == 0 {
		fmt.Fprintln(w, "请写上要做什么，一条命令一件事：\nSay what to do, with one of these commands:")
	} else {
		fmt.Fprintf(w, "没有听懂：moralbank %s\nmoralbank: %v\n可以用的命令：\nThe commands there are:\n", strings.Join(args, " "), err)
	}
	for _, child := range at.Children {
		if !child.Hidden {
			fmt.Fprintf(w, "  %s %-14s %s\n", at.FullPath(), child.Name, child.Help)
		}
	}
	fmt.Fprintf(w, "每条命令的用法：moralbank 命令 --help\nHow each is used: moralbank COMMAND --help\n")
}

// Package backup copies the books to a folder that another machine can be started from, while they are written.
//
// It promises: what a manifest lists is there, whole and in order, or reading it names the file and the place that is
// wrong; a backup that is cut short leaves the one before it as it was; a second backup into the same folder adds only
// what is new, and refuses a ledger that is not the continuation of the first. It never changes the journal that it
// copies, and never asks it to wait.
//
// It knows no rules: that the books obey them is for ledger/audit to say, which reads a Backup like a journal. Nor does it
// know personal data: whoever makes a backup may add streams of their own (the sealed rows of the roster), kept under
// a name and a hash. Keys are never in it: a folder that is stolen opens nothing.
//
// # The folder
//
//	manifest                 what is in it; the only file that is ever replaced
//	blocks-<height>          blocks from that height on: 4 bytes big-endian length, block (package journal), and so on
//	<name>-<n>               a stream of the caller's, made anew at the n-th backup
//
// The manifest is one line of JSON and a line "sum <SHA-256 of the first line, LF included, in hex>". It is trusted after
// its sum is checked, and through it everything else. Its loss costs the backup.
package backup

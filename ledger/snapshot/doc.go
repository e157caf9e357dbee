// Package snapshot keeps the Book written down in files, so that a start folds only the records that came after.
//
//	snapshots/000000010000000.book   the Book at record 10,000,000
//
// A file is derived and never trusted: it is used only if its sum is right, the same program wrote it, and the journal's
// block at its seq is the very one it names, with the tree's root. verify compares its bytes with the replay. Whatever is
// wrong with one, it is passed over, and the records are folded again: its loss costs time, never a record. The whole
// folder may be deleted at any moment.
//
// It promises that a file under its final name is whole on the disk, that equal books give equal files, and that only
// the last two are kept. It never changes a book, never reads a clock, and holds no personal data.
//
// # The bytes of a file, version 1
//
// Lines of text, each ended by LF:
//
//	moralbank snapshot v1
//	program <the program that wrote it, in hexadecimal>
//	head <journal.Head in its own bytes, in hexadecimal>
//	edge <the roots of the tree's perfect subtrees, the smallest first, in hexadecimal>
//	<the lines of ledger.Book.WriteSnapshot>
//	sum <SHA-256 of all bytes before this line, in hexadecimal>
//
// The program stands in it because a mended Fold may make another book of the same records: then the records are folded
// anew, once (docs/decisions/0065).
package snapshot

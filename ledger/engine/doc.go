// Package engine is the one writer of a ledger: it takes commands from a bounded queue, asks the rules, and answers
// once the records are durable.
//
//	Submit -> queue -> run: look up the key, Apply, salt and encode, Check and Fold, cut blocks -> one Append -> publish -> answer
//
// One goroutine, run, owns the book, the edge of the tree and the head. It takes one command, drains what already waits
// and never waits to batch: the sync in progress is the window in which the next batch gathers.
//
// It promises: an answer is given only when all it rests on is durable, refusals and replays included. A key makes its
// records once, however often it is sent. What is folded is what was read back from the line that will be stored, so
// live and replay cannot differ. A command that would break a law is dropped alone. After a write whose outcome is
// unknown nothing more is written: the process ends, and the next start replays.
//
// Reads take what was published after a commit: no lock, no writer, never a point that could vanish.
//
// It never decides a rule, never retries a failed sync, never signs, and holds no personal data.
//
// On disk it keeps nothing of its own. The blocks are the journal's and trusted; the key index is derived, its loss
// costs a rebuild at the next start; the guard's mark outside the database is what a rolled-back directory is seen by.
package engine

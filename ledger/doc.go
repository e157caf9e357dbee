// Package ledger is the rules of the moral bank: what a command makes of the books, and what the books then are.
//
// The ledger is an append-only sequence of records. Everything that matters is a record; nothing is updated or deleted;
// every balance is a function of the records. Two units that are never converted into each other: points are earned
// and spent, minutes are earned and kept. All of it is double entry: the postings of a record sum to zero per unit.
//
//	Command --Apply--> records or a refusal      decides, changes nothing
//	record  --Fold---> Book                      remembers, holds no rules; all that a replay runs
//	record  <--AppendLine / ParseLine--> line    one canonical spelling, in docs/format.md
//
// It promises that the same records give the same book on any machine, that a refusal leaves the book as it was, and
// that Check and CheckAfter find a record that breaks a law before it is made durable.
//
// It never reads a clock, does I/O, starts a goroutine or draws a random number: time is a parameter, salt and durability
// are the engine's (package engine), personal data is the roster's (package roster): here people are opaque account ids.
// A Book is owned by one goroutine.
package ledger

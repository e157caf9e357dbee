// Package seal holds what makes the ledger tamper-evident: the Merkle tree of RFC 6962 over the record lines, and the
// mark outside the database that says how far the books had come.
//
// The tree's entry i (from 0) is the 32 bytes SHA-256(record line of seq i+1). Leaf = SHA-256(0x00 || entry), node =
// SHA-256(0x01 || left || right), as in RFC 6962 section 2.1. So tools written by others can verify the ledger.
//
// It promises that a root is a function of the lines alone, and that a mark once stored is on the disk. It never
// looks into a record, reads no clock, starts no goroutine, and knows neither journal nor ledger.
//
// On disk: the mark file is trusted. Its loss is not a loss of books, but of the proof that they were not rolled
// back; so a ledger whose mark is missing is not served until a person accepts it.
package seal

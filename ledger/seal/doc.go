// Package seal holds what makes the ledger tamper-evident: the Merkle tree of RFC 6962 over the record lines, its tiles
// and proofs, the signed checkpoints and their witnesses, and the mark outside the database that says how far the books
// had come. docs/format-seal.md has the bytes.
//
// The tree's entry i (from 0) is the 32 bytes SHA-256(record line of seq i+1). Leaf = SHA-256(0x00 || entry), node =
// SHA-256(0x01 || left || right), as in RFC 6962 section 2.1. What is served follows C2SP: tlog-tiles, tlog-checkpoint,
// signed-note, tlog-cosignature, tlog-witness, tlog-proof, tlog-policy. So tools written by others verify the ledger.
//
//	journal -> Log.step: read what is new, grow the tiles, sign, mark, ask the witnesses -> Published -> readers
//
// It promises: a root is a function of the lines alone. A checkpoint is in the mark file before anybody sees it, and
// extends every checkpoint that was signed before; where it would not, nothing is signed. Nothing is served that is not
// under the published checkpoint. Readers take a published value: no lock, no writer.
//
// It never looks into a record, reads no clock but the one it is given (a cosignature of an auditor states the library's),
// and knows neither journal nor ledger.
//
// On disk: the mark file is trusted. Its loss is not a loss of books, but of the proof that they were not rolled back;
// so a ledger whose mark is missing is not served until a person accepts it. The key file is secret and trusted: lost,
// the log goes on only under a new origin; stolen, whoever has it can sign in our name, which witnesses see. Tiles and
// bundles are derived: their loss costs reading the journal again, and every answer made of them is checked against
// the signed root.
package seal

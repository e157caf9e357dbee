// Package roster is the one room in which personal data lives: people, the credentials tied to them, and the texts that give the
// ledger's codes their words (teams, organizations, activities, reasons).
//
// What it promises:
//   - Everything about a person is sealed (AES-256-GCM) under that person's own 32-byte key. The keys are in one file, the keyring,
//     outside the store. Erase destroys the key first and the rows after it, so bytes that the store keeps on disk after a delete
//     can no longer be opened by anybody.
//   - Row keys hold opaque ids, times, counters and hashes only: never a name, phone or date of birth.
//   - Every change of a person, credential or text leaves an audit line (who, when, which fields) in the same commit, without
//     the old or the new value. Claims, desk codes and the rotation of sessions leave none: they would bury the rest.
//   - Whatever may be used once is used once, however many callers race: the store compares versions.
//
// What it never does: read a clock (callers pass milliseconds), write to the ledger, or change the phone, birth date or guardian of a
// person who is already there because an imported file says so.
//
// On disk, under the data directory:
//
//	what       where     trusted?                                its loss
//	rows       roster/   yes; a sealed row proves itself         people and credentials: restore a backup
//	count      roster.count  yes; one sector with a checksum      the proof that no change is missing; made anew
//	keyring    keyring   yes; checksum, version, mode 0600       every sealed row, for ever: restore its own short-lived backup
//	index      memory    no; rebuilt from the rows at each open  nothing
//
// A row is durable when the call that wrote it returns. Badger drops what follows a flipped bit in its newest file without a word;
// the store counts its commits, and a second time in roster.count beside it, so that a start that is short of any is refused,
// and a backup is the remedy. Two rows that are not sealed tie the store to its keyring and to its ledger: Open compares the one, Tie the
// other. One process writes: the index follows the writes of this Roster only.
package roster

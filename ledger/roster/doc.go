// Package roster is the one room in which personal data lives: people, the credentials tied to them,
// and the texts that give the ledger's codes their words (teams, organizations, activities, reasons).
//
// What it promises:
//   - Everything about a person is sealed (AES-256-GCM) under that person's own 32-byte key. The keys are in one file,
//     the keyring, outside the store. Erase destroys the key first and the rows after it, so bytes that the store keeps
//     on disk after a delete can no longer be opened by anybody.
//   - Row keys hold opaque ids, counters and hashes only: never a name, phone or date of birth.
//   - Every change leaves an audit line (who, when, which fields) in the same commit, without the old or new value.
//   - Whatever may be used once is used once, however many callers race: the store compares versions.
//
// What it never does: read a clock (callers pass milliseconds as ledger.Time), log, write to the ledger, or change the
// phone, birth date or guardian of a person who is already there because an imported file says so.
//
// On disk, under the data directory:
//
//	what       where     trusted?                          its loss
//	rows       roster/   yes; sealed rows prove themselves  people and credentials; restore a backup
//	keyring    keyring   yes; checksum, version, mode 0600  every sealed row for ever; restore its own short-lived backup
//	index      memory    no; rebuilt from the rows at open  nothing
//
// Rows are durable when a call returns. A flipped bit in the newest, not yet compacted Badger file can drop rows
// silently (facts of Badger v4, decision of this package: the books do not depend on them; backups are the remedy).
// Addresses of the law: 志愿服务条例, 民政部令第67号, 个人信息保护法 (docs/glossary.md has the words).
package roster

// Package badgerjournal keeps the books of one community in a directory: journal.Journal in Badger with a tail file
// beside it, and journal.Index in a second Badger.
//
//	LOCK              held while a server uses the directory
//	badger/           the blocks and the head: the books. Trusted once a block's hash is checked. Loss: tail, backup or peer
//	tail/*.seg        the newest frames once more, in preallocated segments. Loss: rewritten from badger/ by Repair
//	badger.damagedN/  what Repair has put aside; a person may delete it (badger.new, badger.whole: a repair under way)
//	orphans/          tables that Badger was about to throw away at a start that then failed. Kept for a person to look at
//	index/            derived. Loss: dropped and built again from the journal
//
// In Badger a block stands under 'b' and its last seq (8 bytes, big-endian), so that a seek for any seq finds its block;
// the value is the block's hash and its bytes, the user byte its number of lines, so that a scan of the keys alone
// proves that no seq is missing. The head stands under 'h'.
//
// # Durability
//
// One Append is one synced Badger transaction and, at the same time, one frame in the tail file and its fdatasync. Both
// are durable before it returns. After any error of either the journal is dead, since a failed sync says nothing about
// what the disk holds; the process ends and the next Open decides by what it finds.
//
// Why twice: Badger ends its replay at the first bad checksum of its write-ahead file and cuts the rest off without a
// word, so one flipped bit loses every commit behind it (measured with v4.9.6: 1,001 of 2,000). The tail holds at
// least all that Badger can still have in memory tables only, see tailSegments, and Open puts it back.
//
// Open takes what both agree on: tail ahead of Badger, or a hole in Badger that the tail covers: the blocks are put
// back. Badger ahead: the frames are written again. A torn last frame was never answered and is wiped. Everything else
// is refused by name: a hole that the tail does not cover, damage in the middle of the tail (ErrCorrupt), two different
// blocks at one height (ErrDiverged), an end before MinHead (ErrBehind). It does not see a rollback of the whole disk.
//
// A sector is taken to be written whole or not at all, and new directory entries of Badger's own files to reach the
// disk with the first fsync, as ext4 and xfs do it.
//
// The package never retries a write or a sync, never repairs what it cannot prove, and never deletes a table or a
// segment that it could not account for.
package badgerjournal

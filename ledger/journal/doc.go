// Package journal is the port behind which the books are kept: one growing list of blocks, each chained to the
// one before by its hash, and beside it a small disposable index.
//
// It promises three things. Append is whole or not at all. What Append has answered is on the disk. What is read
// is what was appended, or an error that names the damage; a hole or a flipped bit is never skipped.
//
// It never looks into a record: a line is opaque bytes. It never reads a clock, never retries a failed sync, and
// never serves a block before it is durable. It imports nothing of ours, so that every implementation can be
// tested alone; journaltest is the suite that each of them passes.
//
// On disk: blocks are the books and are trusted after their hash is checked; their loss is repaired from the tail
// file, a backup or a peer. The index is derived; its loss costs a rebuild.
//
// # The bytes of a block, version 1
//
// Integers are big-endian. Every byte is covered by the block's hash.
//
//	offset  size  field
//	0       4     magic "MBBK"
//	4       2     version, 1
//	6       2     n, number of lines, 1 to 200
//	8       8     height, from 1
//	16      8     seq of the first line, from 1
//	24      8     time, milliseconds since 1970-01-01T00:00:00Z
//	32      32    hash of the block before; zero in block 1
//	64      8     size of the Merkle tree after this block
//	72      32    root of that tree
//	104     4n    end of each line, counted from the start of the first line
//	104+4n  ...   the lines, one after the other, nothing between them
//
// Every integer is below 2^53, a line has at least one byte, and a block has at most 128 KiB. Hash = SHA-256 of
// "moralbank.example/journal/block\n" and these bytes; the text keeps it apart from the tree's hashes (RFC 6962
// section 2.1), whose inputs begin with 0x00 or 0x01.
//
// # The bytes of a head, version 1
//
//	offset  size  field
//	0       4     magic "MBHD"
//	4       2     version, 1
//	6       8     height of the last block
//	14      8     seq of its last line
//	22      32    its hash
//	54      8     size of the tree after it
//	62      32    root of that tree
//
// # The bytes of a frame, version 1
//
// A frame is what one Append writes into a log file: all its blocks or none.
//
//	offset  size  field
//	0       4     magic "MBTF"
//	4       2     version, 1
//	6       2     n, number of blocks, 1 to 16
//	8       8     generation: the number of the segment, so that an older frame in a reused file is not taken for ours
//	16      4     p, bytes of payload
//	20      4     CRC-32C (Castagnoli) of bytes 0 to 19 and of the payload
//	24      p     payload: the head after the blocks (94), then n times: length (4), block
//	24+p    0-7   zeros up to a multiple of 8
package journal

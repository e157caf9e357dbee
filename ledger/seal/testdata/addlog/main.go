// Command addlog makes a log known to a litewitness, as its own witnessctl add-log and add-key do. That program needs a
// module which the Go proxy does not always give; this one needs only what litewitness itself is made of.
//
//	go run -modfile=scripts/tools.mod ./ledger/seal/testdata/addlog DB ORIGIN VKEY
package main

import (
	"crypto/sha256"
	"encoding/base64"
	"log"
	"os"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"
)

func main() {
	if len(os.Args) != 4 {
		log.Fatal("usage: addlog DB ORIGIN VKEY")
	}
	db, err := sqlite.OpenConn(os.Args[1], sqlite.OpenReadWrite)
	if err != nil {
		log.Fatal(err)
	}
	empty := sha256.Sum256(nil)
	for _, insert := range []struct {
		query string
		args  []any
	}{
		{"INSERT INTO log (origin, tree_size, tree_hash) VALUES (?, 0, ?)", []any{os.Args[2], base64.StdEncoding.EncodeToString(empty[:])}},
		{"INSERT INTO key (origin, key) VALUES (?, ?)", []any{os.Args[2], os.Args[3]}},
	} {
		if err := sqlitex.Execute(db, insert.query, &sqlitex.ExecOptions{Args: insert.args}); err != nil {
			log.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		log.Fatal(err)
	}
}

package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
)

// program names the code that runs, by the SHA-256 of its file in hexadecimal: a snapshot that other code made is not
// used (docs/decisions/0065).
func program() (string, error) {
	f, err := os.Open("/proc/self/exe") // the file that runs, also when a newer one has taken its name
	if err != nil {
		var path string
		if path, err = os.Executable(); err == nil {
			f, err = os.Open(path) //nolint:gosec // our own file
		}
	}
	if err != nil {
		return "", fmt.Errorf("read the program: %w", err)
	}
	defer f.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return "", fmt.Errorf("read the program: %w", err)
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

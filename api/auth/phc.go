package auth

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/crypto/argon2"
)

// cost is what one argon2id hash takes. Bounds on what is read keep a damaged or planted row from taking the machine's memory.
type cost struct {
	memory  uint32 // KiB
	passes  uint32
	threads uint8
}

const (
	saltLen = 16
	sumLen  = 32

	memoryMax  = 64 << 10 // KiB
	passesMax  = 8
	threadsMax = 4
	phcMax     = 256 // bytes
)

// current is the OWASP recommendation of 19 MiB, two passes, one thread: 20 to 50 ms of a core.
var current = cost{memory: 19 << 10, passes: 2, threads: 1}

// errPHC says that a stored hash is not one that this package wrote.
var errPHC = errors.New("auth: stored password hash is damaged")

// phc is a stored hash: $argon2id$v=19$m=19456,t=2,p=1$salt$sum (the PHC string format, as the reference argon2 writes it).
type phc struct {
	cost cost
	salt []byte
	sum  []byte
}

// derive runs argon2id (RFC 9106).
func derive(secret string, salt []byte, c cost, length int) []byte {
	return argon2.IDKey([]byte(secret), salt, c.passes, c.memory, c.threads, uint32(length)) //nolint:gosec // phcMax bounds it
}

// String writes the stored form.
func (p phc) String() string {
	b64 := base64.RawStdEncoding
	return "$argon2id$v=19$" + p.cost.String() + "$" + b64.EncodeToString(p.salt) + "$" + b64.EncodeToString(p.sum)
}

// String writes the parameters as they stand in the stored form.
func (c cost) String() string {
	return "m=" + strconv.Itoa(int(c.memory)) + ",t=" + strconv.Itoa(int(c.passes)) + ",p=" + strconv.Itoa(int(c.threads))
}

// parsePHC reads the stored form; anything but the exact form that String writes, within the bounds, is errPHC.
func parsePHC(s string) (phc, error) {
	parts := strings.Split(s, "$")
	if len(s) > phcMax || len(parts) != 6 {
		return phc{}, errPHC
	}
	c, err := parseCost(parts[3])
	if err != nil {
		return phc{}, err
	}
	b64 := base64.RawStdEncoding.Strict()
	salt, errSalt := b64.DecodeString(parts[4])
	sum, errSum := b64.DecodeString(parts[5])
	p := phc{cost: c, salt: salt, sum: sum}
	if errSalt != nil || errSum != nil || len(salt) < 8 || len(sum) < 16 || p.String() != s {
		return phc{}, errPHC
	}
	return p, nil
}

// parseCost reads what String writes, and nothing that it would write otherwise.
func parseCost(s string) (cost, error) {
	var c cost
	if _, err := fmt.Sscanf(s, "m=%d,t=%d,p=%d", &c.memory, &c.passes, &c.threads); err != nil || c.String() != s {
		return cost{}, errPHC
	}
	if c.passes < 1 || c.passes > passesMax || c.threads < 1 || c.threads > threadsMax || c.memory < 8*uint32(c.threads) || c.memory > memoryMax {
		return cost{}, errPHC
	}
	return c, nil
}

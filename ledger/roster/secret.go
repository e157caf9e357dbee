package roster

import (
	"context"
	"errors"
	"fmt"

	"moralbank.example/bank/ledger"
)

// Secret names a kind of sign-in credential that a person has at most one of. Its value is an opaque text made elsewhere
// (an argon2id hash, a JSON list of passkeys) and sealed under the person's key.
type Secret string

// The kinds of secrets.
const (
	Password Secret = "password"
	PIN      Secret = "pin"
	Passkeys Secret = "passkeys"
)

const secretBytesMax = 32 << 10

func secretRow(a ledger.AccountID, s Secret) string { return "secret:" + string(a) + ":" + string(s) }

// SetSecret stores or replaces a secret's opaque value; an empty value removes it. ErrNoKey if the account is no person.
func (r *Roster) SetSecret(ctx context.Context, by By, a ledger.AccountID, kind Secret, value string) error {
	switch kind {
	case Password, PIN, Passkeys:
	default:
		return invalid("secret", "没有这种凭证", "no such kind of secret")
	}
	if len(value) > secretBytesMax {
		return fmt.Errorf("set secret: %w", ErrTooLarge)
	}
	key, owner := secretRow(a, kind), owned(a, "secret", string(kind))
	return retry(func() error {
		was, err := r.version(ctx, key)
		if err != nil {
			return err
		}
		wasOwned, err := r.version(ctx, owner)
		if err != nil {
			return err
		}
		if value == "" && was == 0 && wasOwned == 0 {
			return nil
		}
		row := Change{Key: key, Was: was, Delete: value == ""}
		action := "secret_removed"
		if value != "" {
			action = "secret_set"
			if row.Value, err = r.ring.seal(string(a), "secret/"+string(kind), []byte(value)); err != nil {
				return fmt.Errorf("set secret of %s: %w", a, err)
			}
		}
		note, err := r.audit(by, string(a), action, string(kind))
		if err != nil {
			return err
		}
		return r.store.Commit(ctx, row, Change{Key: owner, Was: wasOwned, Delete: value == ""}, note)
	})
}

// Secret reads a secret's opaque value. ErrNotFound if the person has none.
func (r *Roster) Secret(ctx context.Context, a ledger.AccountID, kind Secret) (string, error) {
	row, err := r.store.Get(ctx, secretRow(a, kind))
	if err != nil {
		return "", err
	}
	plain, err := r.ring.unseal(string(a), "secret/"+string(kind), row.Value)
	if err != nil {
		return "", fmt.Errorf("secret of %s: %w", a, err)
	}
	return string(plain), nil
}

// version is the version of a row, zero if there is none.
func (r *Roster) version(ctx context.Context, key string) (Version, error) {
	row, err := r.store.Get(ctx, key)
	if errors.Is(err, ErrNotFound) {
		return 0, nil
	}
	return row.Version, err
}

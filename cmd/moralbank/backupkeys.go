package main

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"filippo.io/age"
)

// keyFiles are what backup keys keeps: the keys of personal data, of checkpoints and of sign-in tokens.
var keyFiles = []string{"keyring", logKeyFile, signingKeysFile}

// keyFileMax bounds each of them, in bytes: a keyring of 250,000 people is 21 MiB.
const keyFileMax = 32 << 20

// backupKeys encrypts the keys to two people or more, each of whom can open the file alone (age, C2SP age.md).
type backupKeys struct {
	Data      string   `help:"账本目录 / data directory." default:"data" type:"existingdir"`
	To        string   `help:"写到哪个文件 / the file to write." required:"" type:"path"`
	Recipient []string `help:"保管人的公钥 age1…，至少两位 / public keys age1... of at least two keepers." required:"" sep:"none"`
}

// recipientsMin is how many people must be able to open the keys: one may be on holiday, or gone.
const recipientsMin = 2

// Run writes the file whole or not at all, readable by its owner only. A server may be running.
func (c *backupKeys) Run(con *console) (err error) {
	slices.Sort(c.Recipient)
	var to []age.Recipient
	for _, text := range slices.Compact(c.Recipient) {
		r, err := age.ParseX25519Recipient(text)
		if err != nil {
			return &plainError{"不是保管人的公钥：" + text, "not a keeper's public key: " + text, err}
		}
		to = append(to, r)
	}
	if len(to) < recipientsMin {
		return &plainError{"请给出至少两位保管人的公钥", "give the public keys of at least two keepers", age.ErrIncorrectIdentity}
	}
	next := c.To + ".next"
	f, err := os.OpenFile(next, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600) //nolint:gosec // the operator's own path
	if err != nil {
		return fmt.Errorf("back up keys: %w", err)
	}
	if err = sealKeys(f, c.Data, to); err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return errors.Join(fmt.Errorf("back up keys: %w", err), os.Remove(next))
	}
	if err := os.Rename(next, c.To); err != nil {
		return fmt.Errorf("back up keys: %w", err)
	}
	con.say("钥匙已加密备份到 %[1]s，%[2]d 位保管人各自都能打开。请封存，30 天内用新的替换并销毁这一份。",
		"The keys are in %[1]s, encrypted; each of %[2]d keepers can open it. Keep it sealed, and destroy it within 30 days, when a new one takes its place.", c.To, len(to))
	return nil
}

func sealKeys(w io.Writer, dir string, to []age.Recipient) error {
	sealed, err := age.Encrypt(w, to...)
	if err != nil {
		return err
	}
	out := tar.NewWriter(sealed)
	for _, name := range keyFiles {
		p, err := os.ReadFile(filepath.Join(dir, name)) //nolint:gosec // the operator's own path
		if err != nil {
			return err
		}
		if err := out.WriteHeader(&tar.Header{Name: name, Size: int64(len(p)), Mode: 0o600}); err != nil {
			return err
		}
		if _, err := out.Write(p); err != nil {
			return err
		}
		clear(p)
	}
	return errors.Join(out.Close(), sealed.Close())
}

// openKeys decrypts what sealKeys wrote into dir, all of it but those in without.
func openKeys(ctx context.Context, file, identity, dir string, without ...string) error {
	text, err := os.ReadFile(identity) //nolint:gosec // the operator's own path
	if err != nil {
		return fmt.Errorf("read identity: %w", err)
	}
	ids, err := age.ParseIdentities(strings.NewReader(string(text)))
	if err != nil {
		return &plainError{"这不是解密钥匙的密钥文件：" + identity, "not an identity file: " + identity, err}
	}
	f, err := os.Open(file) //nolint:gosec // the operator's own path
	if err != nil {
		return fmt.Errorf("open keys: %w", err)
	}
	defer f.Close()
	sealed, err := age.Decrypt(f, ids...)
	if err != nil {
		return &plainError{"打不开钥匙备份：密钥不对，或文件有损坏", "the backup of the keys cannot be opened: another identity, or a damaged file", err}
	}
	in := tar.NewReader(sealed)
	for ctx.Err() == nil {
		h, err := in.Next()
		if errors.Is(err, io.EOF) {
			_, err := io.Copy(io.Discard, sealed) // age authenticates the end, too
			return err
		}
		if err != nil {
			return fmt.Errorf("open keys: %w", err)
		}
		if !slices.Contains(keyFiles, h.Name) || h.Size > keyFileMax {
			return fmt.Errorf("open keys: an entry %q of %d bytes", h.Name, h.Size)
		}
		if slices.Contains(without, h.Name) {
			continue
		}
		p, err := io.ReadAll(in)
		if err == nil {
			err = writePrivate(filepath.Join(dir, h.Name), p) //nolint:gosec // one of keyFiles, checked above
		}
		if err != nil {
			return fmt.Errorf("open keys: %w", err)
		}
	}
	return context.Cause(ctx)
}

// writePrivate makes a file for its owner only, on the disk when it returns.
func writePrivate(path string, p []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600) //nolint:gosec // the operator's own path
	if err != nil {
		return err
	}
	_, err = f.Write(p)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// backupIdentity makes a keeper's identity: a file that stays with her, and a public key for whoever backs up.
type backupIdentity struct {
	Out string `help:"写到哪个文件（交保管人封存）/ the file to write, for the keeper to seal." required:"" type:"path"`
}

// Run prints the public key, and nothing of the other half.
func (c *backupIdentity) Run(con *console) error {
	id, err := age.GenerateX25519Identity()
	if err != nil {
		return fmt.Errorf("make identity: %w", err)
	}
	if err := writePrivate(c.Out, []byte("# public key: "+id.Recipient().String()+"\n"+id.String()+"\n")); err != nil {
		return fmt.Errorf("make identity: %w", err)
	}
	con.say("%[1]s", "", id.Recipient())
	return nil
}

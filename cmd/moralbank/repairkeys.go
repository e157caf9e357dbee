package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"moralbank.example/bank/ledger/roster"
)

// keyring puts back the keyring where it is damaged, missing or of another roster, from what backup keys made for this one. Keys in it
// that were destroyed since are destroyed again by the next start.
func (c *repairCmd) keyring(ctx context.Context, con *console) (err error) {
	err = roster.Fits(c.Data, filepath.Join(c.Data, keyringFile), con.log)
	switch {
	case !errors.Is(err, roster.ErrKeyringLost) && !errors.Is(err, roster.ErrKeyringDamaged) && !errors.Is(err, roster.ErrKeyringForeign):
		return nil // whole, or no matter of keys: people tells
	case c.Keys == "" || c.Identity == "":
		return told(err, c.Data)
	}
	from, err := c.unlock(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(from)) }()
	switch err := roster.Fits(c.Data, filepath.Join(from, keyringFile), con.log); {
	case errors.Is(err, roster.ErrKeyringForeign):
		return otherKeyring(err)
	case errors.Is(err, roster.ErrKeyringLost), errors.Is(err, roster.ErrKeyringDamaged):
		return uselessKey(keyringFile, err)
	case err != nil:
		return told(err, c.Data)
	}
	return c.putBack(con, from, keyringFile)
}

// missingKeys adds to a keyring that lacks keys of people those that the backup has.
func (c *repairCmd) missingKeys(ctx context.Context, con *console) (err error) {
	from, err := c.unlock(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(from)) }()
	n, err := roster.AddMissing(c.Data, filepath.Join(from, keyringFile))
	switch {
	case errors.Is(err, roster.ErrKeyringForeign):
		return otherKeyring(err)
	case errors.Is(err, roster.ErrKeyringLost), errors.Is(err, roster.ErrKeyringDamaged):
		return uselessKey(keyringFile, err)
	case err != nil:
		return err
	case n > 0:
		con.say("从钥匙备份补上了 keyring 里缺的 %[1]d 把钥匙。", "%[1]d keys that the keyring lacked were added from the backup of the keys.", n)
	}
	return nil
}

// unlock decrypts the backup of the keys into a folder of the data directory, for the caller to remove.
func (c *repairCmd) unlock(ctx context.Context) (dir string, err error) {
	if dir, err = os.MkdirTemp(c.Data, "keys-"); err != nil {
		return "", fmt.Errorf("put back keys: %w", err)
	}
	if err := openKeys(ctx, c.Keys, c.Identity, dir); err != nil {
		return "", errors.Join(err, os.RemoveAll(dir))
	}
	return dir, nil
}

// putBack takes a key file out of the folder and puts it in its place; what cannot be used there is kept aside.
func (c *repairCmd) putBack(con *console, from, name string) error {
	path := filepath.Join(c.Data, name)
	aside, err := putAside(path)
	if err != nil {
		return err
	}
	if err := os.Rename(filepath.Join(from, name), path); err != nil {
		return fmt.Errorf("put back %s: %w", name, err)
	}
	con.say("%[1]s 已从钥匙备份放回%[2]s。", "%[1]s was put back from the backup of the keys%[3]s.", name, keptZh(aside), keptEn(aside))
	return nil
}

// otherKeyring says that the backup is of another list of people, or that the list was swapped.
func otherKeyring(err error) error {
	return &plainError{
		"钥匙备份里的 keyring 和这里的名册不是一对，没有改动。请用本账本的钥匙备份；钥匙备份没有拿错的，就是名册被换过，请用 moralbank restore 从备份恢复。",
		"the keyring in the backup of the keys is not that of the list of people here; nothing was changed. Use this ledger's own backup of the keys; if it is that, the list was swapped: restore a backup with moralbank restore.", err,
	}
}

// uselessKey says that the backup does not help.
func uselessKey(name string, err error) error {
	return &plainError{
		"钥匙备份里的 " + name + " 也不能用，没有改动：" + err.Error() + "。请用另一份钥匙备份。",
		name + " in the backup of the keys cannot be used either, nothing was changed: " + err.Error() + ". Use another backup of the keys.", err,
	}
}

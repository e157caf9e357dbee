package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"moralbank.example/bank/api/auth"
	"moralbank.example/bank/ledger/engine"
	"moralbank.example/bank/ledger/roster"
	"moralbank.example/bank/ledger/seal"
)

// keyringFile is the keyring of the roster, as the roster names it.
const keyringFile = "keyring"

// errNoSigningKeys : the keys of access tokens are not in the data directory.
var errNoSigningKeys = errors.New("no keys sign access tokens")

// openMark reads how far the books are known to have come.
func openMark(dir string) (*seal.Guard, error) {
	guard, err := seal.OpenGuard(filepath.Join(dir, markFile))
	return guard, told(err, dir)
}

// openLogKey reads the key that signs checkpoints. errNoLogKey when it is missing.
func openLogKey(dir, origin string) (*seal.Key, error) {
	key, err := seal.OpenKey(filepath.Join(dir, logKeyFile), origin)
	if errors.Is(err, fs.ErrNotExist) {
		err = fmt.Errorf("%w: %w", errNoLogKey, err)
	}
	return key, told(err, dir)
}

// openSigningKeys reads the keys of access tokens. errNoSigningKeys when they are missing.
func openSigningKeys(dir string, now func() time.Time) (*auth.Keys, error) {
	keys, err := auth.OpenKeys(filepath.Join(dir, signingKeysFile), now)
	if errors.Is(err, fs.ErrNotExist) {
		err = fmt.Errorf("%w: %w", errNoSigningKeys, err)
	}
	return keys, told(err, dir)
}

// openAuditors reads who audits, and what they signed. Either file may be missing.
func openAuditors(dir string) (*seal.Auditors, error) {
	a, err := seal.OpenAuditors(filepath.Join(dir, auditorsFile), filepath.Join(dir, auditsFile))
	switch {
	case errors.Is(err, seal.ErrAudits), notAFile(err):
		return nil, told(err, dir)
	case err != nil:
		return nil, writtenByHand(err, dir, auditorsFile)
	}
	return a, nil
}

// openWitnesses reads who witnesses what key signs. The file may be missing.
func openWitnesses(dir string, key *seal.Key) (*seal.Policy, error) {
	p, err := seal.ReadPolicy(filepath.Join(dir, witnessesFile), key)
	if notAFile(err) {
		return nil, told(err, dir)
	}
	if err != nil {
		return nil, writtenByHand(err, dir, witnessesFile)
	}
	return p, nil
}

// toldOfFile says which small file of a data directory is damaged or missing, and the one command that helps; other errors it gives back.
func toldOfFile(err error, dir string) error {
	repair := "moralbank repair --data " + dir
	keys := repair + " --keys keys.age --identity keeper.identity"
	switch {
	case notAFile(err):
		return toldOfPlace(err, dir)
	case errors.Is(err, seal.ErrMark), errors.Is(err, engine.ErrNoMark):
		return fileFault(err, dir, markFile, "（记着账本走到了哪里）", "没有它，看不出账本有没有被换成旧的。请取来最新的账本指纹（见证方、公开页、居民手机的证据），运行 "+repair+" --checkpoint 指纹文件",
			"Without it nobody sees whether the books were rolled back. Bring the newest checkpoint known (a witness, the public page, a resident's evidence) and run "+repair+" --checkpoint FILE")
	case errors.Is(err, roster.ErrKeyringOpenToOthers):
		return openToOthers(err, dir, keyringFile)
	case errors.Is(err, seal.ErrKeyOpenToOthers):
		return openToOthers(err, dir, logKeyFile)
	case errors.Is(err, auth.ErrExposed):
		return openToOthers(err, dir, signingKeysFile)
	case errors.Is(err, roster.ErrKeyringLost), errors.Is(err, roster.ErrKeyringDamaged), errors.Is(err, roster.ErrKeyringForeign):
		return fileFault(err, dir, keyringFile, "（名册钥匙）", "没有它读不出居民是谁。请用 backup keys 存下的那一份放回：运行 "+keys,
			"Without it nobody's name can be read. Put back the copy that backup keys made: run "+keys)
	case errors.Is(err, roster.ErrLedgerForeign):
		return &plainError{
			"名册不是这个账本的，已停下：" + dir + "（" + err.Error() + "）。账本没有受影响。请放回本账本的 roster、roster.count 和 keyring；放不回来的，用 moralbank restore 从备份恢复。",
			"the list of people is not that of this ledger: " + dir + " (" + err.Error() + "). The books are not touched. Put back this ledger's own roster, roster.count and keyring; else restore a backup with moralbank restore.", err,
		}
	case errors.Is(err, errNoLogKey), errors.Is(err, seal.ErrKey):
		return fileFault(err, dir, logKeyFile, "（账本指纹的签名钥匙）", "请用 backup keys 存下的那一份放回，并带上已知最新的账本指纹：运行 "+keys+" --checkpoint 指纹文件；从未有过钥匙的，运行 moralbank key create --data "+dir,
			"Put back the copy that backup keys made, with the newest checkpoint known: run "+keys+" --checkpoint FILE; a ledger that never had a key: moralbank key create --data "+dir)
	case errors.Is(err, seal.ErrForeign):
		return fileFault(err, dir, logKeyFile, "（账本指纹的签名钥匙）", "最后的账本指纹不是它签的。请用 backup keys 存下的那一份放回，并带上已知最新的账本指纹：运行 "+keys+" --checkpoint 指纹文件；都找不到的，运行 moralbank key new-origin 新名称 --data "+dir,
			"The last checkpoint is not of its signature. Put back the copy that backup keys made, with the newest checkpoint known: run "+keys+" --checkpoint FILE; where there is none, moralbank key new-origin NAME --data "+dir)
	case errors.Is(err, errNoSigningKeys), errors.Is(err, auth.ErrKeyFile):
		return fileFault(err, dir, signingKeysFile, "（登录凭证的签名钥匙）", "可以重新生成，账和名册都不受影响：请运行 "+repair,
			"New ones may be made, nothing else is touched: run "+repair)
	case errors.Is(err, seal.ErrAudits):
		return fileFault(err, dir, auditsFile, "（审计员的签名）", "删掉它，审计员再签一次就好：请运行 rm "+filepath.Join(dir, auditsFile),
			"Remove it, and the auditors sign again: run rm "+filepath.Join(dir, auditsFile))
	case errors.Is(err, engine.ErrLagFile):
		return fileFault(err, dir, timersFile, "（到期等事项落后了多久）", "删掉它，到期等事项会一次补上：请运行 rm "+filepath.Join(dir, timersFile),
			"Remove it, and what is due is done at once: run rm "+filepath.Join(dir, timersFile))
	}
	return err
}

// notAFile reports whether something else stands where a file, or a directory of files, belongs.
func notAFile(err error) bool {
	return errors.Is(err, syscall.EISDIR) || errors.Is(err, syscall.ENOTDIR) || errors.Is(err, syscall.ELOOP)
}

// toldOfPlace says what stands in a file's place, and how to see what is missing then.
func toldOfPlace(err error, dir string) error {
	path := dir
	if where, ok := errors.AsType[*fs.PathError](err); ok {
		path = where.Path
		for _, err := os.Lstat(path); errors.Is(err, syscall.ENOTDIR); _, err = os.Lstat(path) {
			path = filepath.Dir(path) // a file stands further up
		}
	}
	commands := "mv " + path + " " + path + ".aside && moralbank repair --data " + dir
	return &plainError{
		path + " 不是本程序写的文件，已停下（" + err.Error() + "）。账本没有受影响。请把它移开，再看还缺什么：" + commands,
		path + " is not what this program writes there (" + err.Error() + "). The books are not touched. Move it away, and see what is missing then: " + commands, err,
	}
}

// fileFault is what is said of a damaged or missing file: its name, what it is for, why, what helps.
func fileFault(err error, dir, name, what, zh, en string) error {
	path := filepath.Join(dir, name)
	hasZh, hasEn := "有损坏", "damaged"
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, engine.ErrNoMark) || errors.Is(err, roster.ErrKeyringLost) {
		hasZh, hasEn = "找不到", "missing"
	}
	if errors.Is(err, seal.ErrForeign) || errors.Is(err, roster.ErrKeyringForeign) {
		hasZh, hasEn = "和这里的其他文件不是一对", "not that of the other files here"
	}
	return &plainError{
		"文件 " + path + what + hasZh + "，已停下（" + err.Error() + "）。账本没有受影响。" + zh,
		"the file " + path + " is " + hasEn + " (" + err.Error() + "). The books are not touched. " + en, err,
	}
}

// allTold says each of the faults, in both languages; nil when there is none.
func allTold(faults ...error) error {
	faults = slices.DeleteFunc(faults, func(err error) bool { return err == nil })
	if len(faults) < 2 {
		return errors.Join(faults...)
	}
	var zh, en []string
	for _, err := range faults {
		said, ok := errors.AsType[*plainError](err)
		if !ok {
			said = &plainError{err.Error(), err.Error(), err}
		}
		zh, en = append(zh, said.zh), append(en, said.en)
	}
	return &plainError{strings.Join(zh, "\n"), strings.Join(en, "\n"), errors.Join(faults...)}
}

// openToOthers says that a secret may be read by others on this machine.
func openToOthers(err error, dir, name string) error {
	path := filepath.Join(dir, name)
	return &plainError{
		"钥匙文件 " + path + " 别的用户也能读，已停下。请运行 chmod 600 " + path,
		"others can read the key file " + path + ": " + err.Error() + ". Run chmod 600 " + path, err,
	}
}

// writtenByHand says what is wrong in a list that a person writes: who witnesses, who audits.
func writtenByHand(err error, dir, name string) error {
	path := filepath.Join(dir, name)
	return &plainError{
		"手写的名单 " + path + " 有一行不对：" + err.Error() + "。请照 docs/format-seal.md 改正这一行：nano " + path,
		"a line of the list " + path + " is wrong: " + err.Error() + ". Mend it as docs/format-seal.md has it: nano " + path, err,
	}
}

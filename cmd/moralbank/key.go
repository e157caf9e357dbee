package main

import (
	"context"
	"crypto/rand"
	"errors"
	"path/filepath"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/seal"
)

// keyCmd looks after the key that signs checkpoints, and makes keys for auditors.
type keyCmd struct {
	Show      keyShow      `cmd:"" default:"withargs" help:"显示公钥（核验用）/ show the verifier keys."`
	Create    keyCreate    `cmd:"" help:"为还没有钥匙的账本生成签名钥匙 / make the key of a ledger that never had one."`
	Rotate    keyRotate    `cmd:"" help:"更换签名钥匙 / make a new key; the old one signs along until the next rotation."`
	NewOrigin keyNewOrigin `cmd:"" help:"账本丢了已签名的记录时，换一个名称继续 / go on under another name after signed records were lost."`
	Auditor   keyAuditor   `cmd:"" help:"生成审计员自己的钥匙 / make an auditor's own key."`
}

// keyShow prints the keys that others verify checkpoints and receipts with.
type keyShow struct {
	Data string `help:"账本目录 / data directory." default:"data" type:"existingdir"`
}

// Run prints one verifier key a line, the newest first, and nothing else: for scripts.
func (c *keyShow) Run(con *console) error {
	s, err := readSettings(c.Data)
	if err != nil {
		return err
	}
	k, err := openLogKey(c.Data, s.Origin)
	if err != nil {
		return err
	}
	for _, vkey := range k.VerifierKeys() {
		con.say("%[1]s", "", vkey)
	}
	return nil
}

// keyCreate makes the key of a ledger that was founded before ledgers had one.
type keyCreate struct {
	Data string `help:"账本目录 / data directory." default:"data" type:"existingdir"`
}

// Run refuses when a checkpoint was signed already: then the lost key must be found, or the ledger goes on under a new origin.
func (c *keyCreate) Run(con *console) error {
	s, err := readSettings(c.Data)
	if err != nil {
		return err
	}
	guard, err := openMark(c.Data)
	if err != nil {
		return err
	}
	if m, _ := guard.Mark(); len(m.Checkpoint) > 0 {
		return &plainError{
			"这个账本已经签过账本指纹，不能换成无关的新钥匙。请从备份恢复 log-key；更换请用 moralbank key rotate",
			"this ledger has signed checkpoints; a new key would not continue them. Restore log-key from its backup; to change it use moralbank key rotate", seal.ErrForeign,
		}
	}
	k, err := seal.CreateKey(filepath.Join(c.Data, logKeyFile), s.Origin, rand.Reader)
	if err != nil {
		return err
	}
	con.say("已生成签名钥匙。公钥：%[1]s", "A key was made. Verifier key: %[1]s", k.VerifierKeys()[0])
	return nil
}

// keyRotate makes a new key beside the old one.
type keyRotate struct {
	Data string `help:"账本目录 / data directory." default:"data" type:"existingdir"`
}

// Run records the rotation in the books and then puts the key in its place; cut short in between, the next start does. It says what is
// left to do by people: start the server again, and tell the witnesses.
func (c *keyRotate) Run(ctx context.Context, con *console) error {
	h, err := openHouse(ctx, c.Data, con.log, con.clock)
	if err != nil {
		return err
	}
	path := filepath.Join(c.Data, logKeyFile)
	old, err := seal.OpenKey(path, h.settings.Origin)
	if err != nil {
		return errors.Join(err, h.close(ctx))
	}
	next, err := seal.NextKey(path, h.settings.Origin, rand.Reader)
	if err != nil {
		return errors.Join(err, h.close(ctx))
	}
	do := &ledger.RotateKey{Old: old.Public(), New: next.Public()}
	if err := errors.Join(h.root(ctx, ledger.DerivedKey("key-rotate", next.Public()), do), h.close(ctx)); err != nil {
		return err
	}
	if err := seal.TakeKey(path); err != nil {
		return err
	}
	con.say("新公钥：%[1]s\n旧钥匙继续一起签名，直到下次更换；更换已记在账上。请启动服务，并把新公钥交给每位见证方和审计员（witnessctl add-key）。",
		"New verifier key: %[1]s\nThe old key signs along until the next rotation; the books say so. Start the server, and give the new key to each witness (witnessctl add-key) and auditor.", next.VerifierKeys()[0])
	return nil
}

// keyAuditor makes a key that says "replayed and found right".
type keyAuditor struct {
	Name string `arg:"" help:"审计员署名，如 auditor.example/li / whose signature it is: host and path without scheme."`
	Out  string `help:"钥匙文件 / where the key goes." required:"" type:"path"`
}

// Run makes the file and prints the verifier key.
func (c *keyAuditor) Run(con *console) error {
	if _, err := seal.CreateKey(c.Out, c.Name, rand.Reader); err != nil {
		return err
	}
	a, err := seal.OpenAuditor(c.Out, c.Name)
	if err != nil {
		return err
	}
	con.say("%[1]s", "", a.VerifierKey())
	return nil
}

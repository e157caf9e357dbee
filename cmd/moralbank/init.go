package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/google/uuid"

	"moralbank.example/bank/api/auth"
	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/roster"
	"moralbank.example/bank/ledger/seal"
)

// initCmd makes a data directory: ledger, roster with its keyring, signing keys.
type initCmd struct {
	Data      string `help:"账本目录 / data directory." default:"data" type:"path"`
	Origin    string `help:"账本名称，永久不变 / the ledger's name, for ever: host and path without scheme." default:"bank.example/rainbow"`
	Community string `help:"社区名称 / the community's name." default:"彩虹城"`
	PublicURL string `help:"居民访问的网址 / where residents reach it." default:"http://127.0.0.1:8080"`
	Demo      bool   `hidden:""`
}

// Run founds the ledger with the default rulebook, and fills the roster with the teams and organizations.
func (c *initCmd) Run(ctx context.Context, con *console) error {
	h, err := c.found(ctx, con)
	if err != nil {
		return err
	}
	if err := h.close(ctx); err != nil {
		return err
	}
	con.say("已建立账本：%[1]s\n下一步：moralbank serve --data %[1]s", "A ledger was founded in %[1]s. Next: moralbank serve --data %[1]s", c.Data)
	return nil
}

// found makes the directory and leaves it open.
func (c *initCmd) found(ctx context.Context, con *console) (*house, error) {
	if entries, err := os.ReadDir(c.Data); err == nil && len(entries) > 0 {
		return nil, &plainError{
			"目录不是空的，没有改动任何文件：" + c.Data, "the directory is not empty; nothing was changed: " + c.Data, errors.ErrUnsupported,
		}
	}
	s := settings{Origin: c.Origin, Community: c.Community, PublicURL: c.PublicURL}
	if err := errors.Join(s.check(), seal.ValidOrigin(c.Origin)); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(c.Data, 0o700); err != nil {
		return nil, fmt.Errorf("make data directory: %w", err)
	}
	r, err := roster.Create(ctx, c.Data, con.log)
	if err != nil {
		return nil, err
	}
	by := roster.By{Actor: ledger.ActorRoot, Device: ledger.ViaCLI, At: ledger.Time(con.now().UnixMilli())}
	if err := errors.Join(r.Seed(ctx, by, roster.DefaultCommunity()), r.Close()); err != nil {
		return nil, fmt.Errorf("fill the roster: %w", err)
	}
	if _, err := auth.CreateKeys(filepath.Join(c.Data, signingKeysFile), con.clock.Wall); err != nil {
		return nil, err
	}
	if _, err := seal.CreateKey(filepath.Join(c.Data, logKeyFile), c.Origin, rand.Reader); err != nil {
		return nil, err
	}
	// Last: a directory with settings is a whole one.
	if err := s.write(c.Data); err != nil {
		return nil, err
	}
	h, err := openHouse(ctx, c.Data, con.log, con.clock)
	if err != nil {
		return nil, err
	}
	found := &ledger.Found{Origin: c.Origin, Demo: c.Demo, Rulebook: ledger.DefaultRulebook()}
	err = h.root(ctx, newKey(), found)
	if err == nil {
		err = h.tie(ctx) // a start does it too, should this one be cut short
	}
	if err != nil {
		return nil, errors.Join(err, h.close(ctx))
	}
	return h, nil
}

// newKey makes a client key for a command of the console: time-ordered, so that the index of keys grows at its end.
func newKey() ledger.Key { return ledger.Key(uuid.Must(uuid.NewV7()).String()) }

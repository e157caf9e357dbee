package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
)

// settings are what init fixed about a data directory. They hold no secret and nothing personal.
type settings struct {
	Origin    string `json:"origin"`    // the ledger's name, for ever
	Community string `json:"community"` // what pages call it
	PublicURL string `json:"publicUrl"` // where residents reach it; printed in codes
}

const settingsFile = "settings.json"

func readSettings(dir string) (settings, error) {
	var s settings
	p, err := os.ReadFile(filepath.Join(dir, settingsFile)) //nolint:gosec // the operator's own path
	if errors.Is(err, fs.ErrNotExist) {
		return s, &plainError{
			"这里还没有账本：" + dir + "。请先运行 moralbank init --data " + dir,
			"no ledger here: " + dir + ". Run moralbank init --data " + dir + " first.", err,
		}
	}
	if err != nil {
		return s, fmt.Errorf("read %s: %w", settingsFile, err)
	}
	if err := json.Unmarshal(p, &s); err != nil {
		return s, fmt.Errorf("read %s: %w", settingsFile, err)
	}
	if err := s.check(); err != nil {
		return s, fmt.Errorf("read %s: %w", settingsFile, err)
	}
	return s, nil
}

func (s settings) check() error {
	u, err := url.Parse(s.PublicURL)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.Path != "" {
		return fmt.Errorf("public address %q: want https://host", s.PublicURL)
	}
	return nil
}

func (s settings) write(dir string) error {
	p, err := json.MarshalIndent(s, "", "\t")
	if err != nil {
		return fmt.Errorf("write settings: %w", err)
	}
	if err := os.WriteFile(filepath.Join(dir, settingsFile), append(p, '\n'), 0o600); err != nil {
		return fmt.Errorf("write settings: %w", err)
	}
	return nil
}

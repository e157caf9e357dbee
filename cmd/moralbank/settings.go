package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"

	"moralbank.example/bank/ledger/seal"
)

// settings are what init fixed about a data directory. They hold no secret and nothing personal. What they say has a sum, so that
// a flipped bit in an address is not taken for one; a person who changes them leaves the sum out, and the next start writes it.
type settings struct {
	Origin    string `json:"origin"`        // the ledger's name, for ever
	Community string `json:"community"`     // what pages call it
	PublicURL string `json:"publicUrl"`     // where residents reach it; printed in codes
	Sum       string `json:"sum,omitempty"` // SHA-256 of the three, see sum
}

const settingsFile = "settings.json"

// errSettings : the file of the settings does not say what the program can go by.
var errSettings = errors.New("the settings cannot be used")

func readSettings(dir string) (settings, error) {
	p, err := os.ReadFile(filepath.Join(dir, settingsFile)) //nolint:gosec // the operator's own path
	if errors.Is(err, fs.ErrNotExist) {
		if _, lost := os.Lstat(filepath.Join(dir, markFile)); lost == nil {
			return settings{}, settingsFault(dir, "找不到", "it is missing", err)
		}
		return settings{}, &plainError{
			"这里还没有账本：" + dir + "。请先运行 moralbank init --data " + dir,
			"no ledger here: " + dir + ". Run moralbank init --data " + dir + " first.", err,
		}
	}
	if err != nil {
		return settings{}, told(fmt.Errorf("read %s: %w", settingsFile, err), dir)
	}
	return decodeSettings(dir, p)
}

// decodeSettings takes the three fields and their sum, and nothing else.
func decodeSettings(dir string, p []byte) (s settings, err error) {
	d := json.NewDecoder(bytes.NewReader(p))
	d.DisallowUnknownFields() // a name with a flipped bit is none
	err = d.Decode(&s)
	if err == nil {
		if _, more := d.Token(); !errors.Is(more, io.EOF) {
			err = errors.New("text behind the last brace")
		}
	}
	if err != nil {
		return settings{}, settingsFault(dir, "看不懂（"+err.Error()+"）", err.Error(), err)
	}
	if err := seal.ValidOrigin(s.Origin); err != nil {
		return settings{}, settingsFault(dir, "的 origin（账本名）不对", "the field origin: "+err.Error(), err)
	}
	if err := s.check(); err != nil {
		return settings{}, settingsFault(dir, "的 publicUrl（网址）不对", "the field publicUrl: "+err.Error(), err)
	}
	if s.Sum != "" && s.Sum != s.sum() {
		err := fmt.Errorf("the sum of %q, %q and %q is another", s.Origin, s.Community, s.PublicURL)
		if named := seal.OriginIn(filepath.Join(dir, logKeyFile)); named != "" && named != s.Origin {
			return settings{}, settingsFault(dir, "的 origin 是 "+s.Origin+"，钥匙 "+logKeyFile+" 上写的却是 "+named, "the field origin is "+s.Origin+", the file "+logKeyFile+" says "+named, err)
		}
		return settings{}, settingsFault(dir, "与它的校验和不符：community 是“"+s.Community+"”，publicUrl 是“"+s.PublicURL+"”，其中有一处被改动过", "the field community or publicUrl was changed: "+err.Error(), err)
	}
	return s, nil
}

// settingsFault says what is wrong with the file, and how to write it again.
func settingsFault(dir, zh, en string, err error) error {
	path, origin := filepath.Join(dir, settingsFile), seal.OriginIn(filepath.Join(dir, logKeyFile))
	if origin == "" {
		origin = "bank.example/rainbow"
	}
	command := `echo '{"origin":"` + origin + `","community":"社区名称","publicUrl":"https://居民访问的网址"}' > ` + path
	return &plainError{
		"设置文件 " + path + " " + zh + "。账本没有受影响。请照这一行写回三项（名称和网址换成自己的；备份里也有一份，moralbank restore 会写回）：" + command,
		"the settings " + path + " cannot be used: " + en + ". The books are not touched. Write the three fields again, with your own name and address (a backup holds them too, moralbank restore writes them): " + command,
		errors.Join(errSettings, err),
	}
}

func (s settings) check() error {
	u, err := url.Parse(s.PublicURL)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.Path != "" {
		return fmt.Errorf("public address %q: want https://host", s.PublicURL)
	}
	return nil
}

// sum is over what the fields mean, not how they are spaced: 64 hex digits.
func (s settings) sum() string {
	return fmt.Sprintf("%x", sha256.Sum256(fmt.Appendf(nil, "moralbank settings v1\norigin %q\ncommunity %q\npublicUrl %q\n", s.Origin, s.Community, s.PublicURL)))
}

// write puts the settings in their place with their sum, whole or not at all.
func (s settings) write(dir string) error {
	s.Sum = s.sum()
	p, err := json.MarshalIndent(s, "", "\t")
	if err != nil {
		return fmt.Errorf("write settings: %w", err)
	}
	path := filepath.Join(dir, settingsFile)
	next := path + ".next"
	if err := os.Remove(next); err != nil && !errors.Is(err, fs.ErrNotExist) { // of a try that was cut short
		return fmt.Errorf("write settings: %w", err)
	}
	if err := writePrivate(next, append(p, '\n')); err != nil {
		return fmt.Errorf("write settings: %w", err)
	}
	if err := os.Rename(next, path); err != nil {
		return fmt.Errorf("write settings: %w", err)
	}
	return nil
}

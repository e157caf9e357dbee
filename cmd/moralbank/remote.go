package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/audit"
	"moralbank.example/bank/ledger/seal"
)

// remote verifies records that are not in a data directory: an export of lines, or a server that an auditor may read. What was
// signed is their only frame, so the log's key must come from the caller.
func (c *verifyCmd) remote(ctx context.Context, con *console) error {
	policy, err := c.policy()
	if err != nil {
		return err
	}
	var notes [][]byte
	for _, file := range c.Since {
		text, err := os.ReadFile(file) //nolint:gosec // the caller's own path
		if err != nil {
			return fmt.Errorf("read checkpoint: %w", err)
		}
		notes = append(notes, text)
	}
	lines, closeLines, err := c.source(ctx, &notes)
	if err != nil {
		return err
	}
	var signed []seal.Checkpoint
	for _, text := range notes {
		one, err := seal.OpenCheckpoint(text, policy)
		if err != nil {
			return errors.Join(&plainError{"账本指纹的签名不对：" + err.Error(), "a checkpoint is not signed as it must be: " + err.Error(), err}, closeLines())
		}
		signed = append(signed, one)
	}
	began := con.clock.Mono()
	report, err := audit.VerifyLines(ctx, lines, c.progress(con, "核验中", "verifying"), signed...)
	took := con.clock.Mono() - began
	if err := errors.Join(err, closeLines()); err != nil {
		return notVerified(err)
	}
	c.say(con, &report, took)
	return nil
}

// source is where the lines come from. A server's own checkpoint is asked first, and added to those that the lines must fit.
func (c *verifyCmd) source(ctx context.Context, notes *[][]byte) (iter.Seq2[[]byte, error], func() error, error) {
	if c.Lines != "" {
		if len(*notes) == 0 {
			return nil, nil, &plainError{"核验导出文件需要账本指纹：--since", "verifying an export needs a checkpoint: --since", errors.ErrUnsupported}
		}
		f, err := os.Open(c.Lines)
		if err != nil {
			return nil, nil, fmt.Errorf("read lines: %w", err)
		}
		return linesOf(f), f.Close, nil
	}
	token, err := os.ReadFile(c.Token)
	if err != nil {
		return nil, nil, fmt.Errorf("read token (--token): %w", err)
	}
	far := &farBank{base: strings.TrimSuffix(c.URL, "/"), token: strings.TrimSpace(string(token)), client: &http.Client{Timeout: time.Minute}}
	note, err := far.get(ctx, "/checkpoint")
	if err != nil {
		return nil, nil, err
	}
	*notes = append(*notes, note)
	return far.lines(ctx), func() error { return nil }, nil
}

// linesOf reads an export: one record a line.
func linesOf(r io.Reader) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		scan := bufio.NewScanner(r)
		scan.Buffer(nil, ledger.LineMax+1)
		for scan.Scan() {
			if !yield(bytes.Clone(scan.Bytes()), nil) {
				return
			}
		}
		if err := scan.Err(); err != nil {
			yield(nil, err)
		}
	}
}

// farBank is a moral bank that an auditor reads over HTTP.
type farBank struct {
	base, token string
	client      *http.Client
}

// answerMax bounds one answer: a thousand of the longest lines, in bytes.
const answerMax = 64 << 20

// get asks for an address; anything but 200 is an error that names the status.
func (s *farBank) get(ctx context.Context, path string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.base+path, nil)
	if err != nil {
		return nil, fmt.Errorf("ask the server: %w", err)
	}
	req.Header.Set("Authorization", "Bearer "+s.token)
	res, err := s.client.Do(req)
	if err != nil {
		return nil, fmt.Errorf("ask the server: %w", err)
	}
	body, err := io.ReadAll(io.LimitReader(res.Body, answerMax))
	if err := errors.Join(err, res.Body.Close()); err != nil {
		return nil, fmt.Errorf("ask the server: %w", err)
	}
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("ask the server for %s: status %d", path, res.StatusCode)
	}
	return body, nil
}

// lines gives the server's record lines from the first on.
func (s *farBank) lines(ctx context.Context) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		for from := int64(1); ; {
			body, err := s.get(ctx, "/v1/ledger/lines?limit=1000&from="+strconv.FormatInt(from, 10))
			var page struct{ Lines []string }
			if err == nil {
				err = json.Unmarshal(body, &page)
			}
			if err != nil {
				yield(nil, err)
				return
			}
			if len(page.Lines) == 0 {
				return
			}
			for _, line := range page.Lines {
				if !yield([]byte(line), nil) {
					return
				}
			}
			from += int64(len(page.Lines))
		}
	}
}

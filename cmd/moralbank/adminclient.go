package main

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"net"
	"net/http"
	"path/filepath"
	"strconv"

	"moralbank.example/bank/ledger/journal"
)

// adminClient speaks to the server that has a data directory.
type adminClient struct{ http http.Client }

func newAdminClient(dir string) *adminClient {
	path := filepath.Join(dir, adminSocket)
	return &adminClient{http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			var d net.Dialer
			return d.DialContext(ctx, "unix", path)
		},
	}}}
}

// do asks, and gives the answer's body to be closed. A fault of the server's is an error.
func (c *adminClient) do(ctx context.Context, method, path string) (io.ReadCloser, error) {
	req, err := http.NewRequestWithContext(ctx, method, "http://moralbank"+path, http.NoBody)
	if err != nil {
		return nil, fmt.Errorf("ask the server: %w", err)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, &plainError{
			"连接不上正在运行的服务：请确认 --data 是它的目录，并由启动服务的用户运行。",
			"no running server answers there: is --data its directory, and are you the user that started it? " + err.Error(), errors.Join(errNoServer, err),
		}
	}
	if resp.StatusCode == http.StatusOK {
		return resp.Body, nil
	}
	defer resp.Body.Close()
	var a adminAnswer
	if err := json.NewDecoder(io.LimitReader(resp.Body, 1<<20)).Decode(&a); err != nil || a.Fault == "" {
		a.Fault = resp.Status
	}
	return nil, &plainError{"服务答复：" + a.Fault, "the server says: " + a.Fault, errAdmin}
}

var (
	// errAdmin : the server answered with a fault.
	errAdmin = errors.New("the server could not do it")
	// errNoServer : no server answers on the socket.
	errNoServer = errors.New("no server answers")
)

// ask does it and reads the answer.
func (c *adminClient) ask(ctx context.Context, method, path string, into any) error {
	body, err := c.do(ctx, method, path)
	if err != nil {
		return err
	}
	defer body.Close()
	if err := json.NewDecoder(body).Decode(into); err != nil {
		return fmt.Errorf("the server's answer: %w", err)
	}
	return nil
}

// remoteBooks are the books of a running server, as they were when its head was asked for: verification reads and recomputes
// them in this process, and takes nothing else from the server.
type remoteBooks struct {
	client *adminClient
	head   journal.Head
}

func (c *adminClient) books(ctx context.Context) (*remoteBooks, error) {
	body, err := c.do(ctx, http.MethodGet, "/head")
	if err != nil {
		return nil, err
	}
	defer body.Close()
	p, err := io.ReadAll(io.LimitReader(body, 1<<10))
	if err != nil {
		return nil, fmt.Errorf("the head of the books: %w", err)
	}
	head, err := journal.DecodeHead(p)
	if err != nil {
		return nil, fmt.Errorf("the head of the books: %w", err)
	}
	return &remoteBooks{c, head}, nil
}

// Head implements audit.Books.
func (b *remoteBooks) Head() journal.Head { return b.head }

// Block implements backup.Source.
func (b *remoteBooks) Block(ctx context.Context, seq journal.Seq) (journal.Block, error) {
	for block, err := range b.Blocks(ctx, seq) {
		return block, err
	}
	return journal.Block{}, fmt.Errorf("record %d: %w", seq, journal.ErrNotFound)
}

// roster writes the sealed rows of the server's roster.
func (c *adminClient) roster(ctx context.Context, w io.Writer) error {
	body, err := c.do(ctx, http.MethodGet, "/roster")
	if err != nil {
		return err
	}
	_, err = io.Copy(w, body)
	return errors.Join(err, body.Close())
}

// Blocks implements audit.Books.
func (b *remoteBooks) Blocks(ctx context.Context, from journal.Seq) iter.Seq2[journal.Block, error] {
	return func(yield func(journal.Block, error) bool) {
		if from > b.head.Seq {
			return
		}
		body, err := b.client.do(ctx, http.MethodGet, "/blocks?from="+strconv.FormatInt(int64(from), 10))
		if err != nil {
			yield(journal.Block{}, err)
			return
		}
		defer body.Close()
		in := bufio.NewReaderSize(body, 1<<18)
		for {
			block, err := readBlock(in)
			if !yield(block, err) || err != nil || block.LastSeq() >= b.head.Seq {
				return
			}
		}
	}
}

func readBlock(in *bufio.Reader) (journal.Block, error) {
	var size [4]byte
	if _, err := io.ReadFull(in, size[:]); err != nil {
		return journal.Block{}, fmt.Errorf("the books from the server: %w", err)
	}
	n := binary.BigEndian.Uint32(size[:])
	if n == 0 {
		cause, err := io.ReadAll(io.LimitReader(in, 1<<12))
		return journal.Block{}, errors.Join(fmt.Errorf("the books from the server: %w: %s", journal.ErrCorrupt, cause), err)
	}
	if n > journal.BlockBytesMax {
		return journal.Block{}, fmt.Errorf("the books from the server: %w: a block of %d bytes", journal.ErrCorrupt, n)
	}
	p := make([]byte, n)
	if _, err := io.ReadFull(in, p); err != nil {
		return journal.Block{}, fmt.Errorf("the books from the server: %w", err)
	}
	return journal.DecodeBlock(p)
}

package bench

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
)

// wire is one keep-alive connection that costs the client little, so that what is measured is the server: a request is
// bytes that were made before, and of the answer only status and length are looked at.
type wire struct {
	conn   net.Conn
	reader *bufio.Reader
	body   bytes.Buffer // of the last answer
}

func dial(ctx context.Context, at string) (*wire, error) {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", at)
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	return &wire{conn: conn, reader: bufio.NewReaderSize(conn, 16<<10)}, nil
}

// ask sends a request and reads its answer whole.
func (w *wire) ask(request []byte) (status int, err error) {
	if _, err := w.conn.Write(request); err != nil {
		return 0, fmt.Errorf("send: %w", err)
	}
	res, err := http.ReadResponse(w.reader, nil)
	if err != nil {
		return 0, fmt.Errorf("read answer: %w", err)
	}
	w.body.Reset()
	_, err = io.Copy(&w.body, res.Body)
	return res.StatusCode, errors.Join(err, res.Body.Close())
}

// expect is ask for an answer of 200; errTurnedAway when there is no room.
func (w *wire) expect(request []byte) error {
	status, err := w.ask(request)
	if status == http.StatusServiceUnavailable && bytes.Contains(w.body.Bytes(), []byte(`"busy"`)) {
		return errors.Join(err, errTurnedAway)
	}
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("status %d: %.300s", status, w.body.Bytes())
	}
	return err
}

func (w *wire) close() { _ = w.conn.Close() }

// get is the bytes of a reading request.
func get(at, path, token string) []byte {
	return []byte("GET " + path + " HTTP/1.1\r\nHost: " + at + "\r\nAuthorization: Bearer " + token + "\r\n\r\n")
}

// post is the bytes of a writing request. Key may be empty.
func post(into []byte, at, path, token, key string, body []byte) []byte {
	p := append(into[:0], "POST "...)
	p = append(append(append(p, path...), " HTTP/1.1\r\nHost: "...), at...)
	p = append(append(p, "\r\nContent-Type: application/json\r\nAuthorization: Bearer "...), token...)
	if key != "" {
		p = append(append(p, "\r\nIdempotency-Key: "...), key...)
	}
	p = append(append(p, "\r\nContent-Length: "...), num(len(body))...)
	p = append(p, "\r\n\r\n"...)
	return append(p, body...)
}

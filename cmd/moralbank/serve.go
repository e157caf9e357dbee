package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"os"
	"runtime/debug"
	"time"

	"moralbank.example/bank/api"
	"moralbank.example/bank/ledger"
	"moralbank.example/bank/web"
)

// serveCmd serves a data directory.
type serveCmd struct {
	Data         string   `help:"账本目录 / data directory." default:"data" type:"path"`
	Listen       string   `help:"监听地址 / address to listen on." default:"127.0.0.1:8080"`
	TLSCert      string   `help:"证书文件 / certificate file (PEM)." type:"existingfile" and:"tls"`
	TLSKey       string   `help:"私钥文件 / private key file (PEM)." type:"existingfile" and:"tls"`
	Proxy        []string `help:"前置代理的网段，信任其 X-Forwarded-For；同机代理也要写 127.0.0.0/8 / networks of reverse proxies whose X-Forwarded-For is believed; name 127.0.0.0/8 for one on this machine." placeholder:"CIDR"`
	ConfirmClock bool     `help:"确认本机时间正确 / confirm that this machine's clock is right after a long absence."`
}

// Run opens the house, serves it until the process is told to stop, and closes it in order.
func (c *serveCmd) Run(ctx context.Context, con *console) error {
	h, err := openHouse(ctx, c.Data, con.log, con.clock)
	if err != nil {
		return err
	}
	settle()
	if c.ConfirmClock {
		h.engine.ConfirmClock()
	}
	err = errors.Join(c.serve(ctx, con, h, nil), h.close(context.WithoutCancel(ctx)))
	if errors.Is(err, ledger.ErrTally) {
		err = errors.Join(err, dropDerived(c.Data))
	}
	return err
}

// serveGCPercent is how much garbage a server lets gather beside what it holds, in percent of that: half of Go's default. Two books
// of 100,000 members and Badger's tables in memory are 200 MB that live long, and as much again in garbage is memory that a
// community has to rent. At that size it costs a tenth more processor time a redemption; with small books next to nothing.
const serveGCPercent = 50

// settle gives back what opening has left behind, while requests come in already. Whoever sets GOGC is believed.
func settle() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(serveGCPercent)
	}
	go debug.FreeOSMemory()
}

// The limits of one connection.
const (
	headerTimeout = 5 * time.Second
	readTimeout   = 3 * time.Minute  // of a whole request: a spreadsheet over a poor line
	writeTimeout  = 10 * time.Minute // of a whole answer; a stream of updates ends with it and is resumed by its reader
	idleTimeout   = 2 * time.Minute
	headerBytes   = 32 << 10
	drainTime     = 10 * time.Second

	failedDrainTime = time.Second // when nothing more can be written: whoever starts the server again is waited for
)

// serve listens, says where, and answers until ctx ends or the books can no longer be written. ready is told the
// address that is really listened on.
func (c *serveCmd) serve(ctx context.Context, con *console, h *house, ready func(context.Context, string) error) error {
	_, built := web.Files()
	proxies, err := c.proxies()
	if err != nil {
		return err
	}
	server, err := api.New(api.Options{
		Engine: h.engine, View: h.view, Roster: h.roster, Keys: h.keys, Sealed: h.log, Audits: h.auditors, Host: h.settings.PublicURL,
		Community: h.settings.Community, Now: con.clock.Wall, Logger: con.log, Web: web.Handler(), Proxies: proxies,
		Scrubbed: func() error { return h.scrubber.Last().Fault },
	})
	if err != nil {
		return err
	}
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", c.Listen)
	if err != nil {
		return &plainError{"无法监听 " + c.Listen + "，可能已被占用。", "cannot listen on " + c.Listen + ": " + err.Error(), err}
	}
	s := &http.Server{
		Handler: server, ReadHeaderTimeout: headerTimeout, ReadTimeout: readTimeout, WriteTimeout: writeTimeout,
		IdleTimeout: idleTimeout, MaxHeaderBytes: headerBytes,
		ErrorLog: slog.NewLogLogger(con.log.Handler(), slog.LevelWarn),
	}
	closeAdmin, err := h.openAdmin(ctx, con.log)
	if err != nil {
		return errors.Join(err, l.Close())
	}
	defer closeAdmin() //nolint:errcheck // nothing is lost with it
	served := make(chan error, 1)
	go func() { served <- c.listen(s, l) }()
	signing, stopSigning := context.WithCancel(ctx)
	signed := make(chan struct{})
	go func() { defer close(signed); h.log.Run(signing) }()
	tidy := make(chan struct{})
	go func() { defer close(tidy); server.KeepHouse(signing) }()
	scrubbed := make(chan struct{})
	go func() { defer close(scrubbed); h.scrubber.Run(signing) }()
	defer func() { stopSigning(); <-signed; <-tidy; <-scrubbed }()
	if !built {
		con.say("网页还没有编译：请运行 ./scripts/demo。接口照常可用。", "The pages are not built: run ./scripts/demo. The API works.")
	}
	con.say("服务已启动：%[1]s", "Serving at %[1]s (listening %[2]s)", h.settings.PublicURL, l.Addr())
	greeting := context.WithoutCancel(ctx) // being told to stop at once is no failure
	if err := greet(greeting, con, server); err != nil {
		return errors.Join(err, s.Close())
	}
	if ready != nil {
		if err := ready(greeting, l.Addr().String()); err != nil {
			return errors.Join(err, s.Close())
		}
	}
	return c.wait(ctx, h, server, s, served)
}

// wait answers until ctx ends, the server does, or nothing more can be written; those who wait for an answer get it.
func (c *serveCmd) wait(ctx context.Context, h *house, server *api.Server, s *http.Server, served <-chan error) error {
	var failed error
	limit := drainTime
	select {
	case err := <-served:
		return fmt.Errorf("serve: %w", err)
	case <-h.engine.Dead():
		failed, limit = writeFailed(h.dir, h.engine.Cause()), failedDrainTime
	case <-h.roster.Dead():
		failed, limit = writeFailed(h.dir, h.roster.Cause()), failedDrainTime
	case <-h.scrubber.Wrong():
		failed, limit = balancesWrong(h.dir, h.scrubber.Last().Fault), failedDrainTime
	case <-ctx.Done():
	}
	server.Drain()
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), limit)
	defer cancel()
	return errors.Join(failed, s.Shutdown(stop))
}

// writeFailed says that the process has to end, since only a new start can tell what the disk holds.
func writeFailed(dir string, cause error) error {
	return &plainError{
		"写盘失败，服务已停止：" + dir + "（" + cause.Error() + "）。答复过的一条不丢。请检查硬盘（dmesg；变成只读的要重新挂载），再启动：启动时会从头核对。",
		"a write to the disk failed, and the server has stopped: " + dir + " (" + cause.Error() + "). Nothing that was answered is lost. Look at the disk (dmesg; mount anew one that has become read-only), then start again: a start checks everything.", cause,
	}
}

// balancesWrong says that the book in memory is not the sum of the records: nothing may be decided by it for a moment longer.
func balancesWrong(dir string, cause error) error {
	return &plainError{
		"内存中的余额与账本记录不符，服务已停止：" + dir + "（" + cause.Error() + "）。快照和索引已作废，请再启动：启动时会从第一条记录重新算起；不能启动时运行 moralbank verify。",
		"the balances in memory are not what the records add up to, and the server has stopped: " + dir + " (" + cause.Error() + "). Snapshots and index were thrown away. Start again: everything is computed anew from the first record; if it does not start, run moralbank verify.", cause,
	}
}

// proxies reads the networks of --proxy.
func (c *serveCmd) proxies() ([]netip.Prefix, error) {
	var all []netip.Prefix
	for _, text := range c.Proxy {
		p, err := netip.ParsePrefix(text)
		if err != nil {
			return nil, &plainError{"--proxy 要写网段，例如 127.0.0.0/8：" + text, "--proxy takes a network such as 127.0.0.0/8: " + text, err}
		}
		all = append(all, p.Masked())
	}
	return all, nil
}

func (c *serveCmd) listen(s *http.Server, l net.Listener) error {
	if c.TLSCert != "" {
		return s.ServeTLS(l, c.TLSCert, c.TLSKey)
	}
	return s.Serve(l)
}

// greet prints the first operator's one-time link while the community has no operator. There is no default password.
func greet(ctx context.Context, con *console, server *api.Server) error {
	link, err := server.FirstOperatorLink(ctx)
	if err != nil || link == "" {
		return err
	}
	con.say("第一位管理员请在本机打开（15 分钟内，一次有效）：\n%[1]s", "The first operator opens this on this machine (15 minutes, once):\n%[1]s", link)
	return nil
}

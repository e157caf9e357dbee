package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"time"

	"moralbank.example/bank/api"
	"moralbank.example/bank/cmd/moralbank/bench"
	"moralbank.example/bank/ledger/engine"
)

// benchCmd measures the bank against the machine that it runs on (docs/performance.md).
type benchCmd struct {
	Run     benchRunCmd     `cmd:"" default:"withargs" help:"测量并打印对照表 / measure, and print the table."`
	Fixture benchFixtureCmd `cmd:"" help:"做一份有两年历史的账本，可以中断再继续 / make books with a past of two years; it can be interrupted and goes on."`
	Rush    benchRushCmd    `cmd:"" help:"只跑午餐高峰，供剖析 / the lunch rush in process alone, for a profile."`
	Instant benchInstantCmd `cmd:"" hidden:"" help:"a server whose ledger answers at once"`
}

// benchRunCmd measures everything once.
type benchRunCmd struct {
	Dir     string        `help:"工作目录，默认为临时目录 / where to work; a temporary directory." type:"path"`
	Fixture string        `help:"bench fixture 做的账本 / books made by bench fixture; without them nothing at ten million records is measured." type:"existingdir"`
	Rounds  int           `help:"每项对照的轮数 / rounds of each comparison." default:"5"`
	Window  time.Duration `help:"每轮每方的时间 / how long each side runs in a round." default:"1s"`
	Members int           `help:"午餐高峰的人数 / members of the lunch rush." default:"30000"`
	Only    []string      `help:"只测这些部分：engine、served、past / measure these parts only: engine, served, past."`
	JSON    bool          `help:"输出 JSON / print JSON." name:"json"`
}

// Run prints the figures beside what was asked of them.
func (c *benchRunCmd) Run(ctx context.Context, con *console) error {
	con.level.Set(slog.LevelWarn) // what a server would say at each start is not asked for here
	w, err := benchWorld(con)
	if err != nil {
		return err
	}
	report, err := w.Run(ctx, bench.Options{Dir: c.Dir, Fixture: c.Fixture, Rounds: c.Rounds, Window: c.Window, Members: c.Members, Only: c.Only})
	if err != nil {
		return err
	}
	if !c.JSON {
		return report.Write(con.out)
	}
	e := json.NewEncoder(con.out)
	e.SetIndent("", "\t")
	if err := e.Encode(report); err != nil {
		return fmt.Errorf("print the report: %w", err)
	}
	return nil
}

// benchRushCmd runs the lunch rush in process, and nothing beside it.
type benchRushCmd struct {
	Clients int           `help:"客户端数 / clients." default:"64"`
	Window  time.Duration `help:"多久 / how long." default:"5s"`
	Members int           `help:"人数 / members." default:"30000"`
	CPU     string        `help:"CPU 剖析文件 / where a CPU profile goes." name:"cpuprofile" type:"path"`
	Allocs  string        `help:"内存剖析文件 / where an allocation profile goes." name:"memprofile" type:"path"`
}

// Run prints what the side did. The profiles are for go tool pprof.
func (c *benchRushCmd) Run(ctx context.Context, con *console) error {
	con.level.Set(slog.LevelWarn)
	w, err := benchWorld(con)
	if err != nil {
		return err
	}
	report, err := w.Rush(ctx, bench.Options{Window: c.Window, Members: c.Members}, c.Clients, bench.Profiles{CPU: c.CPU, Allocs: c.Allocs})
	if err != nil {
		return err
	}
	return report.Write(con.out)
}

// benchFixtureCmd makes the large books that some measurements read.
type benchFixtureCmd struct {
	Dir     string `help:"目录 / where." required:"" type:"path"`
	Records int64  `help:"记录条数 / how many records." default:"10000000"`
	Members int    `help:"成员人数，默认按记录条数 / how many members; by the number of records."`
}

// Run makes the fixture or goes on with it.
func (c *benchFixtureCmd) Run(ctx context.Context, con *console) error {
	w, err := benchWorld(con)
	if err != nil {
		return err
	}
	return w.Fill(ctx, bench.Fixture{Dir: c.Dir, Records: c.Records, Members: c.Members})
}

// benchInstantCmd serves a data directory as serve does, but writes nothing: what is left is what everything but the
// ledger costs.
type benchInstantCmd struct {
	Data   string `required:"" type:"path"`
	Listen string `required:""`
}

// Run serves until the process is told to stop.
func (c *benchInstantCmd) Run(ctx context.Context, con *console) error {
	h, err := openHouse(ctx, c.Data, con.log, con.clock)
	if err != nil {
		return err
	}
	return errors.Join(c.serve(ctx, con, h), h.close(context.WithoutCancel(ctx)))
}

func (c *benchInstantCmd) serve(ctx context.Context, con *console, h *house) error {
	server, err := api.New(api.Options{
		Engine: h.engine, View: h.view, Roster: h.roster, Keys: h.keys, Sealed: h.log, Host: h.settings.PublicURL,
		Community: h.settings.Community, Now: con.clock.Wall, Logger: con.log, Submit: new(bench.Instant).Submit,
	})
	if err != nil {
		return err
	}
	s := &http.Server{
		Addr: c.Listen, Handler: bench.InstantMux(server), ReadHeaderTimeout: headerTimeout, IdleTimeout: idleTimeout, MaxHeaderBytes: headerBytes,
	}
	stopped := make(chan error, 1)
	go func() {
		<-ctx.Done()
		stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTime)
		defer cancel()
		stopped <- s.Shutdown(stop)
	}()
	if err := s.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve: %w", err)
	}
	return <-stopped
}

// benchWorld is this program as the measuring sees it.
func benchWorld(con *console) (*bench.World, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find this program: %w", err)
	}
	found := initCmd{Origin: "bank.example/bench", Community: "性能测试", PublicURL: "http://127.0.0.1:8080", Demo: true}
	return &bench.World{
		Found: func(ctx context.Context, dir string, clock engine.Clock) (*bench.House, error) {
			c := found
			c.Data = dir
			h, err := c.found(ctx, &console{out: con.out, errs: con.errs, log: con.log, level: con.level, clock: clock})
			return benchHouse(h), err
		},
		Open: func(ctx context.Context, dir string, clock engine.Clock) (*bench.House, error) {
			h, err := openHouse(ctx, dir, con.log, clock)
			return benchHouse(h), err
		},
		PublicURL: found.PublicURL, Clock: con.clock, Program: program, Progress: con.errs,
	}, nil
}

func benchHouse(h *house) *bench.House {
	if h == nil {
		return nil
	}
	return &bench.House{Dir: h.dir, Journal: h.journal, Engine: h.engine, View: h.view, Roster: h.roster, Sealed: h.log, Close: h.close}
}

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"runtime"
	"runtime/pprof"
	"strconv"
	"time"
)

// profileMax bounds how long a profile of the processor takes.
const profileMax = 5 * time.Minute

// profile gives a profile of the running program for go tool pprof: "cpu" over so many seconds, or another of runtime/pprof as
// it is now. A profile names functions and counts; it holds nothing of the books.
func (a *admin) profile(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("name")
	if name == "cpu" {
		a.profileCPU(w, r)
		return
	}
	p := pprof.Lookup(name)
	if p == nil {
		a.fault(w, r, fmt.Errorf("no profile is called %q", name))
		return
	}
	runtime.GC() // a heap profile tells of the last collection
	if err := p.WriteTo(w, 0); err != nil {
		panic(http.ErrAbortHandler)
	}
}

func (a *admin) profileCPU(w http.ResponseWriter, r *http.Request) {
	seconds, err := strconv.Atoi(r.URL.Query().Get("seconds"))
	if took := time.Duration(seconds) * time.Second; err != nil || took <= 0 || took > profileMax {
		a.fault(w, r, fmt.Errorf("a profile takes 1 second to %v", profileMax))
		return
	}
	if err := pprof.StartCPUProfile(w); err != nil { // one at a time
		a.fault(w, r, err)
		return
	}
	defer pprof.StopCPUProfile()
	t := time.NewTimer(time.Duration(seconds) * time.Second)
	defer t.Stop()
	select {
	case <-t.C:
	case <-r.Context().Done():
	}
}

type adminProfile struct {
	ofServer

	Name    string `arg:"" default:"cpu" help:"cpu、heap、allocs、goroutine 等 / cpu, heap, allocs, goroutine and so on."`
	Seconds int    `default:"10" help:"cpu 剖析的秒数 / how many seconds of cpu."`
	To      string `default:"profile.pprof" type:"path" help:"写入的文件 / the file to write."`
}

// Run writes a profile of the running server into a file.
func (c *adminProfile) Run(ctx context.Context, con *console) (err error) {
	body, err := newAdminClient(c.Data).do(ctx, http.MethodGet, "/profile/"+url.PathEscape(c.Name)+"?seconds="+strconv.Itoa(c.Seconds))
	if err != nil {
		return err
	}
	defer body.Close()
	f, err := os.Create(c.To)
	if err != nil {
		return fmt.Errorf("profile: %w", err)
	}
	_, err = io.Copy(f, body)
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("profile: %w", err)
	}
	con.say("已写入 %[1]s，用 go tool pprof 查看。", "Written to %[1]s; look at it with go tool pprof.", c.To)
	return nil
}

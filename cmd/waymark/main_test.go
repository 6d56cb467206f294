package main

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"waymark": main})
}

// TestScripts runs the sessions in testdata: each is a document that a newcomer
// can read, and what the program really does.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		RequireExplicitExec: true,
		Setup: func(e *testscript.Env) error {
			e.Setenv("WAYMARK_DATA", filepath.Join(e.WorkDir, "data"))
			e.Setenv("HOME", e.WorkDir)
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits,
			"ready": ready,
		},
	})
}

// exits runs a program and wants an exit code: exits 2 waymark nonsense.
func exits(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		exit, ok := errors.AsType[*exec.ExitError](err)
		if !ok {
			ts.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit code %d, not %d", got, want)
	}
}

// ready waits until a serve in the background is ready: ready data.
func ready(ts *testscript.TestScript, _ bool, args []string) {
	holder, err := awaitServe(context.Background(), ts.MkAbs(args[0]))
	ts.Check(err)
	ts.Setenv("ADDRESS", holder.Listen)
}

// awaitServe waits until the holder of a data directory says that it is ready.
func awaitServe(ctx context.Context, data string) (holder announcement, err error) {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	again := time.NewTicker(5 * time.Millisecond)
	defer again.Stop()
	for {
		if holder, err = readyServe(ctx, data); err == nil {
			return holder, nil
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			return holder, errors.Join(errors.New("serve is not ready"), err)
		}
	}
}

func readyServe(ctx context.Context, data string) (holder announcement, err error) {
	text, err := os.ReadFile(filepath.Join(data, "waymark.lock"))
	if err == nil {
		err = json.Unmarshal(text, &holder)
	}
	if err != nil {
		return holder, err
	}
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "unix", holder.Socket)
	}
	transport := &http.Transport{DialContext: dial, DisableKeepAlives: true}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://waymark/readyz", nil)
	if err != nil {
		return holder, err
	}
	response, err := transport.RoundTrip(request)
	if err != nil {
		return holder, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return holder, errors.New(response.Status)
	}
	return holder, nil
}

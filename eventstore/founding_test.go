package eventstore

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"golang.org/x/sys/unix"

	"github.com/waymark/waymark/domain"
)

// What this test binary does instead of testing when it is started as the
// process that a test wants to see die.
const (
	childRole = "WAYMARK_TEST_CHILD"
	childDir  = "WAYMARK_TEST_DIR"
)

func TestMain(m *testing.M) {
	switch role, dir := os.Getenv(childRole), os.Getenv(childDir); {
	case role == "":
		os.Exit(m.Run())
	case role == "full":
		fillUp(dir)
	default:
		dieFounding(dir, role)
	}
}

// child starts this test binary in a role and gives what it prints and its end.
func child(t *testing.T, role, dir string) (stdout string, err error) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(t.Context(), self)
	c.Env = append(os.Environ(), childRole+"="+role, childDir+"="+dir)
	var complaints bytes.Buffer
	c.Stderr = &complaints
	out, err := c.Output()
	if complaints.Len() > 0 {
		t.Logf("%s: %s", role, complaints.String())
	}
	return string(out), err
}

func dieFounding(dir, at string) {
	_, err := Open(context.Background(), Options{Dir: dir, Now: present, die: func(point string) {
		if point == at {
			syscall.Kill(os.Getpid(), syscall.SIGKILL)
		}
	}})
	fmt.Fprintln(os.Stderr, "still alive:", err)
	os.Exit(1)
}

func TestADeathAtAnyPointOfTheFoundingLeavesALogThatOpens(t *testing.T) {
	for _, point := range []string{"key", "stream", "marker", "high-water", "founded"} {
		t.Run(point, func(t *testing.T) {
			dir := t.TempDir()
			_, err := child(t, point, dir)
			if exit, ok := errors.AsType[*exec.ExitError](err); !ok || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
				t.Fatalf("the founder did not die at %q: %v", point, err)
			}
			before, err := readKey(dir)
			if err != nil {
				t.Fatal(err)
			}
			l := openLog(t, Options{Dir: dir})
			after, err := readKey(dir)
			if err != nil || after.State != stateFounded || after.Log != before.Log || !bytes.Equal(after.Secret, before.Secret) || l.ID() != before.Log {
				t.Fatalf("the log is another one than was begun: %v", err)
			}
			all := whole(t, l)
			if e, ok := all[0].Event.(domain.LogFounded); !ok || len(all) != 1 || e.Log != l.ID() || e.Words != "plain" {
				t.Fatalf("the log begins with %+v, and has %d events", all[0].Event, len(all))
			}
			begin(t, l, "j-1")
			closeLog(t, l)
			if l = openLog(t, Options{Dir: dir}); l.Last() != 3 {
				t.Fatalf("the log ends at %d", l.Last())
			}
		})
	}
}

func TestNobodyElseWritesToADataDirectoryInUse(t *testing.T) {
	dir := t.TempDir()
	l := openLog(t, Options{Dir: dir})
	open := func() *InUse {
		_, err := Open(t.Context(), Options{Dir: dir})
		inUse, ok := errors.AsType[*InUse](err)
		if !ok || !errors.Is(err, ErrInUse) || inUse.Hint() == "" {
			t.Fatalf("the second to open it gets %v", err)
		}
		return inUse
	}
	if got := open().Announced; len(got) > 0 {
		t.Fatalf("announced is %q", got)
	}
	for _, text := range []string{`{"pid":1,"socket":"/a/long/path"}`, `{"pid":1}`} {
		if err := l.Announce([]byte(text)); err != nil {
			t.Fatal(err)
		}
		if got := open().Announced; string(got) != text {
			t.Fatalf("announced is %q", got)
		}
	}
	closeLog(t, l)
	if text, err := os.ReadFile(filepath.Join(dir, lockName)); err != nil || len(text) > 0 {
		t.Fatalf("the lock still says %q (%v)", text, err)
	}
}

func TestAVerbWaitsForAnotherThatIsSoonDone(t *testing.T) {
	dir := t.TempDir()
	l := openLog(t, Options{Dir: dir})
	asking := make(chan struct{})
	go func() {
		<-asking
		l.Close()
	}()
	close(asking)
	openLog(t, Options{Dir: dir, Wait: answerTime})
}

// refused opens a log that must be refused, and gives the error.
func refused(t *testing.T, o Options, reason error) error {
	t.Helper()
	l, err := Open(t.Context(), o)
	if err == nil {
		l.Close()
		t.Fatal("the log opens")
	}
	if reason != nil && !errors.Is(err, reason) {
		t.Fatalf("refused with %v", err)
	}
	hint, ok := errors.AsType[interface {
		error
		Hint() string
	}](err)
	if _, damaged := errors.AsType[*Damage](err); !damaged && (!ok || hint.Hint() == "") {
		t.Fatalf("%v says not what to do", err)
	}
	return err
}

// someLog leaves a closed log of four events in a directory.
func someLog(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	l := openLog(t, Options{Dir: dir})
	begin(t, l, "j-1", "j-2")
	closeLog(t, l)
	return dir
}

// behindOurBack runs a server that anybody may use on a closed log's files.
func behindOurBack(t *testing.T, dir string, do func(js jetstream.JetStream)) {
	t.Helper()
	key, err := readKey(dir)
	if err != nil {
		t.Fatal(err)
	}
	js, stop := serveFiles(t, storeDir(dir), wanted(key.Log))
	do(js)
	stop()
}

func TestALogThatIsNotAsItWasFoundedIsRefusedAndNotTouched(t *testing.T) {
	damaged := func(t *testing.T, err error) {
		if _, ok := errors.AsType[*Damage](err); !ok {
			t.Fatalf("not a damage: %v", err)
		}
	}
	says := func(words ...string) func(*testing.T, error) {
		return func(t *testing.T, err error) {
			for _, w := range words {
				if !strings.Contains(err.Error(), w) {
					t.Fatalf("%q is not said in %q", w, err)
				}
			}
		}
	}
	for _, c := range []struct {
		name   string
		change func(t *testing.T, dir string) Options
		reason error
		check  func(t *testing.T, err error)
	}{
		{"a limit was added", func(t *testing.T, dir string) Options {
			behindOurBack(t, dir, func(js jetstream.JetStream) {
				key, _ := readKey(dir)
				cfg := wanted(key.Log)
				cfg.MaxMsgs = 100
				if _, err := js.UpdateStream(t.Context(), cfg); err != nil {
					t.Fatal(err)
				}
			})
			return Options{}
		}, ErrUnlike, says("max_msgs", "100")},
		{"its subjects were changed", func(t *testing.T, dir string) Options {
			behindOurBack(t, dir, func(js jetstream.JetStream) {
				key, _ := readKey(dir)
				cfg := wanted(key.Log)
				cfg.Subjects = append(cfg.Subjects, "other")
				if _, err := js.UpdateStream(t.Context(), cfg); err != nil {
					t.Fatal(err)
				}
			})
			return Options{}
		}, ErrUnlike, says("subjects", "other")},
		{"the stream was deleted", func(t *testing.T, dir string) Options {
			behindOurBack(t, dir, func(js jetstream.JetStream) {
				if err := js.DeleteStream(t.Context(), streamName); err != nil {
					t.Fatal(err)
				}
			})
			return Options{}
		}, nil, damaged},
		{"its files were deleted", func(t *testing.T, dir string) Options {
			if err := os.RemoveAll(storeDir(dir)); err != nil {
				t.Fatal(err)
			}
			return Options{}
		}, nil, damaged},
		{"its files and the high-water file were deleted", func(t *testing.T, dir string) Options {
			if err := errors.Join(os.RemoveAll(storeDir(dir)), os.Remove(filepath.Join(dir, highWaterName))); err != nil {
				t.Fatal(err)
			}
			return Options{}
		}, nil, damaged},
		{"it ends below what a read model knows", func(*testing.T, string) Options { return Options{Least: 5} }, nil, damaged},
		{"it ends below the high-water file", func(t *testing.T, dir string) Options {
			if err := writeHighWater(dir, 5); err != nil {
				t.Fatal(err)
			}
			return Options{}
		}, nil, damaged},
		{"it is another log's", func(t *testing.T, dir string) Options {
			if err := errors.Join(os.RemoveAll(storeDir(dir)), os.CopyFS(storeDir(dir), os.DirFS(storeDir(someLog(t))))); err != nil {
				t.Fatal(err)
			}
			return Options{}
		}, ErrUnlike, says("belongs to the log")},
		{"the founding key is missing", func(t *testing.T, dir string) Options {
			if err := os.Remove(filepath.Join(dir, keyName)); err != nil {
				t.Fatal(err)
			}
			return Options{}
		}, ErrUnlike, says(keyName)},
		{"the founding key is garbled", func(t *testing.T, dir string) Options {
			if err := os.WriteFile(filepath.Join(dir, keyName), []byte(`{"format":1,`), 0o600); err != nil {
				t.Fatal(err)
			}
			return Options{}
		}, ErrUnlike, says(keyName)},
		{"the high-water file is garbled", func(t *testing.T, dir string) Options {
			if err := os.WriteFile(filepath.Join(dir, highWaterName), []byte("\x00\x00"), 0o600); err != nil {
				t.Fatal(err)
			}
			return Options{}
		}, ErrUnlike, says(highWaterName)},
		{"a newer program wrote it", func(t *testing.T, dir string) Options {
			key, err := readKey(dir)
			if err != nil {
				t.Fatal(err)
			}
			key.Format++
			text, err := json.Marshal(key)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, keyName), text, 0o600); err != nil {
				t.Fatal(err)
			}
			return Options{}
		}, ErrNewer, says("format 2")},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := someLog(t)
			o := c.change(t, dir)
			o.Dir = dir
			before := blocks(t, dir)
			c.check(t, refused(t, o, c.reason))
			c.check(t, refused(t, o, c.reason)) // and does not heal by trying again
			if after := blocks(t, dir); before != after {
				t.Fatal("the log's records were changed")
			}
		})
	}
}

// blocks gives the bytes of the log's records.
func blocks(t *testing.T, dir string) string {
	t.Helper()
	var all strings.Builder
	files, err := filepath.Glob(filepath.Join(streamDir(dir), "msgs", "*.blk"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&all, "%s %x\n", filepath.Base(name), text)
	}
	return all.String()
}

func TestAMissingLogIsNotBegunAnewBehindAReadModel(t *testing.T) {
	dir := t.TempDir()
	refused(t, Options{Dir: dir, Least: 7}, ErrUnlike)
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
		t.Fatalf("more than a lock is there: %v, %v", entries, err)
	}
}

func TestADirectoryThatMayNotBeWrittenToIsAClearError(t *testing.T) {
	dir := someLog(t)
	before := blocks(t, dir)
	if err := os.Remove(filepath.Join(dir, lockName)); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o500); err != nil {
		t.Fatal(err)
	}
	defer os.Chmod(dir, 0o700)
	done := make(chan error)
	go func() {
		// Never unlocked: the thread ends with what it gave up.
		runtime.LockOSThread()
		if err := giveUpRights(); err != nil {
			done <- err
			return
		}
		l, err := Open(context.Background(), Options{Dir: dir})
		if err == nil {
			l.Close()
		}
		done <- err
	}()
	if err := <-done; !errors.Is(err, os.ErrPermission) || !strings.Contains(err.Error(), dir) {
		t.Fatalf("refused with %v", err)
	}
	if blocks(t, dir) != before {
		t.Fatal("the log's records were changed")
	}
}

// giveUpRights takes from this thread what lets root pass over permissions.
func giveUpRights() error {
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var none [2]unix.CapUserData
	return unix.Capset(&header, &none[0])
}

func TestOurOwnWriterMayNotTouchTheStream(t *testing.T) {
	l := openLog(t, Options{})
	begin(t, l, "j-1")
	closeLog(t, l)
	l = openLog(t, Options{Dir: l.o.Dir})
	for _, api := range []string{
		"STREAM.CREATE.WAYMARK", "STREAM.CREATE.OTHER", "STREAM.UPDATE.WAYMARK", "STREAM.DELETE.WAYMARK", "STREAM.PURGE.WAYMARK",
		"STREAM.MSG.DELETE.WAYMARK", "STREAM.RESTORE.WAYMARK", "STREAM.REMOVE.WAYMARK", "ACCOUNT.PURGE.$G",
	} {
		for _, nc := range []*nats.Conn{l.writing, l.reading} {
			denied := make(chan error, 1)
			nc.SetErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) { denied <- err })
			if err := nc.PublishRequest("$JS.API."+api, "_INBOX.nobody", []byte(`{"seq":2}`)); err != nil {
				t.Fatal(err)
			}
			select {
			case err := <-denied:
				if !errors.Is(err, nats.ErrPermissionViolation) {
					t.Fatalf("%s: %v", api, err)
				}
			case <-t.Context().Done():
				t.Fatalf("%s is allowed", api)
			}
		}
	}
	if len(whole(t, l)) != 3 {
		t.Fatal("an event is gone")
	}
}

func TestHalfAChangeAtTheEndOfTheLogIsRefused(t *testing.T) {
	dir := t.TempDir()
	l := openLog(t, Options{Dir: dir})
	begin(t, l, "j-1")
	many(t, l, 40)
	last := l.Last()
	closeLog(t, l)
	// The last event of the batch is lost, and with it all that remembers it.
	kept := keptIn(t, streamDir(dir))
	block := kept.blocks[len(kept.blocks)-1]
	cut := block[len(block)-1]
	changeFile(t, streamDir(dir), cut.block, func(b []byte) []byte { return b[:cut.at] })
	if err := os.RemoveAll(filepath.Join(streamDir(dir), "msgs", "index.db")); err != nil {
		t.Fatal(err)
	}
	if err := writeHighWater(dir, last-1); err != nil {
		t.Fatal(err)
	}
	err := refused(t, Options{Dir: dir}, ErrUnlike)
	if want := fmt.Sprintf("in the midst of a change, at position %d", last-1); !strings.Contains(err.Error(), want) {
		t.Errorf("the error is %v, want %q in it", err, want)
	}
}

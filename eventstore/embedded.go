package eventstore

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"path/filepath"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"golang.org/x/crypto/bcrypt"
)

// writerMay is all that the user we work as may publish to: append to the
// stream, read it, ask about it. It may not create, update, delete, purge or
// restore a stream, nor delete a message.
var writerMay = [...]string{
	subjectRoot + ">",
	"$JS.API.INFO",
	"$JS.API.STREAM.INFO." + streamName,
	"$JS.API.STREAM.MSG.GET." + streamName,
	"$JS.API.DIRECT.GET." + streamName,
	"$JS.API.DIRECT.GET." + streamName + ".>",
	"$JS.API.CONSUMER.CREATE." + streamName + ".>",
	"$JS.API.CONSUMER.INFO." + streamName + ".>",
	"$JS.API.CONSUMER.DELETE." + streamName + ".>",
	"$JS.API.CONSUMER.MSG.NEXT." + streamName + ".>",
	"$JS.ACK." + streamName + ".>",
	"$JS.FC." + streamName + ".>",
	"_INBOX.>",
}

// An embedded server runs in this process and listens on nothing.
type embedded struct {
	*server.Server
	founder, writer user // founder only for a founding
}

// A user of the server, with a password made for this start.
type user struct{ name, password string }

// newUser makes a user; the server is told only a digest of the password. No
// more work than the least goes into it, for the password is random.
func newUser(name string, may *server.Permissions) (user, *server.User, error) {
	u := user{name, rand.Text()}
	digest, err := bcrypt.GenerateFromPassword([]byte(u.password), bcrypt.MinCost)
	return u, &server.User{Username: name, Password: string(digest), Permissions: may}, err
}

// storeDir is where the embedded server keeps its files; streamDir where it
// keeps the stream's.
func storeDir(dir string) string { return filepath.Join(dir, "log") }

func streamDir(dir string) string {
	return filepath.Join(storeDir(dir), server.JetStreamStoreDir, server.DEFAULT_GLOBAL_ACCOUNT, "streams", streamName)
}

// startEmbedded starts a server on the files below dir. Only for a founding has
// it a user who may create the stream.
func startEmbedded(dir string, founding bool, log *slog.Logger) (*embedded, error) {
	e := &embedded{}
	var users []*server.User
	var writer, founder *server.User
	var err error
	if e.writer, writer, err = newUser("writer", &server.Permissions{
		Publish:   &server.SubjectPermission{Allow: writerMay[:]},
		Subscribe: &server.SubjectPermission{Allow: []string{"_INBOX.>"}},
	}); err != nil {
		return nil, err
	}
	users = append(users, writer)
	if founding {
		if e.founder, founder, err = newUser("founder", nil); err != nil {
			return nil, err
		}
		users = append(users, founder)
	}
	e.Server, err = server.NewServer(&server.Options{
		ServerName: "waymark",
		DontListen: true,
		NoSigs:     true,
		Users:      users,
		JetStream:  true,
		StoreDir:   storeDir(dir),
		SyncAlways: true, // an acknowledged event is on disk; without it the server syncs every two minutes
		// Unless told, the server takes only part of what the disk has free at
		// its start. We watch the disk ourselves.
		JetStreamMaxStore: 1 << 60,
	})
	if err != nil {
		return nil, fmt.Errorf("the log's server: %w", err)
	}
	e.SetLoggerV2(serverLog{log}, false, false, false)
	e.Start()
	if !e.ReadyForConnections(time.Minute) || !e.JetStreamEnabled() {
		e.stop()
		return nil, &trouble{reason: ErrNotReachable, detail: "the log's own server does not start on " + storeDir(dir),
			hint: "check that this process may write there and that the disk is not full"}
	}
	return e, nil
}

// connect gives a connection as one of the server's users.
func (e *embedded) connect(as user) (*nats.Conn, error) {
	nc, err := nats.Connect("", append(connecting(), nats.InProcessServer(e.Server), nats.UserInfo(as.name, as.password))...)
	if err != nil {
		return nil, fmt.Errorf("the log's server: %w", err)
	}
	return nc, nil
}

// connecting is how every connection is made.
func connecting() []nats.Option {
	return []nats.Option{
		nats.Name("waymark"),
		nats.MaxReconnects(-1),
		nats.SyncQueueLen(4 * pageSize), // room for a batch of answers; the default is half a megabyte a question
	}
}

// stop ends the server, whose files are whole afterwards.
func (e *embedded) stop() {
	e.Shutdown()
	e.WaitForShutdown()
}

// serverLog takes the embedded server's complaints into our log. It writes
// nothing about any message's content: only tracing would, and that is off.
type serverLog struct{ log *slog.Logger }

func (s serverLog) complain(level slog.Level, format string, v ...any) {
	s.log.Log(context.Background(), level, "log server", "says", fmt.Sprintf(format, v...))
}

func (s serverLog) Warnf(format string, v ...any)  { s.complain(slog.LevelWarn, format, v...) }
func (s serverLog) Errorf(format string, v ...any) { s.complain(slog.LevelError, format, v...) }
func (s serverLog) Fatalf(format string, v ...any) { s.complain(slog.LevelError, format, v...) }
func (serverLog) Noticef(string, ...any)           {}
func (serverLog) Debugf(string, ...any)            {}
func (serverLog) Tracef(string, ...any)            {}

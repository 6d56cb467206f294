package eventstore

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/waymark/waymark/domain"
)

const (
	keyName    = "founding.key"
	keyFormat  = 1 // of the data directory; a higher one is a newer program's
	streamName = "WAYMARK"
	logIDKey   = "waymark-log" // in the stream's metadata

	stateFounding = "founding"
	stateFounded  = "founded"
)

// A foundingKey is the file that is written before anything else and tells a
// log that is still to be founded from one that was and must be there. Its
// secret makes the ids that were not given; whoever has it can guess them.
type foundingKey struct {
	Format int    `json:"format"`
	State  string `json:"state"`
	Log    string `json:"log"`    // the log's id, a UUID
	Secret []byte `json:"secret"` // 32 random bytes
}

// readKey gives the zero key where there is none.
func readKey(dir string) (k foundingKey, err error) {
	text, err := os.ReadFile(filepath.Join(dir, keyName))
	if errors.Is(err, fs.ErrNotExist) {
		return foundingKey{}, nil
	}
	if err != nil {
		return k, err
	}
	err = json.Unmarshal(text, &k)
	switch {
	case k.Format > keyFormat:
		return k, &trouble{reason: ErrNewer, detail: fmt.Sprintf("%s is of format %d; this program knows %d", dir, k.Format, keyFormat),
			hint: "start the version of Waymark that wrote it, or a newer one; nothing was changed"}
	case err != nil || k.Format < 1 || len(k.Secret) != 32 || !domain.IsUUID(k.Log) || k.State != stateFounding && k.State != stateFounded:
		return k, &trouble{reason: ErrUnlike, detail: "the file " + keyName + " cannot be read",
			hint: "put it back from a backup; nothing was changed"}
	}
	return k, nil
}

func (k foundingKey) write(dir string) error {
	text, err := json.Marshal(k)
	if err == nil {
		err = replaceFile(filepath.Join(dir, keyName), append(text, '\n'))
	}
	if err != nil {
		return fmt.Errorf("the file %s: %w", keyName, err)
	}
	return nil
}

// newKey makes the key of a log that is not there yet.
func newKey() foundingKey {
	secret := make([]byte, 32)
	rand.Read(secret)
	return foundingKey{Format: keyFormat, State: stateFounding, Log: uuid.NewString(), Secret: secret}
}

// found makes the log, or goes on where an earlier founding was cut short. The
// caller has written the key. Points of no return:
//
//  1. the key is written, "founding". If we die here, the next Open goes on
//     with the same id and secret.
//  2. the stream is created. If we die here, it is empty and has our id; the
//     next Open finds it so and goes on.
//  3. the marker is at position 1, on disk. If we die here, the next Open reads
//     our id from it and goes on.
//  4. the high-water file says 1.
//  5. the key says "founded". From now on a log that is missing, empty or
//     another one is a loss and is refused; nothing creates a stream again.
func (l *Log) found(ctx context.Context, k foundingKey, js jetstream.JetStream) error {
	stream, err := js.CreateStream(ctx, wanted(k.Log))
	if errors.Is(err, jetstream.ErrStreamNameAlreadyInUse) {
		return &trouble{reason: ErrUnlike, detail: "the server has a stream " + streamName + " that this data directory did not make",
			hint: "use the data directory that belongs to it, or a server without one; nothing was changed"}
	}
	if err != nil {
		return fmt.Errorf("creating the stream: %w", err)
	}
	l.o.pass("stream")
	info, err := stream.Info(ctx)
	if err != nil {
		return fmt.Errorf("the new stream: %w", err)
	}
	if info.State.LastSeq == 0 {
		now := l.o.Now().UTC().Truncate(time.Microsecond)
		r := domain.Recorded{
			Stream: domain.Stream{About: domain.AboutLog}, ID: k.Log, Command: k.Log, At: now, By: "waymark",
			Occurred: domain.On(domain.DateOf(now)), Event: domain.LogFounded{Log: k.Log, Words: "plain"},
		}
		msg, err := l.message(r)
		if err != nil {
			return err
		}
		msg.Header.Set(hTime, now.Format(timeForm))
		if _, err := js.PublishMsg(ctx, msg, jetstream.WithExpectLastSequence(0)); err != nil {
			return fmt.Errorf("the founding marker: %w", err)
		}
	}
	l.o.pass("marker")
	if err := writeHighWater(l.o.Dir, 1); err != nil {
		return err
	}
	l.o.pass("high-water")
	k.State = stateFounded
	if err := k.write(l.o.Dir); err != nil {
		return err
	}
	l.o.pass("founded")
	return nil
}

// wanted is the stream's configuration. Only the number of replicas and where
// they are may be changed by whoever runs an external server.
func wanted(id string) jetstream.StreamConfig {
	return jetstream.StreamConfig{
		Name:               streamName,
		Subjects:           []string{subjectRoot + ">"},
		Retention:          jetstream.LimitsPolicy,
		MaxConsumers:       -1,
		MaxMsgs:            -1,
		MaxBytes:           -1,
		MaxMsgSize:         -1,
		MaxMsgsPerSubject:  -1,
		Discard:            jetstream.DiscardNew,
		Storage:            jetstream.FileStorage,
		Replicas:           1,
		Duplicates:         5 * time.Minute, // the server reads back that much at every start
		DenyDelete:         true,
		DenyPurge:          true,
		AllowDirect:        true,
		AllowAtomicPublish: true,
		Compression:        jetstream.NoCompression,
		FirstSeq:           1,
		Metadata:           map[string]string{logIDKey: id},
	}
}

// differences names what in a stream's configuration is not as we made it.
func differences(id string, got jetstream.StreamConfig) []string {
	if got.Metadata[logIDKey] != id {
		return []string{fmt.Sprintf("the stream belongs to the log %s, not to %s", got.Metadata[logIDKey], id)}
	}
	want := wanted(id)
	want.Replicas, want.Placement, want.Metadata = got.Replicas, got.Placement, got.Metadata
	a, b := fields(want), fields(got)
	var names []string
	for name := range a {
		names = append(names, name)
	}
	for name := range b {
		if _, ok := a[name]; !ok {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	var differ []string
	for _, name := range names {
		if !bytes.Equal(a[name], b[name]) {
			differ = append(differ, fmt.Sprintf("%s is %s where it was founded with %s", name, orNothing(b[name]), orNothing(a[name])))
		}
	}
	return differ
}

func orNothing(text []byte) string {
	if len(text) == 0 {
		return "not set"
	}
	return string(text)
}

// fields gives a configuration as the server would write it, so that a setting
// of a later server is compared too.
func fields(c jetstream.StreamConfig) map[string]json.RawMessage {
	text, err := json.Marshal(c)
	var all map[string]json.RawMessage
	if err == nil {
		err = json.Unmarshal(text, &all)
	}
	if err != nil {
		panic(err) // the library's own type always marshals
	}
	// These are how the server writes what is not set.
	for name, value := range all {
		if s := string(value); s == "false" || s == "0" || s == `""` || s == "{}" || s == "null" {
			delete(all, name)
		}
	}
	return all
}

// check compares the stream with what was founded: its configuration, its first
// position, that nothing is missing in between, its marker, and that it does
// not end below least. It gives the last position.
func (l *Log) check(ctx context.Context, least uint64) (last uint64, err error) {
	unlike := func(hint, format string, args ...any) error {
		return &trouble{reason: ErrUnlike, detail: fmt.Sprintf(format, args...), hint: hint}
	}
	const restore = "restore the newest backup, or put the log's own files back; nothing was changed"
	stream, err := l.js.Stream(ctx, streamName)
	if errors.Is(err, jetstream.ErrStreamNotFound) {
		return 0, unlike(restore, "the stream %s is gone", streamName)
	}
	if err != nil {
		return 0, l.unanswered(err)
	}
	info := stream.CachedInfo()
	if differ := differences(l.id, info.Config); len(differ) > 0 {
		return 0, unlike("somebody changed the stream: set it back as it was, then run waymark verify", "%s", strings.Join(differ, "; "))
	}
	s := info.State
	switch {
	case s.FirstSeq != 1 || s.NumDeleted != 0 || s.Msgs != s.LastSeq:
		return 0, unlike(restore, "positions %d to %d hold %d events", s.FirstSeq, s.LastSeq, s.Msgs)
	case s.LastSeq < least:
		return 0, unlike(restore, "the log ends at %d, but position %d is known to have been recorded", s.LastSeq, least)
	}
	l.stream = stream
	if newest, err := stream.GetMsg(ctx, s.LastSeq); err != nil {
		return 0, l.unanswered(err)
	} else if newest.Header.Get("Nats-Batch-Id") != "" && newest.Header.Get("Nats-Batch-Commit") == "" {
		// The server finishes a batch that a crash cut short, unless its own
		// notes of it are damaged; then it only says so in its log.
		return 0, unlike(restore, "the log ends in the midst of a change, at position %d", s.LastSeq)
	}
	marker, err := l.one(ctx, 1)
	if err != nil {
		return 0, err
	}
	if e, ok := marker.Event.(domain.LogFounded); !ok || e.Log != l.id {
		return 0, unlike("use the data directory that belongs to this log", "position 1 is not the founding marker of the log %s", l.id)
	}
	return s.LastSeq, nil
}

// derive makes 32 bytes out of the founding secret and the parts, the same each
// time, that nobody without the secret can guess or trace back.
func (l *Log) derive(parts []string) []byte {
	mac := hmac.New(sha256.New, l.secret)
	for _, part := range parts {
		var size [8]byte
		binary.BigEndian.PutUint64(size[:], uint64(len(part)))
		mac.Write(size[:])
		mac.Write([]byte(part))
	}
	return mac.Sum(nil)
}

// DeriveUUID makes an id for a command out of what it was made from, the same
// each time, so that importing twice adds nothing. Give it no one's words.
func (l *Log) DeriveUUID(parts ...string) string {
	var id uuid.UUID
	copy(id[:], l.derive(append([]string{"command"}, parts...)))
	id[6] = id[6]&0x0f | 0x80 // version 8: made by a rule of our own
	id[8] = id[8]&0x3f | 0x80
	return id.String()
}

// DeriveID makes a journey's id out of what it was made from: the command that
// begins it, or the mapping and the id that a source gave.
func (l *Log) DeriveID(parts ...string) string {
	sum := l.derive(append([]string{"journey"}, parts...))
	return "j-" + strings.ToLower(base32.StdEncoding.EncodeToString(sum[:10]))
}

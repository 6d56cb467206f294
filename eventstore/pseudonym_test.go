package eventstore

import (
	"bytes"
	"testing"

	"github.com/waymark/waymark/domain"
)

func TestAPersonsOtherNamesCannotBeJoinedBetweenTwoPacks(t *testing.T) {
	dir := t.TempDir()
	one, another := [32]byte{1}, [32]byte{2}
	l := openLog(t, Options{Dir: dir})
	key := l.PseudonymKey(one)
	if l.PseudonymKey(another) == key {
		t.Fatal("two contexts have one key")
	}
	secret := bytes.Clone(l.secret)
	if bytes.Contains(key[:], secret[:8]) {
		t.Fatal("the secret is in the key")
	}
	if id := l.DeriveUUID(string(one[:])); !domain.IsUUID(id) || bytes.HasPrefix(key[:], l.derive([]string{"command", string(one[:])})[:8]) {
		t.Fatal("an id gives the beginning of a key away")
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if again := openLog(t, Options{Dir: dir}); again.PseudonymKey(one) != key {
		t.Fatal("the same pack would give people other names the next time")
	}
	if elsewhere := openLog(t, Options{Dir: t.TempDir()}); elsewhere.PseudonymKey(one) == key {
		t.Fatal("another log gives the same key")
	}
}

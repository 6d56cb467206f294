package main

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"net/url"
	"strings"

	"github.com/waymark/waymark/cmd/waymark/web"
	"github.com/waymark/waymark/domain"
)

// packContext says which pack it is: what was asked, of which log, up to which
// position and as of which day. The same question of the same history is the same
// pack, whoever asks it and when.
func packContext(log string, position uint64, asOf domain.Date, spec []byte) [32]byte {
	asked := sha256.Sum256(spec)
	h := sha256.New()
	h.Write([]byte("waymark pack 1\n" + log + "\n" + asOf.String() + "\n"))
	var at [8]byte
	binary.BigEndian.PutUint64(at[:], position)
	h.Write(at[:])
	h.Write(asked[:])
	return [32]byte(h.Sum(nil))
}

// pseudonyms name people otherwise, for one pack alone: the names of two packs
// cannot be joined, and nobody without the log's founding secret can go back from
// a name to a journey, or try whether a journey is in the pack.
type pseudonyms struct{ key [32]byte }

// pseudonyms asks whoever holds the record for the names of one pack.
func (c *client) pseudonyms(ctx context.Context, pack [32]byte) (pseudonyms, error) {
	answer, _, err := query[web.PseudonymKey](ctx, c, "/v1/pseudonym-key", url.Values{"context": {hex.EncodeToString(pack[:])}})
	if err != nil {
		return pseudonyms{}, err
	}
	var names pseudonyms
	if n, err := hex.Decode(names.key[:], []byte(answer.Key)); err != nil || n != len(names.key) {
		return pseudonyms{}, errors.New("the key that names people otherwise cannot be read")
	}
	return names, nil
}

// pseudonymLetters are 50 bits: among 100,000 people, two have one name in fewer
// than 1 pack of 200,000.
const pseudonymLetters = 10

// of gives a journey's name in the pack.
func (p pseudonyms) of(journey string) string {
	mac := hmac.New(sha256.New, p.key[:])
	mac.Write([]byte(journey))
	return "p-" + strings.ToLower(base32.StdEncoding.EncodeToString(mac.Sum(nil))[:pseudonymLetters])
}

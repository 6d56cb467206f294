package web

import (
	"context"
	"encoding/hex"
)

// A PseudonymKey names people otherwise in one evaluation pack.
type PseudonymKey struct {
	Key string `json:"key"` // 64 hexadecimal digits; it belongs in no file and no log line
}

type pseudonymQuery struct {
	Context string `query:"context" required:"true" pattern:"^[0-9a-f]{64}$" doc:"Which pack it is for: the SHA-256 of what makes it the one it is."`
}

// pseudonymKey gives the key of one pack. Who asks can read every journey here
// anyway; those who have only the pack cannot get back without it.
func (s *Server) pseudonymKey(_ context.Context, q *pseudonymQuery) (*document[PseudonymKey], error) {
	var of [32]byte
	if _, err := hex.Decode(of[:], []byte(q.Context)); err != nil || len(q.Context) != hex.EncodedLen(len(of)) {
		return nil, &fault{errBadRequest, "context: 64 hexadecimal digits are wanted", ""}
	}
	key := s.Log.PseudonymKey(of)
	return &document[PseudonymKey]{PseudonymKey{hex.EncodeToString(key[:])}}, nil
}

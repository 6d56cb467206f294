package eventstore

// PseudonymKey derives the key with which people are given other names in one
// set of files that leaves the record. It is an HMAC of the founding secret over
// a label of its own and the context, which says which set it is: the same log
// and context give the same key again, another context or log gives one that has
// nothing in common with it, and nobody can get from keys, however many, to the
// secret or to a key of another context.
//
// Whoever has the key and this log can tell who is meant, so it never goes into
// the files.
func (l *Log) PseudonymKey(context [32]byte) [32]byte {
	return [32]byte(l.derive([]string{"pseudonym", string(context[:])}))
}

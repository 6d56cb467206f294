package projections

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash"
	"math"
	"slices"
	"strings"
)

// Digest gives a digest of each table's content, by table, so that two read
// models can be compared: equal digests mean equal rows, in whatever order they
// were written. The table waymark is left out, for its bookmark and the rest say
// how the rows came about.
func (db *DB) Digest(ctx context.Context) (digests map[string]string, err error) {
	digests = map[string]string{}
	err = db.View(ctx, func(s *Snapshot) error {
		names, err := s.tables(ctx)
		if err != nil {
			return err
		}
		for _, name := range names {
			if digests[name], err = s.digest(ctx, "main", name); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return digests, nil
}

func (s *Snapshot) tables(ctx context.Context) (names []string, err error) {
	rows, err := s.QueryContext(ctx, `SELECT name FROM sqlite_schema
		WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'waymark' ORDER BY name`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return names, rows.Err()
}

// digest gives that of a table of one of the databases that are open.
func (s *Snapshot) digest(ctx context.Context, database, table string) (string, error) {
	var width int
	if err := s.QueryRowContext(ctx, `SELECT count(*) FROM pragma_table_info(?, ?)`, table, database).Scan(&width); err != nil {
		return "", err
	}
	order := make([]string, width)
	for i := range order {
		order[i] = fmt.Sprint(i+1, " COLLATE BINARY")
	}
	rows, err := s.QueryContext(ctx, `SELECT * FROM `+database+`.`+quoted(table)+` ORDER BY `+strings.Join(order, ", "))
	if err != nil {
		return "", err
	}
	defer rows.Close()
	values, into := make([]any, width), make([]any, width)
	for i := range values {
		into[i] = &values[i]
	}
	h := sha256.New()
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return "", err
		}
		for _, v := range values {
			if err := feed(h, v); err != nil {
				return "", err
			}
		}
	}
	return hex.EncodeToString(h.Sum(nil)), rows.Err()
}

// quoted gives a name as SQL writes it.
func quoted(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// feed adds a value to a digest, so that no two rows of values read the same.
func feed(h hash.Hash, value any) error {
	var b []byte
	switch v := value.(type) {
	case nil:
		b = []byte{'n'}
	case int64:
		b = binary.BigEndian.AppendUint64([]byte{'i'}, uint64(v))
	case float64:
		b = binary.BigEndian.AppendUint64([]byte{'f'}, math.Float64bits(v))
	case string:
		b = slices.Concat(binary.BigEndian.AppendUint64([]byte{'t'}, uint64(len(v))), []byte(v))
	case []byte:
		b = slices.Concat(binary.BigEndian.AppendUint64([]byte{'b'}, uint64(len(v))), v)
	default:
		return fmt.Errorf("a value of the type %T", v)
	}
	h.Write(b)
	return nil
}

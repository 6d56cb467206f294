package projections

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"iter"
	"math"
	"reflect"
	"strings"
	"time"

	"github.com/mattn/go-sqlite3"

	"github.com/waymark/waymark/domain"
)

// A Tx is what a projection writes its rows through: one transaction for each
// page of events, on a connection of its own, whose statements are prepared once.
// It belongs to the goroutine that calls Apply and must not outlive the call.
//
// Arguments may be of any kind of string, integer, float or bool; []byte; nil; a
// [domain.Date], stored as 2026-03-01, or as NULL where there is none; or a
// time.Time, stored in UTC as 2026-03-01T10:02:11.123456Z.
type Tx struct {
	// Page is what Apply likes to remember until Flush. It is nil when a page
	// begins, and again after anything was taken back.
	Page any

	// Kept is what Apply likes to remember from page to page, such as what it
	// would otherwise read from its own tables again. It is nil when the database
	// is opened and after anything was taken back: all of it must be in the rows
	// too, and how much of it is kept is for Apply to bound.
	Kept any

	conn  *sqlite3.SQLiteConn
	stmts map[string]*stmt
	args  []driver.NamedValue
}

type stmt struct {
	*sqlite3.SQLiteStmt
	values  []driver.Value // of the row that was read last
	reading bool           // a Query has not ended
}

// A Row is one row of an answer, to be scanned before the next call on its Tx.
type Row struct {
	values []driver.Value
	err    error
}

// Exec carries out one statement.
func (tx *Tx) Exec(query string, args ...any) error {
	_, rows, err := tx.run(query, args)
	if err != nil {
		return err
	}
	return rows.Close()
}

// Row gives the first row of an answer. Its Scan gives sql.ErrNoRows where there
// is none.
func (tx *Tx) Row(query string, args ...any) Row {
	s, rows, err := tx.run(query, args)
	if err != nil {
		return Row{err: err}
	}
	values, err := s.next(rows)
	if err == io.EOF {
		err = sql.ErrNoRows
	}
	if closing := rows.Close(); err == nil {
		err = closing
	}
	return Row{values, err}
}

// Query gives the rows of an answer; an error comes last. Other statements may
// run between its rows, the same one may not.
func (tx *Tx) Query(query string, args ...any) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		s, rows, err := tx.run(query, args)
		if err != nil {
			yield(Row{}, err)
			return
		}
		s.reading = true
		defer func() { s.reading = false; rows.Close() }()
		for {
			values, err := s.next(rows)
			if err == io.EOF {
				return
			}
			if !yield(Row{values, err}, err) || err != nil {
				return
			}
		}
	}
}

// next reads a row, or gives io.EOF.
func (s *stmt) next(rows driver.Rows) ([]driver.Value, error) {
	if n := len(rows.Columns()); len(s.values) != n {
		s.values = make([]driver.Value, n)
	}
	return s.values, rows.Next(s.values)
}

// run binds the arguments and takes the first step, which is all of them where a
// statement writes. In this driver the query call does so in one crossing to C,
// the exec call in one for each argument. No context is passed, for a statement
// with one that can be cancelled starts a goroutine; a page asks between events.
func (tx *Tx) run(query string, args []any) (*stmt, driver.Rows, error) {
	s := tx.stmts[query]
	if s == nil {
		if strings.Contains(strings.TrimRight(query, "; \t\n"), ";") {
			return nil, nil, errors.New("one statement at a time: only the first would be carried out")
		}
		prepared, err := tx.conn.Prepare(query)
		if err != nil {
			return nil, nil, err
		}
		s = &stmt{SQLiteStmt: prepared.(*sqlite3.SQLiteStmt)}
		tx.stmts[query] = s
	}
	if s.reading {
		return nil, nil, errors.New("the rows of this statement are still being read")
	}
	if n := s.NumInput(); n != len(args) {
		return nil, nil, fmt.Errorf("the statement takes %d arguments, not %d", n, len(args))
	}
	tx.args = tx.args[:0]
	for i, arg := range args {
		v, err := bound(arg)
		if err != nil {
			return nil, nil, fmt.Errorf("argument %d: %w", i+1, err)
		}
		tx.args = append(tx.args, driver.NamedValue{Ordinal: i + 1, Value: v})
	}
	rows, err := s.QueryContext(context.Background(), tx.args)
	return s, rows, err
}

// bound gives an argument as the driver takes it.
func bound(arg any) (driver.Value, error) {
	switch v := arg.(type) {
	case string, int64, float64, bool, []byte, nil:
		return v, nil
	case int:
		return int64(v), nil
	case uint64:
		if v > math.MaxInt64 {
			return nil, errors.New("too large for a column")
		}
		return int64(v), nil
	case domain.Date:
		if v == 0 {
			return nil, nil
		}
		return v.String(), nil
	case time.Time:
		return stamp(v), nil
	}
	return driver.DefaultParameterConverter.ConvertValue(arg)
}

// stamp writes a moment so that texts compare as the moments do.
func stamp(t time.Time) string {
	b := make([]byte, 0, len("2006-01-02T15:04:05.000000Z"))
	b = t.UTC().AppendFormat(b, time.RFC3339) // which the library writes without reading it first
	b = append(b[:len(b)-len("Z")], '.')
	micros := t.Nanosecond() / 1000
	for digit := 100_000; digit > 0; digit /= 10 {
		b = append(b, byte('0'+micros/digit%10))
	}
	return string(append(b, 'Z'))
}

// Scan copies the row's values, one for each column. A NULL becomes the zero
// value; sql.Null and every other sql.Scanner may tell it apart.
func (r Row) Scan(into ...any) error {
	if r.err != nil {
		return r.err
	}
	if len(into) != len(r.values) {
		return fmt.Errorf("the row has %d columns, not %d", len(r.values), len(into))
	}
	for i, v := range r.values {
		if !assign(into[i], v) {
			return fmt.Errorf("column %d: a %T does not go into a %T", i+1, v, into[i])
		}
	}
	return nil
}

func assign(into any, value driver.Value) bool {
	switch p := into.(type) {
	case *string:
		v, ok := value.(string)
		*p = v
		return ok || value == nil
	case *int64:
		v, ok := value.(int64)
		*p = v
		return ok || value == nil
	case *int:
		v, ok := value.(int64)
		*p = int(v)
		return ok || value == nil
	case *uint64:
		v, ok := value.(int64)
		*p = uint64(v)
		return ok && v >= 0 || value == nil
	case *bool:
		v, ok := value.(int64)
		*p = v != 0
		return ok || value == nil
	case *float64:
		v, ok := value.(float64)
		*p = v
		return ok || value == nil
	case *[]byte:
		v, ok := value.([]byte)
		*p = v
		return ok || value == nil
	case *domain.Date:
		if value == nil {
			*p = 0
			return true
		}
		v, ok := value.(string)
		return ok && p.UnmarshalText([]byte(v)) == nil
	case *any:
		*p = value
		return true
	case sql.Scanner:
		return p.Scan(value) == nil
	}
	to := reflect.ValueOf(into).Elem() // a named string or integer, such as a code
	switch v := value.(type) {
	case nil:
		to.SetZero()
		return true
	case string:
		if to.Kind() == reflect.String {
			to.SetString(v)
			return true
		}
	case int64:
		if to.CanInt() && !to.OverflowInt(v) {
			to.SetInt(v)
			return true
		}
		if to.CanUint() && v >= 0 && !to.OverflowUint(uint64(v)) {
			to.SetUint(uint64(v))
			return true
		}
	}
	return false
}

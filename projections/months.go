package projections

import (
	"context"

	"github.com/waymark/waymark/domain"
)

// Months gives the first and the last month in which anything happened with a
// service, or with any where none is named; 0 and 0 where nothing did. Both are
// as [domain.Date.Month] counts them. A review counts when it falls due, which
// may be later than anything that happened, and is left out.
func Months(ctx context.Context, q *Snapshot, service string) (first, last int, err error) {
	var from, to string
	err = q.QueryRowContext(ctx, `SELECT coalesce(min(first), ''), coalesce(max(last), '') FROM (
		SELECT min(month) AS first, max(month) AS last FROM tallies
			WHERE outcome <> 'decisions.reviewed_on_time' AND (?1 = '' OR service = ?1)
		UNION ALL
		SELECT min(substr(from_day, 1, 7)), max(substr(from_day, 1, 7)) FROM spans
			WHERE what = 'active' AND (?1 = '' OR service = ?1))`, service).Scan(&from, &to)
	if err != nil || from == "" {
		return 0, 0, err
	}
	if first, err = domain.ParseMonth(from); err != nil {
		return 0, 0, err
	}
	last, err = domain.ParseMonth(to)
	return first, last, err
}

package projections

import (
	"context"

	"github.com/waymark/waymark/domain"
)

// Months gives the first and the last month in which anything happened with a
// service, or with any where none is named; 0 and 0 where nothing did. Both are
// as [domain.Date.Month] counts them. A review counts when it falls due, which
// may be later than anything that happened; no month after that of today is
// given.
func Months(ctx context.Context, q *Snapshot, service string, today domain.Date) (first, last int, err error) {
	var from, to string
	err = q.QueryRowContext(ctx, `SELECT coalesce(min(first), ''), coalesce(max(last), '') FROM (
		SELECT (SELECT min(month) FROM person_months m WHERE m.service = s.service) AS first,
			(SELECT max(month) FROM person_months m WHERE m.service = s.service AND month <= ?2) AS last
			FROM (SELECT service FROM services UNION ALL SELECT '') s WHERE ?1 = '' OR s.service = ?1
		UNION ALL
		SELECT substr(min(started), 1, 7), substr(max(coalesce(ended, started)), 1, 7) FROM episodes WHERE ?1 = '' OR service = ?1)`,
		service, domain.MonthName(today.Month())).Scan(&from, &to)
	if err != nil || from == "" {
		return 0, 0, err
	}
	if first, err = domain.ParseMonth(from); err != nil {
		return 0, 0, err
	}
	last, err = domain.ParseMonth(max(from, to))
	return first, last, err
}

package domain

import (
	"testing"

	"github.com/waymark/waymark/domain/stats"
)

func TestACountThatAddsUpWithASmallOneIsHiddenToo(t *testing.T) {
	p := NewPublicCounts(stats.MHSDS)
	all, in, out := p.Count(40), p.Count(37), p.Count(3)
	p.Sum(all, in, out)
	p.Settle()
	for c, want := range map[PublicCount]Shown{all: "40", in: Hidden, out: Hidden} {
		if got := p.Shown(c); got != want {
			t.Errorf("count %d is shown as %s, not %s", c, got, want)
		}
	}
}

func TestAWithheldTotalSavesItsParts(t *testing.T) {
	p := NewPublicCounts(stats.MHSDS)
	all, in, out := p.Withheld(40), p.Count(37), p.Count(3)
	p.Sum(all, in, out)
	p.Settle()
	if p.Shown(all) != Hidden || p.Shown(in) != "35" || p.Shown(out) != Hidden {
		t.Errorf("shown as %s = %s + %s", p.Shown(all), p.Shown(in), p.Shown(out))
	}
}

func TestAMeanMayBeShownOfPeopleWhoseCountIsNot(t *testing.T) {
	p := NewPublicCounts(stats.MHSDS)
	all, paired, alone := p.Count(40), p.Count(37), p.Count(3)
	p.Sum(all, paired, alone)
	mean := p.AtLeast(stats.LeastForMean, paired)
	p.Settle()
	if p.Shown(paired) != Hidden || p.Shown(alone) != Hidden || p.Shown(mean) == Hidden {
		t.Errorf("%s of %s have a pair, %s have none, and the mean is of %s or more", p.Shown(paired), p.Shown(all), p.Shown(alone), p.Shown(mean))
	}
}

func TestPeopleBehindACountDecideWhetherItIsShown(t *testing.T) {
	p := NewPublicCounts(stats.HES)
	ratings, none := p.CountOf(60, 7), p.Count(0)
	p.Settle()
	if p.Shown(ratings) != Hidden || p.Shown(none) != "0" {
		t.Errorf("60 ratings of 7 people are shown as %s, nobody as %s", p.Shown(ratings), p.Shown(none))
	}
}

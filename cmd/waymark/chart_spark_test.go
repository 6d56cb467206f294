package main

import "testing"

func TestASparkShowsLevelsAndWhatIsMissing(t *testing.T) {
	line := func(values ...float64) (all []*float64) {
		for _, v := range values {
			if all = append(all, &v); v == 99 {
				all[len(all)-1] = nil
			}
		}
		return all
	}
	for _, test := range []struct {
		values       []*float64
		share, ascii bool
		want         string
	}{
		{line(0, 0.5, 1, 99, 0.13), true, false, "▁▅█·▂"},
		{line(0.5, 0.51), true, false, "▅▅"}, // a small move stays small
		{line(0, 0.5, 1, 99, 0.13), true, true, "158.2"},
		{line(2, 4, 8), false, false, "▃▅█"},
		{line(-1, 0, 1), false, false, "▁▅█"},
		{line(0, 0, 99), false, false, "▁▁·"},
		{nil, true, false, ""},
	} {
		if got := spark(test.values, test.share, test.ascii); got != test.want {
			t.Errorf("%q, want %q", got, test.want)
		}
	}
	for locale, want := range map[string]bool{"en_GB.UTF-8": false, "C.utf8": false, "C": true, "en_GB.ISO-8859-1": true, "": false} {
		if got := asciiOnly(func(name string) string { return map[string]string{"LANG": locale}[name] }); got != want {
			t.Errorf("%q: %v", locale, got)
		}
	}
}

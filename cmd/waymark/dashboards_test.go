package main

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/prometheus/prometheus/promql/parser"
	"go.yaml.in/yaml/v3"
)

// A dashboard is what these tests read of Grafana's JSON.
type dashboard struct {
	UID, Title    string
	SchemaVersion int
	Panels        []struct {
		ID                       int
		Type, Title, Description string
		Targets                  []target
	}
	Templating struct {
		List []struct{ Name, Type, Query, Regex string }
	}
}

type target struct {
	RefID        string
	Datasource   struct{ Type, UID string }
	QueryType    string
	QueryText    string
	RawQueryText string
	TimeColumns  []string
	Expr         string
}

// laidOut writes the files, and gives where they are with the dashboard read.
func laidOut(t *testing.T, data string) (dir string, d dashboard) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "into")
	p := &program{data: data, stdout: io.Discard, stderr: io.Discard}
	if err := p.writeDashboards(dir); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(dir, "grafana", "dashboards", "waymark.json"))
	if err == nil {
		err = json.Unmarshal(text, &d)
	}
	if err != nil {
		t.Fatal(err)
	}
	return dir, d
}

// following opens a house with a small history, its figures published.
func following(t *testing.T) (*house, *publisher) {
	t.Helper()
	h, c := begun(t)
	post(t, c, settledServices())
	caughtUp(t, h)
	p := publisherOf(t, h, t.TempDir())
	p.refresh(t.Context())
	return h, p
}

func TestEveryPanelSaysWhatItShows(t *testing.T) {
	_, d := laidOut(t, t.TempDir())
	ids := map[int]bool{}
	for _, p := range d.Panels {
		if p.ID == 0 || ids[p.ID] {
			t.Errorf("%q has no id of its own: %d", p.Title, p.ID)
		}
		ids[p.ID] = true
		if p.Type == "row" {
			continue
		}
		if p.Title == "" || len(p.Description) < 40 || len(p.Targets) == 0 {
			t.Errorf("panel %d, %q, does not say what it shows, or shows nothing", p.ID, p.Title)
		}
		for _, target := range p.Targets {
			if from := target.Datasource.UID; from != "${figures}" && from != "${prometheus}" {
				t.Errorf("%s asks a data source that cannot be chosen: %s", p.Title, from)
			}
		}
	}
	if d.UID == "" || d.Title == "" || d.SchemaVersion < 40 || len(ids) < 15 {
		t.Errorf("uid %q, title %q, schema %d, %d panels", d.UID, d.Title, d.SchemaVersion, len(ids))
	}
}

// chosen is what somebody chose for each variable; Grafana writes it as an SQL
// string where the query says so.
func chosen(t *testing.T, query string, values map[string]string) string {
	t.Helper()
	query = regexp.MustCompile(`\$\{(\w+):sqlstring\}`).ReplaceAllStringFunc(query, func(v string) string {
		value, ok := values[strings.TrimSuffix(strings.TrimPrefix(v, "${"), ":sqlstring}")]
		if !ok {
			t.Errorf("there is no variable %s", v)
		}
		return "'" + strings.ReplaceAll(value, "'", "''") + "'"
	})
	if strings.Contains(query, "$") {
		t.Errorf("something is not replaced in %s", query)
	}
	return query
}

// A rows is an answer of the published figures.
type rows struct {
	columns []string
	all     [][]any
}

func ask(t *testing.T, db *sql.DB, query string) (r rows) {
	t.Helper()
	answer, err := db.Query(query)
	if err != nil {
		t.Errorf("%v: %s", err, query)
		return r
	}
	defer answer.Close()
	if r.columns, err = answer.Columns(); err != nil {
		t.Fatal(err)
	}
	for answer.Next() {
		row, into := make([]any, len(r.columns)), make([]any, len(r.columns))
		for i := range row {
			into[i] = &row[i]
		}
		if err := answer.Scan(into...); err != nil {
			t.Fatal(err)
		}
		r.all = append(r.all, row)
	}
	if err := answer.Err(); err != nil {
		t.Errorf("%v: %s", err, query)
	}
	return r
}

// choices asks for what a variable lets one choose, as Grafana does: one column,
// from which the pattern takes the value.
func choices(t *testing.T, db *sql.DB, query, regex string) (values []string) {
	t.Helper()
	pattern := regexp.MustCompile(strings.ReplaceAll(strings.Trim(regex, "/"), "(?<", "(?P<"))
	for _, row := range ask(t, db, query).all {
		text := row[0].(string)
		if regex == "" {
			values = append(values, text)
		} else if m := pattern.FindStringSubmatch(text); m != nil {
			values = append(values, m[pattern.SubexpIndex("value")])
		} else {
			t.Errorf("the pattern %s does not take apart %q", regex, text)
		}
	}
	return values
}

func TestNobodyLooksAtAnEmptyDashboard(t *testing.T) {
	_, p := following(t)
	db := figuresIn(t, p.path)
	_, d := laidOut(t, t.TempDir())
	offered := map[string][]string{}
	for _, v := range d.Templating.List {
		if v.Type == "query" {
			offered[v.Name] = choices(t, db, v.Query, v.Regex)
		}
	}
	for name, wanted := range map[string][]string{"service": {"*", "s-3"}, "outcome": {"home.settled", "decisions.took_part"}, "kind": {"community"}} {
		for _, value := range wanted {
			if !slices.Contains(offered[name], value) {
				t.Errorf("%s cannot be chosen as %s, but as %v", name, value, offered[name])
			}
		}
	}
	for _, service := range []string{"s-3", "*"} {
		values := map[string]string{"service": service, "outcome": "home.settled", "kind": "community"}
		for _, panel := range d.Panels {
			for _, target := range panel.Targets {
				if target.RawQueryText == "" {
					continue
				}
				if target.QueryText != target.RawQueryText {
					t.Errorf("%s has another query before the variables are chosen", panel.Title)
				}
				got := ask(t, db, chosen(t, target.RawQueryText, values))
				if len(got.all) == 0 {
					t.Errorf("%s shows nothing of %s", panel.Title, service)
				}
				for _, column := range target.TimeColumns {
					i := slices.Index(got.columns, column)
					if i < 0 {
						t.Errorf("%s has no column %s", panel.Title, column)
						continue
					}
					for n, row := range got.all {
						if at, ok := row[i].(int64); !ok || n > 0 && at < got.all[n-1][i].(int64) {
							t.Errorf("%s: row %d is not at a time in order: %v", panel.Title, n, row[i])
							break
						}
					}
				}
			}
		}
	}
}

func TestTheChartOnADashboardIsTheOneThatWasJudged(t *testing.T) {
	_, p := following(t)
	_, d := laidOut(t, t.TempDir())
	for _, panel := range d.Panels {
		if panel.Title != "Control chart" {
			continue
		}
		got := ask(t, figuresIn(t, p.path), chosen(t, panel.Targets[0].RawQueryText, map[string]string{"service": "s-3", "outcome": "home.settled"}))
		level, judged := slices.Index(got.columns, "Usual level"), slices.Index(got.columns, "Value")
		if len(got.all) < 12 || got.all[0][level] != 0.5 || got.all[0][judged] != 0.5 {
			t.Errorf("half of twelve people have a settled home, month after month, and the chart shows %v", got.all)
		}
		return
	}
	t.Error("there is no control chart")
}

// names gives the names of the series that a registry has, as PromQL knows them.
func names(t *testing.T, registry *prometheus.Registry) map[string]bool {
	t.Helper()
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]bool{}
	for _, family := range families {
		all[family.GetName()] = true
		if family.Metric[0].Histogram != nil {
			for _, part := range []string{"_bucket", "_sum", "_count"} {
				all[family.GetName()+part] = true
			}
		}
	}
	return all
}

// alerts are the rules, by the alert's name.
type alert struct {
	Alert, Expr         string
	Labels, Annotations map[string]string
}

func alerts(t *testing.T, dir string) (all []alert) {
	t.Helper()
	var file struct{ Groups []struct{ Rules []alert } }
	readYAML(t, filepath.Join(dir, "prometheus", "rules.yaml"), &file)
	for _, g := range file.Groups {
		all = append(all, g.Rules...)
	}
	return all
}

func readYAML(t *testing.T, path string, into any) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err == nil {
		err = yaml.Unmarshal(text, into)
	}
	if err != nil {
		t.Fatal(path, err)
	}
}

func TestNoAlertAndNoPanelWaitsForAMetricThatThereIsNot(t *testing.T) {
	h, _ := following(t)
	known := names(t, h.metrics)
	expressions := map[string]string{}
	dir, d := laidOut(t, t.TempDir())
	for _, a := range alerts(t, dir) {
		expressions[a.Alert] = a.Expr
	}
	for _, p := range d.Panels {
		for _, target := range p.Targets {
			if target.Expr != "" {
				expressions[p.Title+" "+target.RefID] = strings.ReplaceAll(target.Expr, "$__rate_interval", "2m")
			}
		}
	}
	if len(expressions) < 15 {
		t.Fatalf("only %d expressions were found", len(expressions))
	}
	for where, expression := range expressions {
		parsed, err := parser.NewParser(parser.Options{}).ParseExpr(expression)
		if err != nil {
			t.Errorf("%s: %v", where, err)
			continue
		}
		for _, selectors := range parser.ExtractSelectors(parsed) {
			for _, s := range selectors {
				if s.Name == "__name__" && !known[s.Value] {
					t.Errorf("%s asks for %s, which nothing counts", where, s.Value)
				}
			}
		}
	}
}

func TestMetricsAreNamedAsPrometheusDoes(t *testing.T) {
	h, _ := following(t)
	problems, err := testutil.GatherAndLint(h.metrics)
	if err != nil {
		t.Error(err)
	}
	for _, p := range problems {
		if strings.HasPrefix(p.Metric, "waymark_") {
			t.Error(p)
		}
	}
}

func TestEveryAlertSaysWhatToDoAndIsTried(t *testing.T) {
	dir, _ := laidOut(t, t.TempDir())
	var tests struct {
		Tests []struct {
			Rules []struct {
				Name  string      `yaml:"alertname"`
				Fires []yaml.Node `yaml:"exp_alerts"`
			} `yaml:"alert_rule_test"`
		}
	}
	path := filepath.Join(dir, "prometheus", "rules_test.yaml")
	readYAML(t, path, &tests)
	fires, quiet := map[string]bool{}, map[string]bool{}
	for _, test := range tests.Tests {
		for _, rule := range test.Rules {
			fires[rule.Name] = fires[rule.Name] || len(rule.Fires) > 0
			quiet[rule.Name] = quiet[rule.Name] || len(rule.Fires) == 0
		}
	}
	rules := alerts(t, dir)
	for _, a := range rules {
		if a.Annotations["summary"] == "" || a.Annotations["description"] == "" || a.Labels["severity"] == "" {
			t.Errorf("%s does not say what to do, what happened or how bad it is", a.Alert)
		}
		if !fires[a.Alert] || !quiet[a.Alert] {
			t.Errorf("%s is tried firing: %v, quiet: %v", a.Alert, fires[a.Alert], quiet[a.Alert])
		}
	}
	if len(rules) < 6 {
		t.Errorf("only %d alerts", len(rules))
	}
	promtool, err := exec.LookPath("promtool")
	if err != nil {
		if os.Getenv("WAYMARK_NEEDS_PROMTOOL") != "" {
			t.Fatal("promtool is needed: install prometheus")
		}
		t.Log("NOT RUN, for there is no promtool: promtool test rules, promtool check config")
		return
	}
	for _, args := range [][]string{{"test", "rules", path}, {"check", "config", filepath.Join(dir, "prometheus", "prometheus.yaml")}} {
		if out, err := exec.CommandContext(t.Context(), promtool, args...).CombinedOutput(); err != nil {
			t.Errorf("promtool %s: %v\n%s", strings.Join(args, " "), err, out)
		}
	}
}

func TestDashboardsReadTheFiguresOfThisHouse(t *testing.T) {
	data := t.TempDir()
	dir, _ := laidOut(t, data)
	var sources struct {
		Datasources []struct {
			Type     string
			JSONData struct{ Path string } `yaml:"jsonData"`
		}
	}
	readYAML(t, filepath.Join(dir, "grafana", "provisioning", "datasources", "waymark.yaml"), &sources)
	if len(sources.Datasources) != 2 || sources.Datasources[0].JSONData.Path != filepath.Join(data, "figures.db") {
		t.Errorf("the data sources are %+v", sources)
	}
	var providers struct {
		Providers []struct{ Options struct{ Path string } }
	}
	readYAML(t, filepath.Join(dir, "grafana", "provisioning", "dashboards", "waymark.yaml"), &providers)
	if len(providers.Providers) != 1 {
		t.Fatal(providers)
	}
	if found, err := filepath.Glob(filepath.Join(providers.Providers[0].Options.Path, "*.json")); err != nil || len(found) != 1 {
		t.Errorf("Grafana would look for dashboards where there are %v, %v", found, err)
	}
}

func TestADashboardThatSomebodyChangedIsLeftAlone(t *testing.T) {
	data := t.TempDir()
	dir, _ := laidOut(t, data)
	p := &program{data: data, stdout: io.Discard, stderr: io.Discard}
	if err := p.writeDashboards(dir); err != nil {
		t.Errorf("the same files again: %v", err)
	}
	rules := filepath.Join(dir, "prometheus", "rules.yaml")
	if err := os.WriteFile(rules, []byte("groups: []\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, "grafana", "dashboards", "waymark.json")); err != nil {
		t.Fatal(err)
	}
	err := p.writeDashboards(dir)
	if !errors.Is(err, errDiffers) || codeOf(err) != exitRefused {
		t.Errorf("a changed file is written over: %v", err)
	}
	if text, err := os.ReadFile(rules); err != nil || !bytes.Equal(text, []byte("groups: []\n")) {
		t.Errorf("the rules are now %s, %v", text, err)
	}
	if _, err := os.Stat(filepath.Join(dir, "grafana", "dashboards", "waymark.json")); err == nil {
		t.Error("half of the files were written")
	}
}

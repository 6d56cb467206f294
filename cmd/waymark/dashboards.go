package main

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
)

//go:embed dashboards
var dashboardFiles embed.FS

// What stands in the files for what differs from house to house.
const (
	figuresPlace = "/path/to/figures.db"
	jsonPlace    = "/path/to/dashboards"
)

func (p *program) dashboardsCommand() *cobra.Command {
	var into string
	c := &cobra.Command{
		Use:   "dashboards --into DIR",
		Short: "Write a dashboard for Grafana and alert rules for Prometheus",
		Long: `Dashboards writes a dashboard and its provisioning for Grafana, and a scrape
configuration, alert rules and their tests for Prometheus.

The dashboard reads figures.db, which serve keeps in the data directory, through
the data source frser-sqlite-datasource. Only its owner may read that file, since
its small numbers are not hidden: run Grafana as the same user, and let only those
sign in who may see a service's own figures. What Prometheus scrapes from serve
has small numbers hidden.

A file that is there already and differs is left as it is, and the verb refuses.`,
		Example: `  waymark dashboards --into /etc/waymark/dashboards --data /srv/waymark`,
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if into == "" {
				return usagef("name the directory to write into with --into")
			}
			return p.writeDashboards(into)
		},
	}
	c.Flags().StringVar(&into, "into", "", "the `directory` to write into, made if missing")
	_ = c.MarkFlagDirname("into") // fails only for a flag that is not there
	return c
}

var errDiffers = errors.New("a file that is there already differs")

// writeDashboards writes the files, all or none that is new.
func (p *program) writeDashboards(into string) error {
	into, err := filepath.Abs(into)
	if err != nil {
		return err
	}
	files, err := p.dashboards(into)
	if err != nil {
		return err
	}
	for name, content := range files {
		was, err := os.ReadFile(filepath.Join(into, name))
		if err == nil && !bytes.Equal(was, content) {
			return &failure{fmt.Errorf("%w: %s", errDiffers, filepath.Join(into, name)), "choose another directory with --into, or move the file away", exitRefused}
		}
	}
	for name, content := range files {
		path := filepath.Join(into, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, content, 0o644); err != nil {
			return err
		}
	}
	fmt.Fprintf(p.stderr, "written into %s\n", into)
	return nil
}

// dashboards gives the files by their names, with this house's paths in them.
func (p *program) dashboards(into string) (map[string][]byte, error) {
	data, err := filepath.Abs(p.data)
	if err != nil {
		return nil, err
	}
	top, err := fs.Sub(dashboardFiles, "dashboards")
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	err = fs.WalkDir(top, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := fs.ReadFile(top, name)
		content = bytes.ReplaceAll(content, []byte(figuresPlace), []byte(filepath.Join(data, publishedName)))
		files[name] = bytes.ReplaceAll(content, []byte(jsonPlace), []byte(filepath.Join(into, "grafana", "dashboards")))
		return err
	})
	return files, err
}

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"github.com/waymark/waymark/cmd/waymark/web"
)

func (p *program) serveCommand() *cobra.Command {
	var listen string
	var demo bool
	c := &cobra.Command{
		Use:   "serve",
		Short: "Hold the record, keep the answers up to date, and serve them",
		Long: `Serve holds the data directory, keeps the answers up to date as entries are
recorded, and offers the API on the Unix socket waymark.sock in the directory,
which only its owner can open. The address has /healthz, /readyz, /metrics and a
page that says where to look. With --demo an empty directory is filled with
invented people's journeys, and the address has the whole API too.`,
		Example: `  waymark serve --demo --data /tmp/demo
  waymark serve --data /srv/waymark --listen 127.0.0.1:8080`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			p.serving = true
			return p.serve(cmd.Context(), listen, demo)
		},
	}
	c.Flags().StringVar(&listen, "listen", "127.0.0.1:8080", "the `address` for health, metrics and the front page")
	c.Flags().BoolVar(&demo, "demo", false, "fill an empty directory with invented people's journeys")
	return c
}

// serve opens from the ground up, runs until ctx ends or something fails, and
// closes in reverse order.
func (p *program) serve(ctx context.Context, listen string, demo bool) (err error) {
	h, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.Close()) }()
	if demo {
		if err := p.fillDemo(ctx, h.log); err != nil {
			return err
		}
	}
	address, err := net.Listen("tcp", listen)
	if err != nil {
		return &failure{fmt.Errorf("cannot listen: %w", err), "choose another address with --listen", exitFailed}
	}
	defer address.Close()
	socket, err := listenSocket(p.data)
	if err != nil {
		return err
	}
	defer socket.Close()
	if err := h.follow(ctx); err != nil {
		return err
	}

	s := h.server()
	data, front := s.Data(), s.Front(address.Addr().String())
	if demo {
		front = s.Demo(address.Addr().String())
	}
	announced, err := json.Marshal(announcement{PID: os.Getpid(), Socket: socket.path, Listen: address.Addr().String()})
	if err == nil {
		err = h.log.Announce(announced)
	}
	if err != nil {
		return err
	}
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return web.Serve(ctx, socket, data) })
	g.Go(func() error { return web.Serve(ctx, address, front) })
	g.Go(func() error { return h.publish(ctx, p.data) })
	g.Go(func() error { return h.remember(ctx, time.Now) })
	g.Go(func() error {
		select {
		case <-h.ended:
			return errors.Join(errors.New("the answers stopped following the log"), h.err)
		case <-ctx.Done():
			return h.log.Announce(nil) // who looks for us now waits until we are gone
		}
	})
	p.welcome(address.Addr().String(), demo)
	return g.Wait()
}

// welcome says on stdout, in its first line, where to look, and on stderr what
// whoever started this has to know.
func (p *program) welcome(address string, demo bool) {
	fmt.Fprintf(p.stdout, "serving http://%s\n", address)
	if demo {
		fmt.Fprintf(p.stderr, `
The people in this record are invented. While this runs, try in another terminal:

  waymark outcomes          --data %[1]s
  waymark decisions --rates --data %[1]s
  waymark audits            --data %[1]s
  waymark events --upto 20  --data %[1]s
  curl -s http://%[2]s/v1/projections

`, p.data, address)
		return
	}
	fmt.Fprint(p.stderr, `
*** NOT FOR REAL PEOPLE YET ***
What people say is kept as plain text on this disk: it is not sealed yet, and so
cannot be forgotten. Record invented people only.

`)
}

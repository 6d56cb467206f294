package web

import (
	_ "embed"
	"html/template"
	"net"
	"net/http"
	"net/netip"
)

//go:embed front.html
var frontHTML string

// Front gives what anybody who reaches the address may see: whether all is well,
// the metrics, and a page that says what this is and where to look. It shows
// nothing of anybody.
func (s *Server) Front(address string) http.Handler {
	mux := http.NewServeMux()
	s.health(mux)
	mux.Handle("GET /{$}", s.page(false))
	return onlyHere(address, mux)
}

// Demo gives the whole API beside the page, for invented people.
func (s *Server) Demo(address string) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/", s.Data())
	mux.Handle("GET /{$}", s.page(true))
	return onlyHere(address, mux)
}

func (s *Server) page(demo bool) http.HandlerFunc {
	page := template.Must(template.New("front").Parse(frontHTML))
	return func(w http.ResponseWriter, _ *http.Request) {
		h := w.Header()
		h.Set("Content-Type", "text/html; charset=utf-8")
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		err := page.Execute(w, struct {
			Demo      bool
			Version   string
			Readiness Readiness
		}{demo, s.Version, s.readiness()})
		if err != nil {
			s.Logger.Warn("front page not written", "error", err)
		}
	}
}

// onlyHere refuses requests that a page elsewhere makes a browser send: those
// from another origin, and those that reach us under a name that is not ours.
func onlyHere(address string, next http.Handler) http.Handler {
	own, _, _ := net.SplitHostPort(address)
	named := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host := r.Host
		if h, _, err := net.SplitHostPort(host); err == nil {
			host = h
		}
		_, err := netip.ParseAddr(host)
		if err != nil && host != own && host != "localhost" {
			http.Error(w, "this server is not known by that name", http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
	return http.NewCrossOriginProtection().Handler(named)
}

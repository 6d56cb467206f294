package main

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
)

// longest is the most bytes that the path of a socket may have everywhere.
const longest = 100

// A socket listens on a path that only its owner can open.
type socket struct {
	net.Listener
	path, own string // own is a directory to remove with it, where it has one
}

// listenSocket listens on waymark.sock in the data directory, or in a directory
// of its own where that path is too long for a socket. The socket is made in a
// closed directory and moved, so that there is no moment when others could open
// it. Whoever holds the data directory may replace what a crash left behind.
func listenSocket(data string) (*socket, error) {
	data, err := filepath.Abs(data)
	if err != nil {
		return nil, err
	}
	s := &socket{path: filepath.Join(data, "waymark.sock")}
	base := data
	if len(s.path)+len(".0123456789") > longest {
		base = ""
	}
	closed, err := os.MkdirTemp(base, ".")
	if err != nil {
		return nil, fmt.Errorf("the socket: %w", err)
	}
	made := filepath.Join(closed, "s")
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: made, Net: "unix"})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("the socket: %w", err), os.RemoveAll(closed))
	}
	l.SetUnlinkOnClose(false)
	s.Listener = l
	if base == "" {
		s.path, s.own = made, closed
		return s, os.Chmod(made, 0o600)
	}
	if err := errors.Join(os.Chmod(made, 0o600), os.Rename(made, s.path), os.Remove(closed)); err != nil {
		return nil, errors.Join(fmt.Errorf("the socket: %w", err), l.Close())
	}
	return s, nil
}

// Close stops listening and removes the socket.
func (s *socket) Close() error {
	err := s.Listener.Close()
	if errors.Is(err, net.ErrClosed) {
		return nil // the server closed it, and this did the rest
	}
	gone := os.Remove(s.path)
	if errors.Is(gone, fs.ErrNotExist) {
		gone = nil
	}
	if s.own != "" {
		gone = errors.Join(gone, os.Remove(s.own))
	}
	return errors.Join(err, gone)
}

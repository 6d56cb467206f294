package projections

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The files of Moments in their directory:
//
//	outcomes-3-landing-120000.db  a read model of version 3 at a landing
//	outcomes-3-at-123456.db       one at another position
//	outcomes-3-at-4711-stays.db    one of them that is kept however many there are
//	outcomes-making-1234          a directory in which one is made

// kept is a moment as its file's name tells.
type kept struct {
	path     string
	position uint64
	landing  bool
	stays    bool
	made     time.Time
}

// list lists what is kept, by position. It is called with mu held.
func (m *Moments) list() (all []kept) {
	entries, err := os.ReadDir(m.Dir)
	if err != nil {
		return nil // there is no directory yet; who writes to it finds out otherwise
	}
	pattern := m.names()
	for _, e := range entries {
		name := pattern.FindStringSubmatch(e.Name())
		if name == nil || name[1] != strconv.Itoa(m.Projection.Version) {
			continue
		}
		k := kept{path: filepath.Join(m.Dir, e.Name()), landing: name[2] == "landing", stays: name[4] != ""}
		k.position, err = strconv.ParseUint(name[3], 10, 64)
		info, gone := e.Info()
		if errors.Join(err, gone) == nil {
			k.made = info.ModTime()
			all = append(all, k)
		}
	}
	slices.SortFunc(all, func(a, b kept) int { return cmp.Compare(a.position, b.position) })
	return all
}

// stays ends the name of a moment that is kept until everything is forgotten.
const stays = "-stays"

func (m *Moments) names() *regexp.Regexp {
	return regexp.MustCompile(`^` + m.Projection.Name + `-(\d+)-(landing|at)-(\d+)(` + stays + `)?\.db$`)
}

func (m *Moments) scratch() string { return m.Projection.Name + "-making-" }

// Scratch makes a directory for what is soon done with. Who asks removes it; what
// a process leaves that dies, the next one does.
func (m *Moments) Scratch() (string, error) {
	if err := m.tidy(); err != nil {
		return "", err
	}
	return os.MkdirTemp(m.Dir, m.scratch())
}

// tidy makes the directory, and removes from it what another version made and
// what a process that died left half-made, the first time that it is called.
func (m *Moments) tidy() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.tidied {
		return nil
	}
	if err := os.MkdirAll(m.Dir, 0o700); err != nil {
		return err
	}
	entries, err := os.ReadDir(m.Dir)
	if err != nil {
		return err
	}
	pattern := m.names()
	for _, e := range entries {
		name := pattern.FindStringSubmatch(e.Name())
		if name != nil && name[1] != strconv.Itoa(m.Projection.Version) {
			err = errors.Join(err, remove(filepath.Join(m.Dir, e.Name())))
		}
		if strings.HasPrefix(e.Name(), m.scratch()) {
			err = errors.Join(err, os.RemoveAll(filepath.Join(m.Dir, e.Name())))
		}
	}
	m.tidied = err == nil
	return err
}

// name gives a finished file its name among those that are kept, and lets others
// go. One that is there already stays, and is the same. It removes a file that was
// begun before everything was forgotten, and gives no name then.
func (m *Moments) name(path string, position uint64, landing bool, forgets int) (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if forgets != m.forgets {
		return "", remove(path)
	}
	kind := map[bool]string{true: "landing", false: "at"}[landing]
	name := filepath.Join(m.Dir, fmt.Sprintf("%s-%d-%s-%d.db", m.Projection.Name, m.Projection.Version, kind, position))
	if free(name) != nil {
		return name, remove(path)
	}
	if err := rename(path, name); err != nil {
		return "", err
	}
	return name, m.thin(position)
}

// thin lets go of what is kept too much. It is called with mu held.
func (m *Moments) thin(but uint64) (err error) {
	var landings, asked []kept
	for _, k := range m.list() {
		switch {
		case k.stays: // however many there are
		case k.landing:
			landings = append(landings, k)
		default:
			asked = append(asked, k)
		}
	}
	slices.SortFunc(asked, func(a, b kept) int { return b.made.Compare(a.made) })
	for _, old := range asked[min(mostAsked, len(asked)):] {
		err = errors.Join(err, m.letGo(old, but))
	}
	for len(landings) > mostLandings {
		// The last one stays: the log goes on from there.
		least := 0
		for i := range landings[:len(landings)-1] {
			if room(landings, i) < room(landings, least) {
				least = i
			}
		}
		err = errors.Join(err, m.letGo(landings[least], but))
		landings = slices.Delete(landings, least, least+1)
	}
	return err
}

// room is how far apart a landing's neighbours are.
func room(landings []kept, i int) uint64 {
	var before uint64
	if i > 0 {
		before = landings[i-1].position
	}
	return landings[i+1].position - before
}

// letGo removes a kept moment, unless somebody is about to open it.
func (m *Moments) letGo(k kept, but uint64) error {
	if _, under := m.under[k.position]; under || k.position == but {
		return nil
	}
	return remove(k.path)
}

// forget removes what is kept of a position.
func (m *Moments) forget(position uint64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, k := range m.list() {
		if k.position == position {
			remove(k.path) // or it is found again, and is no better then
		}
	}
}

// Forget removes everything that is kept: it was made by a program, or from a
// state of things, that is not to be relied on any more.
func (m *Moments) Forget() (err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.forgets++ // and what is under way is begun anew
	for _, k := range m.list() {
		err = errors.Join(err, remove(k.path))
	}
	return err
}

// forgotten says how often everything was forgotten so far.
func (m *Moments) forgotten() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.forgets
}

// stay sees that a moment that is kept does not go when there are too many. It
// gives [os.ErrNotExist] where it has gone.
func (m *Moments) stay(position uint64) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, k := range m.list() {
		switch {
		case k.position != position:
		case k.stays:
			return nil
		default:
			return rename(k.path, strings.TrimSuffix(k.path, ".db")+stays+".db")
		}
	}
	return os.ErrNotExist
}

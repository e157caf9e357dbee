package snapshot

// ahead is the newest file, read in the background as often as it will be asked for.
type ahead struct {
	file File
	read chan once
}

// once is one reading of a file.
type once struct {
	state *State
	err   error
}

// Ahead begins to read the newest snapshot, so many times one after the other, each a book of its own: a start has something else
// to do meanwhile, and needs two books. Newest then gives these, if they are of the file that it would read; it trusts them no
// more than any other. drop lets go of those that nobody asked for.
func (s *Store) Ahead(times int) (drop func()) {
	files, err := s.Files()
	if err != nil || len(files) == 0 {
		return func() {} // Newest says why
	}
	a := &ahead{files[0], make(chan once, times)}
	s.ahead.Store(a)
	go func() {
		defer close(a.read)
		for range times {
			if s.ahead.Load() != a {
				return
			}
			state, err := s.read(a.file)
			a.read <- once{state, err}
		}
	}()
	return func() { s.ahead.CompareAndSwap(a, nil) }
}

// next gives what was read ahead of a file, or reads it.
func (s *Store) next(f File) (*State, error) {
	if a := s.ahead.Load(); a != nil && a.file == f {
		if r, ok := <-a.read; ok {
			return r.state, r.err
		}
	}
	return s.read(f)
}

// Package lately keeps what was used lately in memory, within a bound of bytes, so that it need not be read again.
//
// It promises that what was added is found until about as much again as its bound was added after it, and that its two
// halves never hold more than twice the bound and one thing. It never drops what must be stored, since it stores nothing: what it
// forgets is read again.
package lately

// Memory is things by key. It forgets by halves: when the newer half is full it becomes the older one, and what was there goes. It is
// not safe for concurrent use; the zero value is not usable.
type Memory[V any] struct {
	bound        int
	newer, older map[string]V
	size         int // bytes of newer
}

// entryBytes is what a thing costs beside its key and its own bytes.
const entryBytes = 100

// New makes a memory with a bound for each half, in bytes.
func New[V any](bound int) *Memory[V] { return &Memory[V]{bound: bound, newer: map[string]V{}} }

// Find gives what was added under a key last.
func (m *Memory[V]) Find(key []byte) (V, bool) {
	if v, ok := m.newer[string(key)]; ok {
		return v, true
	}
	v, ok := m.older[string(key)]
	return v, ok
}

// Add keeps a thing of so many bytes.
func (m *Memory[V]) Add(key string, v V, bytes int) {
	if m.size > m.bound {
		m.newer, m.older, m.size = map[string]V{}, m.newer, 0
	}
	if _, ok := m.newer[key]; !ok {
		m.size += len(key) + bytes + entryBytes
	}
	m.newer[key] = v
}

// Drop forgets a key.
func (m *Memory[V]) Drop(key string) {
	delete(m.newer, key) // its bytes go with the half
	delete(m.older, key)
}

package engine

// jailMax bounds the keys in jail; the oldest is let go.
const jailMax = 1024

// jail remembers the keys of commands that would have broken a law, so that a client's retry does not replay the whole
// ledger each time. Owned by run.
type jail struct {
	keys  map[string]bool
	order []string
}

func (j *jail) holds(id string) bool { return j.keys[id] }

func (j *jail) put(id string) {
	if id == "" || j.keys[id] {
		return
	}
	if j.keys == nil {
		j.keys = map[string]bool{}
	}
	if len(j.order) == jailMax {
		delete(j.keys, j.order[0])
		j.order = j.order[1:]
	}
	j.keys[id] = true
	j.order = append(j.order, id)
}

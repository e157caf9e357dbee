package roster

import "moralbank.example/bank/ledger"

// Buildings says in which building people live, of those whose building is known. The books do not know it: sums by building are
// made where both meet, and never told of few people.
func (r *Roster) Buildings() map[ledger.AccountID]string {
	r.index.mu.RLock()
	defer r.index.mu.RUnlock()
	all := make(map[ledger.AccountID]string, len(r.index.faces))
	for a, f := range r.index.faces {
		if f.building != "" {
			all[a] = f.building
		}
	}
	return all
}

// Adult reports whether somebody is known to be of age on a day. Whose birth date is unknown is not.
func (r *Roster) Adult(a ledger.AccountID, day Date) bool {
	r.index.mu.RLock()
	defer r.index.mu.RUnlock()
	f, ok := r.index.faces[a]
	return ok && f.birth != "" && f.birth.Age(day) >= minorUnder
}

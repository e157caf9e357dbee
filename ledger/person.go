package ledger

import (
	"cmp"
	"maps"
	"slices"
)

// person is the account that stands for a person in limits and approvals: hers, or the one that hers was merged into.
func (b *Book) person(id AccountID) AccountID {
	if p := b.persons[id]; p != "" {
		return p
	}
	return id
}

// same reports whether two accounts are one person's.
func (b *Book) same(x, y AccountID) bool { return b.person(x) == b.person(y) }

// sortedKeys are the keys of a map in their order: what is listed must not depend on chance.
func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }

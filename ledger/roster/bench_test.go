package roster

import (
	"fmt"
	"testing"

	"moralbank.example/bank/ledger"
)

// town is a roster of n people over memory.
func town(b *testing.B, n int) *Roster {
	b.Helper()
	k, err := CreateKeyring(b.TempDir() + "/keyring")
	if err != nil {
		b.Fatal(err)
	}
	r, err := New(b.Context(), NewMemory(), k)
	if err != nil {
		b.Fatal(err)
	}
	surnames := []rune("赵钱孙李周吴郑王冯陈")
	all := make([]Person, n)
	for i := range all {
		all[i] = Person{
			Account: ledger.AccountID(fmt.Sprintf("m/%010d", i)), Name: string(surnames[i%10]) + string(rune(0x4e00+i%5000)),
			Phone: fmt.Sprintf("139%08d", i), Birth: "1960-01-01",
		}
	}
	for len(all) > 0 {
		part := all[:min(PeopleMax, len(all))]
		if err := r.AddPeople(b.Context(), desk, part...); err != nil {
			b.Fatal(err)
		}
		all = all[len(part):]
	}
	return r
}

func BenchmarkSearch30000(b *testing.B) {
	r := town(b, 30_000)
	for b.Loop() {
		if len(r.Search("王", 20)) != 20 {
			b.Fatal("too few")
		}
	}
}

func BenchmarkOpen30000(b *testing.B) {
	r := town(b, 30_000)
	for b.Loop() {
		if _, err := New(b.Context(), r.store, r.ring); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkPerson(b *testing.B) {
	r := town(b, 1000)
	for b.Loop() {
		if _, err := r.Person(b.Context(), "m/0000000500"); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkAddKey is what one new member costs when the ring already holds everybody: a rewrite of 1.3 MB and two syncs.
func BenchmarkAddKey(b *testing.B) {
	r := town(b, 30_000)
	n := 0
	for b.Loop() {
		n++
		if err := r.ring.Add(fmt.Sprintf("m/new%07d", n)); err != nil {
			b.Fatal(err)
		}
	}
}

package api

import (
	"fmt"
	"sync"
	"testing"
)

// Voids that arrive at once count like voids one after the other.
func TestVoidsAtOnce(t *testing.T) {
	h := newHall(t)
	wang := h.add("王芳", "")
	number, _ := h.card(wang)
	h.earn(wang, 3)
	var paths []string
	for range 8 {
		seq := h.till.post("/v1/redemptions", obj{"code": number, "meal": "soy-milk"}).is(200).number("seq")
		paths = append(paths, fmt.Sprintf("/v1/redemptions/%d/void", seq))
	}
	var done sync.WaitGroup
	var mu sync.Mutex
	good := 0
	for _, path := range paths {
		done.Go(func() {
			a := h.till.post(path, obj{})
			mu.Lock()
			defer mu.Unlock()
			if a.status == 200 {
				good++
			}
		})
	}
	done.Wait()
	if good != voidsMax {
		t.Errorf("%d voids of %d", good, voidsMax)
	}
}

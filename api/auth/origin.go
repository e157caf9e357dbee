package auth

import (
	"fmt"
	"net/http"
)

// SameOrigin returns a wrapper that refuses writes (all methods but GET, HEAD and OPTIONS) which a browser says come from
// another site: Sec-Fetch-Site, or for browsers older than that an Origin other than our Host. Requests
// without either header are not from a browser's page and carry no cookie of its user; they pass. Handlers must not write on GET.
// refuse answers what was refused. trusted are further origins "https://HOST[:PORT]", for a page served elsewhere.
// A proxy in front must keep the Host header.
func SameOrigin(refuse http.Handler, trusted ...string) (func(http.Handler) http.Handler, error) {
	guard := http.NewCrossOriginProtection()
	for _, origin := range trusted {
		if err := guard.AddTrustedOrigin(origin); err != nil {
			return nil, fmt.Errorf("trusted origin: %w", err)
		}
	}
	guard.SetDenyHandler(refuse)
	return guard.Handler, nil
}

package auth

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
)

// jwk is one public key as RFC 8037 section 2 writes it.
type jwk struct {
	KeyType   string `json:"kty"`
	Curve     string `json:"crv"`
	X         string `json:"x"`
	ID        string `json:"kid"`
	Use       string `json:"use"`
	Algorithm string `json:"alg"`
}

// JWKS returns the public keys as a JSON Web Key Set (RFC 7517 section 5, media type application/jwk-set+json): the one
// that signs first, then the retired ones whose tokens are still good. It may be cached for a minute; a verifier that
// meets a kid it does not know asks again.
func (k *Keys) JWKS() []byte {
	set := k.set.Load()
	at := k.now()
	keys := []jwk{publicJWK(set.signing.id, set.signing.public)}
	for _, r := range unended(set.retired, at) {
		keys = append(keys, publicJWK(r.id, r.public))
	}
	doc, _ := json.Marshal(map[string][]jwk{"keys": keys}) // strings: cannot fail
	return doc
}

func publicJWK(id string, public ed25519.PublicKey) jwk {
	return jwk{KeyType: "OKP", Curve: "Ed25519", X: base64.RawURLEncoding.EncodeToString(public), ID: id, Use: "sig", Algorithm: "EdDSA"}
}

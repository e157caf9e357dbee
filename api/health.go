package api

import (
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/gin-gonic/gin"
)

// plain are the addresses that machines ask for and that need no document.
func (s *Server) plain(router *gin.Engine) {
	router.GET("/healthz", gin.WrapF(s.health))
	router.GET("/readyz", gin.WrapF(s.ready))
	router.GET("/metrics", gin.WrapF(s.metricsPage))
	router.GET("/.well-known/jwks.json", gin.WrapF(s.jwks))
	router.GET("/v1/openapi.json", gin.WrapF(s.openapi))
	router.GET("/problems/:code", gin.WrapF(s.explain))
}

// health says that the process answers at all.
func (s *Server) health(w http.ResponseWriter, _ *http.Request) { plainText(w, http.StatusOK, "ok\n") }

// ready says whether requests should come here: the writer lives, the view follows, and nobody has said Drain. A server that
// only reads for now is ready, since reading goes on; its text says what keeps it from writing.
func (s *Server) ready(w http.ResponseWriter, r *http.Request) {
	st := s.engine.Stats()
	switch {
	case s.draining.Load():
		plainText(w, http.StatusServiceUnavailable, "draining\n")
	case s.engine.Cause() != nil:
		plainText(w, http.StatusServiceUnavailable, "the engine has stopped\n")
	case s.catchUp(r.Context()) != nil:
		plainText(w, http.StatusServiceUnavailable, "the view is behind\n")
	case st.NoSpace:
		plainText(w, http.StatusOK, "ready, reading only: not enough free disk\n")
	case st.ClockNotBelieved:
		plainText(w, http.StatusOK, "ready, reading only: the clock is not believed\n")
	default:
		plainText(w, http.StatusOK, "ready\n")
	}
}

func plainText(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text))
}

// jwks are the public keys of access tokens.
func (s *Server) jwks(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/jwk-set+json")
	w.Header().Set("Cache-Control", "public, max-age=60")
	w.WriteHeader(http.StatusOK)
	_, _ = w.Write(s.keys.JWKS())
}

func (s *Server) openapi(w http.ResponseWriter, r *http.Request) {
	doc, err := s.document()
	if err != nil {
		s.refuse(callOf(r.Context()), err)
		return
	}
	w.Header().Set("Content-Type", "application/openapi+json")
	w.WriteHeader(http.StatusOK)
	_, _ = w.Write(doc)
}

// Document is the OpenAPI document of the routes, indented.
func (s *Server) Document() ([]byte, error) {
	doc, err := json.MarshalIndent(s.api.OpenAPI(), "", " ")
	if err != nil {
		return nil, fmt.Errorf("encode the OpenAPI document: %w", err)
	}
	return doc, nil
}

package auth

import (
	"net/http"
	"time"
)

// cookieMax bounds a cookie's value in bytes; a browser keeps 4,096 with the name.
const cookieMax = 2048

// Cookie is one of our cookies. All are `__Host-` (this host only, whole site, never from a subdomain or plain http), HttpOnly (no
// script reads them), Secure and SameSite=Strict (no other site's request carries them): RFC 6265bis section 4.1.
type Cookie string

// The cookies.
const (
	CookieSession Cookie = "__Host-session" // the access token, 15 minutes
	CookieRefresh Cookie = "__Host-refresh" // the refresh token
	CookieDevice  Cookie = "__Host-device"  // the device's credential
	CookieClaim   Cookie = "__Host-claim"   // a scan waiting for a sign-in, 15 minutes
)

// Set sends the cookie for life, at least a second. Call it before the body is written.
func (c Cookie) Set(w http.ResponseWriter, value string, life time.Duration) {
	http.SetCookie(w, c.cookie(value, max(int(life/time.Second), 1)))
}

// Clear makes the browser forget the cookie.
func (c Cookie) Clear(w http.ResponseWriter) { http.SetCookie(w, c.cookie("", -1)) }

// Read returns the cookie's value; false when it is missing, empty, too long, or there twice (which no honest browser sends).
func (c Cookie) Read(r *http.Request) (string, bool) {
	found := r.CookiesNamed(string(c))
	if len(found) != 1 || found[0].Value == "" || len(found[0].Value) > cookieMax {
		return "", false
	}
	return found[0].Value, true
}

func (c Cookie) cookie(value string, maxAge int) *http.Cookie {
	return &http.Cookie{
		Name: string(c), Value: value, Path: "/", MaxAge: maxAge,
		Secure: true, HttpOnly: true, SameSite: http.SameSiteStrictMode,
	}
}

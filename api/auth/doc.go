// Package auth holds what proves who is asking: access tokens and their signing keys, passwords and PINs, one-time tokens and
// long-lived credentials, cookies, throttles, and the guard against cross-site requests.
//
// It promises:
//   - an access token says who (account, device, session) and nothing about what they may do. Roles are looked up live by
//     the caller on every request, so a granted role works and a removed one stops at once, not in 15 minutes;
//   - a session that is ended is refused at the next request, also when its token was verified a moment ago and is remembered;
//   - of passwords, PINs, one-time tokens and credentials only hashes leave this package;
//   - an unknown account costs a guesser the same time as a known one;
//   - throttles slow down, say when they end, and lock nobody out; every table in memory has a bound.
//
// It never stores people, sessions, devices or roles (the roster does), never writes a log line, and reads no clock but the one it
// is given.
//
// On disk it owns one file, signing-keys in the data directory: trusted, mode 0600, rewritten whole. Its loss signs
// everybody out for as long as a refresh takes; a new one is made by CreateKeys. Its theft lets the thief act as anyone until
// Keys.Replace. Everything else here is in memory; a restart forgets throttles and PIN failures.
package auth

// Package api is the door to the books: HTTP, JSON, one table of routes, and an OpenAPI 3.1 document made from that table.
//
//	request -> edge (id, limits, origin) -> guard (who asks, may they, which key) -> handler -> engine, view, roster
//
// It promises:
//   - every answer carries the seq that it was computed at (Ledger-Seq) and a request id (Request-Id);
//   - a write carries the client's key (Idempotency-Key). A retry meets the first answer before anything else about the
//     request is looked at, and says so (Idempotency-Replayed);
//   - roles are read from the books at every request, so that what was taken away does not work a moment longer;
//   - a refusal has a stable code and a sentence in Chinese and in English that says what to do next. A fault says
//     "internal error" and the request id, and nothing of what went wrong; that is in the log;
//   - the log holds route templates, codes and durations: no ids, no names, no addresses.
//
// It never decides a rule of the books (ledger does), never keeps personal data (roster does), and reads no clock but the
// one it is given. On disk it keeps nothing.
package api

// Package qr makes, parses and draws the codes that people show to each other: the pay code and the check-in code of a
// phone, the elder's card, the station's rotating link, and the short links on paper.
//
// It promises:
//   - a code that Parse accepts has exactly one meaning; everything else gets a Refusal that tells a cashier what to do next;
//   - comparisons with a secret take the same time whether they match or not;
//   - what it draws is as small as the payload allows, with the quiet zone readers need, and at the highest level of error
//     correction that makes it no larger.
//
// It never decides whether a code may be used: whether a handle is live, a card is active, a step was used before or a
// station's session is open is for its caller. It holds no secret, reads no clock, and writes no file. The one-time passwords are
// those of RFC 6238.
package qr

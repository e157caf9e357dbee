package api

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"moralbank.example/bank/api/auth"
	"moralbank.example/bank/api/qr"
	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/roster"
)

// How long an enrolment code waits for its phone or till.
const (
	shownLife   = ledger.Time(24 * 3600_000)     // milliseconds: shown on a screen
	printedLife = ledger.Time(7 * 24 * 3600_000) // milliseconds: printed
)

type enrolmentCode struct {
	URL     string `json:"url"`
	SVG     string `json:"svg" doc:"The code as a picture"`
	Expires Time   `json:"expires_at"`
}

// draw makes what the desk shows or prints of an enrolment's token.
func (s *Server) draw(token string, e *roster.Enrolment, title string) (enrolmentCode, error) {
	url := s.origin.URL(qr.Link{Kind: qr.LinkEnrolment, Token: token})
	svg, err := s.drawer.SVG(url, title)
	if err != nil {
		return enrolmentCode{}, fmt.Errorf("draw enrolment: %w", err)
	}
	return enrolmentCode{URL: url, SVG: string(svg), Expires: Time(e.Expires)}, nil
}

type enrolInput struct {
	Body struct {
		Token    string `json:"token" minLength:"1" maxLength:"64"`
		Password string `json:"password,omitempty" maxLength:"256" doc:"Of a staff account that has one"`
	}
}

// enrol uses an enrolment code: a member's phone becomes a known device and is signed in, a till becomes a till. Thirty phones
// behind one router are an ordinary morning at the desk, and 128 random bits are not guessed: only the general throttle holds.
func (s *Server) enrol(ctx context.Context, c *call, in *enrolInput) (me, error) {
	e, err := s.roster.EnrolmentOf(ctx, in.Body.Token, s.time())
	if err := s.enrolmentError(err); err != nil {
		return me{}, err
	}
	switch e.Kind {
	case roster.EnrolMember:
		return s.enrolMember(ctx, c, in.Body.Token, in.Body.Password, &e)
	case roster.EnrolDevice:
		return s.enrolDevice(ctx, c, in.Body.Token, &e)
	case roster.EnrolOperator:
	}
	return me{}, fail(codeEnrolmentBad)
}

func (s *Server) enrolmentError(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, roster.ErrNotFound), errors.Is(err, roster.ErrRevoked):
		return fail(codeEnrolmentBad)
	case errors.Is(err, roster.ErrUsed):
		return fail(codeEnrolmentUsed)
	case errors.Is(err, roster.ErrExpired):
		return s.late(codeEnrolmentOver)
	}
	return fmt.Errorf("read enrolment: %w", err)
}

// enrolMember makes this phone one of the member's. Whoever holds a role and has a password gives it too, so that a code
// alone never opens a staff account.
func (s *Server) enrolMember(ctx context.Context, c *call, token, password string, e *roster.Enrolment) (me, error) {
	if !s.isOpen(ctx, c, e.Account) {
		return me{}, fail(codeEnrolmentBad)
	}
	if err := s.stillMeant(ctx, c, e); err != nil {
		return me{}, err
	}
	given, err := s.proveStaff(ctx, c, e.Account, password)
	if err != nil {
		return me{}, err
	}
	if given {
		e.Proof, e.Card = ledger.ProofPassword, ""
	}
	if err := s.proves(ctx, c, e.Account, e.Maker, e); err != nil {
		return me{}, err // before the code is used up
	}
	shared, err := s.sharedPhone(ctx, c, e.Account)
	if err != nil {
		return me{}, err // before the code is used up
	}
	by := roster.By{Actor: e.Account, Device: ledger.ViaWeb, At: s.time()}
	if _, err := s.roster.UseEnrolment(ctx, by, token); err != nil {
		return me{}, s.enrolmentError(err)
	}
	device, err := s.phone(ctx, c, by, e.Account, shared)
	if err != nil {
		return me{}, err
	}
	if err := s.recordPhone(ctx, c, e, device); err != nil {
		return me{}, err
	}
	if err := s.begin(ctx, c, e.Account, device, phoneLife); err != nil {
		return me{}, err
	}
	return s.whoAmI(ctx, c)
}

// stillMeant refuses a code that its maker could not make any more: a phone came after it, or it is a leader's and the member
// has something to lose by now. Else whoever once made a code could keep it, and open what has grown since.
func (s *Server) stillMeant(ctx context.Context, c *call, e *roster.Enrolment) error {
	devices, err := s.roster.DevicesOf(ctx, e.Account)
	if err != nil {
		return fmt.Errorf("read devices: %w", err)
	}
	for i := range devices {
		if devices[i].Added > e.Made {
			return fail(codeEnrolmentOver)
		}
	}
	if ledger.ClassOf(e.Maker) != ledger.ClassMember {
		return nil // the machine's own console
	}
	desk := false
	err = s.read(ctx, c, func(b *ledger.Book) {
		desk = slices.ContainsFunc(b.Grants(e.Maker), func(g ledger.Grant) bool { return g.Role == organizer || g.Role == operator })
	})
	if err != nil || desk {
		return err
	}
	bare, err := s.bare(ctx, c, e.Account)
	if err == nil && !bare {
		err = fail(codeEnrolmentOver)
	}
	return err
}

// proveStaff asks the holder of a role for the password, and reports whether one was asked for and given.
func (s *Server) proveStaff(ctx context.Context, c *call, a ledger.AccountID, password string) (bool, error) {
	staff := false
	if err := s.read(ctx, c, func(b *ledger.Book) { staff = len(b.Grants(a)) > 0 }); err != nil {
		return false, err
	}
	stored, err := s.secret(ctx, a, roster.Password)
	if err != nil || !staff || stored == "" {
		return false, err
	}
	if password == "" {
		return false, fail(codePasswordNeeded)
	}
	attempt := auth.Attempt{Account: string(a), Address: c.address}
	if v := s.limiter.SignIn(attempt); !v.OK {
		return false, s.slowDown(v)
	}
	match, err := s.passwords.Verify(ctx, stored, password)
	if err != nil {
		return false, fmt.Errorf("check password: %w", err)
	}
	if !match.OK {
		s.security(c, "sign_in_wrong", a)
		return false, fail(codeSignInWrong)
	}
	s.limiter.SignedIn(attempt)
	return true, nil
}

// phoneMembersMax is how many people one phone may have, as the roster bounds it.
const phoneMembersMax = 8

// sharedPhone is the phone that this browser is known as, if one more member can be added to it; "" for a new phone.
func (s *Server) sharedPhone(ctx context.Context, c *call, a ledger.AccountID) (ledger.DeviceID, error) {
	d, known, err := s.knownDevice(ctx, c)
	switch {
	case err != nil:
		return "", err
	case !known || d.Kind != roster.Phone || slices.Contains(d.Members, a):
		return "", nil
	case len(d.Members) >= phoneMembersMax:
		return "", fail(codeDeviceFull)
	}
	return d.ID, nil
}

// phone makes this browser a phone of the member's: one more on a shared one, or a new one.
func (s *Server) phone(ctx context.Context, c *call, by roster.By, a ledger.AccountID, shared ledger.DeviceID) (ledger.DeviceID, error) {
	if shared != "" {
		if _, err := s.roster.JoinDevice(ctx, by, shared, a); err != nil {
			return "", fmt.Errorf("join phone: %w", err)
		}
		return shared, nil
	}
	d, secret, err := s.roster.AddDevice(ctx, by, roster.Device{Kind: roster.Phone, Members: []ledger.AccountID{a}})
	if err != nil {
		return "", fmt.Errorf("add phone: %w", err)
	}
	auth.CookieDevice.Set(c.w, string(d.ID)+"."+secret, deviceLife)
	return d.ID, nil
}

// recordPhone puts the phone into the books, once: a second member of a shared one adds no record.
func (s *Server) recordPhone(ctx context.Context, c *call, e *roster.Enrolment, device ledger.DeviceID) error {
	cmd := ledger.Command{
		Key: ledger.DerivedKey("enrolment", e.ID), Actor: e.Account, Via: ledger.ViaWeb,
		Do: &ledger.EnrolDevice{Device: device, Account: e.Account, By: e.Maker, Proof: e.Proof, Card: e.Card},
	}
	_, err := s.submitAs(ctx, c, &cmd)
	if r, ok := errors.AsType[*ledger.Refusal](err); ok && r.Code == ledger.CodeDeviceExists {
		return nil
	}
	return err
}

// enrolDevice makes a till or kiosk of this browser, in the name of whoever made the code.
func (s *Server) enrolDevice(ctx context.Context, c *call, token string, e *roster.Enrolment) (me, error) {
	by := roster.By{Actor: e.Maker, Device: ledger.ViaWeb, At: s.time()}
	if _, err := s.roster.UseEnrolment(ctx, by, token); err != nil {
		return me{}, s.enrolmentError(err)
	}
	d, secret, err := s.roster.AddDevice(ctx, by, roster.Device{Kind: e.Device, Canteen: e.Canteen, Team: e.Team})
	if err != nil {
		return me{}, fmt.Errorf("add device: %w", err)
	}
	cmd := ledger.Command{
		Key: ledger.DerivedKey("enrolment", e.ID), Actor: e.Maker, Via: ledger.ViaWeb,
		Do: &ledger.EnrolDevice{Device: d.ID, Canteen: e.Canteen},
	}
	if _, err := s.submitAs(ctx, c, &cmd); err != nil { // the maker may have lost the role since
		return me{}, errors.Join(err, s.roster.RevokeDevice(ctx, by, d.ID))
	}
	auth.CookieDevice.Set(c.w, string(d.ID)+"."+secret, deviceLife)
	s.forget(c) // whoever set the till up does not stay signed in at it
	c.account, c.device, c.grants = "", d.ID, nil
	return s.whoAmI(ctx, c)
}

// FirstOperatorLink makes the link that names the first operator: one use, 15 minutes, opened on this machine only. It is "" when
// there is an operator already.
func (s *Server) FirstOperatorLink(ctx context.Context) (string, error) {
	if s.operators() > 0 {
		return "", nil
	}
	now := s.time()
	token, _, err := s.roster.NewEnrolment(ctx, roster.By{Device: ledger.ViaCLI, At: now}, "",
		roster.Enrolment{Kind: roster.EnrolOperator}, now+ledger.Time((15*time.Minute).Milliseconds()))
	if err != nil {
		return "", fmt.Errorf("make first operator link: %w", err)
	}
	return s.origin.String() + "/first/" + token, nil
}

func (s *Server) operators() int {
	n := 0
	s.view.Read(func(b *ledger.Book) { n = b.Holders(ledger.RoleOperator) })
	return n
}

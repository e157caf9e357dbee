package api

import (
	"context"
	"encoding/base64"
	"fmt"

	"moralbank.example/bank/api/auth"
	"moralbank.example/bank/api/qr"
	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/roster"
)

// me is who the server takes the caller for. Without an account it is an enrolled device at which nobody is signed in.
type me struct {
	Account     ledger.AccountID `json:"account,omitempty"`
	Name        string           `json:"name,omitempty"`
	Masked      string           `json:"masked_name,omitempty"`
	Roles       []heldRole       `json:"roles"`
	Device      *deviceBrief     `json:"device,omitempty"`
	HasPIN      bool             `json:"has_pin"`
	HasPassword bool             `json:"has_password"`
	ServerTime  Time             `json:"server_time"`
	Balance     *balance         `json:"balance,omitempty"`
	Demo        bool             `json:"demo"`
}

type heldRole struct {
	Role      string       `json:"role" enum:"member,leader,org_admin,cashier,committee,auditor,organizer,operator"`
	Scope     ledger.Scope `json:"scope" doc:"community, or the id of a team, organization or canteen"`
	ScopeName string       `json:"scope_name"`
}

type deviceBrief struct {
	ID      ledger.DeviceID  `json:"id"`
	Kind    string           `json:"kind" enum:"phone,till,kiosk,leader"`
	Canteen ledger.CanteenID `json:"canteen,omitempty"`
	Name    string           `json:"name"`
}

// getMe answers who is signed in. At an enrolled till where nobody is, it names the till; where a refresh could still help it
// says signed_out, so that the page tries.
func (s *Server) getMe(ctx context.Context, c *call, _ *none) (me, error) {
	if c.account == "" {
		d, known, err := s.knownDevice(ctx, c)
		if err != nil {
			return me{}, err
		}
		if _, refreshable := auth.CookieRefresh.Read(c.r); refreshable || !known {
			return me{}, fail(codeSignedOut)
		}
		c.device = d.ID
	}
	return s.whoAmI(ctx, c)
}

// whoAmI describes the call's account and device.
func (s *Server) whoAmI(ctx context.Context, c *call) (me, error) {
	out := me{ServerTime: Time(s.time()), Roles: []heldRole{}}
	var grants []ledger.Grant
	err := s.read(ctx, c, func(b *ledger.Book) {
		out.Demo = b.Demo()
		if c.account != "" {
			grants = b.Grants(c.account)
			out.Balance = balanceIn(b, c.account, c.now)
		}
	})
	if err != nil {
		return me{}, err
	}
	names, err := s.words(ctx)
	if err != nil {
		return me{}, err
	}
	if c.device != "" {
		if out.Device, err = s.describe(ctx, c.device, &names); err != nil {
			return me{}, err
		}
	}
	if c.account == "" {
		return out, nil
	}
	out.Account = c.account
	out.Name = s.roster.Name(c.account)
	out.Masked = roster.Mask(out.Name)
	out.Roles = heldRoles(grants, &names)
	pin, err := s.secret(ctx, c.account, roster.PIN)
	if err != nil {
		return me{}, err
	}
	password, err := s.secret(ctx, c.account, roster.Password)
	if err != nil {
		return me{}, err
	}
	out.HasPIN, out.HasPassword = pin != "", password != ""
	return out, nil
}

// heldRoles lists what an account may do; being a member comes first and is no grant.
func heldRoles(grants []ledger.Grant, names *words) []heldRole {
	held := []heldRole{{Role: "member", Scope: ledger.ScopeCommunity, ScopeName: names.scope(ledger.ScopeCommunity)}}
	for _, g := range grants {
		held = append(held, heldRole{Role: roleOut(g.Role), Scope: g.Scope, ScopeName: names.scope(g.Scope)})
	}
	return held
}

func (s *Server) describe(ctx context.Context, id ledger.DeviceID, names *words) (*deviceBrief, error) {
	d, err := s.roster.Device(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("read device: %w", err)
	}
	return &deviceBrief{ID: d.ID, Kind: string(d.Kind), Canteen: d.Canteen, Name: deviceName(&d, names)}, nil
}

// deviceName is what a device is called: its label, or what and where it is.
func deviceName(d *roster.Device, names *words) string {
	switch {
	case d.Label != "":
		return d.Label
	case d.Kind == roster.Till:
		return names.scope(ledger.Scope(d.Canteen)) + "收银台"
	case d.Kind == roster.Kiosk:
		return "签到自助机"
	}
	return "手机"
}

type codeKeyInput struct {
	Body struct {
		Prefix string `json:"prefix" enum:"91,93" doc:"91 pays, 93 checks in"`
	}
}

type codeKey struct {
	Handle      string `json:"handle" doc:"Nine digits"`
	Secret      string `json:"secret" doc:"32 bytes in base64: the HMAC-SHA-256 key of the codes. Shown once"`
	StepSeconds int    `json:"step_seconds"`
	ServerTime  Time   `json:"server_time"`
}

// makeCodeKey gives a known phone the key that its codes are made with. A phone that lost its key gets another one, and the
// old handle stops.
func (s *Server) makeCodeKey(ctx context.Context, c *call, in *codeKeyInput) (codeKey, error) {
	if c.device.Kind() != ledger.DevicePhone {
		return codeKey{}, fail(codeDeviceNeeded)
	}
	purpose, secret := roster.Purpose(in.Body.Prefix), qr.NewSecret()
	handles, err := s.roster.HandlesOf(ctx, c.account)
	if err != nil {
		return codeKey{}, fmt.Errorf("read handles: %w", err)
	}
	made, rotated := roster.Handle{}, false
	for _, h := range handles {
		if h.Device != c.device || h.Purpose != purpose || h.Revoked != 0 {
			continue
		}
		if !rotated {
			made, err = s.roster.RotateHandle(ctx, c.by(), purpose, h.Digits, secret)
			rotated = true
		} else {
			err = s.roster.RevokeHandle(ctx, c.by(), purpose, h.Digits)
		}
		if err != nil {
			return codeKey{}, fmt.Errorf("replace handle: %w", err)
		}
	}
	if !rotated {
		if made, err = s.roster.NewHandle(ctx, c.by(), purpose, c.account, c.device, secret); err != nil {
			return codeKey{}, fmt.Errorf("make handle: %w", err)
		}
	}
	return codeKey{
		Handle: made.Digits, Secret: base64.StdEncoding.EncodeToString(secret), StepSeconds: 30, ServerTime: Time(s.time()),
	}, nil
}

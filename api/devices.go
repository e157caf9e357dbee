package api

import (
	"context"
	"errors"
	"fmt"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/roster"
)

type deviceItem struct {
	ID      ledger.DeviceID  `json:"id"`
	Kind    string           `json:"kind" enum:"phone,till,kiosk,leader"`
	Name    string           `json:"name"`
	Canteen ledger.CanteenID `json:"canteen,omitempty"`
	People  []string         `json:"people" doc:"Masked names of those who use this phone"`
	Added   Time             `json:"added_at"`
	Revoked *Time            `json:"revoked_at,omitempty"`
}

func (s *Server) deviceOut(d *roster.Device, names *words) deviceItem {
	people := make([]string, 0, len(d.Members))
	for _, a := range d.Members {
		people = append(people, roster.Mask(s.roster.Name(a)))
	}
	return deviceItem{
		ID: d.ID, Kind: string(d.Kind), Name: deviceName(d, names), Canteen: d.Canteen, People: people,
		Added: Time(d.Added), Revoked: moment(d.Revoked),
	}
}

type listDevicesInput struct {
	Paged

	Kind string `query:"kind" enum:"phone,till,kiosk,leader" doc:"Only these; all when absent"`
}

func (s *Server) listDevices(ctx context.Context, c *call, in *listDevicesInput) (list[deviceItem], error) {
	after, err := cursorIn(in.Cursor)
	if err != nil {
		return list[deviceItem]{}, err
	}
	all, err := s.roster.Devices(ctx)
	if err != nil {
		return list[deviceItem]{}, fmt.Errorf("read devices: %w", err)
	}
	names, err := s.words(ctx)
	if err != nil {
		return list[deviceItem]{}, err
	}
	var items []deviceItem
	for i := range all {
		if string(all[i].ID) <= after || in.Kind != "" && string(all[i].Kind) != in.Kind {
			continue
		}
		if len(items) == in.Limit {
			return listOf(c, items, string(items[len(items)-1].ID)), nil
		}
		items = append(items, s.deviceOut(&all[i], &names))
	}
	return listOf(c, items, ""), nil
}

type deviceEnrolmentInput struct {
	Body struct {
		Kind    string           `json:"kind" enum:"till,kiosk"`
		Canteen ledger.CanteenID `json:"canteen,omitempty" maxLength:"48" doc:"Of a till"`
	}
}

// makeDeviceEnrolment makes the code by which a browser becomes a till or a kiosk.
func (s *Server) makeDeviceEnrolment(ctx context.Context, c *call, in *deviceEnrolmentInput) (enrolmentCode, error) {
	what := roster.Enrolment{Kind: roster.EnrolDevice, Device: roster.DeviceKind(in.Body.Kind), Canteen: in.Body.Canteen}
	names, err := s.words(ctx)
	if err != nil {
		return enrolmentCode{}, err
	}
	if what.Device == roster.Till && !names.canteen(what.Canteen) {
		return enrolmentCode{}, fail(codeCanteenUnknown, "field", "canteen")
	}
	token, e, err := s.roster.NewEnrolment(ctx, c.by(), "", what, s.time()+shownLife)
	if err != nil {
		return enrolmentCode{}, fmt.Errorf("make enrolment: %w", err)
	}
	return s.draw(token, &e, "登记码 Enrolment code")
}

type revokeDeviceInput struct {
	Keyed

	ID pathID `path:"id"`
}

// revokeDevice ends a device: the record, then its credential, codes and sessions. A retry goes on where the first try was
// cut off. The rules say who may: organizers and operators, and the owner of a phone.
func (s *Server) revokeDevice(ctx context.Context, c *call, in *revokeDeviceInput) error {
	id := ledger.DeviceID(in.ID.plain())
	if _, err := s.submit(ctx, c, &ledger.RevokeDevice{Device: id}); err != nil {
		return err
	}
	d, err := s.roster.Device(ctx, id)
	if errors.Is(err, roster.ErrNotFound) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read device: %w", err)
	}
	if err := s.roster.RevokeDevice(ctx, c.by(), id); err != nil {
		return fmt.Errorf("revoke device: %w", err)
	}
	for _, a := range d.Members {
		handles, err := s.roster.HandlesOf(ctx, a)
		if err != nil {
			return fmt.Errorf("read handles: %w", err)
		}
		for _, h := range handles {
			if h.Device != id || h.Revoked != 0 {
				continue
			}
			if err := s.roster.RevokeHandle(ctx, c.by(), h.Purpose, h.Digits); err != nil {
				return fmt.Errorf("revoke handle: %w", err)
			}
		}
	}
	return s.endAll(ctx, func(x roster.Session) bool { return x.Device == id })
}

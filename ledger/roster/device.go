package roster

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"moralbank.example/bank/ledger"
)

// DeviceKind is what a device is.
type DeviceKind string

// The kinds of devices.
const (
	Phone  DeviceKind = "phone"  // a member's, or shared by a few
	Till   DeviceKind = "till"   // a canteen's
	Kiosk  DeviceKind = "kiosk"  // locked to check-in
	Leader DeviceKind = "leader" // a leader's scanning device; a phone to the ledger
)

// Device is an enrolled device.
type Device struct {
	ID      ledger.DeviceID    `json:"id"`
	Kind    DeviceKind         `json:"kind"`
	Label   string             `json:"label,omitempty"`   // tills and kiosks only: 1号收银台. Phones have none, people name them after people
	Secret  string             `json:"secret"`            // hash of the device's credential
	Members []ledger.AccountID `json:"members,omitempty"` // whose phone it is, at most 8
	Canteen ledger.CanteenID   `json:"canteen,omitempty"`
	Team    ledger.TeamID      `json:"team,omitempty"`
	Added   ledger.Time        `json:"added"`
	Revoked ledger.Time        `json:"revoked,omitempty"`
}

const (
	deviceMembersMax = 8
	labelMax         = 40
	idBytesMax       = 48
)

func deviceRow(id ledger.DeviceID) string { return "device:" + string(id) }

// AddDevice enrols a device and returns it with the new credential, which is stored as a hash only. Of d, the kind, label,
// members, canteen and team count.
func (r *Roster) AddDevice(ctx context.Context, by By, d Device) (Device, string, error) {
	switch d.Kind {
	case Phone:
		if d.Label != "" {
			return Device{}, "", invalid("label", "手机不起名", "a phone has no label")
		}
	case Till, Kiosk, Leader:
	default:
		return Device{}, "", invalid("kind", "没有这种设备", "no such kind of device")
	}
	if !plainText(d.Label, labelMax) || len(d.Members) > deviceMembersMax {
		return Device{}, "", invalid("device", "设备名最多 40 个字，使用者最多 8 人", "a label has at most 40 characters, a device at most 8 people")
	}
	class := d.Kind // the ledger tells a device's class by the first part of its id
	if class == Leader {
		class = Phone
	}
	secret := NewToken()
	d.ID, d.Secret, d.Added, d.Revoked = ledger.DeviceID(string(class)+"/"+NewID()), tokenHash(secret), by.At, 0
	row, err := put(deviceRow(d.ID), d, 0)
	if err != nil {
		return Device{}, "", err
	}
	note, err := r.audit(by, string(d.ID), "device_added", string(d.Kind))
	if err != nil {
		return Device{}, "", err
	}
	changes := []Change{row, note}
	for _, a := range d.Members {
		changes = append(changes, Change{Key: owned(a, "device", string(d.ID))})
	}
	if err := r.store.Commit(ctx, changes...); err != nil {
		return Device{}, "", fmt.Errorf("add device: %w", err)
	}
	return d, secret, nil
}

// Device reads one device, revoked or not.
func (r *Roster) Device(ctx context.Context, id ledger.DeviceID) (Device, error) {
	var d Device
	_, err := r.read(ctx, deviceRow(id), &d)
	return d, err
}

// Devices lists all devices, revoked ones too.
func (r *Roster) Devices(ctx context.Context) ([]Device, error) {
	return list[Device](ctx, r.store, "device:")
}

// DevicesOf lists the devices that a member uses or used.
func (r *Roster) DevicesOf(ctx context.Context, a ledger.AccountID) ([]Device, error) {
	return ownedBy(ctx, r, a, "device", func(id string) string { return deviceRow(ledger.DeviceID(id)) }, func(d Device) bool { return slices.Contains(d.Members, a) })
}

// CheckDevice tells whether secret is the device's credential: ErrNotFound if not, or if there is no such device; ErrRevoked
// if it was revoked.
func (r *Roster) CheckDevice(ctx context.Context, id ledger.DeviceID, secret string) (Device, error) {
	d, err := r.Device(ctx, id)
	if err != nil {
		return Device{}, err
	}
	if !sameHash(d.Secret, tokenHash(secret)) {
		return Device{}, ErrNotFound
	}
	if d.Revoked != 0 {
		return d, ErrRevoked
	}
	return d, nil
}

// JoinDevice lets one more member use a device. ErrTooLarge above 8.
func (r *Roster) JoinDevice(ctx context.Context, by By, id ledger.DeviceID, a ledger.AccountID) (Device, error) {
	return update(ctx, r, deviceRow(id), func(d *Device) ([]Change, error) {
		switch {
		case d.Revoked != 0:
			return nil, ErrRevoked
		case slices.Contains(d.Members, a):
			return nil, nil
		case len(d.Members) >= deviceMembersMax:
			return nil, ErrTooLarge
		}
		d.Members = append(d.Members, a)
		note, err := r.audit(by, string(id), "device_joined")
		if err != nil {
			return nil, err
		}
		key := owned(a, "device", string(id))
		was, err := r.version(ctx, key)
		return []Change{note, {Key: key, Was: was}}, err
	})
}

// RevokeDevice ends a device's credential at once. Revoking again changes nothing. Its handles and sessions are ended by
// the caller: HandlesOf, RevokeSessions.
func (r *Roster) RevokeDevice(ctx context.Context, by By, id ledger.DeviceID) error {
	_, err := update(ctx, r, deviceRow(id), func(d *Device) ([]Change, error) {
		if d.Revoked != 0 {
			return nil, nil
		}
		d.Revoked = by.At
		note, err := r.audit(by, string(id), "device_revoked")
		return []Change{note}, err
	})
	return err
}

// leaveDevice takes an erased member from a device; a phone that is nobody's any more goes.
func (r *Roster) leaveDevice(ctx context.Context, id ledger.DeviceID, a ledger.AccountID) error {
	d, err := update(ctx, r, deviceRow(id), func(d *Device) ([]Change, error) {
		d.Members = slices.DeleteFunc(d.Members, func(m ledger.AccountID) bool { return m == a })
		return nil, nil
	})
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	if err == nil && d.Kind == Phone && len(d.Members) == 0 {
		return r.remove(ctx, deviceRow(id))
	}
	return err
}

package ledger

import (
	"fmt"
	"strings"
)

// The kinds of device, each the prefix of its ids.
const (
	DevicePhone = "phone"
	DeviceTill  = "till"
	DeviceKiosk = "kiosk"
)

// device is an enrolled device.
type device struct {
	kind    string
	canteen CanteenID
	owner   AccountID // of a phone
	at      Time
	revoked bool
}

// DeviceEnrolled says that a device may be used: a till at a canteen, a kiosk, or a member's phone.
type DeviceEnrolled struct {
	Device  DeviceID
	Canteen CanteenID
	Account AccountID
}

func (*DeviceEnrolled) kind() Kind { return KindDeviceEnrolled }

func (e *DeviceEnrolled) about() AccountID { return e.Account }

func (e *DeviceEnrolled) fields(c *codec) {
	text(c, "device", &e.Device)
	text(c, "canteen", &e.Canteen)
	text(c, "account", &e.Account)
}

func (e *DeviceEnrolled) fold(b *Book, r *Record) error {
	b.devices[e.Device] = &device{kind: e.Device.Kind(), canteen: e.Canteen, owner: e.Account, at: r.Time}
	return nil
}

// DeviceRevoked says that a device may no longer be used.
type DeviceRevoked struct{ Device DeviceID }

func (*DeviceRevoked) kind() Kind { return KindDeviceRevoked }

func (e *DeviceRevoked) fields(c *codec) { text(c, "device", &e.Device) }

func (e *DeviceRevoked) fold(b *Book, _ *Record) error {
	v := b.devices[e.Device]
	if v == nil {
		return fmt.Errorf("no device %s", e.Device)
	}
	v.revoked = true
	return nil
}

// Kind is the part of a device's id before the slash; "" for a channel.
func (d DeviceID) Kind() string {
	kind, name, ok := strings.Cut(string(d), "/")
	if !ok || name == "" {
		return ""
	}
	return kind
}

// EnrolDevice lets a device be used: a till or kiosk by an organizer or operator, a phone by its owner.
type EnrolDevice struct {
	noTarget
	Device  DeviceID
	Canteen CanteenID // of a till
	Account AccountID // of a phone
}

func (e *EnrolDevice) decide(d *draft) *Refusal {
	b := d.book
	if !validID(string(e.Device)) {
		return badField("device")
	}
	switch e.Device.Kind() {
	case DeviceTill, DeviceKiosk:
		if !d.may(RoleOrganizer, RoleOperator) && d.cmd.Actor != ActorRoot {
			return refuse(CodeNotEntitled)
		}
		if (e.Device.Kind() == DeviceTill || e.Canteen != "") && !validID(string(e.Canteen)) {
			return badField("canteen")
		}
		if e.Account != "" {
			return badField("account")
		}
	case DevicePhone:
		if e.Account != d.cmd.Actor {
			return refuse(CodeNotEntitled)
		}
		if e.Canteen != "" {
			return badField("canteen")
		}
		if _, r := b.openMember(e.Account); r != nil {
			return r
		}
	default:
		return badField("device")
	}
	if b.devices[e.Device] != nil {
		return refuse(CodeDeviceExists)
	}
	d.add(&DeviceEnrolled{Device: e.Device, Canteen: e.Canteen, Account: e.Account})
	return nil
}

func (e *EnrolDevice) differs(first *Record) string {
	o, ok := first.Body.(*DeviceEnrolled)
	return firstDifference(ok, field("device", ok && o.Device == e.Device),
		field("canteen", ok && o.Canteen == e.Canteen), field("account", ok && o.Account == e.Account))
}

// RevokeDevice ends a device's use, by an organizer or operator, or a phone's owner.
type RevokeDevice struct {
	noTarget
	Device DeviceID
}

func (e *RevokeDevice) decide(d *draft) *Refusal {
	v := d.book.devices[e.Device]
	switch {
	case v == nil:
		return refuse(CodeDeviceUnknown)
	case !d.may(RoleOrganizer, RoleOperator) && d.cmd.Actor != ActorRoot && (v.owner == "" || v.owner != d.cmd.Actor):
		return refuse(CodeNotEntitled)
	case v.revoked:
		return refuse(CodeDeviceRevoked)
	}
	d.add(&DeviceRevoked{Device: e.Device})
	return nil
}

func (e *RevokeDevice) differs(first *Record) string {
	o, ok := first.Body.(*DeviceRevoked)
	return firstDifference(ok, field("device", ok && o.Device == e.Device))
}

// DeviceView is what readers may know of a device.
type DeviceView struct {
	Device  DeviceID
	Canteen CanteenID
	Account AccountID
	At      Time
	Revoked bool
}

// Device is what the ledger knows of a device; false when it was never enrolled.
func (b *Book) Device(id DeviceID) (DeviceView, bool) {
	v := b.devices[id]
	if v == nil {
		return DeviceView{}, false
	}
	return DeviceView{id, v.canteen, v.owner, v.at, v.revoked}, true
}

// till is the till a command comes through, or the refusal that says why it is none.
func (d *draft) till(c CanteenID) *Refusal {
	v := d.book.devices[d.cmd.Via]
	switch {
	case v == nil || v.kind != DeviceTill || v.canteen != c:
		return refuse(CodeDeviceUnknown)
	case v.revoked:
		return refuse(CodeDeviceRevoked)
	}
	return nil
}

// mayPhone checks what a new phone spends (GUARDS.md): while it is new, no more than the rulebook's points a day. A card or
// an older phone is not affected.
func (b *Book) mayPhone(x *Dish, id DeviceID, at Time) *Refusal {
	if id == "" {
		return nil
	}
	v := b.devices[id]
	switch {
	case v == nil || v.kind != DevicePhone || v.owner != x.Account:
		return refuse(CodeDeviceUnknown)
	case v.revoked:
		return refuse(CodeDeviceRevoked)
	}
	old := v.at + Time(b.rules.DeviceRestDays)*dayMillis
	used, most := b.counted(limitSpend, x.Account, x.Day), b.rules.Trust.DevicePoints
	if at < old && used+x.Points > most {
		return &Refusal{Code: CodeDeviceNew, Used: int64(used), Limit: int64(most), Reset: old, Subject: x.Account}
	}
	return nil
}

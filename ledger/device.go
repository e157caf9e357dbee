package ledger

import (
	"fmt"
	"slices"
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
	owner   AccountID     // of a phone
	others  []deviceOwner // who have the phone too, in the order of their coming: grandmother and grandson
	at      Time
	revoked bool
}

// deviceOwner is somebody whose phone it is, and since when.
type deviceOwner struct {
	account AccountID
	at      Time
}

// phoneOwnersMax bounds the people of one phone.
const phoneOwnersMax = 8

// since is from when a phone is somebody's; false when it is not hers.
func (v *device) since(b *Book, id AccountID) (Time, bool) {
	if v.owner != "" && b.same(v.owner, id) {
		return v.at, true
	}
	for _, o := range v.others {
		if b.same(o.account, id) {
			return o.at, true
		}
	}
	return 0, false
}

// DeviceEnrolled says that a device may be used: a till at a canteen, a kiosk, or a member's phone, also one that is somebody
// else's too.
type DeviceEnrolled struct {
	Device  DeviceID
	Canteen CanteenID
	Account AccountID
	By      AccountID // of a phone: who made the code that it was enrolled with
	Proof   Proof     // of a phone: what showed that its owner was there
	Card    CardID    // the card, where that was the proof
}

// Proof is what shows that the owner of an account is the one whose phone is enrolled.
type Proof string

// The proofs.
const (
	ProofNone     Proof = ""         // enough for somebody who never had a phone or a card, and at the machine's own console
	ProofCard     Proof = "card"     // her card, which she has had for a while
	ProofPIN      Proof = "pin"      // her PIN
	ProofPassword Proof = "password" // the password of a staff account
)

func (*DeviceEnrolled) kind() Kind { return KindDeviceEnrolled }

func (e *DeviceEnrolled) about() AccountID { return e.Account }

func (e *DeviceEnrolled) fields(c *codec) {
	text(c, "device", &e.Device)
	text(c, "canteen", &e.Canteen)
	text(c, "account", &e.Account)
	text(c, "by", &e.By)
	text(c, "proof", &e.Proof)
	text(c, "card", &e.Card)
}

func (e *DeviceEnrolled) fold(b *Book, r *Record) error {
	if v := b.devices[e.Device]; v != nil {
		v.others = append(v.others, deviceOwner{e.Account, r.Time})
	} else {
		b.devices[e.Device] = &device{kind: e.Device.Kind(), canteen: e.Canteen, owner: e.Account, at: r.Time}
	}
	if e.Account != "" {
		a := b.account(e.Account)
		a.phones, a.known = a.phones+1, true
	}
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
	if v.owner != "" && !v.revoked {
		b.account(v.owner).phones--
		for _, o := range v.others {
			b.account(o.account).phones--
		}
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

// EnrolDevice lets a device be used: a till or kiosk by an organizer or operator, a phone by its owner, with a code that somebody
// made for her. That it was made for her and not for a stranger, the proof shows; PIN and password are checked by whoever submits.
type EnrolDevice struct {
	noTarget
	Device  DeviceID
	Canteen CanteenID // of a till
	Account AccountID // of a phone
	By      AccountID // of a phone
	Proof   Proof     // of a phone
	Card    CardID    // of a phone
}

// PhonesMax is how many phones one member may have at a time.
const PhonesMax = 6

// ownCardMillis is how long a card must have been in its owner's hands before it is proof for the one who handed it over: else an
// organizer could hand a card of somebody's to herself and enrol a phone with it. For others the rest of a new device is enough.
const ownCardMillis = 30 * dayMillis

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
		if r := e.mayPhone(d); r != nil {
			return r
		}
	default:
		return badField("device")
	}
	if v := b.devices[e.Device]; v != nil {
		if _, hers := v.since(b, e.Account); v.kind != DevicePhone || hers || v.revoked || len(v.others)+1 >= phoneOwnersMax {
			return refuse(CodeDeviceExists)
		}
	}
	d.add(&DeviceEnrolled{Device: e.Device, Canteen: e.Canteen, Account: e.Account, By: e.By, Proof: e.Proof, Card: e.Card})
	return nil
}

// mayPhone checks a member's phone: how many she has, and what shows that it is hers.
func (e *EnrolDevice) mayPhone(d *draft) *Refusal {
	a, r := d.book.openMember(e.Account)
	switch {
	case r != nil:
		return r
	case a.phones >= PhonesMax:
		return &Refusal{Code: CodePhonesFull, Used: int64(a.phones), Limit: PhonesMax, Subject: e.Account}
	case (e.Card != "") != (e.Proof == ProofCard):
		return badField("card")
	}
	return d.book.Proves(e.Account, e.By, e.Proof, e.Card, d.now)
}

// Proves says whether a proof is good enough for a phone that by enrols in a member's name: nil, or the refusal that says why not.
// Without proof a leader enrols only who has nothing to lose, and the desk only who never had a phone or a card. Nobody enrols
// alone the first phone of a person whom she herself put into a role, once there are others who can.
func (b *Book) Proves(id, by AccountID, proof Proof, shown CardID, now Time) *Refusal {
	switch proof {
	case ProofPIN, ProofPassword:
		return nil
	case ProofCard:
		c := b.cards[shown]
		if c == nil || c.revoked || c.account != id {
			return &Refusal{Code: CodeCardUnknown, Subject: id}
		}
		rest := Time(b.rules.DeviceRestDays) * dayMillis
		if b.same(c.by, by) {
			rest = ownCardMillis
		}
		if now < c.at+rest {
			return &Refusal{Code: CodeProofRests, Reset: c.at + rest, Subject: id}
		}
		return nil
	case ProofNone:
		a := b.member(id)
		if by == ActorRoot {
			return nil // whoever has the machine can act as anyone (docs/security.md)
		}
		desk := b.has(by, RoleOrganizer, ScopeCommunity) || b.has(by, RoleOperator, ScopeCommunity)
		if a == nil || a.known || b.appointee(id, by) || !desk && !b.Bare(id) {
			return &Refusal{Code: CodeProofNeeded, Subject: id}
		}
		return nil
	}
	return badField("proof")
}

// Bare reports whether a member has nothing that another could take over: no points, minutes or role, and never a phone or card.
func (b *Book) Bare(id AccountID) bool {
	a := b.member(id)
	return a != nil && a.points.balance == 0 && a.minutes.balance == 0 && !a.known && len(b.roles[id]) == 0
}

// appointee reports whether by put somebody into a role, at a time when others could enrol her phone.
func (b *Book) appointee(id, by AccountID) bool {
	return !b.Founding() && slices.ContainsFunc(b.roles[id], func(g grant) bool { return b.member(by) != nil && b.same(g.by, by) })
}

func (e *EnrolDevice) differs(first *Record) string {
	o, ok := first.Body.(*DeviceEnrolled)
	return firstDifference(ok, field("device", ok && o.Device == e.Device),
		field("canteen", ok && o.Canteen == e.Canteen), field("account", ok && o.Account == e.Account))
}

func (e *DeviceEnrolled) judge(b *Book, r *Record) error {
	if e.Account == "" {
		return nil
	}
	if r.Actor != e.Account {
		return fmt.Errorf("%s enrolled a phone of %s", r.Actor, e.Account)
	}
	if no := b.Proves(e.Account, e.By, e.Proof, e.Card, r.Time); no != nil {
		return fmt.Errorf("nothing showed that %s was there: %w", e.Account, no)
	}
	return nil
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
	Account AccountID // whose phone it was first
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

// mayPhone checks what a new phone spends (docs/rules.zh.md 六): while it is new to her, no more than the rulebook's points a day. A card or
// an older phone is not affected.
func (b *Book) mayPhone(x *Dish, id DeviceID, at Time) *Refusal {
	if id == "" {
		return nil
	}
	v := b.devices[id]
	switch {
	case v == nil || v.kind != DevicePhone:
		return refuse(CodeDeviceUnknown)
	case v.revoked:
		return refuse(CodeDeviceRevoked)
	}
	since, hers := v.since(b, x.Account)
	if !hers {
		return refuse(CodeDeviceUnknown)
	}
	old := since + Time(b.rules.DeviceRestDays)*dayMillis
	used, most := b.counted(limitSpend, x.Account, x.Day), b.rules.Trust.DevicePoints
	if at < old && used+x.Points > most {
		return &Refusal{Code: CodeDeviceNew, Used: int64(used), Limit: int64(most), Reset: old, Subject: x.Account}
	}
	return nil
}

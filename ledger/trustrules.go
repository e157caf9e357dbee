package ledger

// TrustRules are how long something new is looked at before it counts in full (docs/rules.zh.md, 出厂的数字).
type TrustRules struct {
	DevicePoints  Points // what may be spent a day by a new phone
	NoticeHours   int    // an activity published less than this ahead is flagged
	ExtendMinutes int    // an activity extended by more than this is flagged
	RecordDays    int    // working days within which service is recorded (民政部令第67号)
}

func (k *TrustRules) fields(c *codec) {
	integer(c, "device-points", &k.DevicePoints)
	integer(c, "notice-hours", &k.NoticeHours)
	integer(c, "extend-minutes", &k.ExtendMinutes)
	integer(c, "record-days", &k.RecordDays)
}

// flaw names the first field that no community could live by; "" when there is none.
func (k *TrustRules) flaw() string {
	return outside([]bound{
		{"device-points", int64(k.DevicePoints), 0, 100_000},
		{"notice-hours", int64(k.NoticeHours), 0, 24 * 31},
		{"extend-minutes", int64(k.ExtendMinutes), 0, 1440},
		{"record-days", int64(k.RecordDays), 1, 366},
	})
}

package ledger

// Founded is the first record: it names the ledger for ever.
type Founded struct {
	Origin string // the name under which checkpoints are signed: host and path without scheme, independent of the address
	Demo   bool   // 演示数据: people in it are fictional
}

func (*Founded) kind() Kind { return KindFounded }

func (f *Founded) fields(c *codec) {
	text(c, "origin", &f.Origin)
	flag(c, "demo", &f.Demo)
}

func (f *Founded) fold(b *Book, _ *Record) error {
	b.founded, b.origin, b.demo = true, f.Origin, f.Demo
	return nil
}

// Found starts a ledger: its name, and the rulebook it begins with. Only the machine's own console may.
type Found struct {
	noTarget
	Origin   string
	Demo     bool
	Rulebook *Rulebook
}

func (f *Found) decide(d *draft) *Refusal {
	switch {
	case d.cmd.Actor != ActorRoot:
		return refuse(CodeNotEntitled)
	case d.book.founded:
		return refuse(CodeAlreadyFounded)
	case !validOrigin(f.Origin):
		return badField("origin")
	case f.Rulebook == nil:
		return badField("rulebook")
	}
	if field := f.Rulebook.flaw(); field != "" {
		return badField(field)
	}
	if f.Rulebook.Edition != 1 {
		return &Refusal{Code: CodeRulebookVersion, Need: 1}
	}
	d.add(&Founded{Origin: f.Origin, Demo: f.Demo})
	d.add(f.Rulebook)
	return nil
}

// originMax bounds a ledger's name, in bytes.
const originMax = 200

// validOrigin reports whether a name can stand in a record and in a checkpoint: C2SP signed-note forbids spaces and "+".
func validOrigin(s string) bool {
	for i := range len(s) {
		if !plain(s[i]) || s[i] == ' ' || s[i] == '+' {
			return false
		}
	}
	return s != "" && len(s) <= originMax
}

func (f *Found) differs(first *Record) string {
	o, ok := first.Body.(*Founded)
	return firstDifference(ok, field("origin", ok && o.Origin == f.Origin), field("demo", ok && o.Demo == f.Demo))
}

// Origin is the ledger's name; "" before it is founded.
func (b *Book) Origin() string { return b.origin }

// Demo reports whether the ledger holds fictional people (演示数据).
func (b *Book) Demo() bool { return b.demo }

// Members is how many member accounts were opened.
func (b *Book) Members() int { return b.members }

package seal

import (
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"strings"

	"filippo.io/torchwood"
)

// Policy says who must have signed a checkpoint: the log, and so many of its witnesses. Its text is what is published as
// log.txt (C2SP tlog-policy, EXPERIMENTAL in the library that reads it), with a comment before each witness that says who
// runs it:
//
//	log bank.example/rainbow+...
//	# who runs street-office: 中川街道办事处
//	witness street-office street.example/w+... http://192.168.1.20:7380/
//	# who runs university: 兰州大学数学学院
//	witness university uni.example/w+... https://witness.uni.example/
//	# who runs volunteers: 新区志愿者协会
//	witness volunteers vol.example/w+... http://192.168.1.31:7380/
//	group witnesses 2 street-office university volunteers
//	quorum witnesses
type Policy struct {
	torchwood.Policy
	witnesses []witness
	lines     []string // of the witnesses file; of comments only those that say who runs a witness
}

// witness is one line of the policy.
type witness struct {
	name     string
	who      string // runs it, as the public page tells it; may be empty
	url      string // ends in a slash
	verifier *torchwood.CosignatureVerifier
}

// whoRuns begins the comment that says who runs a witness.
const whoRuns = "# who runs "

// The bounds of a witnesses file.
const (
	witnessesMax   = 16
	logsMax        = 32 // keys of one log, in the policy that is read
	policyBytesMax = 16 << 10
)

// ReadPolicy reads the witnesses file of a log: the lines of a policy but its log line. A missing file is a log without
// witnesses.
func ReadPolicy(path string, k *Key) (*Policy, error) {
	p, err := os.ReadFile(path) //nolint:gosec // the operator's own path
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read witnesses: %w", err)
	}
	policy, err := NewPolicy(k.VerifierKeys(), string(p))
	if err != nil {
		return nil, fmt.Errorf("read witnesses %s: %w", path, err)
	}
	return policy, nil
}

// NewPolicy makes a policy of the log's verifier keys, the newest first, and the text of a witnesses file. A checkpoint that
// one of the keys has signed will do. Text without any line means that no witness is asked for.
func NewPolicy(vkeys []string, text string) (*Policy, error) {
	if len(text) > policyBytesMax {
		return nil, fmt.Errorf("policy of %d bytes, at most %d allowed", len(text), policyBytesMax)
	}
	p := &Policy{}
	who := map[string]string{}
	for line := range strings.Lines(text) {
		if name, runs, ok := strings.Cut(strings.TrimPrefix(strings.TrimSpace(line), whoRuns), ":"); ok && strings.HasPrefix(strings.TrimSpace(line), whoRuns) {
			who[name] = strings.Join(strings.Fields(runs), " ")
			continue
		}
		line, _, _ = strings.Cut(line, "#")
		fields := strings.Fields(line)
		if len(fields) == 0 {
			continue
		}
		switch fields[0] {
		case "log":
			return nil, errors.New("the witnesses file has no log line: the log's key is the one that signs")
		case "witness":
			w, err := parseWitness(fields)
			if err != nil {
				return nil, err
			}
			if w.who = who[w.name]; w.who != "" {
				p.lines = append(p.lines, whoRuns+w.name+": "+w.who)
			}
			p.witnesses = append(p.witnesses, w)
		}
		p.lines = append(p.lines, strings.Join(fields, " "))
	}
	if len(p.witnesses) > witnessesMax {
		return nil, fmt.Errorf("%d witnesses, at most %d allowed", len(p.witnesses), witnessesMax)
	}
	if len(p.lines) == 0 {
		p.lines = []string{"quorum none"}
	}
	var err error
	if p.Policy, err = ParsePolicy(p.text(vkeys)); err != nil {
		return nil, err
	}
	return p, nil
}

// ParsePolicy reads a published policy (log.txt). As C2SP tlog-policy has it, the signature of any of the logs that it lists
// will do, so that after a rotation of the key old checkpoints verify as new ones; the library asks for all of them, and so
// reads the rest only.
func ParsePolicy(text []byte) (torchwood.Policy, error) {
	var vkeys []string
	var rest strings.Builder
	for line := range strings.Lines(string(text)) {
		plain, _, _ := strings.Cut(line, "#")
		fields := strings.Fields(plain)
		if len(fields) == 0 || fields[0] != "log" {
			rest.WriteString(line)
			continue
		}
		if len(fields) < 2 || len(fields) > 3 {
			return nil, fmt.Errorf("policy: %q: want log VKEY [URL]", strings.TrimSpace(plain))
		}
		vkeys = append(vkeys, fields[1])
	}
	if len(vkeys) > logsMax {
		return nil, fmt.Errorf("policy: %d logs, at most %d allowed", len(vkeys), logsMax)
	}
	logs, err := LogPolicy(vkeys...)
	if err != nil {
		return nil, fmt.Errorf("policy: %w", err)
	}
	others, err := torchwood.ParsePolicy([]byte(rest.String()))
	if err != nil {
		return nil, fmt.Errorf("policy: %w", err)
	}
	return torchwood.ThresholdPolicy(2, logs, others), nil
}

func parseWitness(fields []string) (witness, error) {
	if len(fields) != 4 {
		return witness{}, fmt.Errorf("%q: want witness NAME VKEY URL", strings.Join(fields, " "))
	}
	v, err := torchwood.NewCosignatureVerifier(fields[2])
	if err != nil {
		return witness{}, fmt.Errorf("witness %s: %w", fields[1], err)
	}
	u, err := url.Parse(fields[3])
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.RawQuery != "" || u.Fragment != "" {
		return witness{}, fmt.Errorf("witness %s: %q is no address", fields[1], fields[3])
	}
	return witness{name: fields[1], url: strings.TrimSuffix(u.String(), "/") + "/", verifier: v}, nil
}

// text is the policy as it is published: the keys that sign, the newest first, and the witnesses.
func (p *Policy) text(vkeys []string) []byte {
	return []byte("log " + strings.Join(vkeys, "\nlog ") + "\n" + strings.Join(p.lines, "\n") + "\n")
}

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
// log.txt (C2SP tlog-policy, EXPERIMENTAL in the library that reads it):
//
//	log bank.example/rainbow+...
//	witness street-office street.example/w+... http://192.168.1.20:7380/
//	witness university uni.example/w+... https://witness.uni.example/
//	witness volunteers vol.example/w+... http://192.168.1.31:7380/
//	group witnesses 2 street-office university volunteers
//	quorum witnesses
type Policy struct {
	torchwood.Policy
	witnesses []witness
	lines     []string // of the witnesses file, without comments
}

// witness is one line of the policy.
type witness struct {
	name     string
	url      string // ends in a slash
	verifier *torchwood.CosignatureVerifier
}

// The bounds of a witnesses file.
const (
	witnessesMax   = 16
	policyBytesMax = 16 << 10
)

// ReadPolicy reads the witnesses file of a log: the lines of a policy but its log line. A missing file is a log without
// witnesses.
func ReadPolicy(path string, k *Key) (*Policy, error) {
	p, err := os.ReadFile(path) //nolint:gosec // the operator's own path
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read witnesses: %w", err)
	}
	policy, err := NewPolicy(k.VerifierKeys()[0], string(p))
	if err != nil {
		return nil, fmt.Errorf("read witnesses %s: %w", path, err)
	}
	return policy, nil
}

// NewPolicy makes a policy of the log's verifier key and the text of a witnesses file. Text without any line means that no
// witness is asked for.
func NewPolicy(vkey, text string) (*Policy, error) {
	if len(text) > policyBytesMax {
		return nil, fmt.Errorf("policy of %d bytes, at most %d allowed", len(text), policyBytesMax)
	}
	p := &Policy{}
	for line := range strings.Lines(text) {
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
	p.Policy, err = torchwood.ParsePolicy(p.text(vkey))
	if err != nil {
		return nil, fmt.Errorf("policy: %w", err)
	}
	return p, nil
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

// text is the policy as it is published.
func (p *Policy) text(vkey string) []byte {
	return []byte("log " + vkey + "\n" + strings.Join(p.lines, "\n") + "\n")
}

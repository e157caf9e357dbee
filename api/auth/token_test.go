package auth

import (
	"errors"
	"strings"
	"testing"
)

func TestOneTimeToken(t *testing.T) {
	token, kept := NewToken(ForEnrolment)
	if len(token) != 26 || !validID(token) {
		t.Errorf("token of %d characters", len(token))
	}
	if h, err := HashToken(ForEnrolment, token); err != nil || !h.Equal(kept) {
		t.Errorf("the same token: %v", err)
	}
	if h, err := HashToken(ForReceipt, token); err != nil || h.Equal(kept) {
		t.Errorf("a token is good for another purpose: %v", err)
	}
	if other, h := NewToken(ForEnrolment); other == token || h == kept {
		t.Error("two tokens alike")
	}
	for name, bad := range map[string]string{
		"nothing": "", "cut": token[:25], "longer": token + "a", "upper case": strings.ToUpper(token), "padded": token + "======",
		"not base32": "1" + token[1:], "a line end": token[:25] + "\n", "another spelling of the last bits": token[:25] + "b",
	} {
		if _, err := HashToken(ForEnrolment, bad); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestCredential(t *testing.T) {
	text, kept, err := NewCredential(ForRefresh, "s-1")
	if err != nil || !strings.HasPrefix(text, "s-1.") || len(text) != len("s-1.")+52 {
		t.Fatalf("%d characters, %v", len(text), err)
	}
	if id, h, err := ParseCredential(ForRefresh, text); err != nil || id != "s-1" || !h.Equal(kept) {
		t.Errorf("the same credential: %s %v", id, err)
	}
	// A refresh token moved to another session or another table must not fit there.
	if _, h, err := ParseCredential(ForRefresh, "s-2"+text[3:]); err != nil || h.Equal(kept) {
		t.Errorf("another session: %v", err)
	}
	if _, h, err := ParseCredential(ForDevice, text); err != nil || h.Equal(kept) {
		t.Errorf("another purpose: %v", err)
	}
	for name, bad := range map[string]string{
		"nothing": "", "no id": text[3:], "no secret": "s-1.", "no dot": "s-1" + text[4:], "bad id": "S 1" + text[3:],
		"cut": text[:len(text)-1], "two dots": "s-1." + text, "endless id": strings.Repeat("a", idMax+1) + text[3:],
	} {
		if id, _, err := ParseCredential(ForRefresh, bad); !errors.Is(err, ErrMalformed) || id != "" {
			t.Errorf("%s: %q %v", name, id, err)
		}
	}
	if _, _, err := NewCredential(ForRefresh, "张三"); !errors.Is(err, ErrMalformed) {
		t.Errorf("an id that is none: %v", err)
	}
}

func FuzzParseCredential(f *testing.F) {
	text, _, _ := NewCredential(ForRefresh, "s1")
	f.Add(text)
	f.Add(".")
	f.Fuzz(func(t *testing.T, s string) {
		id, h, err := ParseCredential(ForRefresh, s)
		if err != nil {
			if !errors.Is(err, ErrMalformed) || id != "" || h != (Hash{}) {
				t.Fatalf("%q: %q %v", s, id, err)
			}
			return
		}
		// One credential has one spelling: what was accepted is the id, a dot and 52 characters.
		if len(s) != len(id)+53 || !strings.HasPrefix(s, id+".") || s != strings.ToLower(s) {
			t.Fatalf("accepted %q", s)
		}
	})
}

func FuzzHashToken(f *testing.F) {
	token, _ := NewToken(ForClaim)
	f.Add(token)
	f.Fuzz(func(t *testing.T, s string) {
		if _, err := HashToken(ForClaim, s); err == nil && (len(s) != 26 || !validID(s)) {
			t.Fatalf("accepted %q", s)
		}
	})
}

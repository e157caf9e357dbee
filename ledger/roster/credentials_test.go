package roster

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"moralbank.example/bank/ledger"
)

// eachStore runs a test over memory and over Badger: what is used once must be used once on both.
func eachStore(t *testing.T, test func(t *testing.T, r *Roster)) {
	t.Helper()
	t.Run("memory", func(t *testing.T) { test(t, peopled(t)) })
	t.Run("badger", func(t *testing.T) {
		r, _ := onDisk(t)
		must(t, r.AddPeople(t.Context(), desk, people()...))
		test(t, r)
		must(t, r.Close())
	})
}

// race runs use in many goroutines at once and counts those who succeed; the others must get want.
func race(t *testing.T, use func(n int) error, want error) int {
	t.Helper()
	var won atomic.Int64
	var all sync.WaitGroup
	start := make(chan struct{})
	for n := range 16 {
		all.Go(func() {
			<-start
			switch err := use(n); {
			case err == nil:
				won.Add(1)
			case !errors.Is(err, want):
				t.Errorf("a loser got %v, want %v", err, want)
			}
		})
	}
	close(start)
	all.Wait()
	return int(won.Load())
}

// wantClean checks that a secret stands in no row.
func wantClean(t *testing.T, r *Roster, secrets ...string) {
	t.Helper()
	for _, row := range rows(t, r.store) {
		for _, s := range secrets {
			if strings.Contains(row.Key, s) || bytes.Contains(row.Value, []byte(s)) {
				t.Errorf("row %s holds the secret %q", row.Key, s)
			}
		}
	}
}

func TestSecrets(t *testing.T) {
	ctx := t.Context()
	r := peopled(t)
	_, err := r.Secret(ctx, wang, Password)
	wantErr(t, "no password yet", err, ErrNotFound)
	for _, hash := range []string{"$argon2id$first", "$argon2id$second"} {
		must(t, r.SetSecret(ctx, desk, wang, Password, hash))
		if got, err := r.Secret(ctx, wang, Password); err != nil || got != hash {
			t.Errorf("password %q, %v", got, err)
		}
	}
	must(t, r.SetSecret(ctx, desk, wang, PIN, "pin hash"))
	wantClean(t, r, "$argon2id$", "pin hash")
	must(t, r.SetSecret(ctx, desk, wang, Password, ""))
	must(t, r.SetSecret(ctx, desk, wang, Password, ""))
	_, err = r.Secret(ctx, wang, Password)
	wantErr(t, "a removed password", err, ErrNotFound)
	if got, err := r.Secret(ctx, wang, PIN); err != nil || got != "pin hash" {
		t.Errorf("PIN %q, %v", got, err)
	}
	wantErr(t, "somebody unknown", r.SetSecret(ctx, desk, "m/nobody0000", PIN, "x"), ErrNoKey)
	wantField(t, "an unknown kind", r.SetSecret(ctx, desk, wang, "sms", "x"), "secret")
	wantErr(t, "too large", r.SetSecret(ctx, desk, wang, Passkeys, strings.Repeat("x", 33<<10)), ErrTooLarge)
}

func TestEnrolmentIsUsedOnce(t *testing.T) {
	eachStore(t, func(t *testing.T, r *Roster) {
		t.Helper()
		ctx := t.Context()
		token, made, err := r.NewEnrolment(ctx, desk, wang, Enrolment{Kind: EnrolMember, Team: "t1"}, noon+day)
		must(t, err)
		wantClean(t, r, token)
		if seen, err := r.EnrolmentOf(ctx, token, noon); err != nil || seen != made || seen.Account != wang || seen.Team != "t1" {
			t.Errorf("before use: %+v, %v", seen, err)
		}
		if won := race(t, func(int) error { _, err := r.UseEnrolment(ctx, at(noon+1), token); return err }, ErrUsed); won != 1 {
			t.Errorf("%d used one code", won)
		}
		seen, err := r.EnrolmentOf(ctx, token, noon+2)
		wantErr(t, "after use", err, ErrUsed)
		if seen.Used != noon+1 {
			t.Errorf("used at %d", seen.Used)
		}
		if lines, _ := r.AuditOf(ctx, "enrolment/"+made.ID[:12], 10); len(lines) != 2 {
			t.Errorf("one making and one use left %d lines", len(lines))
		}
	})
}

func TestEnrolmentEnds(t *testing.T) {
	ctx := t.Context()
	r := peopled(t)
	token, e, err := r.NewEnrolment(ctx, desk, "", Enrolment{Kind: EnrolDevice, Device: Till, Canteen: "c1"}, noon+day)
	must(t, err)
	if _, err := r.EnrolmentOf(ctx, token, noon+day-1); err != nil {
		t.Errorf("in its last millisecond: %v", err)
	}
	_, err = r.UseEnrolment(ctx, at(noon+day), token)
	wantErr(t, "a millisecond later", err, ErrExpired)
	must(t, r.RevokeEnrolment(ctx, desk, e.ID))
	_, err = r.UseEnrolment(ctx, desk, token)
	wantErr(t, "revoked", err, ErrRevoked)
	for _, wrong := range []string{"", "x", NewToken(), token + "A", e.ID} {
		_, err = r.UseEnrolment(ctx, desk, wrong)
		wantErr(t, "another token", err, ErrNotFound)
	}
	for what, expires := range map[string]ledger.Time{"past": noon, "too far": noon + EnrolmentLife + 1} {
		_, _, err = r.NewEnrolment(ctx, desk, wang, Enrolment{Kind: EnrolMember}, expires)
		wantField(t, what, err, "expires")
	}
	_, _, err = r.NewEnrolment(ctx, desk, "m/nobody0000", Enrolment{Kind: EnrolMember}, noon+day)
	wantErr(t, "for nobody", err, ErrNotFound)
	_, _, err = r.NewEnrolment(ctx, desk, wang, Enrolment{Kind: "admin"}, noon+day)
	wantField(t, "an unknown kind", err, "kind")
}

func TestClaimIsOneMembers(t *testing.T) {
	eachStore(t, func(t *testing.T, r *Roster) {
		t.Helper()
		ctx := t.Context()
		token, err := r.NewClaim(ctx, "s1", "a/clean00000", 59_846_880, noon)
		must(t, err)
		wantClean(t, r, token)
		won := race(t, func(n int) error {
			c, err := r.UseClaim(ctx, token, ledger.AccountID(fmt.Sprintf("m/n%09d", n)), noon+1)
			if err != nil && c.UsedBy == "" {
				t.Error("a loser is not told whose it is")
			}
			return err
		}, ErrUsed)
		if won != 1 {
			t.Errorf("%d members used one scan", won)
		}
		c, err := r.ClaimOf(ctx, token, noon+2)
		wantErr(t, "after use", err, ErrUsed)
		if c.Station != "s1" || c.Activity != "a/clean00000" || c.Step != 59_846_880 || c.Scanned != noon {
			t.Errorf("the claim says %+v", c)
		}
		late, err := r.NewClaim(ctx, "s1", "a/clean00000", 1, noon)
		must(t, err)
		_, err = r.UseClaim(ctx, late, wang, noon+ClaimLife)
		wantErr(t, "after 15 minutes", err, ErrExpired)
		_, err = r.UseClaim(ctx, NewToken(), wang, noon)
		wantErr(t, "an invented token", err, ErrNotFound)
	})
}

func TestDeskCodeIsUsedOnce(t *testing.T) {
	eachStore(t, func(t *testing.T, r *Roster) {
		t.Helper()
		ctx := t.Context()
		digits, err := r.NewDeskCode(ctx, wang, "pay", noon)
		must(t, err)
		if !allDigits(digits, 10) {
			t.Fatalf("code %q", digits)
		}
		wantClean(t, r, digits, tokenHash(digits)) // an unkeyed hash of ten digits could be tried out
		_, err = r.UseDeskCode(ctx, digits, "check_in", noon)
		wantErr(t, "for another purpose", err, ErrNotFound)
		if won := race(t, func(int) error { _, err := r.UseDeskCode(ctx, digits, "pay", noon+1); return err }, ErrUsed); won != 1 {
			t.Errorf("%d used one code", won)
		}
		late, err := r.NewDeskCode(ctx, wang, "pay", noon)
		must(t, err)
		c, err := r.UseDeskCode(ctx, late, "pay", noon+DeskCodeLife)
		wantErr(t, "after 10 minutes", err, ErrExpired)
		if c.Account != wang {
			t.Errorf("an expired code is told with its account, got %q", c.Account)
		}
		for _, wrong := range []string{"", "123", "abcdefghij", "00000000000"} {
			_, err = r.UseDeskCode(ctx, wrong, "pay", noon)
			wantErr(t, "wrong digits", err, ErrNotFound)
		}
	})
}

func numbers(n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = fmt.Sprintf("92%018d", i)
	}
	return all
}

func TestCardLife(t *testing.T) {
	eachStore(t, func(t *testing.T, r *Roster) {
		t.Helper()
		ctx := t.Context()
		sheet, cards, err := r.NewSheet(ctx, desk, numbers(10))
		must(t, err)
		wantClean(t, r, numbers(10)...)
		card, err := r.CardByNumber(ctx, numbers(10)[3])
		if err != nil || card != cards[3] || card.State != CardPrinted || card.Account != "" {
			t.Fatalf("a printed card: %+v, %v", card, err)
		}
		won := race(t, func(n int) error {
			_, err := r.ActivateCard(ctx, at(noon+1), card.ID, []ledger.AccountID{wang, li}[n%2])
			return err
		}, ErrUsed)
		if won != 1 {
			t.Errorf("%d people were handed one card", won)
		}
		card, err = r.CardByNumber(ctx, numbers(10)[3])
		must(t, err)
		if mine, err := r.CardsOf(ctx, card.Account); err != nil || !slices.Equal(mine, []Card{card}) || card.State != CardActive {
			t.Errorf("cards of %s: %v, %v", card.Account, mine, err)
		}
		for range 2 {
			_, err = r.RevokeCard(ctx, at(noon+2), card.ID)
			must(t, err)
		}
		if card, err = r.CardByNumber(ctx, numbers(10)[3]); err != nil || card.State != CardRevoked || card.Revoked != noon+2 {
			t.Errorf("a lost card: %+v, %v", card, err)
		}
		_, err = r.ActivateCard(ctx, desk, card.ID, wang)
		wantErr(t, "a revoked card", err, ErrRevoked)
		_, counted, err := r.SheetOf(ctx, sheet.ID)
		if err != nil || len(counted) != 10 || counted[3].State != CardRevoked || counted[4].State != CardPrinted {
			t.Errorf("the sheet counts %d cards, %v", len(counted), err)
		}
	})
}

func TestCardSheetIsWhole(t *testing.T) {
	ctx := t.Context()
	r := peopled(t)
	_, _, err := r.NewSheet(ctx, desk, numbers(3))
	must(t, err)
	before := len(rows(t, r.store))
	_, _, err = r.NewSheet(ctx, desk, append([]string{"92999999999999999999"}, numbers(1)...))
	wantErr(t, "a number that is taken", err, ErrExists)
	for what, bad := range map[string][]string{
		"none": nil, "eleven": numbers(11), "short": {"92123"}, "letters": {"9200000000000000000a"},
	} {
		_, _, err = r.NewSheet(ctx, desk, bad)
		wantField(t, what, err, "numbers")
	}
	if after := len(rows(t, r.store)); after != before {
		t.Errorf("refused sheets wrote %d rows", after-before)
	}
	_, err = r.CardByNumber(ctx, "92999999999999999999")
	wantErr(t, "the other number of a refused sheet", err, ErrNotFound)
	_, err = r.CardByNumber(ctx, "no digits")
	wantErr(t, "no number at all", err, ErrNotFound)
	if sheets, err := r.Sheets(ctx); err != nil || len(sheets) != 1 || len(sheets[0].Cards) != 3 {
		t.Errorf("sheets %v, %v", sheets, err)
	}
	card, err := r.CardByNumber(ctx, numbers(1)[0])
	must(t, err)
	_, err = r.ActivateCard(ctx, desk, card.ID, "m/nobody0000")
	wantErr(t, "a card for nobody", err, ErrNotFound)
	_, err = r.ActivateCard(ctx, desk, "nocard0000", wang)
	wantErr(t, "no such card", err, ErrNotFound)
}

var totp = bytes.Repeat([]byte("0123456789abcdef"), 2)

func TestHandles(t *testing.T) {
	eachStore(t, func(t *testing.T, r *Roster) {
		t.Helper()
		ctx := t.Context()
		pay, err := r.NewHandle(ctx, desk, Pay, wang, "phone/1", totp)
		must(t, err)
		wantClean(t, r, string(totp))
		got, key, err := r.Handle(ctx, Pay, pay.Digits)
		if err != nil || got.Account != wang || got.Device != "phone/1" || !bytes.Equal(key, totp) || !allDigits(pay.Digits, 9) {
			t.Errorf("handle %+v, %v", got, err)
		}
		_, _, err = r.Handle(ctx, CheckIn, pay.Digits)
		wantErr(t, "a pay handle shown for check-in", err, ErrNotFound)
		other := bytes.Repeat([]byte("x"), 32)
		next := make([]Handle, 16)
		won := race(t, func(n int) error {
			h, err := r.RotateHandle(ctx, at(noon+30*day), Pay, pay.Digits, other)
			next[n] = h
			return err
		}, ErrRevoked)
		if won != 1 {
			t.Errorf("one handle was replaced %d times", won)
		}
		_, _, err = r.Handle(ctx, Pay, pay.Digits)
		wantErr(t, "the old handle", err, ErrRevoked)
		i := slices.IndexFunc(next, func(h Handle) bool { return h.Digits != "" })
		if got, key, err := r.Handle(ctx, Pay, next[i].Digits); err != nil || got.Account != wang || got.Device != "phone/1" || !bytes.Equal(key, other) {
			t.Errorf("the new handle: %+v, %v", got, err)
		}
		if all, err := r.HandlesOf(ctx, wang); err != nil || len(all) != 2 {
			t.Errorf("%d handles, %v; losers of the race must leave none", len(all), err)
		}
		must(t, r.RevokeHandle(ctx, desk, Pay, next[i].Digits))
		must(t, r.RevokeHandle(ctx, desk, Pay, next[i].Digits))
		_, _, err = r.Handle(ctx, Pay, next[i].Digits)
		wantErr(t, "revoked", err, ErrRevoked)
		_, err = r.NewHandle(ctx, desk, Pay, "m/nobody0000", "phone/1", totp)
		wantErr(t, "for nobody", err, ErrNoKey)
		_, err = r.NewHandle(ctx, desk, "92", wang, "phone/1", totp)
		wantField(t, "a card's prefix", err, "purpose")
		_, err = r.NewHandle(ctx, desk, Pay, wang, "phone/1", totp[:19])
		wantField(t, "a short key", err, "totp")
	})
}

// A handle moved to another person's account in the store must not open with the other's key.
func TestHandleKeyIsBoundToItsDigits(t *testing.T) {
	ctx := t.Context()
	r := peopled(t)
	a, err := r.NewHandle(ctx, desk, Pay, wang, "phone/1", totp)
	must(t, err)
	b, err := r.NewHandle(ctx, desk, Pay, wang, "phone/1", totp)
	must(t, err)
	_, err = update(ctx, r, handleRow(Pay, a.Digits), func(h *Handle) ([]Change, error) { h.Sealed = b.Sealed; return nil, nil })
	must(t, err)
	_, _, err = r.Handle(ctx, Pay, a.Digits)
	wantErr(t, "with another handle's key", err, ErrSeal)
}

func TestDevices(t *testing.T) {
	ctx := t.Context()
	r := peopled(t)
	till, secret, err := r.AddDevice(ctx, desk, Device{Kind: Till, Label: "1号收银台", Canteen: "c1"})
	must(t, err)
	wantClean(t, r, secret)
	if !strings.HasPrefix(string(till.ID), "till/") {
		t.Errorf("the ledger reads a device's class from its id %q", till.ID)
	}
	if got, err := r.CheckDevice(ctx, till.ID, secret); err != nil || got.Label != "1号收银台" || got.Canteen != "c1" {
		t.Errorf("the till: %+v, %v", got, err)
	}
	for _, wrong := range []string{"", NewToken(), secret + "A", till.Secret} {
		_, err = r.CheckDevice(ctx, till.ID, wrong)
		wantErr(t, "another secret", err, ErrNotFound)
	}
	must(t, r.RevokeDevice(ctx, desk, till.ID))
	_, err = r.CheckDevice(ctx, till.ID, secret)
	wantErr(t, "a stolen till", err, ErrRevoked)
	phone, _, err := r.AddDevice(ctx, desk, Device{Kind: Phone, Members: []ledger.AccountID{wang}})
	must(t, err)
	race(t, func(int) error { _, err := r.JoinDevice(ctx, desk, phone.ID, li); return err }, nil)
	phone, err = r.Device(ctx, phone.ID)
	if err != nil || !slices.Equal(phone.Members, []ledger.AccountID{wang, li}) {
		t.Errorf("a shared phone: %v, %v", phone.Members, err)
	}
	if of, err := r.DevicesOf(ctx, li); err != nil || len(of) != 1 || of[0].ID != phone.ID {
		t.Errorf("devices of Li: %v, %v", of, err)
	}
	for i := range 6 {
		_, err = r.JoinDevice(ctx, desk, phone.ID, ledger.AccountID(fmt.Sprintf("m/n%09d", i)))
		must(t, err)
	}
	_, err = r.JoinDevice(ctx, desk, phone.ID, child)
	wantErr(t, "a ninth on one phone", err, ErrTooLarge)
	_, _, err = r.AddDevice(ctx, desk, Device{Kind: Phone, Label: "李阿姨的手机"})
	wantField(t, "a phone named after a person", err, "label")
	_, _, err = r.AddDevice(ctx, desk, Device{Kind: "fridge"})
	wantField(t, "no device", err, "kind")
	if all, err := r.Devices(ctx); err != nil || len(all) != 2 {
		t.Errorf("%d devices, %v", len(all), err)
	}
}

package main

import (
	"errors"
	"fmt"
	"os"

	"filippo.io/torchwood"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/seal"
)

// receipt verifies a receipt with the log's public key alone, and with its witnesses where the policy names some.
func (c *verifyCmd) receipt(con *console) error {
	text, err := os.ReadFile(c.Receipt)
	if err != nil {
		return fmt.Errorf("read receipt: %w", err)
	}
	policy, err := c.policy()
	if err != nil {
		return err
	}
	r, err := seal.OpenReceipt(text, policy)
	if err != nil {
		return &plainError{"凭条核验未通过：" + err.Error(), "the receipt is NOT verified: " + err.Error(), err}
	}
	record, err := ledger.ParseLine(r.Line)
	if err == nil && int64(record.Seq) != r.Index+1 {
		err = fmt.Errorf("record %d stands at index %d", record.Seq, r.Index)
	}
	if err != nil {
		return &plainError{"凭条里的记录读不懂：" + err.Error(), "the record in the receipt cannot be read: " + err.Error(), err}
	}
	con.say("凭条有效：第 %[1]d 条记录，在账本“%[2]s”签名的 %[3]d 条之内。", "the receipt is valid: record %[1]d is under the checkpoint of %[3]d records that %[2]s signed.",
		record.Seq, r.Checkpoint.Origin, r.Checkpoint.Size)
	if c.Policy == "" {
		con.say("没有核对见证方：请用 --policy log.txt。", "Witnesses were not checked: give --policy log.txt.")
	}
	con.say("%s", "", r.Line)
	return nil
}

// policy is who must have signed: the published policy, or the keys given.
func (c *verifyCmd) policy() (torchwood.Policy, error) {
	switch {
	case c.Policy != "":
		text, err := os.ReadFile(c.Policy)
		if err != nil {
			return nil, fmt.Errorf("read policy: %w", err)
		}
		p, err := seal.ParsePolicy(text)
		if err != nil {
			return nil, fmt.Errorf("read policy: %w", err)
		}
		return p, nil
	case len(c.Vkey) > 0:
		return seal.LogPolicy(c.Vkey...)
	}
	return nil, &plainError{"核验凭条需要账本公钥：--vkey 或 --policy", "verifying a receipt needs the log's public key: --vkey or --policy", errors.ErrUnsupported}
}

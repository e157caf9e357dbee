package explain

import (
	"fmt"

	"moralbank.example/bank/ledger"
)

// Refusal says why the rules said no: the rule behind the code, and the facts that the refusal carries. It blames nobody.
// The answer holds when the facts bear the refusal out: what is used and needed is over what is allowed.
func Refusal(r *ledger.Refusal, rules *ledger.Rulebook) Answer {
	why := reasons[r.Code]
	a := Answer{Text: Text{why.zh, why.en}, Holds: why.zh != ""}
	if why.rule != "" {
		a.Steps = append(a.Steps, Step{Rule: why.rule, Edition: rules.Edition, Text: a.Text})
	}
	fact := func(seq ledger.Seq, at ledger.Time, amount int64, zh, en string) {
		a.Steps = append(a.Steps, Step{Seq: seq, At: at, Rule: why.rule, Edition: rules.Edition, Amount: amount, Text: Text{zh, en}})
	}
	c := clockOf(rules)
	if r.Limit > 0 {
		fact(0, 0, r.Used, fmt.Sprintf("上限 %d，已用 %d。", r.Limit, r.Used), fmt.Sprintf("The limit is %d; %d are used.", r.Limit, r.Used))
	}
	if r.Need != 0 {
		fact(0, 0, r.Need-r.Available, fmt.Sprintf("需要 %d，现有 %d。", r.Need, r.Available), fmt.Sprintf("It takes %d; there are %d.", r.Need, r.Available))
	}
	if r.Seq > 0 {
		fact(r.Seq, r.At, 0, fmt.Sprintf("见第 %d 号记录。", r.Seq), fmt.Sprintf("See record %d.", r.Seq))
	}
	if r.At > 0 && r.Seq == 0 {
		fact(0, r.At, 0, fmt.Sprintf("时间：%s。", c.moment(r.At)), fmt.Sprintf("The time is %s.", c.moment(r.At)))
	}
	if r.Reset > 0 {
		fact(0, r.Reset, 0, c.moment(r.Reset)+" 以后可以。", fmt.Sprintf("It becomes possible at %s.", c.moment(r.Reset)))
	}
	if r.Code == ledger.CodeBalanceShort || r.Code == ledger.CodeBudgetShort || r.Code == ledger.CodePoolShort {
		a.Holds = r.Need > r.Available
	}
	return a
}

package explain_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"strconv"
	"strings"
	"testing"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/explain"
)

const (
	nine  = ledger.Time(1772413200000) // 2026-03-02 09:00 in UTC+8
	hour  = ledger.Time(3_600_000)
	wang  = ledger.AccountID("m/wang")
	month = ledger.Month(202803)
)

func awarded(seq ledger.Seq, w ledger.Awarded, balance, minutes int64) ledger.Record {
	w.Account, w.Activity, w.Month, w.Percent, w.Grade = wang, "a/clean-1", month, max(w.Percent, 100), ledger.GradeA
	return ledger.Record{Seq: seq, Time: nine + 2*hour, Kind: ledger.KindAwarded, Rulebook: 1, Body: &w, Postings: []ledger.Posting{
		{Account: "i/o8", Unit: ledger.UnitMinutes, Amount: -int64(w.Minutes), Balance: -minutes, N: 1},
		{Account: wang, Unit: ledger.UnitMinutes, Amount: int64(w.Minutes), Balance: minutes, N: 1},
		{Account: wang, Unit: ledger.UnitPoints, Amount: int64(w.Points), Balance: balance, N: 1},
	}}
}

func want(t *testing.T, a explain.Answer, value int64, sentences ...string) {
	t.Helper()
	if a.Value != value || !a.Holds {
		t.Errorf("%+v: want %d, and that it holds", a, value)
	}
	if len(a.Steps) != len(sentences) {
		t.Fatalf("%d steps, want %d: %+v", len(a.Steps), len(sentences), a.Steps)
	}
	for i, s := range a.Steps {
		if s.Text.Zh != sentences[i] {
			t.Errorf("step %d says %q, want %q", i, s.Text.Zh, sentences[i])
		}
		if s.Text.En == "" || strings.ContainsAny(s.Text.En, "，。") {
			t.Errorf("step %d says in English %q", i, s.Text.En)
		}
	}
}

// 为什么只发了 10 分？
func TestAward(t *testing.T) {
	rules := ledger.DefaultRulebook()
	r := awarded(7, ledger.Awarded{Minutes: 240, Earned: 40, Points: 8, Waiting: 2}, 8, 240)
	a, ok := explain.Award(&r, rules)
	if !ok {
		t.Fatal("no award")
	}
	want(t, a, 8,
		"服务 240 分钟，每小时 10 分，应得 40 分（不足 1 分的按 1 分算）。",
		"每人每天的服务积分最多 40 分，当天前面的活动已有 30 分，所以少 30 分。时长照记。",
		"组织当月的发放额度不够，2 分先等着，有额度就补发，一分不少。")
	if a.Steps[1].Rule != "day-points-max" || a.Steps[1].Edition != 1 || a.Steps[1].Seq != 7 {
		t.Errorf("the day's limit is not named: %+v", a.Steps[1])
	}
	r = awarded(8, ledger.Awarded{Minutes: 60, Earned: 15, Points: 15, Percent: 150}, 23, 300)
	a, _ = explain.Award(&r, rules)
	want(t, a, 15, "服务 60 分钟，每小时 10 分，按 150% 计，应得 15 分（不足 1 分的按 1 分算）。")
	if _, ok := explain.Award(&ledger.Record{Body: &ledger.Approved{}}, rules); ok {
		t.Error("an approval is explained as an award")
	}
}

func TestDeedAward(t *testing.T) {
	r := ledger.Record{Seq: 9, Time: nine, Rulebook: 1, Body: &ledger.DeedAwarded{Deed: 5, Type: "blood", Account: wang, Earned: 30, Points: 20, Waiting: 3}}
	a, _ := explain.DeedAward(&r, ledger.DefaultRulebook(), func(kind, id string) explain.Text {
		return explain.Text{Zh: "无偿献血", En: "giving blood"}
	})
	want(t, a, 20, "评议会通过，给 30 分，公示期满没有异议。", "好人好事每人每月最多 30 分，本月已满，少 7 分。", "社区当月的发放额度不够，3 分先等着，有额度就补发。")
	if a.Text.Zh != "好人好事“无偿献血”发放 20 分。" {
		t.Errorf("it is called %q", a.Text.Zh)
	}
}

func TestMinutes(t *testing.T) {
	rules := ledger.DefaultRulebook()
	r := awarded(7, ledger.Awarded{In: nine - hour/2, Out: nine + 3*hour, Minutes: 120, Points: 20}, 20, 120)
	a, _ := explain.Minutes(&r, rules, nine, nine+2*hour, nine+3*hour)
	want(t, a, 120, "2026-03-02 08:30 签到。", "活动 09:00 开始，早到的不算。", "2026-03-02 12:00 签退，活动 11:00 结束，只算到结束。")
	r = awarded(7, ledger.Awarded{In: nine, Minutes: 90, Points: 15, Forgot: true}, 15, 90)
	a, _ = explain.Minutes(&r, rules, nine, nine+2*hour, nine+3*hour/2)
	want(t, a, 90, "2026-03-02 09:00 签到。", "没有签退，算到收工 10:30。")
	r = awarded(7, ledger.Awarded{In: nine, Minutes: 121, Points: 15}, 15, 121)
	if a, _ = explain.Minutes(&r, rules, nine, nine+2*hour, nine+2*hour); a.Holds {
		t.Error("one minute too many is explained away")
	}
}

// 为什么我有 45 分？
func TestBalance(t *testing.T) {
	rules := ledger.DefaultRulebook()
	first := awarded(7, ledger.Awarded{Minutes: 240, Earned: 40, Points: 40}, 60, 240)
	meal := ledger.Record{Seq: 9, Time: nine + 26*hour, Rulebook: 1, Body: &ledger.Redeemed{Account: wang, Meal: "breakfast", Points: 15}, Postings: []ledger.Posting{
		{Account: wang, Unit: ledger.UnitPoints, Amount: -15, Balance: 45, N: 2}, {Account: "c/c1", Unit: ledger.UnitPoints, Amount: 15, Balance: 15, N: 1},
	}}
	words := func(kind, id string) explain.Text {
		if kind == "meal" && id == "breakfast" {
			return explain.Text{Zh: "早餐", En: "breakfast"}
		}
		return explain.Text{}
	}
	a := explain.Balance(wang, ledger.UnitPoints, []ledger.Record{meal, first}, rules, words)
	want(t, a, 45, "此前的余额是 20。", "2026-03-02，服务发放，+40 分。", "2026-03-03，兑换：早餐，-15 分。")
	meal.Postings[0].Balance = 46
	if a := explain.Balance(wang, ledger.UnitPoints, []ledger.Record{first, meal}, rules, words); a.Holds {
		t.Error("a balance that does not add up holds")
	}
	a = explain.Balance(wang, ledger.UnitMinutes, []ledger.Record{first}, rules, nil)
	want(t, a, 240, "2026-03-02，服务发放，+240 分钟。")
}

func TestAvailable(t *testing.T) {
	v := ledger.AccountView{Points: 45, Lots: []ledger.Lot{{Month: 202602, Points: 5}, {Month: 202803, Points: 40, Pinned: 10}}}
	a := explain.Available(&v, nine, ledger.DefaultRulebook())
	want(t, a, 30, "余额 45 分。", "10 分等活动确认后可用。", "5 分已经到期。")
	v.Lots[1].Pinned, v.Held, v.Disputed = 24, 9, 5 // a booked meal and a dispute pin too, and wait for no activity
	a = explain.Available(&v, nine, ledger.DefaultRulebook())
	want(t, a, 16, "余额 45 分。", "10 分等活动确认后可用。", "9 分已预留给订好的餐。", "5 分有异议，等处理完再用。", "5 分已经到期。")
}

// 为什么被拒绝？
func TestRefusal(t *testing.T) {
	rules := ledger.DefaultRulebook()
	a := explain.Refusal(&ledger.Refusal{Code: ledger.CodePINRequired, Used: 80, Limit: 90, Reset: nine + 15*hour}, rules)
	want(t, a, 0, "一天里超过这么多分，要输口令。", "上限 90，已用 80。", "2026-03-03 00:00 以后可以。")
	if a.Steps[0].Rule != "no-pin-points" {
		t.Errorf("the rule is not named: %+v", a.Steps[0])
	}
	a = explain.Refusal(&ledger.Refusal{Code: ledger.CodeBalanceShort, Need: 40, Available: 10}, rules)
	want(t, a, 0, "需要 40，现有 10。")
	if a := explain.Refusal(&ledger.Refusal{Code: ledger.CodeBalanceShort, Need: 10, Available: 40}, rules); a.Holds {
		t.Error("a refusal for want of points holds although there are enough")
	}
	a = explain.Refusal(&ledger.Refusal{Code: ledger.CodeMealTaken, Seq: 12, At: nine}, rules)
	want(t, a, 0, "见第 12 号记录。")
	if a := explain.Refusal(&ledger.Refusal{Code: "unheard_of"}, rules); a.Holds {
		t.Error("a code that nobody knows is explained")
	}
}

// Every code that the rules can answer with is explained in both languages.
func TestEveryCode(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "../refusal.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	rules, err := os.ReadFile("../testdata/golden/rulebook.json")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	ast.Inspect(file, func(node ast.Node) bool {
		v, ok := node.(*ast.ValueSpec)
		if !ok || len(v.Values) != 1 {
			return true
		}
		if name, is := v.Type.(*ast.Ident); !is || name.Name != "Code" {
			return true
		}
		code, err := strconv.Unquote(v.Values[0].(*ast.BasicLit).Value)
		if err != nil {
			t.Fatal(err)
		}
		n++
		a := explain.Refusal(&ledger.Refusal{Code: ledger.Code(code)}, ledger.DefaultRulebook())
		if !strings.HasSuffix(a.Text.Zh, "。") || !strings.HasSuffix(a.Text.En, ".") {
			t.Errorf("%s is explained as %+v", code, a.Text)
		}
		if len(a.Steps) > 0 && !strings.Contains(string(rules), strconv.Quote(a.Steps[0].Rule)+":") {
			t.Errorf("%s is explained by %q, which is no field of the rulebook", code, a.Steps[0].Rule)
		}
		return true
	})
	if n < 80 {
		t.Errorf("only %d codes found", n)
	}
}

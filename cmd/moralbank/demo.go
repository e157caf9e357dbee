package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"slices"

	"moralbank.example/bank/api/auth"
	"moralbank.example/bank/cmd/moralbank/sample"
	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/roster"
)

// demoCmd serves a community of fictional people that has lived for six months.
type demoCmd struct {
	Data   string `help:"演示数据目录，须为空或不存在 / a directory that is empty or does not exist yet." default:"demo-data" type:"path"`
	Listen string `help:"监听地址 / address to listen on." default:"127.0.0.1:8080"`
	Seed   uint64 `help:"随机种子：同一种子，同一社区 / the same seed makes the same community." default:"20230831"`
	Links  string `help:"把登录链接另存为 JSON 文件（仅本人可读）/ also write the sign-in links to a JSON file, readable by you alone." type:"path"`
	Fill   bool   `help:"只生成数据，不启动服务 / make the data and stop."`
	Forged bool   `help:"另做两份伪造的副本，供核验 / also make two forged copies, for verify to find."`
}

// Run makes the community, opens it again as any data directory, and serves it.
func (c *demoCmd) Run(ctx context.Context, con *console) error {
	con.level.Set(slog.LevelWarn) // the terminal is for the introduction
	con.say("正在生成演示社区（%[1]d 位虚构居民，%[2]d 个月），请稍候……",
		"Making the demo community (%[1]d fictional people, %[2]d months); a moment, please.", sample.People, sample.Months)
	cast, err := c.fill(ctx, con)
	if err != nil {
		return err
	}
	if c.Forged {
		if err := c.forge(ctx, con); err != nil {
			return err
		}
	}
	if c.Fill {
		return nil
	}
	h, err := openHouse(ctx, c.Data, con.log, con.clock)
	if err != nil {
		return err
	}
	s := serveCmd{Data: c.Data, Listen: c.Listen}
	err = s.serve(ctx, con, h, func(ctx context.Context, _ string) error { return c.introduce(ctx, con, h, &cast) })
	return errors.Join(err, h.close(context.WithoutCancel(ctx)))
}

// fill founds the ledger half a year ago and lives it up to now.
func (c *demoCmd) fill(ctx context.Context, con *console) (sample.Cast, error) {
	_, port, err := net.SplitHostPort(c.Listen)
	if err != nil {
		return sample.Cast{}, fmt.Errorf("listen address: %w", err)
	}
	now := ledger.Time(con.now().UnixMilli())
	var clock sample.Clock
	clock.Set(sample.Begins(now))
	past := &console{out: con.out, log: con.log, clock: clock.Engine()}
	found := initCmd{
		Data: c.Data, Origin: "bank.example/demo", Community: "彩虹城（演示数据）", PublicURL: "http://127.0.0.1:" + port, Demo: true,
	}
	h, err := found.found(ctx, past)
	if err != nil {
		return sample.Cast{}, err
	}
	cast, err := sample.Fill(ctx, sample.Rooms{Engine: h.engine, View: h.view, Roster: h.roster, Clock: &clock}, c.Seed, now)
	return cast, errors.Join(err, h.close(ctx))
}

// demoLinkLife is how long the links of the introduction can be used.
const demoLinkLife = roster.EnrolmentLife

// introduced is a person whom the introduction gives a link.
type introduced struct {
	zh, en string
	who    sample.Persona
}

// introduce prints who can be tried, with a one-time sign-in link each, and what to try.
func (c *demoCmd) introduce(ctx context.Context, con *console, h *house, cast *sample.Cast) error {
	linked := []introduced{
		{"志愿者手机页（今天还没签到）", "volunteer's phone page (not checked in yet)", cast.Volunteers[0]},
		{"志愿者手机页（活动正在进行，已签到）", "volunteer's phone page (checked in, the activity is running)", cast.Volunteers[1]},
		{"队长：亮出签到码、结束并确认全部", "team leader: show the station code, close the activity", cast.Leaders[1]},
		{"组织者：查账、冲正、审批", "organizer: balances, reversal, approval", cast.Organizers[0]},
		{"第二位组织者（审批要两个人）", "second organizer (approval takes two people)", cast.Organizers[1]},
		{"审计员：只看不改", "auditor: reads everything, writes nothing", cast.Auditors[0]},
	}
	password, err := h.demoPasswords(ctx, con, cast, linked)
	if err != nil {
		return err
	}
	url := h.settings.PublicURL
	con.say("\n试一试（链接各用一次，人物均为虚构）：", "Try it (each link works once; all people are fictional):")
	made := demoLinks{Password: password, Leaders: phones(cast.Leaders), Organizers: phones(cast.Organizers)}
	for _, p := range linked {
		link, err := h.demoLink(ctx, con, p.who.Account, roster.Enrolment{Kind: roster.EnrolMember})
		if err != nil {
			return err
		}
		made.Links = append(made.Links, link)
		con.say("· %[1]s  %[2]s\n    %[3]s\n    %[4]s", "", p.zh, p.who.Name, p.en, link)
	}
	till, err := h.demoLink(ctx, con, "", roster.Enrolment{
		Kind: roster.EnrolDevice, Device: ledger.DeviceTill, Canteen: "c1", Maker: cast.Organizers[0].Account,
	})
	if err != nil {
		return err
	}
	cashier, elder := cast.Cashiers[0], cast.Elders[0]
	made.Till, made.Cashier = till, cashier.Phone
	for _, e := range cast.Elders {
		made.Cards = append(made.Cards, e.Card)
	}
	if err := made.write(c.Links); err != nil {
		return err
	}
	con.say("· 食堂收银台：先打开此链接登记本机，再用手机号 %[2]s、密码 %[3]s 登录\n    canteen till: open the link to enrol this browser, then sign in\n    %[1]s",
		"", till, cashier.Phone, password)
	con.say("    扫这张爱心卡试试（%[2]s）：%[1]s", "    scan or type this elder's card: %[1]s", elder.Card, elder.Name)
	con.say("\n其他工作人员用手机号和同一个演示密码登录：%[2]s/sign-in  密码 %[1]s（如另一位队长 %[3]s）",
		"Other staff sign in with their phone and this demo password: %[1]s (another leader: %[3]s)", password, url, cast.Leaders[0].Phone)
	con.say("核验账本（先停止服务）：bin/moralbank verify --data %[1]s", "Check the books (stop the server first): bin/moralbank verify --data %[1]s", c.Data)
	con.say("一个浏览器同时只登录一个人：换人请用无痕窗口。按 Ctrl-C 停止。",
		"One browser signs in one person: use a private window for another. Ctrl-C stops it.")
	return nil
}

func (h *house) demoLink(ctx context.Context, con *console, account ledger.AccountID, what roster.Enrolment) (string, error) {
	now := ledger.Time(con.now().UnixMilli())
	by := roster.By{Actor: what.Maker, Device: ledger.ViaCLI, At: now}
	if by.Actor == "" {
		by.Actor = ledger.ActorRoot
	}
	token, _, err := h.roster.NewEnrolment(ctx, by, account, what, now+demoLinkLife)
	if err != nil {
		return "", fmt.Errorf("sign-in link: %w", err)
	}
	return h.settings.PublicURL + "/e/" + token, nil
}

// demoPasswords gives the demo's staff one password, made for this run and kept nowhere in the clear. Those who get a
// link are left out: who has a password must give it beside a link.
func (h *house) demoPasswords(ctx context.Context, con *console, cast *sample.Cast, linked []introduced) (string, error) {
	password := "demo-" + roster.NewID()
	hash, err := auth.NewPasswords(1).Hash(ctx, password)
	if err != nil {
		return "", err
	}
	by := roster.By{Actor: ledger.ActorRoot, Device: ledger.ViaCLI, At: ledger.Time(con.now().UnixMilli())}
	for _, p := range cast.Staff() {
		if slices.ContainsFunc(linked, func(i introduced) bool { return i.who.Account == p.Account }) {
			continue
		}
		if err := h.roster.SetSecret(ctx, by, p.Account, roster.Password, hash); err != nil {
			return "", fmt.Errorf("demo password: %w", err)
		}
	}
	return password, nil
}

// demoLinks is what the introduction says, for scripts: the links of two volunteers, leader, two organizers and auditor
// in this order.
type demoLinks struct {
	Links      []string `json:"links"`
	Till       string   `json:"till"`
	Cards      []string `json:"cards"`   // of elders
	Cashier    string   `json:"cashier"` // phone
	Password   string   `json:"password"`
	Leaders    []string `json:"leaders"`    // phones, by team
	Organizers []string `json:"organizers"` // phones
}

func phones(of []sample.Persona) []string {
	all := make([]string, 0, len(of))
	for _, p := range of {
		all = append(all, p.Phone)
	}
	return all
}

func (d *demoLinks) write(path string) error {
	if path == "" {
		return nil
	}
	p, err := json.Marshal(d) //nolint:gosec // the password of fictional people, made for this run, in a file of mode 0600
	if err != nil {
		return fmt.Errorf("write links: %w", err)
	}
	if err := os.WriteFile(path, p, 0o600); err != nil {
		return fmt.Errorf("write links: %w", err)
	}
	return nil
}

package roster

// notService is the note under kinds of activities that never count (民政部令第67号).
const (
	notServiceZh = "不计服务时长，不发积分"
	notServiceEn = "No service time and no points"
)

var activityTexts = []wording{
	{"elder-visit", "助老探访", "Visiting elders", "", ""},
	{"meal-help", "助餐送餐", "Meal service and delivery", "", ""},
	{"after-school", "四点半辅导", "After-school tutoring", "", ""},
	{"clean-up", "环境清洁", "Cleaning up", "", ""},
	{"patrol", "平安巡逻", "Safety patrol", "", ""},
	{"policy-talk", "政策宣讲", "Explaining policy", "", ""},
	{"mediation", "矛盾调解", "Mediation", "", ""},
	{"repair", "便民维修", "Repairs for neighbours", "", ""},
	{"culture", "文体服务", "Culture and sports", "", ""},
	{"emergency", "应急支援", "Emergency support", "积分按 1.5 倍", "Points count 1.5 times"},
	{"elders-university", "老年大学助教", "Teaching assistant at the elders' university", "", ""},
	{"meeting", "会议", "Meeting", notServiceZh, notServiceEn},
	{"training", "培训", "Training", notServiceZh, notServiceEn},
	{"duty", "值班", "Paid duty", notServiceZh, notServiceEn},
	{"outing", "团建", "Team building", notServiceZh, notServiceEn},
}

var deedTexts = []wording{
	{"lost-found", "拾金不昧", "Returning lost property", "", ""},
	{"neighbour-help", "邻里互助", "Helping a neighbour", "同两位邻居之间 30 天一次", "Once in 30 days between the same two neighbours"},
	{"mediated", "调解成功", "Settling a quarrel", "", ""},
	{"filial-star", "敬老爱亲之星", "Star of family care", "", ""},
	{"blood", "无偿献血", "Giving blood", "", ""},
	{"bravery", "见义勇为", "Bravery", "分值由评议会评定", "The committee decides the points"},
	{"civility", "文明劝导", "Guiding good manners", "", ""},
	{"stairs", "楼道清洁", "Cleaning the stairway", "每周最多计 3 分", "At most 3 points a week"},
	{"books-clothes", "捐书捐衣", "Giving books or clothes", "", ""},
	{"hazard", "隐患上报", "Reporting a hazard", "", ""},
	{"skill-lesson", "技能授课", "Teaching a skill", "按小时计", "Counted by the hour"},
	{"referral", "推荐新志愿者", "Bringing a new volunteer", "新志愿者扫码服务满 2 小时后发放", "Paid after the newcomer's first 2 scanned hours"},
}

var mealTexts = []wording{
	{"breakfast", "早餐", "Breakfast", "", ""},
	{"beef-noodles", "牛肉面", "Beef noodles", "可选小份", "Small portion available"},
	{"dumplings", "爱心水饺", "Dumplings", "", ""},
	{"vegetarian", "素餐", "Vegetarian meal", "可选小份", "Small portion available"},
	{"lunch", "午餐一荤两素", "Lunch, one meat and two vegetables", "可选小份", "Small portion available"},
	{"soft-meal", "软食长者餐", "Soft meal for elders", "", ""},
	{"dinner", "晚餐", "Dinner", "", ""},
	{"soy-milk", "豆浆或粥", "Soy milk or porridge", "", ""},
	{"delivery", "送餐上门", "Delivery to the door", "加在餐费上", "On top of the meal"},
}

var reasonTexts = []wording{
	{"wrong-person", "记到别人名下了", "Booked to another person", "", ""},
	{"wrong-meal", "餐品记错了", "Wrong meal", "", ""},
	{"wrong-time", "时间记错了", "Wrong time", "", ""},
	{"not-served", "本人没吃到", "The member was not served", "", ""},
	{"void", "收银台当场撤销", "Taken back at the till", "", ""},
	{"lost", "卡丢失", "Card lost", "", ""},
	{"spoiled", "卡损坏", "Card spoiled", "", ""},
	{"replaced", "已换新卡", "Card replaced", "", ""},
	{"suspicion", "待核实", "To be looked into", "", ""},
	{"request", "本人申请", "At the member's request", "", ""},
	{"other", "其他原因", "Another reason", "", ""},
	{"voted", "评议会没有通过", "The committee did not agree", "", ""},
	{"denied", "受助人说没有这回事", "Who should have received it says no", "", ""},
	{"withdrawn", "本人撤回", "Taken back", "", ""},
	{"lapsed", "到期没有办完", "Nobody decided in time", "", ""},
	{"upheld", "公示期异议成立", "An objection in the public notice was upheld", "", ""},
}

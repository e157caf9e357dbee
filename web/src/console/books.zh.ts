/** The words of the numbers that add up: what the line of truth is made of, and the sums. */
export const books = {
  truthParts: ([earned = "", funded = "", paid = "", helped = ""]: string[]) =>
    `发放里，居民得了 ${earned}，拨进资金池 ${funded}。兑换里，居民付了 ${paid}，资金池和差额付了 ${helped}。`,
  accountsOf: (number: string) => `${number}：由哪些账户组成`,
  accountsWhich: "看哪个数",
  accountsHints: {
    issued: "发放账户里记的是负数，这里写成发出去的数。合计就是总览里的“发放”。点账户名，看它的每一条账目。",
    redeemed: "还在食堂账户里的，加上已经结算的。合计就是总览里的“兑换”。点账户名，看它的每一条账目。",
    expired: "合计就是总览里的“过期”。点账户名，看它的每一条账目。",
    outstanding: "差额是欠着的，所以是负数。合计就是总览里的“未用”。点账户名，看它的每一条账目。",
  },
  accountsWaiting: (all: string, free: string, pinned: string) =>
    `居民的 ${all} 里，现在能用的 ${free}，还不能用的 ${pinned}。还不能用的，在等活动确认、等取餐，或者等处理异议。`,
  allMembers: (count: string) => `居民账户，共 ${count} 个`,
  total: "合计",
  owedByAge: "未用积分什么时候到期",
  expiresWith: "到期月份",
  owedNever: "资金池等（不按月到期）",
  owedTotal: (members: string, pools: string, all: string) => `居民 ${members}，加上资金池、转赠途中和差额 ${pools}，合计 ${all}，就是上面的“未用”。`,
  owedAgainst: (redeemed: string, weeks: string) => `近 30 天兑换 ${redeemed}，照这样够用 ${weeks} 周。`,
  sums: "合计",
  sumsBy: "怎么分",
  sumsWays: { community: "全社区", organization: "社会组织", team: "志愿服务队", canteen: "食堂", day: "日期", building: "楼栋" },
  sumsNames: {
    minutes: "服务时长",
    issued: "发放",
    earned: "获得",
    redeemed: "兑换",
    expired: "过期",
    other: "其他进出",
    held: "现有",
    net: "净变动",
    meals: "餐数",
    byPools: "其中资金池付",
    settled: "已结算",
    open: "未结算",
  },
  sumsGroups: { activities: "按活动算", people: "按人算" },
  sumsHints: {
    community:
      "获得 − 兑换 − 过期 + 其他进出 = 现有；选了日期，得出的是那段时间的净变动。居民的获得来自活动、好人好事和期初；资金池的获得，是社区拨的。其他进出是转赠、捐赠和关怀发放：资金池少的，就是居民多的，所以合计是 0。",
    organization:
      "按活动算，是这个组织的活动记下的时长、发出的积分。好人好事、期初、没有组织的活动，都在“不属于任何社会组织”那一行。拨给资金池的另算一行。不选日期时，合计和总览一样。",
    team: "服务时长和发放按活动算：是这个队的活动，不管谁参加。其余按人算：是这个队的居民，不管在哪里得的。其他进出还包括加入时带来、离开时带走的。一个人在几个队里，每个队都算她，“不属于任何服务队”那一行减去了重复的，所以那里可能是负数。不选日期时，合计和总览一样。",
    canteen: "兑换是食堂收到的积分。其中资金池付的，包括爱心池、补贴池和差额。不选日期时，合计就是总览里的“兑换”。",
    day: "净变动 = 发放 − 兑换 − 过期：这一天，未用的积分多了还是少了。冲正的，算在冲正那一天。",
    building: "按人算，整月计算。不到 10 人的楼栋不单独显示，并在“其他楼栋”里；加起来还不到 10 人，就再并一栋。不选日期时，合计和总览一样。",
  },
  hoursOf: (hours: string, minutes: string) => `${hours} 小时 ${minutes} 分`,
  sumsHold: "对得上",
  sumsBroken: "对不上，请联系运维",
  sumsEmpty: "这段时间没有数",
  sumsFew: "不到 10 人的楼栋不单独显示。",
};

export type BookWords = typeof books;

/** The words of booked meals (订餐). */
export const zh = {
  title: "订餐",
  intro: "订好以后先留着积分，到食堂出示卡或积分码取餐。不取，过了餐次自动退回。",
  mine: "已经订的",
  none: "还没有订餐",
  noneHint: "选好日子和餐食，点“就订这个”。",
  day: "哪一天",
  period: "哪一餐",
  periods: { breakfast: "早餐", lunch: "午餐", dinner: "晚餐" },
  canteen: "哪个食堂",
  meal: "吃什么",
  small: "小份",
  nothing: "这一餐没有可以订的。",
  book: "就订这个",
  cancel: "不去了，退掉",
  cancelAsk: "退掉以后，积分马上可以用。",
  until: (when: string) => `${when} 前取`,
  kitchen: "今天订的餐",
  kitchenEmpty: "这一天没有人订餐",
  kitchenHint: "取餐时照常扫卡或积分码，订的那一份会自动取走。",
  count: (n: number) => `${n} 份`,
};

export type BookingWords = typeof zh;

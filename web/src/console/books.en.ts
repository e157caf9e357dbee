import type { BookWords } from "./books.zh";

export const books: BookWords = {
  truthParts: ([earned = "", funded = "", paid = "", helped = ""]: string[]) =>
    `Of what was issued, members got ${earned} and pools ${funded}. Of what was redeemed, members paid ${paid}, pools and shortfall ${helped}.`,
  accountsOf: (number: string) => `${number}: the accounts it is made of`,
  accountsWhich: "Number",
  accountsHints: {
    issued: "Issuers stand below zero in the books; here is what they gave. The total is Issued on the overview. An account's name opens its records.",
    redeemed: "What is still with the canteens, and what was settled. The total is Redeemed on the overview. An account's name opens its records.",
    expired: "The total is Expired on the overview. An account's name opens its records.",
    outstanding: "Shortfall is owed, and so below zero. The total is Unspent on the overview. An account's name opens its records.",
  },
  accountsWaiting: (all: string, free: string, pinned: string) =>
    `Of the members' ${all}, ${free} can be spent now and ${pinned} cannot yet: they wait for a confirmation, for a meal to be fetched, or for a decision on an objection.`,
  allMembers: (count: string) => `Members, ${count} accounts`,
  total: "Total",
  owedByAge: "When outstanding points expire",
  expiresWith: "Month",
  owedNever: "Pools and others (no month)",
  owedTotal: (members: string, pools: string, all: string) => `Members ${members}; pools, gifts on their way and shortfall ${pools}; together ${all}: Unspent, above.`,
  owedAgainst: (redeemed: string, weeks: string) => `${redeemed} redeemed in 30 days: at that pace they last ${weeks} weeks.`,
  sums: "Sums",
  sumsBy: "Told by",
  sumsWays: { community: "Community", organization: "Organization", team: "Team", canteen: "Canteen", day: "Day", building: "Building" },
  sumsNames: {
    minutes: "Service",
    issued: "Issued",
    earned: "Earned",
    redeemed: "Redeemed",
    expired: "Expired",
    other: "Other moves",
    held: "Held now",
    net: "Net change",
    meals: "Meals",
    byPools: "Of it, by pools",
    settled: "Settled",
    open: "Not settled",
  },
  sumsGroups: { activities: "By activity", people: "By person" },
  sumsHints: {
    community:
      "Earned − redeemed − expired + other moves = held now; with dates, the net change of that time. Members earn from activities, good deeds and opening balances; what pools got, the community set aside. Other moves are gifts, donations and grants: what pools lose members gain, so together they are 0.",
    organization:
      "By activity: the hours and points that the organization's activities gave. Good deeds, opening balances and activities without an organization are in the row of no organization; what was set aside for pools has its own. Without dates the totals are those of the overview.",
    team: "Service and issued are by activity: the team's activities, whoever came. The rest is by person: the team's members, wherever they earned. Other moves include what members brought when they joined or took along when they left. Who is in several teams counts in each, and the row of no team takes that off again, so it may be below zero. Without dates the totals are those of the overview.",
    canteen: "Redeemed is what the canteen took in. By pools includes donation pool, subsidy pool and shortfall. Without dates the total is Redeemed on the overview.",
    day: "Net change = issued − redeemed − expired: how many more points are unspent after the day. A reversal counts on its own day.",
    building: "By person, in whole months. Buildings of fewer than 10 people are not told by themselves: they are among the other buildings, with one more building where those are too few. Without dates the totals are those of the overview.",
  },
  hoursOf: (hours: string, minutes: string) => `${hours} h ${minutes} min`,
  sumsHold: "it agrees",
  sumsBroken: "it does not agree: tell the operator",
  sumsEmpty: "Nothing in this time",
  sumsFew: "Buildings of fewer than 10 people are not told by themselves.",
};

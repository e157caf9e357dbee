// The shapes of /v1 that the pages use, by hand until api/openapi.json is here to generate them from.

export interface List<T> { items: T[]; next_cursor?: string; seq: number }
export interface Role { role: RoleName; scope: string; scope_name: string }
export type RoleName = "member" | "leader" | "org_admin" | "cashier" | "committee" | "auditor" | "organizer" | "operator";
export interface Device { id: string; kind: string; canteen?: string; name: string }
export interface Balance {
  account: string; points: number; held: number; unconfirmed: number; available: number; minutes: number; seq: number;
  expiring: { month: string; points: number }[];
}
export interface Me {
  account?: string; name: string; masked_name: string; roles: Role[]; device?: Device; has_pin: boolean;
  server_time: string; balance?: Balance; demo: boolean;
}
export interface Profile { account: string; large_name: string }
export interface CodeKey { handle: string; secret: string; step_seconds: number; server_time: string }

export interface ActivityRef { id: string; title: string; place: string; start: string; end: string; team_name?: string }
export interface ActivityBrief {
  id: string; title: string; kind: string; place: string; team: string; org?: string; station: string; start: string; end: string;
  state: "open" | "running" | "closed" | "confirmed"; person_in_charge_name: string; counts: boolean; multiplier_percent: number;
}
export interface Attendance {
  account: string; masked_name: string; name?: string; in_at: string; out_at?: string; grade?: string; flags: string[];
  minutes?: number; points?: number;
}
export interface TodayActivity extends ActivityBrief {
  attendance?: Attendance; next_step: "sign_up" | "check_in" | "check_out" | "wait_close" | "done";
}
export interface Today { activities: TodayActivity[] }
export interface Oddity { code: string; zh: string; en: string; accounts: string[] }
export interface Activity extends ActivityBrief {
  in_count: number; out_count: number; attendances: Attendance[]; headcount?: number; oddities: Oddity[];
}
export interface StationCode { url: string; svg: string; valid_until: string; in_count: number; server_time: string }

export interface Why {
  activity?: ActivityRef; minutes?: number; grade?: string; rule_zh: string; rule_en: string; rulebook?: number;
  meal?: { id: string; name: string; small: boolean }; canteen_name?: string; reason_zh?: string; reason_en?: string;
  reversed_by?: number; reverses?: number; actor_name?: string;
}
export interface Entry {
  seq: number; time: string; effective?: string; kind: string; points: number; minutes: number; balance_points?: number;
  balance_minutes?: number; title_zh: string; title_en: string; why: Why; status: "posted" | "unconfirmed" | "reversed";
}
export interface Claim { station_name: string; activity: ActivityRef; scanned_at: string; expires_at: string; graded: string }
export interface Claimed { claim: Claim; signed_in: boolean; known_device: boolean }
export interface ClaimUse {
  result: "checked_in" | "checked_out" | "already"; activity: ActivityRef; at: string; minutes_so_far?: number; zh: string; en: string;
}
export interface Community {
  name: string; demo: boolean;
  teams: { id: string; name_zh: string; name_en: string; colour: string }[];
  organizations: { id: string; name_zh: string; name_en: string }[];
  canteens: { id: string; name_zh: string }[];
  stations: { id: string; name_zh: string }[];
  kinds: { id: string; name_zh: string; name_en: string; counts: boolean }[];
  host: string;
}

export interface Meal { id: string; name_zh: string; name_en: string; points: number; small_points?: number; periods: string[] }
export interface Till {
  canteen: { id: string; name: string }; period: "breakfast" | "lunch" | "dinner" | null;
  default_meal?: { id: string; name_zh: string; points: number }; meals: Meal[]; server_time: string; cashier_name: string;
}
export interface Redemption {
  seq: number; member: { masked_name: string; surname: string }; meal: { id: string; name_zh: string; small: boolean };
  points: number; cash_note?: string; balance_after: number; available_after: number; time: string; void_until: string; zh: string; en: string;
}
export interface RecentRedemption extends Redemption { voided: boolean }
export interface Voided { seq: number; points: number; balance_after: number }

export interface Summary {
  issued: number; redeemed: number; expired: number; outstanding: number; holds_true: boolean;
  by_class: { class: string; points: number }[]; pools: number; shortfall: number; records: number; seq: number;
  minutes_total: number; members: number; as_of: string;
}
export interface RecordBrief {
  seq: number; time: string; kind: string; kind_zh: string; kind_en: string; actor: string; actor_name?: string; points?: number;
  minutes?: number; account?: string; account_name?: string; reversed_by?: number;
}
export interface Posting {
  account: string; account_name?: string; class: string; unit: string; amount: number; balance: number; account_seq: number;
}
export interface RecordDetail {
  record: {
    seq: number; time: string; kind: string; v: number; actor: string; via?: string; key?: string; effective?: string;
    rulebook?: number; body: unknown; postings: Posting[];
  };
  line: string; leaf: string; block: { height: number; first_seq: number; hash: string }; reversible: boolean; reversed_by?: number;
  explain_zh: string; explain_en: string;
}
export type ReasonCode = "wrong_person" | "wrong_meal" | "wrong_time" | "not_served" | "other";
export interface Reversed { seq: number; proposal?: number }
export interface MemberBrief {
  account: string; name?: string; masked_name: string; teams: string[]; state: "open" | "frozen" | "closed"; points: number;
  minutes: number; has_phone: boolean; has_card: boolean;
}
export interface Card { id: string; state: "printed" | "active" | "revoked"; account?: string; printed_at: string; activated_at?: string; revoked_at?: string }
export interface DeviceItem { id: string; kind: string; name: string; canteen?: string; people: string[]; added_at: string; revoked_at?: string }
export interface Member {
  account: string; name?: string; masked_name: string; teams: string[]; state: "open" | "frozen" | "closed"; has_phone: boolean;
  has_card: boolean; balance: Balance; roles: Role[]; cards: Card[]; devices: DeviceItem[];
  person?: { phone?: string; birth_date?: string; building?: string; large_name?: string };
}
export interface RoleChange { granted: boolean; proposal?: number; seq: number }
export interface Proposal { seq: number; what: string; time: string; lapses: string; mine: boolean; reason?: string; zh: string; en: string }
export interface EnrolmentCode { url: string; svg: string; expires_at: string }
export interface PrintedCard { id: string; sheet: string; number: string; svg: string }
export interface PrintedCards { sheet: string; cards: PrintedCard[] }
export interface ImportRow { line: number; name_masked: string; errors: { column: string; zh: string; en: string }[]; match?: string }
export interface Import { import: string; file_sha256: string; rows: ImportRow[]; counts: Record<string, number> }
export interface Committed { created: number; skipped: number }
export interface Need { code: string; zh: string; en: string; count: number; link: string }
export interface Totals { records: number; seq: number; community_name: string; issued: number; redeemed: number; outstanding: number }

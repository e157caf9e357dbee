// The shapes of /v1 by the names that the pages use. They are generated (npm run types) from api/openapi.json, which a
// test of the api keeps equal to its handlers; a page that reads a field that is not there does not compile.
import type { components } from "./schema.gen";

type Schemas = components["schemas"];

/** List is a page of anything. */
export interface List<T> {
  items: T[];
  next_cursor?: string;
  seq: number;
}

export type Activity = Schemas["ActivityPage"];
export type ActivityBrief = Schemas["ActivityBrief"];
export type Attendance = Schemas["Attendance"];
export type Balance = Schemas["Balance"];
export type Booked = Schemas["Booked"];
export type Booking = Schemas["Booking"];
export type BookingPage = Schemas["BookingPage"];
export type Card = Schemas["CardItem"];
export type Claimed = Schemas["Claimed"];
export type ClaimUse = Schemas["ClaimUsed"];
export type CodeKey = Schemas["CodeKey"];
export type Committed = Schemas["ImportResult"];
export type Community = Schemas["Community"];
export type Deed = Schemas["DeedItem"];
export type DeedEvidence = Schemas["DeedEvidence"];
export type DeedKind = Schemas["DeedKind"];
export type DeedKinds = Schemas["DeedKinds"];
export type DeedStep = Schemas["DeedStep"];
export type DeviceItem = Schemas["DeviceItem"];
export type DisputeEnded = Schemas["DisputeEnded"];
export type DisputeItem = Schemas["DisputeItem"];
export type DisputeMade = Schemas["DisputeMade"];
export type EnrolmentCode = Schemas["EnrolmentCode"];
export type Entry = Schemas["Entry"];
export type FamilyLinked = Schemas["FamilyLinked"];
export type FamilyPage = Schemas["FamilyPage"];
export type Given = Schemas["Given"];
export type Import = Schemas["ImportPreview"];
export type ImportRow = Schemas["ImportRow"];
export type KitchenPage = Schemas["KitchenPage"];
export type Liabilities = Schemas["Liabilities"];
export type Me = Schemas["Me"];
export type Meal = Schemas["TillMeal"];
export type Member = Schemas["MemberDetail"];
export type MemberBrief = Schemas["MemberBrief"];
export type Need = Schemas["Todo"];
export type Notice = Schemas["Notice"];
export type Posting = Schemas["PostingOut"];
export type PrintedCard = Schemas["PrintedCard"];
export type PrintedCards = Schemas["PrintedCards"];
export type Profile = Schemas["Profile"];
export type Proposal = Schemas["ProposalItem"];
export type ProposalEffect = Schemas["ProposalEffect"];
export type RecentRedemption = Schemas["RecentItem"];
export type RecordBrief = Schemas["RecordBrief"];
export type RecordDetail = Schemas["RecordPage"];
export type Redemption = Schemas["Redeemed"];
export type Reversed = Schemas["Reversal"];
export type ReasonCode = Schemas["ReverseInputBody"]["reason_code"];
export type Role = Schemas["HeldRole"];
export type RoleName = Role["role"];
export type RoleChange = Schemas["RoleChange"];
export type Scanned = Schemas["Attended"];
export type StationCode = Schemas["StationCode"];
export type PublicCheckpoint = Schemas["PublicCheckpoint"];
export type PublicReceipt = Schemas["PublicReceipt"];
export type ReceiptFile = Schemas["ReceiptOut"];
export type Slip = Schemas["ReceiptSlip"];
export type SumRow = Schemas["SumRow"];
export type SumTable = Schemas["SumTable"];
export type Summary = Schemas["Summary"];
export type Till = Schemas["TillPage"];
export type Today = Schemas["TodayPage"];
export type TodayActivity = Schemas["TodayActivity"];
export type Totals = Schemas["PublicTotals"];
export type WhyAnswer = Schemas["Why"];
export type Trial = Schemas["Trial"];
export type TrialRow = Schemas["TrialRow"];
export type Voided = Schemas["Voided"];

import type { RoleName } from "../api/types";

// Who sees what of the console. The server decides; these lists keep it from offering what it would refuse.

/** READERS see the whole community. */
export const READERS: RoleName[] = ["organizer", "auditor", "operator"];
/** BOOKKEEPERS read every record. An operator keeps the machine running, and reads none. */
export const BOOKKEEPERS: RoleName[] = ["organizer", "auditor"];
/** KEEPERS hand out codes, cards and roles, and end devices. An auditor only reads. */
export const KEEPERS: RoleName[] = ["organizer", "operator"];
/** ENROLLERS bring people in. */
export const ENROLLERS: RoleName[] = [...KEEPERS, "org_admin"];
/** STAFF has business in the console. */
export const STAFF: RoleName[] = [...READERS, "org_admin"];

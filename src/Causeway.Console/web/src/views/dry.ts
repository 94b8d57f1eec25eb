import type { Grant, Limit } from "../api/types";

/** Limits that are used up, or will be before their window turns at the pace so far; the driest first. */
export function dry(grants: Grant[], now = Date.now()): { grant: Grant; limit: Limit; hours: number | null }[] {
  return grants
    .filter((grant) => grant.status === "active")
    .flatMap((grant) => grant.limits.filter((limit) => !limit.pace && limit.meter !== "concurrent" && limit.amount > 0).map((limit) => ({ grant, limit, ...pace(limit, now) })))
    .filter((one) => one.limit.left <= 0 || one.isDry)
    .sort((a, b) => a.limit.left / a.limit.amount - b.limit.left / b.limit.amount);
}

function pace(limit: Limit, now: number): { isDry: boolean; hours: number | null } {
  const used = limit.amount - limit.left;
  if (!limit.window_starts || !limit.window_ends || used <= 0) {
    return { isDry: limit.left <= limit.amount * 0.1, hours: null };
  }
  const [start, end] = [Date.parse(limit.window_starts), Date.parse(limit.window_ends)];
  const passed = Math.max(1, now - start);
  const until = (limit.left / used) * passed;
  // A pace that was seen for an instant says nothing; what is nearly used up says so whatever the pace.
  return { isDry: limit.left <= limit.amount * 0.1 || (passed > (end - start) * 0.05 && now + until < end), hours: until / 3_600_000 };
}

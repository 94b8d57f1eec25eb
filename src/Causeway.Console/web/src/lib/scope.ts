import type { Query } from "../api/client";
import { href, useRoute } from "./route";

/** What the reader looks at, on every page that can be narrowed: it is in the address, and goes along from view to view. */
export interface Scope {
  env: string | null;
  team: string | null;
  since: string | null;
}

export const spans: { id: string; name: string; hours: number }[] = [
  { id: "24h", name: "24 hours", hours: 24 },
  { id: "7d", name: "7 days", hours: 7 * 24 },
  { id: "30d", name: "30 days", hours: 30 * 24 },
  { id: "90d", name: "90 days", hours: 90 * 24 },
];

export function useScope(): Scope {
  const { query } = useRoute();
  return { env: query.get("env"), team: query.get("team"), since: query.get("since") };
}

/** A view's address with the scope that holds. */
export function within(path: string[], scope: Scope, more: Record<string, string> = {}): string {
  return href(path, { env: scope.env, team: scope.team, since: scope.since, ...more });
}

/** The part of the scope that a question about spend takes. */
export function narrowed(scope: Scope): Query {
  return { env: scope.env, team: scope.team };
}

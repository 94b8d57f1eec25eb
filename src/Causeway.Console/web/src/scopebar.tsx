import { useEffect, useState } from "react";
import { spans, useScope } from "./lib/scope";
import { useWho } from "./lib/may";
import { setQuery, useRoute } from "./lib/route";

/** Which views are narrowed by what; on the others there is nothing to choose. */
const narrows: Record<string, ("env" | "team" | "since")[]> = {
  overview: ["env", "team"],
  requests: ["env", "team", "since"],
  spend: ["env", "team", "since"],
  "spend/explain": ["env", "team"],
  "grants/keys": ["env", "team"],
  "grants/audit": ["since"],
};

export function ScopeBar() {
  const { path } = useRoute();
  const isKey = useWho().key !== null;
  const scope = useScope();
  const [team, setTeam] = useState(scope.team ?? "");
  useEffect(() => setTeam(scope.team ?? ""), [scope.team]);
  const part = path.slice(0, 2).join("/") || "overview";
  const takes = (narrows[part] ?? []).filter((one) => one === "since" || !isKey); // A key has one team and one environment.
  if (takes.length === 0) {
    return null;
  }
  return (
    <form
      className="scope"
      aria-label="Scope"
      onSubmit={(event) => {
        event.preventDefault();
        setQuery({ team: team.trim() });
      }}
    >
      {takes.includes("env") && (
        <select className="input" aria-label="Scope: environment" value={scope.env ?? ""} onChange={(event) => setQuery({ env: event.target.value })}>
          <option value="">Every environment</option>
          {["dev", "eval", "staging", "prod"].map((one) => (
            <option key={one}>{one}</option>
          ))}
        </select>
      )}
      {takes.includes("team") && (
        <input
          className="input"
          aria-label="Scope: team"
          placeholder="Every team"
          value={team}
          onChange={(event) => setTeam(event.target.value)}
          onBlur={() => team.trim() !== (scope.team ?? "") && setQuery({ team: team.trim() })}
        />
      )}
      {takes.includes("since") && (
        <select className="input" aria-label="Scope: period" value={scope.since ?? ""} onChange={(event) => setQuery({ since: event.target.value })}>
          <option value="">{part === "spend" ? "7 days" : "Newest first"}</option>
          {spans
            .filter((one) => part !== "spend" || one.id !== "7d")
            .map((one) => (
              <option key={one.id} value={one.id}>
                {one.name}
              </option>
            ))}
        </select>
      )}
    </form>
  );
}

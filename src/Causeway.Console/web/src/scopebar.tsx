import { useEffect, useState } from "react";
import { environments } from "./lib/names";
import { spans, useScope } from "./lib/scope";
import { useWho } from "./lib/may";
import { setQuery, useRoute } from "./lib/route";
import { Choice } from "./ui/fields";

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
        <Choice label="Scope: environment" value={scope.env ?? ""} options={[["", "Every environment"], ...environments]} set={(value) => setQuery({ env: value })} />
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
        <Choice
          label="Scope: period"
          value={scope.since ?? ""}
          options={[["", part === "spend" ? "7 days" : "All time"], ...spans.filter((one) => part !== "spend" || one.id !== "7d").map((one): [string, string] => [one.id, one.name])]}
          set={(value) => setQuery({ since: value })}
        />
      )}
    </form>
  );
}

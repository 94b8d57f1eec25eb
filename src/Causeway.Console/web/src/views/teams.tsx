import type { ReactNode } from "react";
import { get } from "../api/client";
import type { Grant, Of, SpendReport } from "../api/types";
import { count, ratio } from "../lib/format";
import { together, useLoad } from "../lib/load";
import { href, useRoute } from "../lib/route";
import { Code, Empty, Money, Skeleton, Trouble } from "../ui/basics";
import { Find, Head } from "../ui/page";
import { Table } from "../ui/table";
import { Left, Used } from "./grant";

interface Team {
  name: string;
  line: SpendReport["total"] | null;
  /** What it has of its own: of the grants on top that it holds the one with most limits. */
  grant: Grant | null;
  adoption: Of<"AdoptionView"> | null;
}

/** Who is there, what does each spend, and of what? */
export function Teams({ tabs }: { tabs: ReactNode }) {
  const { query } = useRoute();
  const find = (query.get("find") ?? "").toLowerCase();
  const spend = useLoad("spend of teams", (signal) => get<SpendReport>("/spend", { by: "team", since: "30d", top: 1000 }, signal));
  const grants = useLoad("grants of teams", (signal) => get<Of<"GrantList">>("/grants", { top: true, limit: 1000 }, signal));
  const shadow = useLoad("shadow of teams", (signal) => get<Of<"ShadowReportView">>("/shadow/report", { since: "30d" }, signal));
  const all = together(spend, grants, shadow);
  const teams = spend.value && grants.value ? teamsOf(spend.value, grants.value.grants, shadow.value?.teams ?? []) : null;
  const rows = teams?.filter((one) => one.name.toLowerCase().includes(find)) ?? [];
  return (
    <>
      <Head title="Teams" says="Whoever spends or may spend. A team is there as soon as a key or a grant names it." behind={{ cli: "causeway spend --by team --since 30d\ncauseway grant tree --depth 1", path: "/spend", query: { by: "team", since: "30d" } }} />
      {tabs}
      <div className="filters">
        <Find label="Find a team" placeholder="search, support…" />
      </div>
      {all.problem && <Trouble problem={all.problem} retry={all.reload} />}
      {all.busy && <Skeleton rows={8} />}
      {teams && rows.length === 0 && (
        <div className="card">
          <Empty title={find ? "No team is called that" : "There is no team yet"}>
            {!find && (
              <>
                <p>Make a key for one, or give it a grant.</p>
                <Code label="the command" text="causeway key new --team search --feature answers --env dev" />
              </>
            )}
          </Empty>
        </div>
      )}
      {rows.length > 0 && (
        <Table<Team>
          label="Teams"
          rows={rows}
          id={(one) => one.name}
          columns={[
            { name: "Team", sort: (one) => one.name, cell: (one) => <strong className="break">{one.name}</strong> },
            { name: "Spend, 30 days", number: true, sort: (one) => one.line?.cost_nano_usd ?? 0, cell: (one) => <a href={href(["spend"], { team: one.name, since: "30d", by: "feature" })}><Money nano={one.line ? one.line.cost_nano_usd : 0} /></a> },
            { name: "Requests", number: true, sort: (one) => one.line?.requests ?? 0, cell: (one) => <a href={href(["requests"], { team: one.name })}>{count(one.line?.requests ?? 0)}</a> },
            { name: "Used of its grant", optional: true, cell: (one) => (one.grant ? <Used grant={one.grant} /> : <span className="quiet">no grant of its own</span>) },
            { name: "Left", optional: true, number: true, cell: (one) => one.grant && <Left grant={one.grant} /> },
            { name: "Adoption", optional: true, number: true, has: (one) => one.adoption !== null, sort: (one) => one.adoption?.share ?? -1, cell: (one) => ratio(one.adoption?.share) },
            { name: "", cell: (one) => <a href={one.grant ? href(["grants"], { open: one.grant.id }) : href(["grants", "keys"], { team: one.name })}>{one.grant ? "Its grant" : "Its keys"}</a> },
          ]}
        />
      )}
    </>
  );
}

/** Everybody who spent, holds a grant, or claims what vendors bill; the dearest first. */
function teamsOf(spend: SpendReport, grants: readonly Grant[], adoption: readonly Of<"AdoptionView">[]): Team[] {
  const prefix = "team/";
  const held = new Map<string, Grant>();
  for (const one of grants) {
    const name = one.holder.slice(prefix.length);
    if (one.status === "active" && one.holder.startsWith(prefix) && one.limits.length > (held.get(name)?.limits.length ?? -1)) {
      held.set(name, one);
    }
  }
  const lines = new Map(spend.rows.filter((row) => row.team).map((row) => [row.team!, row]));
  const adopted = new Map(adoption.filter((one) => one.name).map((one) => [one.name, one]));
  return [...new Set([...lines.keys(), ...held.keys(), ...adopted.keys()])]
    .map((name) => ({ name, line: lines.get(name) ?? null, grant: held.get(name) ?? null, adoption: adopted.get(name) ?? null }))
    .sort((a, b) => (b.line?.cost_nano_usd ?? 0) - (a.line?.cost_nano_usd ?? 0) || a.name.localeCompare(b.name));
}

import { useMemo, useState } from "react";
import { get } from "../api/client";
import type { Grant, Of } from "../api/types";
import { ago, count, plural } from "../lib/format";
import { useEvents } from "../lib/events";
import { useLoad, useThrottled } from "../lib/load";
import { useWho } from "../lib/may";
import { setQuery, useRoute } from "../lib/route";
import { Allowed } from "../ui/allowed";
import { Button, Code, Empty, Skeleton, Trouble } from "../ui/basics";
import { Icon } from "../ui/icons";
import { Head, Tabs } from "../ui/page";
import { Windowed } from "../ui/windowed";
import { Audit } from "./audit";
import { GrantDrawer, Left, Status, Used } from "./grant";
import { GrantForm } from "./grantform";
import { Keys } from "./keys";
import { Review } from "./review";
import { Runs } from "./runs";
import { dry } from "./dry";

const parts: [string, string][] = [
  ["", "Tree"],
  ["keys", "Keys"],
  ["review", "Unused"],
  ["runs", "Runs"],
  ["audit", "Audit"],
];

/** Who may spend what, how much is left, and why was this denied? */
export default function Grants() {
  const { path } = useRoute();
  const part = useWho().key ? "" : (path[1] ?? "");
  return (
    <>
      {part === "" && <Tree />}
      {part === "keys" && <Keys tabs={<Tabs label="Grants" base={["grants"]} parts={parts} now={part} />} />}
      {part === "review" && <Review tabs={<Tabs label="Grants" base={["grants"]} parts={parts} now={part} />} />}
      {part === "runs" && <Runs tabs={<Tabs label="Grants" base={["grants"]} parts={parts} now={part} />} />}
      {part === "audit" && <Audit tabs={<Tabs label="Grants" base={["grants"]} parts={parts} now={part} />} />}
    </>
  );
}

interface Row {
  grant: Grant;
  depth: number;
  below: number;
  isOpen: boolean;
}

function Tree() {
  const who = useWho();
  const { query } = useRoute();
  const all = query.get("all") === "1";
  const search = (query.get("find") ?? "").toLowerCase();
  const byDryness = query.get("sort") === "dry";
  const opened = query.get("open");
  const loaded = useLoad(`grants ${all}`, (signal) => get<Of<"GrantList">>("/grants", { limit: 10_000, all: all || null }, signal));
  const [closed, setClosed] = useState<Set<string>>(new Set());
  const again = useThrottled(loaded.reload, 1_000);
  useEvents("decision", (entry) => {
    if (["grant_created", "grant_changed", "overlay_added", "overlay_ended", "denied", "glass_broken"].includes(entry.kind)) {
      again();
    }
  });

  const grants = useMemo(() => loaded.value?.grants ?? [], [loaded.value]);
  // The bars follow the traffic, ten thousand of them less often than ten.
  useEvents("request", useThrottled(loaded.reload, Math.min(60_000, 5_000 + 5 * grants.length)));
  const rows = useMemo(() => (byDryness ? dried(grants) : arrange(grants, search, closed)), [grants, search, closed, byDryness]);
  const twist = (id: string) =>
    setClosed((before) => {
      const next = new Set(before);
      if (!next.delete(id)) {
        next.add(id);
      }
      return next;
    });

  return (
    <>
      <Head
        title="Grants"
        says={loaded.value && `${plural(grants.length, "grant")}, each within the one above it.`}
        acts={
          <Allowed to="create_grant">
            <Button look="main" onClick={() => setQuery({ new: "1" })}>
              New grant
            </Button>
          </Allowed>
        }
        behind={{ cli: "causeway grant tree", path: "/grants", query: { limit: 10_000, all: all || null } }}
      />
      {!who.key && <Tabs label="Grants" base={["grants"]} parts={parts} now="" />}
      <div className="filters">
        <input className="input grow" data-search aria-label="Find a grant by holder or id" placeholder="team/search, feature/triage, grant_…" value={query.get("find") ?? ""} onChange={(event) => setQuery({ find: event.target.value }, true)} />
        <select className="input" aria-label="Order" value={byDryness ? "dry" : ""} onChange={(event) => setQuery({ sort: event.target.value })}>
          <option value="">As a tree</option>
          <option value="dry">Runs dry first</option>
        </select>
        <label className="line small">
          <input type="checkbox" checked={all} onChange={(event) => setQuery({ all: event.target.checked ? "1" : null })} />
          Revoked and expired too
        </label>
      </div>
      {loaded.problem && <Trouble problem={loaded.problem} retry={loaded.reload} />}
      {loaded.busy && <Skeleton rows={10} />}
      {loaded.value && rows.length === 0 && (
        <div className="card">
          <Empty title={search ? "No grant is called that" : byDryness ? "No grant runs dry before its window turns" : "There is no grant yet"}>
            {!search && !byDryness && (
              <>
                <p>A grant is the right of a team or a feature to spend: so much, on these models, until then.</p>
                <Code label="the command" text="causeway grant new --holder team/search --env prod --usd 500/month" />
              </>
            )}
          </Empty>
        </div>
      )}
      {rows.length > 0 && (
        <Windowed
          label="Grants"
          heads={["Holder", "Used and held", "Left", "Window ends", "Kind", "State"]}
          rows={rows}
          id={(row) => row.grant.id}
          opened={opened}
          open={(row) => setQuery({ open: row.grant.id })}
          gone={(row) => row.grant.status !== "active"}
          cells={(row) => [
            <span className="line" style={{ flexWrap: "nowrap", paddingLeft: byDryness ? 0 : row.depth * 18 }} key="holder">
              {row.below > 0 && !byDryness ? (
                <button type="button" className="twist" aria-label={row.isOpen ? `Fold what is below ${row.grant.holder}` : `Show ${row.below} below ${row.grant.holder}`} aria-expanded={row.isOpen} onClick={() => twist(row.grant.id)}>
                  <Icon name={row.isOpen ? "down" : "right"} size={14} />
                </button>
              ) : (
                <span style={{ width: 18, flex: "none" }} />
              )}
              <span className="cut" title={row.grant.holder}>
                {row.grant.holder}
              </span>
              {row.grant.scope.env && <span className="quiet small cut">{row.grant.scope.env.join(", ")}</span>}
              {!row.isOpen && row.below > 0 && <span className="quiet small">+{count(row.below)}</span>}
            </span>,
            <Used key="used" grant={row.grant} />,
            <Left key="left" grant={row.grant} />,
            <span className="quiet cut" key="ends">
              {row.grant.limits[0]?.window_ends ? ago(row.grant.limits[0].window_ends) : "–"}
            </span>,
            <span className="quiet cut" key="kind">
              {row.grant.default ? "team default" : row.grant.kind.replace("_", " ")}
            </span>,
            <Status key="status" status={row.grant.status} />,
          ]}
        />
      )}
      {opened && <GrantDrawer id={opened} grants={grants} changed={loaded.reload} close={() => setQuery({ open: null, do: null, ask: null })} />}
      {query.get("new") && (
        <GrantForm
          parent={grants.find((grant) => grant.id === query.get("new")) ?? null}
          grants={grants}
          close={() => setQuery({ new: null })}
          done={(grant) => {
            loaded.reload();
            setQuery({ new: null, open: grant.id });
          }}
        />
      )}
    </>
  );
}

/** Each after the one above it; a search keeps what stands above a match in sight. */
function arrange(grants: Grant[], search: string, closed: Set<string>): Row[] {
  const parents = new Map(grants.map((grant) => [grant.id, grant.parent ?? null]));
  const below = new Map<string, number>();
  for (const grant of grants) {
    for (let up = grant.parent ?? null; up; up = parents.get(up) ?? null) {
      below.set(up, (below.get(up) ?? 0) + 1);
    }
  }
  const kept = new Set<string>();
  if (search) {
    for (const grant of grants) {
      if (grant.holder.toLowerCase().includes(search) || grant.id.includes(search)) {
        for (let up: string | null = grant.id; up; up = parents.get(up) ?? null) {
          kept.add(up);
        }
      }
    }
  }
  const hidden = new Set<string>();
  const rows: Row[] = [];
  for (const grant of grants) {
    const isBelowClosed = !!grant.parent && (hidden.has(grant.parent) || (closed.has(grant.parent) && !search));
    if (isBelowClosed) {
      hidden.add(grant.id);
    } else if (!search || kept.has(grant.id)) {
      rows.push({ grant, depth: grant.depth, below: below.get(grant.id) ?? 0, isOpen: !closed.has(grant.id) || !!search });
    }
  }
  return rows;
}

function dried(grants: Grant[]): Row[] {
  const seen = new Set<string>();
  return dry(grants)
    .filter(({ grant }) => !seen.has(grant.id) && seen.add(grant.id))
    .map(({ grant }) => ({ grant, depth: 0, below: 0, isOpen: true }));
}

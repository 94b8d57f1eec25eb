import { useMemo } from "react";
import { get, type Query } from "../api/client";
import type { Grant, Of } from "../api/types";
import { top, useBranches, type Branch } from "../lib/branches";
import { ago, count, plural, utc, words } from "../lib/format";
import { useEvents } from "../lib/events";
import { useLater, useLoad, useThrottled } from "../lib/load";
import { useAsked, useWho } from "../lib/may";
import { setQuery, useRoute } from "../lib/route";
import { Allowed } from "../ui/allowed";
import { Button, Code, Empty, Skeleton, Trouble } from "../ui/basics";
import { Choice, Tick } from "../ui/fields";
import { Icon } from "../ui/icons";
import { Find, Head, Tabs } from "../ui/page";
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
  key: string;
  depth: number;
  grant: Grant | null;
  /** Grants right below it; null: they are not looked at here. */
  children: number | null;
  isOpen: boolean;
  /** It stands above what was searched for. */
  isAbove: boolean;
  /** In place of a grant: more of this branch can be read. */
  more: { under: string; left: number } | null;
}

function Tree() {
  const who = useWho();
  const { query } = useRoute();
  const all = query.get("all") === "1";
  const typed = query.get("find") ?? "";
  const search = useLater(typed.trim(), 40); // Between two keys of a quick hand, so that the answer is there within a tenth of a second.
  const byDryness = query.get("sort") === "dry";
  const opened = query.get("open");
  const born = useAsked("new", "create_grant");
  const isTree = !who.key && !search && !byDryness;
  const tree = useBranches(all, isTree);
  const asked: Query = who.key ? {} : byDryness ? { order: "driest", limit: listed, all: all || null } : { find: search, limit: listed, all: all || null };
  const list = useLoad(isTree ? null : `grants ${who.key?.prefix} ${JSON.stringify(asked)}`, (signal) => get<Of<"GrantList">>("/grants", asked, signal));
  const parent = useLoad(born && born !== "1" ? `grant ${born}` : null, (signal) => get<Grant>(`/grants/${encodeURIComponent(born!)}`, {}, signal));
  const reload = isTree ? tree.reload : list.reload;
  const again = useThrottled(reload, 400);
  useEvents("decision", (entry) => {
    if (["grant_created", "grant_changed", "overlay_added", "overlay_ended", "denied", "glass_broken"].includes(entry.kind)) {
      again();
    }
  });

  const rows = useMemo(() => (isTree ? grown(tree.of) : listedRows(list.value?.grants ?? [], byDryness, search)), [isTree, tree.of, list.value, byDryness, search]);
  // The bars follow the traffic, ten thousand of them less often than ten.
  useEvents("request", useThrottled(reload, Math.min(60_000, 5_000 + 20 * rows.length)));
  const problem = isTree ? tree.problem : list.problem;
  const isRead = isTree ? tree.all !== null : list.value !== null;
  const matching = list.value?.matching ?? null;
  const twist = (row: Row) => row.grant && (row.isOpen ? tree.close(row.grant.id) : tree.open(row.grant.id));

  return (
    <>
      <Head
        title="Grants"
        says={isTree ? tree.all !== null && `${plural(tree.all, "grant")}, each within the one above it.` : matching !== null ? `${plural(matching, "grant")} called so, with those above them.` : byDryness ? "Those that run dry before their window turns, the driest first." : undefined}
        acts={
          <Allowed to="create_grant">
            <Button look="main" onClick={() => setQuery({ new: "1" })}>
              New grant
            </Button>
          </Allowed>
        }
        behind={byDryness ? { cli: "causeway grant tree --driest", path: "/grants", query: { order: "driest" } } : search ? { cli: `causeway grant tree --find ${search}`, path: "/grants", query: { find: search } } : { cli: "causeway grant branch\ncauseway grant tree", path: "/grants/branches", query: { all: all || null } }}
      />
      {!who.key && <Tabs label="Grants" base={["grants"]} parts={parts} now="" />}
      {!who.key && (
        <div className="filters">
          <Find label="Find a grant by holder or id" placeholder="team/search, feature/triage, grant_…" maxLength={128} />
          <Choice label="Order" value={byDryness ? "dry" : ""} options={[["", "As a tree"], ["dry", "Runs dry first"]]} set={(value) => setQuery({ sort: value })} />
          <Tick small on={all} set={(on) => setQuery({ all: on ? "1" : null })}>
            Revoked and expired too
          </Tick>
        </div>
      )}
      {problem && <Trouble problem={problem} retry={reload} />}
      {(tree.busy || list.busy) && <Skeleton rows={10} />}
      {isRead && rows.length === 0 && (
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
        <Windowed<Row>
          label="Grants"
          heads={["Holder", "Used and held", "Left", "Window ends", "Kind", "State"]}
          rows={rows}
          id={(row) => row.key}
          opened={opened}
          open={(row) => (row.grant ? setQuery({ open: row.grant.id }) : row.more && tree.more(row.more.under))}
          twist={(row, wants) => isTree && row.children !== null && row.children > 0 && row.isOpen !== wants && twist(row)}
          gone={(row) => row.isAbove || (row.grant !== null && row.grant.status !== "active")}
          cells={(row) => cellsOf(row, byDryness, () => twist(row), tree.more)}
        />
      )}
      {matching !== null && matching > rows.filter((row) => !row.isAbove).length && <p className="small quiet">The first {count(rows.filter((row) => !row.isAbove).length)} of {count(matching)}: say more of the name to see others.</p>}
      {opened && <GrantDrawer id={opened} changed={reload} close={() => setQuery({ open: null, do: null, ask: null })} />}
      {born && (born === "1" || parent.value) && (
        <GrantForm
          key={born}
          parent={born === "1" ? null : parent.value}
          close={() => setQuery({ new: null })}
          done={(grant) => {
            reload();
            if (isTree && grant.parent) {
              tree.open(grant.parent);
            }
            setQuery({ new: null, open: grant.id });
          }}
        />
      )}
      {born && parent.problem && <Trouble problem={parent.problem} retry={parent.reload} />}
    </>
  );
}

const listed = 200;

function cellsOf(row: Row, isFlat: boolean, twist: () => void, more: (under: string) => void) {
  const { grant } = row;
  if (!grant) {
    return [
      <span key="more" style={{ paddingLeft: row.depth * 18 + 18 }}>
        <Button look="plain" onClick={() => more(row.more!.under)}>
          Show more of {count(row.more!.left)} that follow
        </Button>
      </span>,
      ...["", "", "", "", ""],
    ];
  }
  return [
    <span className="line" style={{ flexWrap: "nowrap", paddingLeft: isFlat ? 0 : row.depth * 18 }} key="holder">
      {row.children !== null && row.children > 0 ? (
        <button type="button" className="twist" aria-label={row.isOpen ? `Fold what is below ${grant.holder}` : `Show ${row.children} below ${grant.holder}`} aria-expanded={row.isOpen} onClick={twist}>
          <Icon name={row.isOpen ? "down" : "right"} size={14} />
        </button>
      ) : (
        <span style={{ width: 18, flex: "none" }} />
      )}
      <span className="cut" title={grant.holder}>
        {grant.holder}
      </span>
      {grant.scope.env && <span className="quiet small cut">{grant.scope.env.join(", ")}</span>}
      {!row.isOpen && (grant.below ?? 0) > 0 && <span className="quiet small">+{count(grant.below!)}</span>}
    </span>,
    <Used key="used" grant={grant} />,
    <Left key="left" grant={grant} />,
    <span className="quiet cut" key="ends" title={grant.limits[0]?.window_ends ? utc(grant.limits[0].window_ends) : undefined}>
      {grant.limits[0]?.window_ends ? ago(grant.limits[0].window_ends) : "–"}
    </span>,
    <span className="quiet cut" key="kind">
      {grant.default ? "team default" : words(grant.kind)}
    </span>,
    <Status key="status" status={grant.status} />,
  ];
}

/** What is open, each grant after the one above it. */
function grown(of: Map<string, Branch>): Row[] {
  const rows: Row[] = [];
  const add = (under: string, depth: number) => {
    const branch = of.get(under);
    for (const grant of branch?.grants ?? []) {
      const isOpen = of.has(grant.id);
      rows.push({ key: grant.id, depth, grant, children: grant.children ?? 0, isOpen, isAbove: false, more: null });
      if (isOpen) {
        add(grant.id, depth + 1);
      }
    }
    if (branch?.next) {
      rows.push({ key: `more ${under}`, depth, grant: null, children: null, isOpen: false, isAbove: false, more: { under, left: branch.total - branch.grants.length } });
    }
  };
  add(top, 0);
  return rows;
}

function listedRows(grants: Grant[], isDry: boolean, search: string): Row[] {
  if (isDry) {
    const find = search.toLowerCase();
    const seen = new Set<string>();
    return dry(grants)
      .filter(({ grant }) => !seen.has(grant.id) && seen.add(grant.id) && (!find || grant.holder.toLowerCase().includes(find) || grant.id.includes(find)))
      .map(({ grant }) => ({ key: grant.id, depth: 0, grant, children: null, isOpen: true, isAbove: false, more: null }));
  }
  return grants.map((grant) => ({ key: grant.id, depth: grant.depth, grant, children: null, isOpen: true, isAbove: grant.matches === false, more: null }));
}

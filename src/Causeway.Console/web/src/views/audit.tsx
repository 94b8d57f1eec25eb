import type { ReactNode } from "react";
import { useState } from "react";
import { get, Problem } from "../api/client";
import type { Decision, Of } from "../api/types";
import { shorten, words } from "../lib/format";
import { useEvents } from "../lib/events";
import { useLoad, useThrottled } from "../lib/load";
import { href, setQuery, useRoute } from "../lib/route";
import { Button, Empty, Notice, Skeleton, Tag, Time, Trouble } from "../ui/basics";
import { Head } from "../ui/page";
import { Table, type Column } from "../ui/table";

const told = ["denied", "grant_created", "grant_changed", "key_created", "key_revoked", "raise_requested", "raise_decided", "glass_broken", "overlay_added", "overlay_ended", "run_action", "alert_raised", "adjusted", "agreement_changed", "capture_changed", "payload_opened", "in_doubt"];
const kinds = [...told, "reserved", "settled", "voided"];
const standard = told.join(",");

const columns: Column<Decision>[] = [
  { name: "When", cell: (entry) => <Time at={entry.at} /> },
  { name: "What", cell: (entry) => <Tag tone={entry.kind === "denied" ? "bad" : entry.kind === "glass_broken" || entry.kind === "alert_raised" ? "soon" : ""}>{words(entry.kind)}</Tag> },
  { name: "Code", cell: (entry) => entry.code && words(entry.code) },
  { name: "Grant", cell: (entry) => entry.grant && <a href={href(["grants"], { open: entry.decided_by ?? entry.grant })}>{shorten(entry.decided_by ?? entry.grant)}</a> },
  { name: "Limit", optional: true, cell: (entry) => entry.limit },
  { name: "Request", optional: true, cell: (entry) => entry.request && <a href={href(["requests"], { open: entry.request })}>{shorten(entry.request)}</a> },
  { name: "By", cell: (entry) => entry.actor && <span className="break">{shorten(entry.actor)}</span> },
  { name: "Why", optional: true, cell: (entry) => <span className="break">{entry.reason}</span> },
];

/** What was decided, and by whom. */
export function Audit({ tabs }: { tabs: ReactNode }) {
  const { query } = useRoute();
  const kind = query.get("kind") ?? "";
  const since = query.get("since") ?? "";
  const loaded = useLoad(`audit ${kind} ${since}`, (signal) => get<Of<"AuditPage">>("/audit", { kind: kind || standard, since, limit: 500 }, signal));
  const [proof, setProof] = useState<Of<"AuditVerification"> | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  useEvents("decision", useThrottled(loaded.reload));
  return (
    <>
      <Head
        title="Audit"
        says="Every decision about a budget, chained so that a change is found. Denials are never sampled."
        acts={
          <Button
            onClick={() => {
              setProblem(null);
              get<Of<"AuditVerification">>("/audit/verify").then(setProof, setProblem);
            }}
          >
            Verify the chain
          </Button>
        }
        behind={{ cli: `causeway audit${kind ? ` --kind ${kind}` : ""}${since ? ` --since ${since}` : ""}`, path: "/audit", query: { kind, since, limit: 500 } }}
      />
      {tabs}
      <div className="filters">
        <select className="input" aria-label="Kind" value={kind} onChange={(event) => setQuery({ kind: event.target.value })}>
          <option value="">Everything but plain bookings</option>
          {kinds.map((one) => (
            <option key={one} value={one}>
              {words(one)}
            </option>
          ))}
        </select>
      </div>
      {proof && (
        <Notice tone={proof.ok ? "good" : "bad"} title={proof.ok ? `All ${proof.events} entries follow from each other.` : `Entry ${proof.broken_at} does not follow from the one before it.`}>
          {proof.problem}
          <p className="small break">
            Head <code>{proof.head}</code>: kept elsewhere, it proves later that nothing before it was changed.
          </p>
        </Notice>
      )}
      {(problem ?? loaded.problem) && <Trouble problem={(problem ?? loaded.problem)!} retry={loaded.reload} />}
      {loaded.busy && <Skeleton rows={10} />}
      {loaded.value &&
        (loaded.value.entries.length === 0 ? (
          <div className="card">
            <Empty title="Nothing was decided">
              <p>Denials, and who made or changed grants and keys, are listed here.</p>
            </Empty>
          </div>
        ) : (
          <Table label="Audit" columns={columns} rows={[...loaded.value.entries].reverse()} id={(entry) => String(entry.seq)} />
        ))}
    </>
  );
}

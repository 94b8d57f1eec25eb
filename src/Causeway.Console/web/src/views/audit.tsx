import type { ReactNode } from "react";
import { useState } from "react";
import { get, type Problem } from "../api/client";
import type { Decision, Of } from "../api/types";
import { shorten, words } from "../lib/format";
import { useEvents } from "../lib/events";
import { useLoad, useThrottled } from "../lib/load";
import { href, setQuery, useRoute } from "../lib/route";
import { Button, Empty, Notice, Skeleton, Tag, Time, Trouble } from "../ui/basics";
import { Choice, Filter } from "../ui/fields";
import { Head, Pager } from "../ui/page";
import { Table, type Column } from "../ui/table";

const told = ["denied", "grant_created", "grant_changed", "key_created", "key_revoked", "raise_requested", "raise_decided", "glass_broken", "overlay_added", "overlay_ended", "run_action", "alert_raised", "adjusted", "clamped", "agreement_changed", "capture_changed", "payload_opened", "in_doubt", "signed_in", "signed_out", "token_exchanged", "exchange_refused"];
const kinds = [...told, "started", "reserved", "extended", "settled", "voided", "lease_taken", "lease_returned", "lease_recalled"];
const standard = told.join(",");
const perPage = 200;

const columns: Column<Decision>[] = [
  { name: "When", cell: (entry) => <Time at={entry.at} /> },
  { name: "What", cell: (entry) => <Tag tone={entry.kind === "denied" ? "bad" : entry.kind === "glass_broken" || entry.kind === "alert_raised" ? "soon" : ""}>{words(entry.kind)}</Tag> },
  { name: "Code", has: (entry) => !!entry.code, cell: (entry) => entry.code && words(entry.code) },
  { name: "Grant", has: (entry) => !!entry.grant, cell: (entry) => entry.grant && <a href={href(["grants"], { open: entry.decided_by ?? entry.grant })}>{shorten(entry.decided_by ?? entry.grant)}</a> },
  { name: "Limit", optional: true, has: (entry) => !!entry.limit, cell: (entry) => entry.limit },
  { name: "Request", optional: true, has: (entry) => !!entry.request, cell: (entry) => entry.request && <a href={href(["requests"], { open: entry.request })}>{shorten(entry.request)}</a> },
  { name: "By", has: (entry) => !!entry.actor, cell: (entry) => entry.actor && <span title={entry.actor}>{shorten(entry.actor)}</span> },
  { name: "Why", optional: true, has: (entry) => !!entry.reason, cell: (entry) => <span className="break">{entry.reason}</span> },
];

/** What was decided, and by whom. */
export function Audit({ tabs }: { tabs: ReactNode }) {
  const { query } = useRoute();
  const kind = query.get("kind") ?? "";
  const since = query.get("since") ?? "";
  const grant = query.get("grant") ?? "";
  const before = query.get("before");
  const asked = { kind: kind || standard, since: since || null, grant: grant || null, before, limit: perPage };
  const loaded = useLoad(`audit ${JSON.stringify(asked)}`, (signal) => get<Of<"AuditPage">>("/audit", asked, signal));
  const entries = loaded.value?.entries ?? [];
  const [proof, setProof] = useState<Of<"AuditVerification"> | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  useEvents("decision", useThrottled(() => before === null && loaded.reload()));
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
        behind={{ cli: `causeway audit${kind ? ` --kind ${kind}` : ""}${since ? ` --since ${since}` : ""}${grant ? ` --grant ${grant}` : ""}`, path: "/audit", query: { ...asked, kind: kind || null } }}
      />
      {tabs}
      <div className="filters">
        <Choice label="Kind" value={kind} options={[["", "Everything but plain bookings"], ...kinds.map((one): [string, string] => [one, words(one)])]} set={(value) => setQuery({ kind: value, before: null })} />
        {grant && (
          <Filter clear={() => setQuery({ grant: null, before: null })}>
            {shorten(grant)} and below
          </Filter>
        )}
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
      {loaded.value && entries.length === 0 && (
        <div className="card">
          {kind || since || grant || before ? (
            <Empty title="Nothing of the kind was decided">
              <Button onClick={() => setQuery({ kind: null, since: null, grant: null, before: null })}>Clear the filters</Button>
            </Empty>
          ) : (
            <Empty title="Nothing was decided">
              <p>Denials, and who made or changed grants and keys, are listed here.</p>
            </Empty>
          )}
        </div>
      )}
      {entries.length > 0 && <Table label="Audit" columns={columns} rows={[...entries].reverse()} id={(entry) => String(entry.seq)} />}
      <Pager older={entries.length === perPage ? String(entries[0]!.seq) : null} />
    </>
  );
}

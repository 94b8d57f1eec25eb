import type { ReactNode } from "react";
import { useState } from "react";
import { get, type Problem } from "../api/client";
import type { Decision, Of } from "../api/types";
import { shorten, words } from "../lib/format";
import { useEvents } from "../lib/events";
import { useLoad, useThrottled } from "../lib/load";
import { href, setQuery, useRoute } from "../lib/route";
import { Button, Empty, Notice, Skeleton, Tag, Time, Trouble } from "../ui/basics";
import { Choice } from "../ui/fields";
import { Head } from "../ui/page";
import { Table, type Column } from "../ui/table";

type Page = Of<"AuditPage">;

const told = ["denied", "grant_created", "grant_changed", "key_created", "key_revoked", "raise_requested", "raise_decided", "glass_broken", "overlay_added", "overlay_ended", "run_action", "alert_raised", "adjusted", "clamped", "agreement_changed", "capture_changed", "payload_opened", "in_doubt", "signed_in", "signed_out", "token_exchanged", "exchange_refused", "started"];
const kinds = [...told, "reserved", "extended", "settled", "voided", "lease_taken", "lease_returned", "lease_recalled"];
const standard = told.join(",");
const perPage = 200;

const columns: Column<Decision>[] = [
  { name: "When", cell: (entry) => <Time at={entry.at} /> },
  { name: "What", cell: (entry) => <Tag tone={entry.kind === "denied" ? "bad" : entry.kind === "glass_broken" || entry.kind === "alert_raised" ? "soon" : ""}>{words(entry.kind)}</Tag> },
  { name: "Code", has: (entry) => !!entry.code, cell: (entry) => entry.code && <span className="break">{words(entry.code)}</span> },
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
  const asked = { kind: kind || standard, since: since || null, grant: grant || null, limit: perPage };
  const question = JSON.stringify(asked);
  const loaded = useLoad(`audit ${question}`, (signal) => get<Page>("/audit", asked, signal));
  const [older, setOlder] = useState<{ question: string; entries: Decision[]; isAll: boolean }>({ question: "", entries: [], isAll: false });
  const [proof, setProof] = useState<Of<"AuditVerification"> | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const more = older.question === question ? older : { entries: [], isAll: false };
  // Whoever reads back reads on undisturbed.
  useEvents("decision", useThrottled(() => more.entries.length === 0 && loaded.reload()));
  const newest = loaded.value?.entries ?? [];
  const entries = more.entries.length > 0 ? more.entries : newest;
  const readBack = () =>
    get<Page>("/audit", { ...asked, before: entries[0]?.seq }).then(
      (page) => setOlder({ question, entries: [...page.entries, ...entries], isAll: page.entries.length < perPage }),
      setProblem,
    );
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
        <Choice label="Kind" value={kind} options={[["", "Everything but plain bookings"], ...kinds.map((one): [string, string] => [one, words(one)])]} set={(value) => setQuery({ kind: value })} />
        {grant && (
          <button type="button" className="tag bare" onClick={() => setQuery({ grant: null })} title="Take this filter away">
            {shorten(grant)} and below ×
          </button>
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
          {kind || since || grant ? (
            <Empty title="Nothing of the kind was decided">
              <Button onClick={() => setQuery({ kind: null, since: null, grant: null })}>Clear the filters</Button>
            </Empty>
          ) : (
            <Empty title="Nothing was decided">
              <p>Denials, and who made or changed grants and keys, are listed here.</p>
            </Empty>
          )}
        </div>
      )}
      {entries.length > 0 && <Table label="Audit" columns={columns} rows={[...entries].reverse()} id={(entry) => String(entry.seq)} />}
      {newest.length === perPage && !more.isAll && (
        <div className="waiting">
          <Button onClick={() => void readBack()}>Older entries</Button>
        </div>
      )}
    </>
  );
}

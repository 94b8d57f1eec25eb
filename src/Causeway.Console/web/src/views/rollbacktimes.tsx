import { get } from "../api/client";
import type { Of } from "../api/types";
import { count, plural, span } from "../lib/format";
import { useEvents } from "../lib/events";
import { useLoad, useThrottled } from "../lib/load";
import { Card, Empty, Id, Skeleton, Time, Trouble } from "../ui/basics";
import { Table } from "../ui/table";

type Timed = Of<"TimedRollbackView">;
type Figures = Of<"PercentilesView">;

/** The parts of a rollback in the order in which they pass, each with the hue that it is drawn in. */
const parts: { name: string; hue: string; says: string; of: (one: Timed) => number | null }[] = [
  { name: "Detect", hue: "var(--hue-3)", says: "from the first bad request to the alarm", of: (one) => one.detect_ms },
  { name: "Decide", hue: "var(--hue-2)", says: "from the alarm to the commit", of: (one) => one.decide_ms },
  { name: "Recover", hue: "var(--hue-1)", says: "from the commit to the last call of the bad release", of: (one) => one.recover_ms },
  { name: "Clear", hue: "var(--hue-other)", says: "until the last byte of its answers, from the last call", of: (one) => (one.clear_ms === null || one.recover_ms === null ? null : Math.max(0, one.clear_ms - one.recover_ms)) },
];

/** How long the rollbacks of 90 days took, part by part: most of it is noticing and deciding. */
export function RollbackTimes({ name }: { name: string }) {
  const loaded = useLoad(`rollbacks ${name}`, (signal) => get<Of<"RollbackHistory">>(`/channels/${encodeURIComponent(name)}/rollbacks`, {}, signal));
  const again = useThrottled(loaded.reload, 1_000);
  useEvents("timeline", (entry) => {
    if (entry.kind === "rolled_back" && entry.channel === name) {
      again();
    }
  });
  const history = loaded.value;
  return (
    <Card title="How long going back took" flush>
      {loaded.problem && <Trouble problem={loaded.problem} retry={loaded.reload} />}
      {loaded.busy && <Skeleton rows={3} />}
      {history?.rollbacks.length === 0 && (
        <Empty title="It was not rolled back in 90 days">
          <p>Of a rollback this shows how long it took to notice, to decide, and until the last bad request.</p>
        </Empty>
      )}
      {history && history.rollbacks.length > 0 && (
        <div className="stack" data-testid="rollback-times">
          <Drawn rollbacks={history.rollbacks} />
          <Table<Timed>
            label="Rollbacks of 90 days"
            rows={history.rollbacks}
            id={(one) => String(one.revision)}
            columns={[
              { name: "When", cell: (one) => <Time at={one.t0} /> },
              { name: "Took back", cell: (one) => <Id id={one.from} /> },
              { name: "By", optional: true, cell: (one) => <span title={one.reason ?? undefined}>{one.by}</span> },
              ...parts.slice(0, 3).map((part) => ({ name: part.name, number: true, cell: (one: Timed) => span(part.of(one)) })),
              { name: "Cleared after", optional: true, number: true, cell: (one) => span(one.clear_ms) },
              { name: "Requests of its tail", optional: true, number: true, cell: (one) => (one.tail_requests === null ? "–" : count(one.tail_requests)) },
            ]}
          />
        </div>
      )}
      {history && (history.rollbacks.length > 0 || history.drills.count > 0) && <Ninety history={history} />}
    </Card>
  );
}

function Drawn({ rollbacks }: { rollbacks: readonly Timed[] }) {
  const known = rollbacks.slice(0, 8).map((one) => ({ one, all: parts.reduce((sum, part) => sum + (part.of(one) ?? 0), 0) }));
  const longest = Math.max(1, ...known.map((row) => row.all));
  return (
    <div className="pad stack tight">
      <ul className="flows" aria-label="Parts of the newest rollbacks">
        {known.map(({ one, all }) => (
          <li key={one.revision}>
            <span>
              <Time at={one.t0} />
            </span>
            <span className="track" role="img" aria-label={parts.map((part) => `${part.name} ${span(part.of(one))}`).join(", ")}>
              {parts.map((part) => part.of(one) !== null && <i key={part.name} style={{ width: `${((part.of(one) ?? 0) / longest) * 100}%`, background: part.hue }} title={`${part.name}: ${span(part.of(one))}, ${part.says}`} />)}
            </span>
            <span className="number">{span(all)}</span>
          </li>
        ))}
      </ul>
      <ul className="legend" aria-label="Parts">
        {parts.map((part) => (
          <li key={part.name} title={part.says}>
            <span className="swatch" style={{ background: part.hue }} />
            {part.name}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Drills are told apart: nobody had to notice or to decide. */
function Ninety({ history }: { history: Of<"RollbackHistory"> }) {
  const rows: { name: string; figures: Figures }[] = [
    { name: "Detect", figures: history.figures.detect },
    { name: "Decide", figures: history.figures.decide },
    { name: "Recover", figures: history.figures.recover },
    { name: "Clear", figures: history.figures.clear },
    { name: "Detect, decide and recover", figures: history.figures.velocity },
    { name: "Drills: recover", figures: history.drills },
  ].filter((row) => row.figures.count > 0);
  return (
    <Table
      label="Of 90 days"
      rows={rows}
      id={(row) => row.name}
      columns={[
        { name: "Of 90 days", cell: (row) => row.name },
        { name: "Known of", optional: true, number: true, cell: (row) => plural(row.figures.count, "time") },
        { name: "Median", number: true, cell: (row) => span(row.figures.p50_ms) },
        { name: "99 of 100 within", number: true, cell: (row) => span(row.figures.p99_ms) },
      ]}
    />
  );
}

import { lazy, Suspense } from "react";
import { address, get } from "../api/client";
import type { SpendReport } from "../api/types";
import { change, count, percent, plural, short } from "../lib/format";
import { useEvents } from "../lib/events";
import { useLoad, useThrottled } from "../lib/load";
import { href, setQuery, useRoute } from "../lib/route";
import { narrowed, spans, useScope } from "../lib/scope";
import { Card, Empty, Notice, Skeleton, Trouble } from "../ui/basics";
import { Head } from "../ui/page";
import { SavedViews } from "../ui/saved";
import { Table, type Column } from "../ui/table";
import { dimensions, fold, metrics, type Metric } from "./spending";

const Chart = lazy(() => import("./chart"));

/** Who spends what, why did it change, will it hold? */
export default function Spend() {
  const { query } = useRoute();
  const metric = metrics.find((one) => one.id === query.get("metric")) ?? metrics[0]!;
  const by = query.get("by") ?? "team";
  const then = query.get("then") ?? "";
  const span = spans.find((one) => one.id === (query.get("since") ?? "7d")) ?? spans[1]!;
  const scope = useScope();
  const drilled = query.getAll("in").map((pair): [string, string] => [pair.slice(0, pair.indexOf(":")), pair.slice(pair.indexOf(":") + 1)]);
  const groups = [by, ...(then && then !== by ? [then] : [])];
  const where = { ...narrowed(scope), ...Object.fromEntries(drilled) };
  const time = span.hours <= 48 ? "hour" : "day";
  const before = { since: new Date(floor(Date.now(), time) - 2 * span.hours * 3_600_000 + unit(time)), until: new Date(floor(Date.now(), time) - span.hours * 3_600_000 + unit(time)) };

  // Three questions: over time, by group, and the span before. All of them are read from roll-ups.
  const inTime = useLoad(`time ${by} ${JSON.stringify(where)} ${span.id}`, (signal) => get<SpendReport>("/spend", { ...where, by: `${time},${by}`, since: before.until.toISOString().slice(0, 19) + "Z" }, signal));
  const table = useLoad(`table ${groups} ${JSON.stringify(where)} ${span.id}`, (signal) => get<SpendReport>("/spend", { ...where, by: groups.join(","), since: before.until.toISOString().slice(0, 19) + "Z" }, signal));
  const past = useLoad(`past ${groups} ${JSON.stringify(where)} ${span.id}`, (signal) => get<SpendReport>("/spend", { ...where, by: groups.join(","), since: before.since.toISOString().slice(0, 19) + "Z", until: before.until.toISOString().slice(0, 19) + "Z" }, signal));
  useEvents(
    "request",
    useThrottled(() => {
      inTime.reload();
      table.reload();
    }, 5_000),
  );

  const problem = table.problem ?? inTime.problem ?? past.problem;
  const rows = fold(table.value?.rows ?? [], then && then !== by ? [by, then] : [by], metric);
  const total = rows.reduce((all, row) => all + metric.of(row.line), 0);
  const pastRows = fold(past.value?.rows ?? [], then && then !== by ? [by, then] : [by], metric);
  const pastTotal = pastRows.reduce((all, row) => all + metric.of(row.line), 0);
  const unpriced = rows.reduce((all, row) => all + row.line.unpriced_requests, 0);
  const estimated = rows.reduce((all, row) => all + row.line.estimated_requests, 0);

  return (
    <>
      <Head
        title="Spend"
        says={table.value && `From ${new Date(table.value.since).toLocaleString()} to now, whole hours.`}
        acts={
          <div className="line">
            <SavedViews place="spend" />
            <a className="button" href={address("/spend", { ...where, by: groups.join(","), since: span.id, format: "csv" }).href} download={`spend-${by}-${span.id}.csv`}>
              CSV
            </a>
          </div>
        }
        behind={{ cli: `causeway spend --by ${groups.join(",")} --since ${span.id}${Object.entries(where).filter(([, value]) => value).map(([name, value]) => ` --${name} ${value}`).join("")}`, path: "/spend", query: { ...where, by: groups.join(","), since: span.id } }}
      />
      <div className="filters">
        <Choice label="Metric" value={metric.id} options={metrics.map((one) => [one.id, one.name])} set={(value) => setQuery({ metric: value })} />
        <span className="quiet">by</span>
        <Choice label="Group by" value={by} options={dimensions} set={(value) => setQuery({ by: value, then: then === value ? null : then })} />
        <span className="quiet">and</span>
        <Choice label="Then by" value={then} options={[["", "nothing else"], ...dimensions.filter(([name]) => name !== by)]} set={(value) => setQuery({ then: value })} />
        {drilled.map(([name, value]) => (
          <button key={name} type="button" className="tag bare" onClick={() => drop(query, `${name}:${value}`)} title="Take this away">
            {name}: {value || "none"} ×
          </button>
        ))}
      </div>
      {problem && <Trouble problem={problem} retry={table.reload} />}
      {table.busy && <Skeleton rows={9} />}
      {table.value && rows.length === 0 && (
        <div className="card">
          <Empty title="Nothing was spent in this time">
            <p>Requests show up here as they end, by team, feature, model and provider.</p>
            <a href={href(["start"])}>Send a first request</a>
          </Empty>
        </div>
      )}
      {table.value && rows.length > 0 && (
        <>
          <div className="tiles">
            <div className="tile">
              <span className="name">{metric.name}</span>
              <span className="figure" data-value={total} data-testid="total">
                {metric.show(total)}
              </span>
              <span className="more">
                {change(total, pastTotal)} against the {span.name} before ({metric.show(pastTotal)})
              </span>
            </div>
            <div className="tile">
              <span className="name">At this pace</span>
              <span className="figure">{metric.show(Math.round((total / span.hours) * 24 * 30))}</span>
              <span className="more">in 30 days, if it goes on as it did</span>
            </div>
            <div className="tile">
              <span className="name">Unpriced, estimated</span>
              <span className={`figure ${unpriced > 0 ? "soon" : ""}`}>
                {short(unpriced)}, {short(estimated)}
              </span>
              <span className="more">requests; the unpriced are in no cost</span>
            </div>
          </div>
          {table.value.unbooked_requests > 0 && <Notice tone="soon" title={`${plural(table.value.unbooked_requests, "request")} are not booked yet and in no figure.`} />}
          <Card title={`${metric.name} over time`} flush>
            <Suspense fallback={<div className="chart" />}>{inTime.value && <Chart rows={inTime.value.rows} by={by} time={time} metric={metric} since={before.until} hours={span.hours} />}</Suspense>
          </Card>
          <Table
            label={`${metric.name} by ${by}`}
            columns={columnsOf(by, then, metric, total, pastRows)}
            rows={rows.slice(0, 500)}
            id={(row) => row.names.join(" / ")}
            open={(row) => drill(query, by, then, row.names)}
            foot={
              <tr>
                <td>All</td>
                {then && then !== by && <td />}
                <td className="number">{metric.show(total)}</td>
                <td className="number">100 %</td>
                <td className="number optional">{change(total, pastTotal)}</td>
                <td className="number optional">{count(rows.reduce((all, row) => all + row.line.requests, 0))}</td>
                <td className="optional" />
              </tr>
            }
          />
          {rows.length > 500 && <p className="quiet">The 500 largest of {count(rows.length)}. The CSV has all of them.</p>}
        </>
      )}
    </>
  );
}

function columnsOf(by: string, then: string, metric: Metric, total: number, past: ReturnType<typeof fold>): Column<ReturnType<typeof fold>[number]>[] {
  const before = new Map(past.map((row) => [row.names.join("\n"), metric.of(row.line)]));
  const most = Math.max(1, ...past.map((row) => metric.of(row.line)), total);
  return [
    { name: by, cell: (row) => <span className="break">{row.names[0] || <span className="quiet">none</span>}</span> },
    ...(then && then !== by ? [{ name: then, cell: (row: { names: string[] }) => <span className="break">{row.names[1] || <span className="quiet">none</span>}</span> }] : []),
    {
      name: metric.name,
      number: true,
      cell: (row) => (
        <span data-value={metric.of(row.line)}>
          {metric.id === "cost" && row.line.priced === "none" ? <span className="quiet">unpriced</span> : metric.show(metric.of(row.line))}
          {metric.id === "cost" && row.line.priced === "partly" && <span className="soon" title={`${row.line.unpriced_requests} requests have no price`}> *</span>}
        </span>
      ),
    },
    { name: "Share", number: true, cell: (row) => percent(metric.of(row.line), total) },
    { name: "Change", optional: true, number: true, cell: (row) => change(metric.of(row.line), before.get(row.names.join("\n")) ?? 0) },
    { name: "Requests", optional: true, number: true, cell: (row) => count(row.line.requests) },
    {
      name: "Size",
      optional: true,
      cell: (row) => (
        <span className="bar" aria-hidden="true">
          <i style={{ width: `${(metric.of(row.line) / Math.max(1, Math.min(most, total))) * 100}%` }} />
        </span>
      ),
    },
  ];
}

function Choice({ label, value, options, set }: { label: string; value: string; options: [string, string][]; set: (value: string) => void }) {
  return (
    <select className="input" aria-label={label} value={value} onChange={(event) => set(event.target.value)}>
      {options.map(([id, name]) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </select>
  );
}

const below: Record<string, string> = { team: "feature", feature: "model", env: "team", provider: "model", model: "team", key: "model" };

/** One level down: what was clicked becomes a filter, and the group moves on. At the end are the requests themselves. */
function drill(query: URLSearchParams, by: string, then: string, names: string[]) {
  const next = new URLSearchParams(query);
  const take = (dimension: string, name: string) => (dimension === "team" || dimension === "env" ? next.set(dimension, name) : next.append("in", `${dimension}:${name}`));
  take(by, names[0]!);
  if (then && then !== by) {
    take(then, names[1]!);
  }
  const taken = [...next.getAll("in").map((pair) => pair.split(":")[0]!), ...["team", "env"].filter((one) => next.has(one))];
  const to = [below[by], "feature", "model", "provider"].find((name) => name && !taken.includes(name));
  if (taken.length > 2 || !to) {
    // A request knows what was asked for, which need not be the model that answered.
    const pairs = next.getAll("in").map((pair): [string, string] => [pair.slice(0, pair.indexOf(":")), pair.slice(pair.indexOf(":") + 1)]);
    window.location.hash = href(["requests"], { env: next.get("env"), team: next.get("team"), since: next.get("since"), ...Object.fromEntries(pairs.filter(([name]) => name !== "model")) });
    return;
  }
  next.set("by", to);
  next.delete("then");
  window.location.hash = href(["spend"], next);
}

function drop(query: URLSearchParams, pair: string) {
  const next = new URLSearchParams(query);
  next.delete("in", pair);
  window.location.hash = href(["spend"], next);
}

function unit(time: string): number {
  return time === "hour" ? 3_600_000 : 86_400_000;
}

function floor(moment: number, time: string): number {
  return Math.floor(moment / unit(time)) * unit(time);
}


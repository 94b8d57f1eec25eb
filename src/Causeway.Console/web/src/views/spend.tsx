import { lazy, Suspense } from "react";
import { address, get, type Query } from "../api/client";
import type { SpendReport } from "../api/types";
import { change, count, percent, plural, ratio, short } from "../lib/format";
import { useEvents } from "../lib/events";
import { together, useLoad, useThrottled } from "../lib/load";
import { href, setQuery, useRoute } from "../lib/route";
import { narrowed, spans, useScope } from "../lib/scope";
import { Card, Empty, Notice, Skeleton, Time, Trouble } from "../ui/basics";
import { Choice, Filter } from "../ui/fields";
import { Head } from "../ui/page";
import { SavedViews } from "../ui/saved";
import { Table, type Column } from "../ui/table";
import { Tile, Tiles } from "../ui/tiles";
import { ForecastTile, Movers } from "./movers";
import { TagName, Times } from "./spendtime";
import { dimensions, filter, fold, isDimension, metrics, named, pairOf, timeOf, type Metric } from "./spending";

const Chart = lazy(() => import("./chart"));

/** Who spends what, why did it change, will it hold? */
export default function Spend() {
  const { query } = useRoute();
  const metric = metrics.find((one) => one.id === query.get("metric")) ?? metrics[0]!;
  const asked = query.get("by") ?? "team";
  const by = isDimension(asked) ? asked : "team";
  const other = query.get("then") ?? "";
  const then = isDimension(other) && other !== by && !(other.startsWith("tag:") && by.startsWith("tag:")) ? other : "";
  const span = spans.find((one) => one.id === (query.get("since") ?? "7d")) ?? spans[1]!;
  const scope = useScope();
  const drilled = query.getAll("in").map(pairOf);
  const groups = [by, ...(then ? [then] : [])];
  const where: Query = { ...narrowed(scope), ...Object.fromEntries(drilled.map(([name, value]) => filter(name, value))) };
  const window = timeOf(query, span);
  const time = window.unit;
  const question = { ...where, ...window.asks };

  // Two questions, and a third where there are very many groups: over time, and by group beside the window before. Without tags and end users both are read from roll-ups.
  const inTime = useLoad(`time ${by} ${JSON.stringify(question)}`, (signal) => get<SpendReport>("/spend", { ...question, by: `${time},${by}`, top: 50 }, signal));
  // Of more groups than are drawn one by one, the rest: what they were is the time's total less those.
  const hasRest = inTime.value?.rows.some((row) => row.others) ?? false;
  const totals = useLoad(hasRest ? `totals ${time} ${JSON.stringify(question)}` : null, (signal) => get<SpendReport>("/spend", { ...question, by: time }, signal));
  const table = useLoad(`table ${groups} ${JSON.stringify(question)}`, (signal) => get<SpendReport>("/spend", { ...question, by: groups.join(","), compare: "previous", forecast: true, top: 1000 }, signal));
  useEvents(
    "request",
    useThrottled(() => {
      inTime.reload();
      totals.reload();
      table.reload();
    }, 5_000),
  );

  const both = together(table, inTime);
  const report = table.value;
  const rows = fold((report?.rows ?? []).filter((row) => row.others === undefined || row.others === null), groups, metric);
  const left = report?.rows.find((row) => row.others);
  const total = report ? metric.of(report.total) : 0;
  const before = report?.previous ? metric.of(report.previous.total) : 0;
  const cli = `causeway spend --by ${groups.join(",")} ${window.cli}${Object.entries(where).filter(([, value]) => value).map(([name, value]) => ` --${name.replaceAll("_", "-")} ${value}`).join("")} --compare --forecast`;

  return (
    <>
      <Head
        title="Spend"
        says={
          report && (
            <>
              From <Time at={report.since} as="moment" /> to {Date.parse(report.until) > Date.now() ? "now" : <Time at={report.until} as="moment" />}, whole hours.
            </>
          )
        }
        acts={
          <div className="line">
            <SavedViews place="spend" />
            <a className="button" href={href(["spend", "explain"], { env: scope.env, team: scope.team, since: window.isCalendar ? null : span.id, ...Object.fromEntries(drilled.filter(([name, value]) => value && ["feature", "provider", "key"].includes(name))) })}>
              Explain the change
            </a>
            <a className="button" href={address("/spend", { ...question, by: groups.join(","), compare: "previous", format: "csv" }).href} download={`spend-${groups.join("-").replaceAll(":", "-")}-${window.name}.csv`}>
              CSV
            </a>
          </div>
        }
        behind={{ cli, path: "/spend", query: { ...question, by: groups.join(","), compare: "previous", forecast: true } }}
      />
      <div className="filters">
        <Choice label="Metric" value={metric.id} options={metrics.map((one) => [one.id, one.name])} set={(value) => setQuery({ metric: value })} />
        <span className="quiet">by</span>
        <Choice label="Group by" value={by.startsWith("tag:") ? "tag" : by} options={[...dimensions, ["tag", "tag…"]]} set={(value) => setQuery({ by: value === "tag" ? "tag:product" : value, then: then === value || (value === "tag" && then.startsWith("tag:")) ? null : then })} />
        {by.startsWith("tag:") && <TagName label="Group by the tag" dimension={by} set={(value) => setQuery({ by: value })} />}
        <span className="quiet">and</span>
        <Choice
          label="Then by"
          value={then.startsWith("tag:") ? "tag" : then}
          options={[["", "nothing else"], ...dimensions.filter(([name]) => name !== by), ...(by.startsWith("tag:") ? [] : [["tag", "tag…"] as [string, string]])]}
          set={(value) => setQuery({ then: value === "tag" ? "tag:product" : value })}
        />
        {then.startsWith("tag:") && <TagName label="Then by the tag" dimension={then} set={(value) => setQuery({ then: value })} />}
        <Times query={query} span={span.name} />
        {drilled.map(([name, value]) => (
          <Filter key={`${name}:${value}`} clear={() => drop(query, `${name}:${value}`)}>
            {named(name)}: {value || "none"}
          </Filter>
        ))}
      </div>
      {both.problem && <Trouble problem={both.problem} retry={both.reload} />}
      {table.busy && <Skeleton rows={9} />}
      {report && rows.length === 0 && (
        <div className="card">
          <Empty title="Nothing was spent in this time">
            <p>Requests show up here as they end, by team, feature, model and provider.</p>
            <a href={href(["start"])}>Send a first request</a>
          </Empty>
        </div>
      )}
      {report && rows.length > 0 && (
        <>
          <Tiles>
            <Tile
              name={metric.name}
              figure={metric.show(total)}
              value={total}
              id="total"
              more={
                <>
                  {change(total, before)} against the window before (<span data-testid="before" data-value={before}>{metric.show(before)}</span>)
                </>
              }
            />
            {window.isCalendar && report.forecast ? (
              <ForecastTile forecast={report.forecast} until={report.until} />
            ) : (
              <Tile name="At this pace" figure={metric.show(Math.round((total / span.hours) * 24 * 30))} more="in 30 days; a window of the calendar has a forecast" />
            )}
            <Tile name="Unpriced" figure={short(report.total.unpriced_requests)} value={report.total.unpriced_requests} id="unpriced" tone={report.total.unpriced_requests > 0 ? "soon" : ""} more={report.total.unpriced_requests > 0 ? `${ratio(report.unpriced_share)} of requests; they are in no cost` : "every model that answered has a price"} />
            <Tile name="Estimated" figure={short(report.total.estimated_requests)} value={report.total.estimated_requests} id="estimated" more={report.total.estimated_requests > 0 ? `${ratio(report.estimated_share)} of requests; their providers did not report in full` : "every provider reported in full"} />
          </Tiles>
          {report.unbooked_requests > 0 && <Notice tone="soon" title={`${plural(report.unbooked_requests, "request")} are not booked yet and in no figure.`} />}
          <Card title={`${metric.name} over time`} flush>
            <Suspense fallback={<div className="chart" />}>{inTime.value && <Chart rows={inTime.value.rows} totals={totals.value?.rows ?? []} by={by} time={time} metric={metric} {...window.chart(inTime.value)} />}</Suspense>
          </Card>
          {metric.id === "cost" && report.previous && <Movers by={groups} previous={report.previous} open={(names) => drill(query, by, then, names)} />}
          <Table
            label={`${metric.name} by ${by}`}
            columns={columnsOf(by, then, metric, total)}
            rows={rows}
            most={500}
            id={(row) => row.names.join(" / ")}
            open={(row) => drill(query, by, then, row.names)}
            foot={[
              ...(left ? [{ [named(by)]: plural(left.others ?? 0, "other"), Requests: count(left.requests), [metric.name]: metric.show(metric.of(left)), Share: percent(metric.of(left), total) }] : []),
              { [named(by)]: "All", Requests: count(report.total.requests), [metric.name]: metric.show(total), Share: "100 %", Change: change(total, before) },
            ]}
          />
          {rows.length > 500 && <p className="quiet">The 500 largest of {count(rows.length)}. The CSV has all of them.</p>}
        </>
      )}
    </>
  );
}

function columnsOf(by: string, then: string, metric: Metric, total: number): Column<ReturnType<typeof fold>[number]>[] {
  return [
    { name: named(by), sort: (row) => row.names[0] ?? "", cell: (row) => <span className="break">{row.names[0] || <span className="quiet">none</span>}</span> },
    ...(then ? [{ name: named(then), sort: (row: { names: string[] }) => row.names[1] ?? "", cell: (row: { names: string[] }) => <span className="break">{row.names[1] || <span className="quiet">none</span>}</span> }] : []),
    {
      name: metric.name,
      number: true,
      sort: (row) => metric.of(row.line),
      cell: (row) => (
        <span data-value={metric.of(row.line)}>
          {metric.id === "cost" && row.line.priced === "none" ? <span className="quiet">unpriced</span> : metric.show(metric.of(row.line))}
          {metric.id === "cost" && row.line.priced === "partly" && <span className="soon" title={`${row.line.unpriced_requests} requests have no price`}> *</span>}
        </span>
      ),
    },
    { name: "Share", number: true, cell: (row) => percent(metric.of(row.line), total) },
    // The window before is compared in cost and in requests; of other figures it is not known.
    { name: "Change", optional: true, number: true, cell: (row) => (metric.id === "cost" ? change(metric.of(row.line), row.line.previous_nano_usd ?? 0) : metric.id === "requests" ? change(row.line.requests, row.line.previous_requests ?? 0) : "–") },
    ...(metric.id === "requests" ? [] : [{ name: "Requests", optional: true, number: true, sort: (row: { line: SpendReport["total"] }) => row.line.requests, cell: (row: { line: SpendReport["total"] }) => count(row.line.requests) }]),
    { name: "Apart", optional: true, has: (row) => row.line.unpriced_requests + row.line.estimated_requests > 0, cell: (row) => <Apart line={row.line} /> },
    {
      name: "Size",
      optional: true,
      cell: (row) => (
        <span className="bar" aria-hidden="true">
          <i style={{ width: `${(metric.of(row.line) / Math.max(1, total)) * 100}%` }} />
        </span>
      ),
    },
  ];
}

/** What is in no cost, and what is in it by our own count. */
function Apart({ line }: { line: SpendReport["total"] }) {
  return (
    <>
      {line.unpriced_requests > 0 && <span className="tag soon">{short(line.unpriced_requests)} unpriced</span>} {line.estimated_requests > 0 && <span className="tag">{short(line.estimated_requests)} estimated</span>}
    </>
  );
}

const below: Record<string, string> = { cost_centre: "team", end_user: "feature", team: "feature", feature: "model", env: "team", provider: "model", model: "team", key: "model" };

/** One level down: what was clicked becomes a filter, and the group moves on. At the end are the requests themselves. */
function drill(query: URLSearchParams, by: string, then: string, names: string[]) {
  const next = new URLSearchParams(query);
  // What has no such tag cannot be asked for.
  const take = (dimension: string, name: string) => (dimension.startsWith("tag:") && !name ? undefined : dimension === "team" || dimension === "env" ? next.set(dimension, name) : next.append("in", `${dimension}:${name}`));
  take(by, names[0]!);
  if (then) {
    take(then, names[1]!);
  }
  const taken = [...next.getAll("in").map((pair) => pairOf(pair)[0]), ...["team", "env"].filter((one) => next.has(one))];
  const to = [below[by], "feature", "model", "provider"].find((name) => name && !taken.includes(name));
  if (taken.length > 2 || !to) {
    // A request knows what was asked for, which need not be the model that answered.
    const pairs = next.getAll("in").map(pairOf);
    window.location.hash = href(["requests"], { env: next.get("env"), team: next.get("team"), since: next.get("since"), ...Object.fromEntries(pairs.filter(([name, value]) => name !== "model" && value).map(([name, value]) => filter(name, value))) });
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

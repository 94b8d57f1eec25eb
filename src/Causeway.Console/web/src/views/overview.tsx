import type { ReactNode } from "react";
import { get } from "../api/client";
import type { Channel, Grant, Limit, Of, SpendReport } from "../api/types";
import { ago, change, count, money, percent, plural, span } from "../lib/format";
import { useEvents } from "../lib/events";
import { useLoad, useThrottled } from "../lib/load";
import { href } from "../lib/route";
import { narrowed, useScope, within, type Scope } from "../lib/scope";
import { Card, Empty, Skeleton, Tag, Time, Trouble } from "../ui/basics";
import { Head } from "../ui/page";
import { happened } from "./timeline";

/** Is everything well, and what needs me? */
export function Overview() {
  const scope = useScope();
  const spend = useLoad(`spend ${JSON.stringify(narrowed(scope))}`, (signal) => get<SpendReport>("/spend", { ...narrowed(scope), by: "hour", since: "48h" }, signal));
  const timeline = useLoad("timeline", (signal) => get<Of<"TimelinePage">>("/timeline", { limit: 10 }, signal));
  const grants = useLoad("grants", (signal) => get<Of<"GrantList">>("/grants", { order: "driest", limit: 50 }, signal));
  const channels = useLoad("channels", (signal) => get<Of<"ChannelList">>("/channels", {}, signal));
  const runs = useLoad("runs", (signal) => get<Of<"WatchedRunList">>("/runs", { limit: 100 }, signal));
  const inbox = useLoad("raises", (signal) => get<Of<"RaiseInbox">>("/raises", {}, signal));

  useEvents("request", useThrottled(spend.reload, 2_000));
  useEvents(
    "timeline",
    useThrottled(() => {
      timeline.reload();
      channels.reload();
    }),
  );
  const changed = useThrottled(() => {
    grants.reload();
    runs.reload();
    inbox.reload();
  }, 2_000);
  useEvents("decision", changed);

  const problem = spend.problem ?? timeline.problem ?? grants.problem;
  return (
    <>
      <Head title="Overview" says="The last 24 hours, and what needs somebody." behind={{ cli: "causeway spend --by hour --since 48h", path: "/spend", query: { by: "hour", since: "48h" } }} />
      {problem && <Trouble problem={problem} retry={spend.reload} />}
      {spend.value ? <Figures report={spend.value} scope={scope} /> : spend.busy && <Skeleton rows={3} />}
      <div className="columns">
        <Card title="Needs somebody" flush>
          <Needs channels={channels.value?.channels ?? []} grants={grants.value?.grants ?? []} runs={runs.value?.runs ?? []} inbox={inbox.value} ready={!!grants.value && !!inbox.value} />
        </Card>
        <Card title="What happened to channels" acts={<a href={href(["channels", "timeline"])}>All of it</a>} flush>
          {timeline.value &&
            (timeline.value.entries.length === 0 ? (
              <Empty title="Nothing yet">
                <p>Rollouts, rollbacks and guards that cross are told here.</p>
                <a href={href(["channels"])}>Make a channel</a>
              </Empty>
            ) : (
              <ul className="happened">
                {timeline.value.entries.map((entry) => (
                  <li key={entry.seq}>
                    <span className="quiet">
                      <Time at={entry.at} />
                    </span>
                    <span>{happened(entry)}</span>
                  </li>
                ))}
              </ul>
            ))}
        </Card>
      </div>
    </>
  );
}

function Figures({ report, scope }: { report: SpendReport; scope: Scope }) {
  const border = Date.now() - 24 * 3_600_000;
  const hours = Array.from({ length: 24 }, (_, i) => {
    const start = new Date(Math.floor(Date.now() / 3_600_000) * 3_600_000 - (23 - i) * 3_600_000);
    return { start, row: report.rows.find((row) => row.hour && Date.parse(row.hour) === start.getTime()) };
  });
  const sum = (pick: (row: SpendReport["total"]) => number, before: boolean) =>
    report.rows.filter((row) => row.hour && (Date.parse(row.hour) < border) === before).reduce((all, row) => all + pick(row), 0);
  const cost = sum((row) => row.cost_nano_usd ?? 0, false);
  const costBefore = sum((row) => row.cost_nano_usd ?? 0, true);
  const requests = sum((row) => row.requests, false);
  const failures = sum((row) => row.failures, false);
  const unpriced = sum((row) => row.unpriced_requests, false);
  const tokens = sum((row) => row.input_tokens + row.cache_read_tokens + row.cache_write_tokens + row.output_tokens, false);
  const most = Math.max(1, ...hours.map((hour) => hour.row?.requests ?? 0));
  return (
    <div className="tiles">
      <a className="tile" href={within(["spend"], { ...scope, since: "24h" })}>
        <span className="name">Spend, 24 h</span>
        <span className="figure" data-value={cost}>
          {money(cost)}
        </span>
        <span className="more">
          {change(cost, costBefore)} against the 24 h before{unpriced > 0 && ` · ${plural(unpriced, "request")} unpriced`}
        </span>
      </a>
      <a className="tile" href={within(["requests"], scope)}>
        <span className="name">Requests, 24 h</span>
        <span className="figure" data-value={requests}>
          {count(requests)}
        </span>
        <span className="more">{count(tokens)} tokens</span>
      </a>
      <a className="tile" href={href(["requests"], { env: scope.env, team: scope.team, outcome: "failed" })}>
        <span className="name">Denied or failed</span>
        <span className={`figure ${failures / Math.max(1, requests) > 0.05 ? "bad" : ""}`} data-value={failures}>
          {percent(failures, requests)}
        </span>
        <span className="more">
          {count(failures)} of {count(requests)}
        </span>
      </a>
      <div className="tile">
        <span className="name">Requests by the hour</span>
        <div className="spark" role="img" aria-label={`Requests in each of the last 24 hours, ${most} at most`}>
          {hours.map((hour) => (
            <i
              key={hour.start.getTime()}
              className={hour.row ? "" : "none"}
              style={{ height: `${Math.max(2, ((hour.row?.requests ?? 0) / most) * 100)}%` }}
              title={`${hour.start.toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit", hour12: false })}: ${plural(hour.row?.requests ?? 0, "request")}`}
            />
          ))}
        </div>
        <span className="more">24 h ago to now</span>
      </div>
    </div>
  );
}

function Needs({ channels, grants, runs, inbox, ready }: { channels: Channel[]; grants: Grant[]; runs: Of<"WatchedRun">[]; inbox: Of<"RaiseInbox"> | null; ready: boolean }) {
  const rows: { key: string; tone: "bad" | "soon" | ""; word: string; text: ReactNode; to: string }[] = [];
  for (const raise of inbox?.raises ?? []) {
    rows.push({ key: raise.id, tone: "soon", word: "Asked", text: `${raise.requested_by} asks for ${raise.amount_text} more for ${raise.holder ?? "a grant"}, ${ago(raise.created_at)}`, to: href(["approvals"], { open: raise.id }) });
  }
  for (const glass of inbox?.glass ?? []) {
    rows.push({ key: glass.id, tone: "bad", word: "Review", text: `${glass.by} broke a glass for $${glass.amount_usd}, ${ago(glass.at)}`, to: href(["approvals"]) });
  }
  for (const run of runs) {
    rows.push({ key: `${run.grant}${run.run}`, tone: "bad", word: "Run", text: `${run.run} is ${run.stage.replaceAll("_", " ")}: ${run.explanation}`, to: href(["grants", "runs"]) });
  }
  for (const { name, rollout } of channels) {
    if (rollout) {
      rows.push({
        key: `rollout ${name}`,
        tone: rollout.held || rollout.state === "paused" ? "soon" : "",
        word: "Rollout",
        text: `${name}: stage ${rollout.stage} of ${rollout.stages}, ${rollout.exposure_ppm / 10_000} % get the candidate${rollout.held ? `; held: ${rollout.held}` : rollout.state === "paused" ? "; paused" : ""}`,
        to: href(["channels", "of", name]),
      });
    }
  }
  for (const model of useRetiring(ready)) {
    rows.push({ key: `retires ${model.name}`, tone: "soon", word: "Retires", text: `${model.name} retires on ${model.on}; it answered ${plural(model.requests, "request")} in 7 days`, to: href(["requests"], { provider: model.provider }) });
  }
  for (const { grant, limit } of dry(grants).slice(0, 6)) {
    const spent = limit.left <= 0;
    rows.push({
      key: grant.id + limit.text,
      tone: spent ? "bad" : "soon",
      word: spent ? "Spent" : "Soon dry",
      text: `${grant.holder}: ${percent(limit.amount - limit.left, limit.amount)} of ${limit.text} is used${limit.window_ends ? `, the window ends ${ago(limit.window_ends)}` : ""}`,
      to: href(["grants"], { open: grant.id }),
    });
  }
  if (!ready) {
    return null;
  }
  return rows.length === 0 ? (
    <Empty title="Nothing needs you">
      <p>Raises to decide, rollouts, runs that were stopped, models that retire and grants that run dry are listed here.</p>
    </Empty>
  ) : (
    <ul className="happened">
      {rows.slice(0, 12).map((row) => (
        <li key={row.key}>
          <span>
            <Tag tone={row.tone}>{row.word}</Tag>
          </span>
          <a className="break" href={row.to}>
            {row.text}
          </a>
        </li>
      ))}
      {rows.length > 12 && (
        <li>
          <span />
          <span className="quiet">and {plural(rows.length - 12, "more", "more")}</span>
        </li>
      )}
    </ul>
  );
}

/** Models that were used in 7 days and are taken away within 90. Read when the rest of the page is there. */
function useRetiring(ready: boolean): { name: string; provider: string; on: string; requests: number }[] {
  const used = useLoad(ready ? "used models" : null, (signal) => get<SpendReport>("/spend", { by: "provider,model", since: "7d" }, signal));
  const models = useLoad(used.value && used.value.rows.length > 0 ? "served models" : null, (signal) => get<Of<"ServedModelList">>("/models", {}, signal));
  const soon = Date.now() + 90 * 86_400_000;
  return (models.value?.models ?? [])
    .filter((model) => model.retires && Date.parse(model.retires) < soon)
    .flatMap((model) => {
      const row = used.value?.rows.find((one) => one.provider === model.provider && one.model === model.model);
      return row ? [{ name: `${model.provider}/${model.model}`, provider: model.provider, on: model.retires!, requests: row.requests }] : [];
    });
}

/** Limits that are used up, or will be before their window turns at the pace so far; the driest first. */
export function dry(grants: Grant[], now = Date.now()): { grant: Grant; limit: Limit; hours: number | null }[] {
  return grants
    .filter((grant) => grant.status === "active")
    .flatMap((grant) => grant.limits.filter((limit) => !limit.pace && limit.meter !== "concurrent" && limit.amount > 0).map((limit) => ({ grant, limit, ...pace(limit, now) })))
    .filter((one) => one.limit.left <= 0 || one.isDry)
    .sort((a, b) => a.limit.left / a.limit.amount - b.limit.left / b.limit.amount);
}

function pace(limit: Limit, now: number): { isDry: boolean; hours: number | null } {
  const used = limit.amount - limit.left;
  if (!limit.window_starts || !limit.window_ends || used <= 0) {
    return { isDry: limit.left <= limit.amount * 0.1, hours: null };
  }
  const [start, end] = [Date.parse(limit.window_starts), Date.parse(limit.window_ends)];
  const passed = Math.max(1, now - start);
  const until = (limit.left / used) * passed;
  // A pace that was seen for an instant says nothing; what is nearly used up says so whatever the pace.
  return { isDry: limit.left <= limit.amount * 0.1 || (passed > (end - start) * 0.05 && now + until < end), hours: until / 3_600_000 };
}

export function runsDry(hours: number | null): string {
  return hours === null ? "" : `dry in ${span(hours * 3_600_000)}`;
}

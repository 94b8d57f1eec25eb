import { get } from "../api/client";
import type { Channel, Grant, Limit, Of, SpendReport } from "../api/types";
import { change, count, money, percent, plural, ratio, short, span, words } from "../lib/format";
import { useLoad } from "../lib/load";
import { href } from "../lib/route";
import { within, type Scope } from "../lib/scope";

/** The last 24 hours in numbers; each leads to what it is made of. */
export function Figures({ report, scope, channels }: { report: SpendReport; scope: Scope; channels: Channel[] }) {
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
  const flying = channels.filter((one) => one.rollout);
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
      <Latency scope={scope} />
      <Plan scope={scope} />
      <Adopted />
      <a className="tile" href={href(["channels"])}>
        <span className="name">Releases in flight</span>
        <span className="figure" data-value={flying.length}>
          {count(flying.length)}
        </span>
        <span className="more">{flying.length === 0 ? "no rollout is under way" : flying.map((one) => one.name).join(", ")}</span>
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


/** How long requests took: the middle one and the slowest of a hundred, never a mean. And what was denied, by its reason. */
function Latency({ scope }: { scope: Scope }) {
  const loaded = useLoad(`summary ${scope.env} ${scope.team}`, (signal) => get<Of<"UsageSummary">>("/usage/summary", { env: scope.env, team: scope.team }, signal));
  const view = loaded.value;
  const denied = view?.reasons.filter((one) => one.outcome === "denied") ?? [];
  const all = denied.reduce((sum, one) => sum + one.requests, 0);
  const of = view && !view.are_all ? `of the newest ${short(view.requests)}` : "of 24 h";
  return (
    <>
      <a className="tile" href={within(["requests"], scope)} title="First byte: from arrival to the first byte for the caller">
        <span className="name">First byte, p50 · p99</span>
        <span className="figure" data-value={view?.first_byte?.p50_ms ?? ""}>
          {view?.first_byte ? span(view.first_byte.p50_ms) : "–"}
        </span>
        <span className="more">{view?.first_byte && view.total ? `p99 ${span(view.first_byte.p99_ms)} · whole answers ${span(view.total.p50_ms)}, p99 ${span(view.total.p99_ms)}, ${of}` : "no request was completed"}</span>
      </a>
      <a className="tile" href={href(["requests"], { env: scope.env, team: scope.team, outcome: "denied", code: denied.length === 1 ? denied[0]!.code : null })}>
        <span className="name">Denials</span>
        <span className={`figure ${all > 0 ? "soon" : ""}`} data-value={all}>
          {count(all)}
        </span>
        <span className="more">{denied.length === 0 ? `none ${of}` : denied.slice(0, 3).map((one) => `${words(one.code ?? "denied")} ${count(one.requests)}`).join(" · ")}</span>
      </a>
    </>
  );
}

/** What is spent of what was granted: the limits in USD of grants with nothing above, each in its own window. */
function Plan({ scope }: { scope: Scope }) {
  const loaded = useLoad(`plan ${scope.team}`, (signal) => get<Of<"GrantList">>("/grants", { top: true, holder: scope.team ? `team/${scope.team}` : null, limit: 1000 }, signal));
  const limits = (loaded.value?.grants ?? []).map(planned).filter((one) => one !== undefined);
  const granted = limits.reduce((sum, one) => sum + one.amount, 0);
  const used = limits.reduce((sum, one) => sum + one.committed + one.held + one.in_doubt, 0);
  const ahead = limits.reduce((sum, one) => sum + atEnd(one), 0);
  return (
    <a className="tile" href={href(["grants"], { sort: "dry", find: scope.team })} title="The longest window of each grant that has nothing above it">
      <span className="name">Spend against plan</span>
      <span className={`figure ${granted > 0 && ahead > granted ? "bad" : ""}`} data-value={used}>
        {granted === 0 ? "no plan" : percent(used, granted)}
      </span>
      <span className="more">
        {granted === 0 ? "no grant on top has a limit in USD" : `${money(used)} of ${money(granted)} in ${plural(limits.length, "grant")} · ${money(Math.round(ahead))} by the windows' ends at this pace`}
      </span>
    </a>
  );
}

const order = ["hour", "day", "week", "month", "total"];

function planned(grant: Grant): Limit | undefined {
  return grant.status === "active" ? grant.limits.filter((limit) => limit.meter === "usd" && !limit.pace && limit.amount > 0).sort((a, b) => order.indexOf(b.window) - order.indexOf(a.window))[0] : undefined;
}

// A pace seen for a twentieth of a window or less says nothing: what is spent then stands for itself.
function atEnd(limit: Limit, now = Date.now()): number {
  if (!limit.window_starts || !limit.window_ends) {
    return limit.committed;
  }
  const [start, end] = [Date.parse(limit.window_starts), Date.parse(limit.window_ends)];
  const passed = (now - start) / (end - start);
  return passed > 0.05 ? limit.committed / passed : limit.committed;
}

/** Which share of what vendors bill came through here. */
function Adopted() {
  const loaded = useLoad("adoption", (signal) => get<Of<"ShadowReportView">>("/shadow/report", { since: "90d" }, signal));
  const total = loaded.value?.total;
  return (
    <a className="tile" href={href(["shadow"])}>
      <span className="name">Adoption, 90 days</span>
      <span className="figure" data-value={total?.share ?? ""}>
        {ratio(total?.share)}
      </span>
      <span className="more">{loaded.value && loaded.value.accounts.length > 0 ? "of what vendors bill came through here" : "no vendor's bill was imported yet"}</span>
    </a>
  );
}

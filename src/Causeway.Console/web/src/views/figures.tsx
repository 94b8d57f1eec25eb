import { get } from "../api/client";
import type { Grant, Limit, Of, SpendReport } from "../api/types";
import { change, count, minute, money, percent, plural, ratio, short, span, words } from "../lib/format";
import { useEvents } from "../lib/events";
import { useLoad, useThrottled, type Loaded } from "../lib/load";
import { href } from "../lib/route";
import { within, type Scope } from "../lib/scope";
import { Tile, Tiles } from "../ui/tiles";

/** The last 24 hours in numbers; each leads to what it is made of. */
export function Figures({ report, scope, channels }: { report: SpendReport; scope: Scope; channels: Loaded<Of<"ChannelList">> }) {
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
  const unpriced = sum((row) => row.unpriced_requests, false);
  const tokens = sum((row) => row.input_tokens + row.cache_read_tokens + row.cache_write_tokens + row.output_tokens, false);
  const most = Math.max(1, ...hours.map((hour) => hour.row?.requests ?? 0));
  return (
    <Tiles five>
      <Tile
        name="Spend, 24 h"
        to={within(["spend"], { ...scope, since: "24h" })}
        figure={money(cost)}
        value={cost}
        more={`${change(cost, costBefore)} against the 24 h before${unpriced > 0 ? ` · ${plural(unpriced, "request")} unpriced` : ""}`}
      />
      <Tile name="Requests, 24 h" to={within(["requests"], { ...scope, since: "24h" })} figure={count(requests)} value={requests} more={`${count(tokens)} tokens`} />
      <Outcomes scope={scope} />
      <Plan scope={scope} />
      <Adopted />
      <Flying channels={channels} />
      <Tile name="Requests by the hour" to={within(["spend"], { ...scope, since: "24h" }, { metric: "requests" })} figure={null} more="24 h ago to now">
        <span className="spark" role="img" aria-label={`Requests in each of the last 24 hours, ${most} at most`}>
          {hours.map((hour) => (
            <i
              key={hour.start.getTime()}
              className={hour.row ? "" : "none"}
              style={{ height: `${Math.max(2, ((hour.row?.requests ?? 0) / most) * 100)}%` }}
              title={`${minute(hour.start)}: ${plural(hour.row?.requests ?? 0, "request")}`}
            />
          ))}
        </span>
      </Tile>
    </Tiles>
  );
}

function Flying({ channels }: { channels: Loaded<Of<"ChannelList">> }) {
  const flying = (channels.value?.channels ?? []).filter((one) => one.rollout);
  return <Tile name="Releases in flight" to={href(["channels"])} of={channels} figure={count(flying.length)} value={flying.length} more={flying.length === 0 ? "no rollout is under way" : flying.map((one) => one.name).join(", ")} />;
}

/** How long requests took: the middle one and the slowest of a hundred, never a mean. And what was not completed, by whose doing. */
function Outcomes({ scope }: { scope: Scope }) {
  const loaded = useLoad(`summary ${scope.env} ${scope.team}`, (signal) => get<Of<"UsageSummary">>("/usage/summary", { env: scope.env, team: scope.team }, signal));
  useEvents("request", useThrottled(loaded.reload, 5_000));
  const view = loaded.value;
  const of = (...outcomes: string[]) => {
    const reasons = view?.reasons.filter((one) => outcomes.includes(String(one.outcome))) ?? [];
    return { reasons, all: reasons.reduce((sum, one) => sum + one.requests, 0), says: reasons.slice(0, 3).map((one) => `${words(one.code ?? String(one.outcome))} ${count(one.requests)}`).join(" · ") };
  };
  const failed = of("failed", "interrupted");
  const denied = of("denied");
  const span24 = view && !view.are_all ? `of the newest ${short(view.requests)}` : "of 24 h";
  const among = view && !view.are_all ? ` · ${span24}` : ""; // Not all of the day: the figure is of those alone.
  return (
    <>
      <Tile
        name="First byte, p50 · p99"
        title="From arrival to the first byte for the caller"
        to={within(["requests"], { ...scope, since: "24h" })}
        of={loaded}
        figure={view?.first_byte ? span(view.first_byte.p50_ms) : "–"}
        value={view?.first_byte?.p50_ms ?? ""}
        more={view?.first_byte && view.total ? `p99 ${span(view.first_byte.p99_ms)} · whole answers ${span(view.total.p50_ms)}, p99 ${span(view.total.p99_ms)}${among}` : "no request was completed"}
      />
      <Tile
        name="Failed"
        to={href(["requests"], { env: scope.env, team: scope.team, outcome: "failed", since: "24h" })}
        of={loaded}
        figure={percent(failed.all, view?.requests ?? 0)}
        value={failed.all}
        tone={failed.all / Math.max(1, view?.requests ?? 0) > 0.05 ? "bad" : ""}
        more={failed.all === 0 ? `none ${span24}` : `${failed.says}${among}`}
      />
      <Tile
        name="Denials"
        to={href(["requests"], { env: scope.env, team: scope.team, outcome: "denied", since: "24h", code: denied.reasons.length === 1 ? denied.reasons[0]!.code : null })}
        of={loaded}
        figure={count(denied.all)}
        value={denied.all}
        tone={denied.all > 0 ? "soon" : ""}
        more={denied.all === 0 ? `none ${span24}` : `${denied.says}${among}`}
      />
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
    <Tile
      name="Spend against plan"
      title="The longest window of each grant that has nothing above it"
      to={href(["grants"], { sort: "dry", find: scope.team })}
      of={loaded}
      figure={granted === 0 ? "no plan" : percent(used, granted)}
      value={used}
      tone={granted > 0 && ahead > granted ? "bad" : ""}
      more={granted === 0 ? "no grant on top has a limit in USD" : `${money(used)} of ${money(granted)} in ${plural(limits.length, "grant")} · ${money(Math.round(ahead))} by the windows' ends at this pace`}
    />
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
    <Tile
      name="Adoption, 90 days"
      to={href(["shadow"])}
      of={loaded}
      figure={ratio(total?.share)}
      value={total?.share ?? ""}
      more={loaded.value && loaded.value.accounts.length > 0 ? "of all spend came through here" : "no vendor's bill was imported yet"}
    />
  );
}

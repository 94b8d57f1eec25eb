import { get } from "../api/client";
import type { Of, SpendReport, Usage } from "../api/types";
import { count, money, percent, plural } from "../lib/format";
import { useEvents } from "../lib/events";
import { together, useLoad, useThrottled } from "../lib/load";
import { useAsked, useWho } from "../lib/may";
import { href, setQuery } from "../lib/route";
import { Button, Card, Empty, Money, Skeleton, Tag, Time, Trouble } from "../ui/basics";
import { Head } from "../ui/page";
import { Table } from "../ui/table";
import { Tile, Tiles } from "../ui/tiles";
import { Limits, Status } from "./grant";
import { RaiseDialog } from "./raise";
import { outcomeTone } from "./outcome";

/** What a key's holder asks: how much is left for me, what did it go for, and why was I refused? */
export default function Mine() {
  const { key } = useWho();
  const spend = useLoad("my spend", (signal) => get<SpendReport>("/spend", { by: "day", since: "30d" }, signal));
  const grants = useLoad("my grant", (signal) => get<Of<"GrantList">>("/grants", {}, signal));
  const recent = useLoad("my requests", (signal) => get<Of<"UsagePage">>("/usage", { limit: 10 }, signal));
  const all = together(spend, grants, recent);
  useEvents("request", useThrottled(all.reload, 2_000));
  const asks = useAsked("ask", "request_raise");
  const grant = grants.value?.grants[0];
  const total = spend.value?.total;
  return (
    <>
      <Head title="Overview" says={`What ${key?.team} / ${key?.feature} / ${key?.env} spent with this key, and what is left.`} behind={{ cli: "causeway spend --by day --since 30d", path: "/spend", query: { by: "day", since: "30d" } }} />
      {all.problem && <Trouble problem={all.problem} retry={all.reload} />}
      {spend.busy && <Skeleton rows={3} />}
      {total && (
        <Tiles>
          <Tile name="Spend, 30 days" to={href(["spend"], { since: "30d" })} figure={money(total.cost_nano_usd ?? 0)} value={total.cost_nano_usd ?? 0} more={total.unpriced_requests > 0 ? `${plural(total.unpriced_requests, "request")} unpriced` : "every request has a price"} />
          <Tile name="Requests, 30 days" to={href(["requests"])} figure={count(total.requests)} value={total.requests} more={`${count(total.input_tokens + total.cache_read_tokens + total.cache_write_tokens + total.output_tokens)} tokens`} />
          <Tile name="Denied or failed" to={href(["requests"])} figure={percent(total.failures, total.requests)} value={total.failures} tone={total.failures / Math.max(1, total.requests) > 0.05 ? "bad" : ""} more={`${count(total.failures)} of ${count(total.requests)}`} />
        </Tiles>
      )}
      {grant && (
        <Card
          title={
            <span className="line">
              {grant.holder} <Status status={grant.status} />
            </span>
          }
          acts={<Button onClick={() => setQuery({ ask: "1" })}>Ask for more…</Button>}
        >
          <Limits grant={grant} />
        </Card>
      )}
      <Card title="Your newest requests" acts={<a href={href(["requests"])}>All of them</a>} flush>
        {recent.value?.requests.length === 0 && (
          <Empty title="No request yet">
            <p>The first one with this key shows up here by itself.</p>
          </Empty>
        )}
        {recent.value && recent.value.requests.length > 0 && (
          <Table<Usage>
            label="Newest requests"
            rows={recent.value.requests}
            id={(one) => one.request}
            open={(one) => (window.location.hash = href(["requests"], { open: one.request }))}
            columns={[
              { name: "When", cell: (one) => <Time at={one.at} /> },
              { name: "Outcome", cell: (one) => <Tag tone={outcomeTone[one.outcome] ?? ""}>{`${one.outcome.replaceAll("_", " ")} ${one.status}`}</Tag> },
              { name: "Asked for", cell: (one) => <span className="break">{one.model_asked}</span> },
              { name: "Why", optional: true, cell: (one) => one.error_code?.replaceAll("_", " ") },
              { name: "Cost", number: true, cell: (one) => (one.provider ? <Money nano={one.cost_nano_usd} /> : <span className="quiet">–</span>) },
            ]}
          />
        )}
      </Card>
      {asks && grant && <RaiseDialog grant={grant} close={() => setQuery({ ask: null })} />}
    </>
  );
}

import { get } from "../api/client";
import type { Of } from "../api/types";
import { change, count, money, percent, plural, sentence, short, signed, span, words } from "../lib/format";
import { useLoad } from "../lib/load";
import { href, setQuery, useRoute } from "../lib/route";
import { narrowed, spans, useScope } from "../lib/scope";
import { Card, Empty, Money, Skeleton, Tag, Time, Trouble } from "../ui/basics";
import { Choice, Filter } from "../ui/fields";
import { Head } from "../ui/page";
import { Table } from "../ui/table";
import { Tile, Tiles } from "../ui/tiles";

type Report = Of<"ChangeReport">;
type Model = Of<"ChangedModel">;
type Mover = Of<"Mover">;
type Reason = Of<"ChangedReason">;

/** Why is it different from before? */
export default function Explain() {
  const { query } = useRoute();
  const scope = useScope();
  const since = scope.since ?? "24h";
  const period = spans.find((one) => one.id === since)?.name ?? since;
  const asked = { ...narrowed(scope), since, feature: query.get("feature"), provider: query.get("provider"), key: query.get("key") };
  const loaded = useLoad(`explain ${JSON.stringify(asked)}`, (signal) => get<Report>("/explain", asked, signal));
  const report = loaded.value;
  return (
    <>
      <Head
        title="Explain the change"
        says={`The last ${period} against the ${period} before: what is different, and what happened meanwhile.`}
        acts={
          <Choice label="Span" value={since} options={spans.map((one) => [one.id, one.name])} set={(value) => setQuery({ since: value })} />
        }
        behind={{ cli: `causeway explain --since ${since}${Object.entries({ ...asked, since: null }).filter(([, value]) => value).map(([name, value]) => ` --${name} ${value}`).join("")}`, path: "/explain", query: asked }}
      />
      {(asked.feature || asked.provider || asked.key) && (
        <div className="filters">
          {(["feature", "provider", "key"] as const).map(
            (name) =>
              asked[name] && (
                <Filter key={name} clear={() => setQuery({ [name]: null })}>
                  {name}: {asked[name]}
                </Filter>
              ),
          )}
        </div>
      )}
      {loaded.problem && <Trouble problem={loaded.problem} retry={loaded.reload} />}
      {loaded.busy && <Skeleton rows={8} />}
      {report && report.was.requests + report.is.requests === 0 && (
        <div className="card">
          <Empty title="Nothing was asked for in either span">
            <p>Look at a longer one, or widen the scope. Requests are compared as soon as they are booked.</p>
            <a href={href(["requests"])}>All requests</a>
          </Empty>
        </div>
      )}
      {report && report.was.requests + report.is.requests > 0 && (
        <>
          <Totals report={report} />
          <div className="columns">
            <Card title="In a few sentences" flush>
              {report.findings.length === 0 ? (
                <Empty title="Nothing that is worth a word is different" />
              ) : (
                <ul className="happened" aria-label="What is different">
                  {report.findings.map((one) => (
                    <li key={one.text}>
                      <span>
                        <Tag tone={one.kind === "errors" ? "bad" : one.kind === "unpriced" ? "soon" : ""}>{kinds[one.kind] ?? sentence(one.kind)}</Tag>
                      </span>
                      <span className="break">{one.text}</span>
                    </li>
                  ))}
                </ul>
              )}
            </Card>
            <Card title="From what it cost to what it costs">
              <Bridge report={report} />
            </Card>
          </div>
          {report.models.length > 0 && (
            <Card title="By model" flush>
              <Table<Model>
                label="By model"
                rows={report.models}
                id={(one) => `${one.provider}/${one.model}`}
                columns={[
                  {
                    name: "Model",
                    cell: (one) => (
                      <span className="line">
                        <a className="break" href={href(["requests"], { provider: one.provider, env: scope.env, team: scope.team })}>
                          {one.provider}/{one.model}
                        </a>
                        {one.in !== "both" && <Tag tone={one.in === "new" ? "good" : ""}>{one.in}</Tag>}
                      </span>
                    ),
                  },
                  { name: "Requests", number: true, cell: (one) => <Pair was={count(one.requests_before)} is={count(one.requests)} /> },
                  { name: "Cost", number: true, cell: (one) => <Pair was={money(one.cost_before_nano_usd)} is={money(one.cost_nano_usd)} value={one.cost_nano_usd} /> },
                  { name: "Of it by price", optional: true, number: true, cell: (one) => (one.price_nano_usd === 0 ? <span className="quiet">–</span> : <Money nano={one.price_nano_usd} />) },
                  { name: "Tokens a request", optional: true, number: true, cell: (one) => <Pair was={short(one.tokens_before)} is={short(one.tokens)} /> },
                  { name: "Takes, p50", optional: true, number: true, cell: (one) => <Pair was={span(one.p50_before_ms)} is={span(one.p50_ms)} /> },
                ]}
              />
            </Card>
          )}
          <div className="columns">
            <Card title="Who has most of it" flush>
              <Table<Mover>
                label="Who has most of it"
                rows={report.movers}
                id={(one) => `${one.by} ${one.name}`}
                columns={[
                  {
                    name: "Who",
                    cell: (one) => (
                      <span className="line">
                        <span className="quiet">{one.by}</span>
                        <a className="break" href={href(["spend", "explain"], { env: scope.env, team: scope.team, since, [one.by]: one.name })}>{one.name || "none"}</a>
                      </span>
                    ),
                  },
                  { name: "Requests", number: true, optional: true, cell: (one) => <Pair was={count(one.requests_before)} is={count(one.requests)} /> },
                  { name: "Cost", number: true, cell: (one) => <Pair was={money(one.cost_before_nano_usd)} is={money(one.cost_nano_usd)} value={one.cost_nano_usd} /> },
                ]}
              />
            </Card>
            <Card title="Why requests were not completed" flush>
              {report.reasons.length === 0 ? (
                <Empty title="All were completed" />
              ) : (
                <Table<Reason>
                  label="Why requests were not completed"
                  rows={report.reasons}
                  id={(one) => `${one.outcome} ${one.code}`}
                  columns={[
                    { name: "Why", cell: (one) => <a className="break" href={href(["requests"], { outcome: String(one.outcome), code: one.code, env: scope.env, team: scope.team })}>{words(one.code ?? String(one.outcome))}</a> },
                    { name: "Before", number: true, cell: (one) => count(one.before) },
                    { name: "Now", number: true, cell: (one) => count(one.now) },
                  ]}
                />
              )}
              <p className="small quiet pad">
                Of the newest {count(report.was.looked_at)} and {count(report.is.looked_at)} requests.
              </p>
            </Card>
          </div>
          <Card title="What happened meanwhile" flush>
            {report.happened.length === 0 ? (
              <Empty title="Nothing that could have done it">
                <p>No release moved, and no grant, key or agreement was changed: callers ask otherwise than before.</p>
              </Empty>
            ) : (
              <ul className="happened" aria-label="What happened meanwhile">
                {report.happened.slice(0, 40).map((one, i) => (
                  <li key={i}>
                    <span className="quiet">
                      <Time at={one.at} />
                    </span>
                    <span className="line">
                      <Tag tone={one.kind === "rolled_back" || one.kind === "guard_crossed" || one.kind === "pin_drifted" ? "bad" : ""}>{sentence(one.kind)}</Tag>
                      {one.channel && <a href={href(["channels", "of", one.channel])}>{one.channel}</a>}
                      {one.grant && <a href={href(["grants"], { open: one.grant })}>its grant</a>}
                      <span className="break">{one.text}</span>
                      <span className="quiet">
                        by {one.actor}, {Date.parse(one.at) < Date.parse(report.since) ? "in the span before" : "in this span"}
                      </span>
                    </span>
                  </li>
                ))}
                {report.happened.length > 40 && (
                  <li>
                    <span />
                    <span className="quiet">
                      and {plural(report.happened.length - 40, "more", "more")}; <a href={href(["channels", "timeline"])}>the timeline</a> and <a href={href(["grants", "audit"])}>the audit</a> have all of it
                    </span>
                  </li>
                )}
              </ul>
            )}
          </Card>
        </>
      )}
    </>
  );
}

const kinds: Record<string, string> = { volume: "Requests", mix: "Models", price: "Prices", tokens: "Tokens", model: "Model", mover: "Who", latency: "Time", errors: "Failures", unpriced: "Unpriced" };

function Pair({ was, is, value }: { was: string; is: string; value?: number }) {
  return (
    <span data-value={value}>
      {was !== is && <span className="quiet">{was} → </span>}
      {is}
    </span>
  );
}

function Totals({ report }: { report: Report }) {
  const { was, is } = report;
  return (
    <Tiles>
      <Tile name="Cost" figure={money(is.cost_nano_usd)} value={is.cost_nano_usd} more={`${change(is.cost_nano_usd, was.cost_nano_usd)}, before ${money(was.cost_nano_usd)}`} />
      <Tile name="Requests" figure={count(is.requests)} value={is.requests} more={`${change(is.requests, was.requests)}, before ${count(was.requests)}`} />
      <Tile name="Not completed" figure={percent(is.failures, is.requests)} value={is.failures} more={`${count(is.failures)} of ${count(is.requests)}, before ${percent(was.failures, was.requests)}`} />
      <Tile name="Whole answer, p50 · p99" figure={span(is.total?.p50_ms)} value={is.total?.p50_ms ?? ""} more={`p99 ${span(is.total?.p99_ms)}; before ${span(was.total?.p50_ms)}, p99 ${span(was.total?.p99_ms)}`} />
    </Tiles>
  );
}

/** Two sums and the four steps between them, all on one scale from zero. */
function Bridge({ report }: { report: Report }) {
  const { cost, was, is } = report;
  const steps: [string, number, string][] = [
    ["Requests", cost.volume, "more or fewer of them, each at what one cost on average before"],
    ["Models", cost.mix, "others answered than before"],
    ["Prices", cost.price, "list prices are other ones"],
    ["Tokens", cost.tokens, "more or fewer in a request of the same model, or dearer ones"],
  ];
  let at = was.cost_nano_usd;
  const bars = steps.map(([name, part, says]) => {
    const from = at;
    at += part;
    return { name, part, says, from: Math.min(from, at), to: Math.max(from, at) };
  });
  const most = Math.max(1, was.cost_nano_usd, is.cost_nano_usd, ...bars.map((one) => one.to));
  const least = Math.min(0, ...bars.map((one) => one.from));
  const place = (from: number, to: number) => ({ left: `${((from - least) / (most - least)) * 100}%`, width: `${Math.max(0.4, ((to - from) / (most - least)) * 100)}%` });
  return (
    <ul className="bridge" aria-label="From what it cost to what it costs">
      <li>
        <span>Before</span>
        <span className="track" aria-hidden="true">
          <i className="sum" style={place(0, was.cost_nano_usd)} />
        </span>
        <span className="number">{money(was.cost_nano_usd)}</span>
      </li>
      {bars.map((one) => (
        <li key={one.name} title={one.says}>
          <span>{one.name}</span>
          <span className="track" aria-hidden="true">
            {one.part !== 0 && <i className={one.part > 0 ? "more" : "less"} style={place(one.from, one.to)} />}
          </span>
          <span className="number" data-value={one.part}>
            {signed(one.part)}
          </span>
        </li>
      ))}
      <li>
        <span>Now</span>
        <span className="track" aria-hidden="true">
          <i className="sum" style={place(0, is.cost_nano_usd)} />
        </span>
        <span className="number">
          <strong>{money(is.cost_nano_usd)}</strong>
        </span>
      </li>
    </ul>
  );
}

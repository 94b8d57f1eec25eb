import type { ReactNode } from "react";
import { address, get } from "../api/client";
import type { Of } from "../api/types";
import { count, percent, plural, short, words } from "../lib/format";
import { useLoad } from "../lib/load";
import { dataClasses } from "../lib/names";
import { href, setQuery, useRoute } from "../lib/route";
import { Card, Empty, Notice, Skeleton, Tag, Time, Trouble, type Tone } from "../ui/basics";
import { Head } from "../ui/page";
import { Choice } from "../ui/fields";
import { Table } from "../ui/table";
import { Tile, Tiles } from "../ui/tiles";

type Line = Of<"ResidencyLine">;

const periods: [string, string][] = [
  ["24h", "24 hours"],
  ["7d", "7 days"],
  ["30d", "30 days"],
  ["90d", "90 days"],
  ["365d", "a year"],
];
const shown = 200;
const tones: Record<string, Tone> = { went: "good", given_again: "", refused: "bad", passed_over: "soon" };

/** Where did what go, by what right, and what was not let go? */
export function Residency({ tabs }: { tabs: ReactNode }) {
  const { query } = useRoute();
  const since = query.get("since") ?? "30d";
  const only = query.get("what");
  const loaded = useLoad(`residency ${since}`, (signal) => get<Of<"ResidencyReport">>("/residency", { since }, signal));
  const report = loaded.value;
  const rows = (report?.rows ?? []).filter((one) => !only || one.what === only);
  const breaches = report?.total.breaches ?? 0;
  return (
    <>
      <Head
        title="Residency"
        says="Where what went and by what right, counted from every call that was made."
        acts={
          <div className="line">
            <Choice label="Since" value={since} options={periods} set={(value) => setQuery({ since: value })} />
            <a className="button" href={address("/residency", { since, format: "csv" }).href} download={`residency-${since}.csv`}>
              CSV
            </a>
          </div>
        }
        behind={{ cli: `causeway residency report --since ${since}`, path: "/residency", query: { since } }}
      />
      {tabs}
      {loaded.problem && <Trouble problem={loaded.problem} retry={loaded.reload} />}
      {loaded.busy && <Skeleton rows={8} />}
      {report && report.rows.length === 0 && (
        <div className="card">
          <Empty title="Nothing went anywhere in this time">
            <p>Every call upstream is counted here by class of data, provider, region, agreement and team, as soon as it is booked.</p>
            <a href={href(["start"])}>Send the first request</a>
          </Empty>
        </div>
      )}
      {report && report.rows.length > 0 && (
        <>
          {breaches > 0 ? (
            <Notice tone="bad" title={`${plural(breaches, "call")} are not covered by the agreement that they cite.`}>
              They are marked below. This should never be: look at what the agreement says, and at when it was made.
            </Notice>
          ) : (
            report.total.by_agreement > 0 && <Notice tone="good" title="Every call that cites an agreement is covered by its text." />
          )}
          <Sums report={report} />
          <Card title="Where it went">
            <Picture rows={report.rows} />
          </Card>
          <Table<Line>
            label="Where what went"
            rows={rows}
            most={shown}
            id={(one) => [one.what, one.data_class, one.provider, one.region, one.agreement, one.basis, one.team].join(" ")}
            columns={[
              { name: "Data", cell: (one) => one.data_class ?? <span className="quiet">not kept</span> },
              {
                name: "What",
                cell: (one) => (
                  <span className="line">
                    <Tag tone={tones[one.what] ?? ""}>{words(one.what)}</Tag>
                    {one.holds === false && <Tag tone="bad">not covered</Tag>}
                  </span>
                ),
              },
              { name: "Provider", cell: (one) => one.provider ?? <span className="quiet">–</span> },
              { name: "Region", cell: (one) => one.region ?? <span className="quiet">{one.provider ? "not bound" : "–"}</span> },
              { name: "By", cell: (one) => (one.agreement ? <a href={href(["settings", "agreements"], { open: one.agreement })}><Short id={one.agreement} /></a> : one.basis === "none" ? <span className="quiet">–</span> : one.basis === "before" ? "older than agreements" : one.basis) },
              { name: "Team", cell: (one) => <span className="break">{one.team}</span> },
              { name: "Calls", number: true, cell: (one) => <span data-value={one.calls}>{count(one.calls)}</span> },
              { name: "Input", number: true, optional: true, cell: (one) => short(one.input_tokens) },
              { name: "Output", number: true, optional: true, cell: (one) => short(one.output_tokens) },
              { name: "Last", optional: true, cell: (one) => <Time at={one.last} /> },
            ]}
          />
          {rows.length > shown && <p className="small quiet">The first {shown} of {count(rows.length)}; all of them are in the CSV.</p>}
          {report.unbooked_requests > 0 && <p className="small quiet">{plural(report.unbooked_requests, "request")} wait to be booked and are not in these figures.</p>}
        </>
      )}
    </>
  );
}

function Short({ id }: { id: string }) {
  return <code title={id}>{`${id.slice(0, 8)}…${id.slice(-4)}`}</code>;
}

function Sums({ report }: { report: Of<"ResidencyReport"> }) {
  const { query } = useRoute();
  const { total } = report;
  const went = total.by_agreement + total.by_configuration + total.before;
  const tiles: [string, number, string, string | null][] = [
    ["By an agreement", total.by_agreement, `${percent(total.by_agreement, went)} of ${plural(went, "call")} that went`, "went"],
    ["By the configuration", total.by_configuration, "there was no agreement", "went"],
    ["Refused", total.refused, "requests that nothing let go", "refused"],
    ["Passed over", total.passed_over, "another provider was tried", "passed_over"],
    ["Given again", total.given_again, "kept answers: nothing was sent", "given_again"],
  ];
  return (
    <Tiles five>
      {tiles.map(([name, value, more, what]) => (
        <Tile
          key={name}
          name={name}
          to={href(["settings", "residency"], { since: query.get("since"), what: query.get("what") === what ? null : what })}
          now={query.get("what") === what}
          figure={count(value)}
          value={value}
          tone={name === "Refused" && value > 0 ? "soon" : ""}
          more={more}
        />
      ))}
    </Tiles>
  );
}


/** A bar for each class, in parts for each place that it went to: the same place has the same colour in all of them. */
function Picture({ rows }: { rows: Line[] }) {
  const went = rows.filter((one) => one.what === "went");
  const place = (one: Line) => `${one.provider ?? "nowhere"} · ${one.region ?? "no region"}`;
  const places = [...new Set(went.map(place))].sort();
  const sums = places.map((name) => ({ name, calls: went.filter((one) => place(one) === name).reduce((sum, one) => sum + one.calls, 0) })).sort((a, b) => b.calls - a.calls);
  const named = sums.slice(0, 8).map((one) => one.name).sort();
  const hue = (name: string) => (named.includes(name) ? `var(--hue-${named.indexOf(name) + 1})` : "var(--hue-other)");
  const classes = [...new Set(went.map((one) => one.data_class ?? ""))].sort((a, b) => dataClasses.indexOf(b) - dataClasses.indexOf(a));
  const most = Math.max(1, ...classes.map((word) => went.filter((one) => (one.data_class ?? "") === word).reduce((sum, one) => sum + one.calls, 0)));
  if (went.length === 0) {
    return <p className="quiet">Nothing was sent in this time.</p>;
  }
  return (
    <div className="stack">
      <ul className="flows" aria-label="Calls by class of data and place">
        {classes.map((word) => {
          const own = went.filter((one) => (one.data_class ?? "") === word);
          const all = own.reduce((sum, one) => sum + one.calls, 0);
          const parts = [...named, "elsewhere"]
            .map((name) => ({ name, calls: own.filter((one) => (name === "elsewhere" ? !named.includes(place(one)) : place(one) === name)).reduce((sum, one) => sum + one.calls, 0) }))
            .filter((one) => one.calls > 0);
          return (
            <li key={word}>
              <span>{word || <span className="quiet">not kept</span>}</span>
              <span className="track" role="img" aria-label={`${word || "class not kept"}: ${parts.map((one) => `${one.name} ${plural(one.calls, "call")}`).join(", ")}`}>
                {parts.map((one) => (
                  <i key={one.name} style={{ width: `${(one.calls / most) * 100}%`, background: hue(one.name) }} title={`${one.name}: ${plural(one.calls, "call")}, ${percent(one.calls, all)} of ${word || "these"}`} />
                ))}
              </span>
              <span className="number">{count(all)}</span>
            </li>
          );
        })}
      </ul>
      <ul className="legend" aria-label="Places">
        {named.map((name) => (
          <li key={name}>
            <span className="swatch" style={{ background: hue(name) }} />
            {name} <span className="quiet">{count(sums.find((one) => one.name === name)!.calls)}</span>
          </li>
        ))}
        {sums.length > 8 && (
          <li>
            <span className="swatch" style={{ background: "var(--hue-other)" }} />
            {plural(sums.length - 8, "other place")}
          </li>
        )}
      </ul>
    </div>
  );
}


import type { ReactNode } from "react";
import { get } from "../api/client";
import type { Of } from "../api/types";
import { lastDays, plural } from "../lib/format";
import { useLoad } from "../lib/load";
import { href, setQuery, useRoute } from "../lib/route";
import { Code, Empty, Facts, Skeleton, Tag, Time, Trouble } from "../ui/basics";
import { Filter } from "../ui/fields";
import { Drawer } from "../ui/layers";
import { Find, Head } from "../ui/page";
import { Table, type Column } from "../ui/table";

type Line = Of<"MatrixLine">;
type Change = Of<"DriftLine">;

const marks: Record<string, [string, string, string]> = {
  enforced: ["●", "enforced", "good"],
  ignored: ["◐", "ignored: Causeway enforces it", "soon"],
  rejected: ["○", "rejected: rewritten", "bad"],
};

/** What each dialect does with each keyword: as documented, and as measured where it was. */
export function Matrix({ tabs }: { tabs: ReactNode }) {
  const loaded = useLoad("matrix", (signal) => get<Of<"DialectMatrix">>("/dialects/matrix", {}, signal));
  const drift = useLoad(`drift ${days}d`, (signal) => get<Of<"DialectDrift">>("/dialects/drift", { since: `${days}d` }, signal));
  const changes = drift.value?.changes ?? [];
  const { query } = useRoute();
  const find = query.get("find") ?? "";
  const shown = query.get("cell");
  const dialects = loaded.value?.dialects ?? [];
  const features = [...new Map((loaded.value?.rows ?? []).map((row) => [row.feature, row.title])).entries()].filter(([feature, title]) => `${feature} ${title}`.toLowerCase().includes(find.toLowerCase()));
  const lines = new Map((loaded.value?.rows ?? []).map((row) => [`${row.dialect} ${row.feature}`, row]));
  const cell = shown ? lines.get(shown) : undefined;
  return (
    <>
      <Head title="Dialect matrix" says="● enforced   ◐ ignored, Causeway enforces it   ○ rejected, rewritten   – not known. ! where measurement and documentation disagree. ↯ where a probe showed something else than before." behind={{ cli: "causeway dialect matrix", path: "/dialects/matrix" }} />
      {tabs}
      <div className="filters">
        <Find label="Find a keyword" placeholder="maxLength, pattern, oneOf…" />
      </div>
      {loaded.problem && <Trouble problem={loaded.problem} retry={loaded.reload} />}
      {loaded.busy && <Skeleton rows={12} />}
      {drift.value && <DriftStrip changes={changes} />}
      {loaded.value && (
        <div className="scroll matrix" role="region" aria-label="Dialect matrix" tabIndex={0}>
          <table>
            <caption className="sr">What each dialect does with each keyword</caption>
            <thead>
              <tr>
                <th scope="col">Keyword</th>
                {dialects.map((dialect) => (
                  <th key={dialect.name} scope="col" title={`${dialect.title}, as of ${dialect.date}`}>
                    {dialect.name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {features.map(([feature, title]) => (
                <tr key={feature}>
                  <td>{worded(title)}</td>
                  {dialects.map((dialect) => {
                    const line = lines.get(`${dialect.name} ${feature}`);
                    return <td key={dialect.name}>{line ? <Mark line={line} changes={changesOf(line, changes)} open={() => setQuery({ cell: `${dialect.name} ${feature}` })} /> : <span className="quiet">–</span>}</td>;
                  })}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {cell && <CellDrawer line={cell} changes={changesOf(cell, changes)} close={() => setQuery({ cell: null })} />}
    </>
  );
}

/** What changed of a cell: of its probes, at its models. */
function changesOf(line: Line, changes: readonly Change[]): Change[] {
  return changes.filter((change) => line.measured.some((one) => one.model === change.model && one.probe === change.probe));
}

/** `type`, one value: what stands between backticks is code. */
function worded(title: string): ReactNode {
  return title.split("`").map((part, i) => (i % 2 === 1 ? <code key={i}>{part}</code> : part));
}

function Mark({ line, changes, open }: { line: Line; changes: readonly Change[]; open: () => void }) {
  const measured = line.measured[0];
  const word = measured && measured.verdict !== "inconclusive" ? measured.verdict : line.documented;
  const [sign, says, tone] = marks[word] ?? ["–", word, "quiet"];
  const disagrees = line.measured.some((one) => one.agrees === false);
  return (
    <button type="button" className={`twist ${tone}`} style={{ width: "auto", opacity: measured && !measured.fresh ? 0.6 : 1, whiteSpace: "nowrap" }} onClick={open} aria-label={`${line.title} at ${line.dialect}: ${says}${measured ? ", measured" : ", documented"}${disagrees ? ", they disagree" : ""}${changes.length > 0 ? `, drifted on ${changes.at(-1)!.at.slice(0, 10)}` : ""}`} title={`${says}${measured ? ", measured" : ", documented"}`}>
      {sign}
      {measured ? "" : " "}
      {disagrees && <strong className="bad">!</strong>}
      {changes.length > 0 && <strong className="soon">↯</strong>}
    </button>
  );
}

function CellDrawer({ line, changes, close }: { line: Line; changes: readonly Change[]; close: () => void }) {
  return (
    <Drawer title={<>{worded(line.title)} at {line.dialect}</>} close={close}>
      <Facts
        facts={[
          ["Documented", <Tag>{line.documented}</Tag>],
          ["Evidence", line.evidence],
          ["As of", line.date],
          ["Note", line.note],
        ]}
      />
      <section className="stack tight">
        <h3>Measured</h3>
        {line.measured.length === 0 ? (
          <>
            <p className="quiet">Not measured here. A probe is a real call, and costs a little.</p>
            <Code text={`causeway dialect probe --provider PROVIDER --model MODEL`} label="the command" />
          </>
        ) : (
          <Table
            label="Measurements"
            rows={line.measured}
            id={(one) => `${one.model} ${one.probe}`}
            columns={[
              { name: "Model", cell: (one) => one.model },
              { name: "Verdict", cell: (one) => <Tag tone={one.verdict === "enforced" ? "good" : one.verdict === "rejected" ? "bad" : "soon"}>{one.verdict}</Tag> },
              { name: "When", cell: (one) => <Time at={one.at} /> },
              { name: "", cell: (one) => (one.agrees === false ? <Tag tone="bad">differs from the documentation</Tag> : !one.fresh && <Tag>old</Tag>) },
            ]}
          />
        )}
      </section>
      {line.measured.length > 0 && (
        <section className="stack tight">
          <h3>What changed</h3>
          {changes.length === 0 ? (
            <p className="quiet">Nothing in {days} days: each probe showed what it had shown before.</p>
          ) : (
            <Table label="What changed" rows={[...changes].reverse()} id={(one) => `${one.model} ${one.probe} ${one.at}`} columns={driftColumns} />
          )}
        </section>
      )}
    </Drawer>
  );
}

const days = 90;

/** A tick for each day of the last 90, taller where more changed; a day leads to its changes. */
function DriftStrip({ changes }: { changes: readonly Change[] }) {
  const by = new Map<string, number>();
  for (const one of changes) {
    by.set(one.at.slice(0, 10), (by.get(one.at.slice(0, 10)) ?? 0) + 1);
  }
  const most = Math.max(1, ...by.values());
  return (
    <div className="stack tight">
      <div className="strip" role="group" aria-label={`Drift of the last ${days} days: ${plural(changes.length, "change")}`}>
        {lastDays(days).map((one) => {
          const many = by.get(one) ?? 0;
          return many > 0 ? (
            <a key={one} href={href(["contracts", "drift"], { day: one })} style={{ height: `${30 + (many / most) * 70}%` }} aria-label={`${one}: ${plural(many, "change")}`} title={`${one}: ${plural(many, "change")}`} />
          ) : (
            <i key={one} title={one} />
          );
        })}
      </div>
      <p className="small quiet">
        {changes.length === 0 ? `No dialect changed in ${days} days, as far as probes were sent.` : `${plural(changes.length, "change")} in ${days} days; a day leads to its changes.`} <a href={href(["contracts", "drift"])}>The whole history</a>
      </p>
    </div>
  );
}

const driftColumns: Column<Change>[] = [
  { name: "When", cell: (one) => <Time at={one.at} /> },
  { name: "Was", cell: (one) => <Tag>{one.from}</Tag> },
  { name: "Is", cell: (one) => <Tag tone={one.to === "enforced" ? "good" : "soon"}>{one.to}</Tag> },
  { name: "Model", cell: (one) => one.model },
  { name: "Probe", cell: (one) => one.title },
];

/** What changed of dialects, newest first. */
export function Drift({ tabs }: { tabs: ReactNode }) {
  const loaded = useLoad("drift", (signal) => get<Of<"DialectDrift">>("/dialects/drift", { since: "365d" }, signal));
  const { query } = useRoute();
  const day = query.get("day");
  const changes = [...(loaded.value?.changes ?? [])].reverse().filter((one) => !day || one.at.startsWith(day));
  return (
    <>
      <Head title="Drift" says="What a probe showed otherwise than the time before." behind={{ cli: "causeway dialect drift --since 365d", path: "/dialects/drift", query: { since: "365d" } }} />
      {tabs}
      {loaded.problem && <Trouble problem={loaded.problem} retry={loaded.reload} />}
      {loaded.busy && <Skeleton rows={6} />}
      {loaded.value &&
        (changes.length === 0 ? (
          <div className="card">
            <Empty title="No dialect has changed">
              <p>Changes are noticed when the same probe is sent twice and answered differently. Probes can be sent on a timetable (conformance.every).</p>
              <Code text="causeway dialect probe --provider openai --model gpt-5.4-mini" label="the command" />
            </Empty>
          </div>
        ) : (
          <>
            <p className="small quiet">
              {plural(changes.length, "change")} {day ? `on ${day}` : "in a year"}
              {day && (
                <>
                  {" "}
                  <Filter clear={() => setQuery({ day: null })}>
                    the whole year
                  </Filter>
                </>
              )}
            </p>
            <Table
              label="Drift"
              rows={changes}
              id={(one) => `${one.model} ${one.probe} ${one.at}`}
              columns={driftColumns}
            />
          </>
        ))}
    </>
  );
}

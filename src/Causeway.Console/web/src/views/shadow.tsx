import { useRef, useState, type DragEvent } from "react";
import { get, post, Problem, send } from "../api/client";
import type { Of } from "../api/types";
import { count, day, dollars, plural, ratio, short } from "../lib/format";
import { together, useLoad } from "../lib/load";
import { useAsked, useMay } from "../lib/may";
import { href, setQuery, useRoute } from "../lib/route";
import { archive } from "../lib/tar";
import { Allowed } from "../ui/allowed";
import { Button, Card, Empty, Name, Notice, Skeleton, Tag, Time, Trouble } from "../ui/basics";
import { Confirm } from "../ui/confirm";
import { Choice, Field } from "../ui/fields";
import { Head } from "../ui/page";
import { Table } from "../ui/table";
import { Tile, Tiles } from "../ui/tiles";

type Report = Of<"ShadowReportView">;
type Account = Of<"AccountView">;
type Adoption = Of<"AdoptionView">;
type Region = Of<"RegionView">;
type Imported = Of<"ImportedView">;
type Taken = Of<"ImportView">;

const periods: [string, string][] = [
  ["30d", "30 days"],
  ["90d", "90 days"],
  ["365d", "a year"],
];
const shown = 200;

/** What goes around the gateway: how much, whose it is, and where it is processed. */
export default function Shadow() {
  const { query } = useRoute();
  const since = query.get("since") ?? "90d";
  const loaded = useLoad(`shadow ${since}`, (signal) => get<Report>("/shadow/report", { since }, signal));
  const imports = useLoad("shadow imports", (signal) => get<Of<"ImportPage">>("/shadow/imports", {}, signal));
  const claims = useAsked("claim", "claim_shadow");
  const claiming = loaded.value?.accounts.find((one) => one.class === "unattributed" && nameOf(one) === claims) ?? null;
  const again = together(loaded, imports).reload;
  const report = loaded.value;
  return (
    <>
      <Head
        title="Shadow usage"
        says="What vendors bill that did not come through here, whose it is, and where it went."
        acts={
          <Choice label="Since" value={since} options={periods} set={(value) => setQuery({ since: value })} />
        }
        behind={{ cli: `causeway shadow report --since ${since}`, path: `/shadow/report?since=${since}` }}
      />
      {loaded.problem && <Trouble problem={loaded.problem} retry={loaded.reload} />}
      {loaded.busy && <Skeleton rows={8} />}
      {report && report.accounts.length > 0 && <Coverage report={report} />}
      <Allowed to="import_shadow">
        <Drop done={again} />
      </Allowed>
      {report && report.accounts.length === 0 && (
        <div className="card">
          <Empty title="No vendor has told anything yet">
            <p>Import an export of usage or cost above, or let the command line fetch it: causeway shadow import --from openai. What was called without Causeway then stands here, by account, project and key.</p>
          </Empty>
        </div>
      )}
      {report && report.accounts.length > 0 && (
        <>
          <Accounts report={report} claim={(one) => setQuery({ claim: nameOf(one) })} />
          <div className="columns">
            <Over title="By month" rows={report.adoption} />
            <Over title="By team" rows={report.teams} />
          </div>
          {report.regions.length > 0 && <Regions regions={report.regions} />}
        </>
      )}
      {imports.value && imports.value.imports.length > 0 && <Imports imports={imports.value.imports} />}
      {claiming && (
        <ClaimDialog
          account={claiming}
          close={() => setQuery({ claim: null })}
          done={() => {
            setQuery({ claim: null });
            again();
          }}
        />
      )}
    </>
  );
}

function Coverage({ report }: { report: Report }) {
  const nobodys = report.accounts.filter((one) => one.class === "unattributed");
  const cost = nobodys.reduce((sum, one) => sum + Number(one.cost_usd ?? 0), 0);
  return (
    <Tiles>
      <Tile name="Adoption" figure={ratio(report.total?.share)} value={report.total?.share ?? ""} more="of all spend came through here" />
      <Tile name="Through Causeway" figure={dollars(report.total?.governed_usd ?? "0")} more="booked" />
      <Tile name="Beside it" figure={dollars(report.total?.shadow_usd ?? "0")} more="billed by vendors" />
      <Tile name="Nobody's" figure={dollars(cost)} tone={nobodys.length > 0 ? "bad" : ""} more={`${plural(nobodys.length, "account or key", "accounts and keys")} that no team has claimed`} />
    </Tiles>
  );
}

function nameOf(one: Account): string {
  return [one.vendor, one.account, one.project, one.key].join(" ");
}

const ranks: Record<string, number> = { unattributed: 0, claimed: 1, own: 2 };
const tones = { unattributed: "bad", claimed: "", own: "good" } as const;

function Accounts({ report, claim }: { report: Report; claim: (account: Account) => void }) {
  const may = useMay();
  const rows = [...report.accounts].sort((one, other) => (ranks[one.class] ?? 0) - (ranks[other.class] ?? 0) || Number(other.cost_usd ?? 0) - Number(one.cost_usd ?? 0));
  return (
    <Card title="Accounts, projects and keys" flush>
      <Table<Account>
        label="Accounts, projects and keys"
        rows={rows}
        most={shown}
        id={nameOf}
        columns={[
          { name: "Vendor", sort: (one) => one.vendor, cell: (one) => one.vendor },
          { name: "Account", cell: (one) => <span className="break">{[one.account, one.project, one.key].filter(Boolean).join(" / ")}</span> },
          { name: "Whose", sort: (one) => one.team ?? one.provider ?? "", cell: (one) => <Tag tone={tones[one.class as keyof typeof tones] ?? ""}><Name>{one.class === "own" ? (one.provider ?? "Causeway's") : (one.team ?? "nobody's")}</Name></Tag> },
          { name: "Cost", number: true, sort: (one) => Number(one.cost_usd ?? -1), cell: (one) => <span data-value={one.cost_usd ?? ""}>{dollars(one.cost_usd)}</span> },
          { name: "Requests", number: true, optional: true, sort: (one) => one.requests, cell: (one) => short(one.requests) },
          { name: "Last", optional: true, sort: (one) => one.last, cell: (one) => one.last },
          ...(may("claim_shadow") ? [{ name: "", cell: (one: Account) => one.class === "unattributed" && <Button onClick={() => claim(one)}>Claim</Button> }] : []),
        ]}
      />
      {report.account_count > shown && <p className="quiet pad">The first {shown} of {count(report.account_count)}; all of them: causeway shadow report --csv</p>}
    </Card>
  );
}

function Over({ title, rows }: { title: string; rows: readonly Adoption[] }) {
  return rows.length === 0 ? null : (
    <Card title={title} flush>
      <Table<Adoption>
        label={`Adoption ${title.toLowerCase()}`}
        rows={rows}
        id={(one) => one.name}
        columns={[
          { name: title === "By team" ? "Team" : "Month", cell: (one) => <Name>{one.name || "nobody's"}</Name> },
          {
            name: "Adoption",
            cell: (one) => (
              <span className="coverage">
                <span className="bar" role="img" aria-label={`Adoption of ${one.name || "nobody's"}`}>
                  <i style={{ width: `${(one.share ?? 0) * 100}%` }} />
                </span>
                <span className="number" data-value={one.share ?? ""}>
                  {ratio(one.share)}
                </span>
              </span>
            ),
          },
          { name: "Here", number: true, optional: true, cell: (one) => dollars(one.governed_usd) },
          { name: "Beside", number: true, cell: (one) => dollars(one.shadow_usd) },
        ]}
      />
    </Card>
  );
}

function Regions({ regions }: { regions: readonly Region[] }) {
  return (
    <Card title="Where it was processed" flush>
      <Table<Region>
        label="Where it was processed"
        rows={regions}
        id={(one) => `${one.vendor} ${one.region} ${one.provider ?? ""}`}
        columns={[
          { name: "Region", cell: (one) => one.region || "not told" },
          { name: "Vendor", cell: (one) => one.vendor },
          { name: "Agreement", cell: (one) => <Cover region={one} /> },
          { name: "Whose", cell: (one) => (one.provider === null ? <Tag tone="soon">beside Causeway</Tag> : one.provider) },
          { name: "Cost", number: true, cell: (one) => dollars(one.cost_usd) },
          { name: "Requests", number: true, optional: true, cell: (one) => short(one.requests) },
        ]}
      />
    </Card>
  );
}

function Imports({ imports }: { imports: readonly Imported[] }) {
  return (
    <Card title="What was imported" flush>
      <Table<Imported>
        label="What was imported"
        rows={imports}
        most={shown}
        id={(one) => one.id}
        columns={[
          { name: "File", cell: (one) => <span className="break">{one.file}</span> },
          { name: "Kind", cell: (one) => one.format },
          { name: "Days", cell: (one) => `${one.first} – ${one.last}` },
          { name: "Records", number: true, optional: true, cell: (one) => count(one.records) },
          { name: "By", optional: true, cell: (one) => one.actor },
          { name: "When", cell: (one) => <Time at={one.at} /> },
        ]}
      />
    </Card>
  );
}

function Cover({ region }: { region: Region }) {
  if (region.agreed === null) {
    return <span className="quiet">none stated</span>;
  }
  return (
    <a href={href(["settings", "agreements"])}>
      <Tag tone={region.agreed ? "good" : "bad"}>{region.agreed ? "covered" : region.first_outside ? `outside on ${plural(region.outside_days, "day")}` : "outside"}</Tag>
    </a>
  );
}

/** A file is dropped, or chosen: first what it would do is said, then it is taken. */
function Drop({ done }: { done: () => void }) {
  const [over, setOver] = useState(false);
  const [file, setFile] = useState<{ name: string; content: Blob } | null>(null);
  const [found, setFound] = useState<Taken | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const put = (chosen: { name: string; content: Blob }, dry: boolean) => {
    setBusy(true);
    setProblem(null);
    setFile(chosen);
    send<Taken>("POST", "/shadow/imports", { query: { file: chosen.name, dry_run: dry }, file: chosen.content })
      .then(({ value }) => {
        setFound(value);
        if (!dry && value.result === "applied") {
          done();
        }
      })
      .catch((failure: Problem) => {
        setFound(null);
        setProblem(failure);
      })
      .finally(() => setBusy(false));
  };
  const choose = (files: FileList | null) => {
    const [first, ...more] = files ?? [];
    if (first) {
      put(more.length === 0 ? { name: first.name, content: first } : { name: `${first.name} and ${more.length} more`, content: archive([first, ...more]) }, true);
    }
  };
  const dropped = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    choose(event.dataTransfer.files);
  };
  return (
    <>
      <div
        className={over ? "drop over" : "drop"}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={dropped}
      >
        <span>Drop an export of OpenAI, Anthropic, Google, Azure, AWS or FOCUS here (CSV, JSON, Parquet; all of its files at once), or a proxy's log</span>
        <Button disabled={busy} onClick={() => input.current?.click()}>
          {busy ? "Reading…" : "Choose files"}
        </Button>
        <input ref={input} type="file" aria-label="Export to import" multiple hidden onChange={(event) => choose(event.target.files)} />
      </div>
      {problem && <Trouble problem={problem} />}
      {found && file && (
        <Notice
          tone={found.result === "rejected" || found.result === "empty" ? "bad" : found.result === "applied" ? "good" : ""}
          title={
            found.result === "dry_run"
              ? `${file.name}: ${plural(found.records, "record")} of ${found.format}, ${found.first ? `${day(found.first)} to ${day(found.last ?? found.first)}` : "without a day"}.`
              : found.result === "applied"
                ? `${file.name} was taken: ${plural(found.lines, "line")}.`
                : found.result === "unchanged"
                  ? `${file.name} was taken before; nothing changes.`
                  : `${file.name} was not taken; nothing changes.`
          }
          acts={
            found.result === "dry_run" && (
              <Button look="main" disabled={busy} onClick={() => put(file, false)}>
                Import it
              </Button>
            )
          }
        >
          {found.billed.length > 0 && <p>It bills {found.billed.map((one) => `${one.amount} ${one.currency}`).join(", ")}.</p>}
          {found.rejected_records.slice(0, 10).map((one) => (
            <p key={`${one.line} ${one.problem}`}>
              Line {count(one.line)}: {one.problem}
            </p>
          ))}
        </Notice>
      )}
    </>
  );
}

function ClaimDialog({ account, close, done }: { account: Account; close: () => void; done: () => void }) {
  const [team, setTeam] = useState("");
  const [note, setNote] = useState("");
  const named = [account.account, account.project, account.key].filter(Boolean).join(" / ");
  return (
    <Confirm
      title="Claim it for a team"
      verb="Claim"
      ready={team.trim() !== ""}
      act={() => post("/shadow/claims", { vendor: account.vendor, account: account.account || null, project: account.project || null, key: account.key || null, team, note: note || null })}
      done={done}
      close={close}
    >
      <p>
        {account.vendor}: <span className="break">{named}</span>, {dollars(account.cost_usd)} from {account.first} to {account.last}. From then on it counts as the team's, and lowers its adoption.
      </p>
      <Field label="Team">
        <input className="input" data-first value={team} onChange={(event) => setTeam(event.target.value)} />
      </Field>
      <Field label="Note">
        <input className="input" value={note} onChange={(event) => setNote(event.target.value)} />
      </Field>
    </Confirm>
  );
}

import { useEffect, useState, type ReactNode } from "react";
import { get, post } from "../api/client";
import type { Of } from "../api/types";
import { capital, count, money, percent, plural } from "../lib/format";
import { together, useLoad } from "../lib/load";
import { useAsked, useMay } from "../lib/may";
import { go, setQuery, useRoute } from "../lib/route";
import { Allowed } from "../ui/allowed";
import { Button, Code, Empty, Facts, Notice, Skeleton, Tag, Time, Trouble } from "../ui/basics";
import { Confirm } from "../ui/confirm";
import { Field } from "../ui/fields";
import { Drawer } from "../ui/layers";
import { Head, Tabs } from "../ui/page";
import { Table } from "../ui/table";
import { Tile, Tiles } from "../ui/tiles";
import { Drift, Matrix } from "./matrix";

type Check = Of<"ContractCheck">;
type Dialect = Of<"CheckedDialect">;

const parts: [string, string][] = [
  ["", "Check a schema"],
  ["registered", "Registered"],
  ["matrix", "Dialect matrix"],
  ["drift", "Drift"],
];

/** Will my schema hold at every provider, and did anyone change under us? */
export default function Contracts() {
  const { path } = useRoute();
  const may = useMay();
  const part = path[1] ?? (may("check_contract") ? "" : "registered");
  const tabs = <Tabs label="Contracts" base={["contracts"]} parts={may("check_contract") ? parts : parts.slice(1)} now={part} />;
  return part === "registered" ? <Registered tabs={tabs} /> : part === "matrix" ? <Matrix tabs={tabs} /> : part === "drift" ? <Drift tabs={tabs} /> : <Lens tabs={tabs} />;
}

const sample = `{
  "type": "object",
  "properties": {
    "title": { "type": "string", "maxLength": 60 },
    "severity": { "type": "integer", "minimum": 1, "maximum": 5 },
    "kind": { "enum": ["bug", "question"] },
    "seen_at": { "type": "string", "format": "date-time" },
    "tags": { "type": "array", "items": { "type": "string" }, "uniqueItems": true }
  },
  "required": ["title", "severity", "kind"],
  "additionalProperties": false
}`;

/** A schema on the left, what becomes of it at each provider on the right, as it is typed. */
function Lens({ tabs }: { tabs: ReactNode }) {
  const { query } = useRoute();
  const [text, setText] = useState(() => sessionStorage.getItem("causeway.schema") ?? sample);
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    sessionStorage.setItem("causeway.schema", text);
    const timer = setTimeout(() => setSettled(text), 250);
    return () => clearTimeout(timer);
  }, [text]);
  const [schema, mistake] = parse(settled);
  const checked = useLoad(mistake ? null : settled, () => post<Check>("/contracts/check", { schema }));
  const shown = query.get("dialect");
  const dialect = checked.value?.dialects.find((one) => one.dialect === shown);
  const registers = useAsked("register", "register_contract");
  const wrong = checked.problem?.code === "contract_invalid" || checked.problem?.code === "request_malformed";
  return (
    <>
      <Head
        title="Contracts"
        says="State the shape once. Each dialect's own schema enforces what it can; Causeway enforces the rest."
        acts={
          <Allowed to="register_contract">
            <Button look="main" disabled={!!mistake || !checked.value} onClick={() => setQuery({ register: "1" })}>
              Register…
            </Button>
          </Allowed>
        }
        behind={{ cli: "causeway contract check schema.json", method: "POST", path: "/contracts/check", body: { schema: "…" } }}
      />
      {tabs}
      <div className="editor">
        <Field label="JSON Schema">
          <textarea className="input" data-search rows={22} spellCheck={false} value={text} aria-invalid={!!mistake || wrong} onChange={(event) => setText(event.target.value)} />
        </Field>
        <div className="stack" aria-live="polite">
          {mistake && <Notice tone="soon" title="Not JSON yet">{mistake}</Notice>}
          {!mistake && checked.problem && <Trouble problem={checked.problem} retry={wrong ? undefined : checked.reload} />}
          {checked.busy && <Skeleton rows={8} />}
          {checked.value && (
            <>
              <Table<Dialect>
                label="What becomes of it"
                rows={checked.value.dialects}
                id={(one) => one.dialect}
                open={(one) => setQuery({ dialect: one.dialect })}
                opened={shown}
                columns={[
                  { name: "Dialect", cell: (one) => one.dialect },
                  {
                    name: "Holds",
                    cell: (one) =>
                      one.impossible.length > 0 ? <Tag tone="bad">impossible</Tag> : one.in_prompt ? <Tag tone="soon">asked in the prompt</Tag> : one.losses.length > 0 ? <Tag>with Causeway</Tag> : <Tag tone="good">native</Tag>,
                  },
                  { name: "Smallest fix", cell: (one) => (one.impossible[0] ? <span className="break small">{one.impossible[0].fix}</span> : <span className="quiet">none needed</span>) },
                  { name: "Losses", number: true, cell: (one) => count(one.losses.length) },
                  { name: "Rewrites", optional: true, number: true, cell: (one) => count(one.rewrites.length) },
                ]}
              />
              <p className="small quiet">Native: the provider enforces all of it. With Causeway: what the provider cannot enforce is a loss, and Causeway looks at each answer for that. Either way the answer holds.</p>
            </>
          )}
        </div>
      </div>
      {dialect && <DialectDrawer dialect={dialect} close={() => setQuery({ dialect: null })} />}
      {registers && !mistake && <RegisterDialog schema={schema} close={() => setQuery({ register: null })} />}
    </>
  );
}

function parse(text: string): [unknown, string | null] {
  try {
    return [JSON.parse(text), null];
  } catch (failure) {
    return [null, failure instanceof Error ? failure.message : String(failure)];
  }
}

function DialectDrawer({ dialect, close }: { dialect: Dialect; close: () => void }) {
  return (
    <Drawer title={`At ${dialect.dialect}`} close={close}>
      <Facts
        facts={[
          ["Travels by", dialect.carrier.replaceAll("_", " ")],
          ["The provider enforces", dialect.strict ? "what is in its schema" : "nothing: it is asked"],
          ["Known as of", dialect.as_of],
        ]}
      />
      {dialect.impossible.map((one) => (
        <Notice key={one.path + one.feature} tone="bad" title={`${one.feature} at ${one.path || "the top"}`}>
          <p>{one.why}</p>
          <p>
            <strong>Fix:</strong> {one.fix}
          </p>
        </Notice>
      ))}
      <Findings title="Losses: Causeway enforces these" rows={dialect.losses.map((one) => [one.path, one.feature, one.why])} />
      <Findings title="Narrowed: it allows less than the schema" rows={dialect.narrowed.map((one) => [one.path, one.feature, one.why])} />
      <Findings title="Rewritten" rows={dialect.rewrites.map((one) => [one.path, one.feature, one.what])} />
      {dialect.schema !== null && (
        <section className="stack tight">
          <h3>What is sent</h3>
          <Code text={JSON.stringify(dialect.schema, null, 2)} label="the compiled schema" />
        </section>
      )}
    </Drawer>
  );
}

function Findings({ title, rows }: { title: string; rows: [string, string, string][] }) {
  return rows.length === 0 ? null : (
    <section className="stack tight">
      <h3>{title}</h3>
      <div>
        {rows.map(([path, feature, why], i) => (
          <div className="finding" key={i}>
            <strong>{feature}</strong>
            <span>
              <code className="quiet break">{path || "/"}</code> {why}
            </span>
          </div>
        ))}
      </div>
    </section>
  );
}

function RegisterDialog({ schema, close }: { schema: unknown; close: () => void }) {
  const [name, setName] = useState("");
  return (
    <Confirm
      title="Register the contract"
      verb="Register"
      ready={name !== ""}
      act={() => post<Of<"ContractView">>("/contracts", { name, schema })}
      done={(made) => go(["contracts", "registered"], { open: made.name })}
      close={close}
    >
      <Field label="Name" hint="a name that is there gets a new version; callers name it in x-causeway-contract, releases in their content">
        <input className="input" data-first value={name} onChange={(event) => setName(event.target.value)} />
      </Field>
    </Confirm>
  );
}

function Registered({ tabs }: { tabs: ReactNode }) {
  const { query } = useRoute();
  const opened = query.get("open");
  const loaded = useLoad("contracts", (signal) => get<Of<"ContractList">>("/contracts", {}, signal));
  return (
    <>
      <Head title="Registered contracts" says="The newest version of each, and what became of its answers." behind={{ cli: "causeway contract list", path: "/contracts" }} />
      {tabs}
      {loaded.problem && <Trouble problem={loaded.problem} retry={loaded.reload} />}
      {loaded.busy && <Skeleton rows={6} />}
      {loaded.value &&
        (loaded.value.contracts.length === 0 ? (
          <div className="card">
            <Empty title="No contract is registered">
              <p>Check a schema first, then register it under a name.</p>
              <a href="#/contracts">Check a schema</a>
            </Empty>
          </div>
        ) : (
          <Table<Of<"ContractView">>
            label="Contracts"
            rows={loaded.value.contracts}
            id={(one) => one.name}
            open={(one) => setQuery({ open: one.name })}
            opened={opened}
            columns={[
              { name: "Contract", cell: (one) => `${one.name}@${one.version}` },
              { name: "Mended without asking", optional: true, cell: (one) => one.coerce.join(", ") },
              { name: "When it is broken", cell: (one) => one.on_violation.join(", then ") },
              { name: "Repairs", number: true, cell: (one) => count(one.repairs) },
              { name: "Made", cell: (one) => <Time at={one.created_at} /> },
            ]}
          />
        ))}
      {opened && <ContractDrawer name={opened} close={() => setQuery({ open: null })} />}
    </>
  );
}

function ContractDrawer({ name, close }: { name: string; close: () => void }) {
  const detail = useLoad(`contract ${name}`, (signal) => get<Of<"ContractDetail">>(`/contracts/${encodeURIComponent(name)}`, {}, signal));
  const outcomes = useLoad(`outcomes ${name}`, (signal) => get<Of<"ContractOutcomes">>(`/contracts/${encodeURIComponent(name)}/outcomes`, { since: "30d" }, signal));
  const both = together(detail, outcomes);
  const total = outcomes.value?.total;
  return (
    <Drawer title={name} close={close}>
      {both.problem && <Trouble problem={both.problem} retry={both.reload} />}
      {both.busy && <Skeleton rows={8} />}
      {total && (
        <section className="stack tight">
          <h3>30 days, {plural(total.requests, "answer")}</h3>
          {total.requests === 0 ? (
            <p className="quiet">No answer had to follow it yet.</p>
          ) : (
            <>
              <Tiles>
                {(["native", "enforced", "repaired", "failed"] as const).map((one) => (
                  <Tile key={one} name={capital(one)} figure={percent(total[one], total.requests)} tone={one === "failed" && total[one] > 0 ? "bad" : ""} more={plural(total[one], "answer")} />
                ))}
              </Tiles>
              <p className="small quiet">
                {plural(total.repairs, "repair")}, {money(total.repair_cost_nano_usd)}
              </p>
              <Table
                label="By pin and day"
                rows={outcomes.value!.rows}
                id={(row) => `${row.contract} ${row.day} ${row.pin}`}
                columns={[
                  { name: "Pin", cell: (row) => row.pin },
                  { name: "Day", optional: true, cell: (row) => row.day },
                  { name: "Answers", number: true, cell: (row) => count(row.requests) },
                  { name: "Failed", number: true, cell: (row) => percent(row.failed, row.requests) },
                ]}
              />
            </>
          )}
        </section>
      )}
      {detail.value && (
        <section className="stack tight">
          <h3>Schema of version {detail.value.contract.version}</h3>
          <Code text={JSON.stringify(detail.value.schema, null, 2)} label="the schema" />
        </section>
      )}
    </Drawer>
  );
}

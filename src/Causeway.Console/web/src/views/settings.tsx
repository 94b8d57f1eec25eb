import { useState, type ReactNode } from "react";
import { get, post, Problem, send } from "../api/client";
import type { Of } from "../api/types";
import { count, short, span } from "../lib/format";
import { useLive } from "../lib/events";
import { together, useLoad } from "../lib/load";
import { useRoute } from "../lib/route";
import { Allowed } from "../ui/allowed";
import { Button, Card, Code, Empty, Facts, Notice, Skeleton, Tag, Time, Trouble } from "../ui/basics";
import { Find, Head, Tabs } from "../ui/page";
import { Table } from "../ui/table";
import { Agreements } from "./agreements";
import { Capture } from "./capture";
import { People } from "./people";
import { Residency } from "./residency";
import { Teams } from "./teams";

type Provider = Of<"ProviderView">;
type Checked = Of<"ProviderCheck">;
type Model = Of<"ServedModel">;
type Instance = Of<"InstanceView">;

const parts: [string, string][] = [
  ["", "Providers"],
  ["models", "Models and prices"],
  ["agreements", "Agreements"],
  ["residency", "Residency"],
  ["capture", "Capture"],
  ["instances", "Instances"],
  ["teams", "Teams"],
  ["people", "People and roles"],
  ["policy", "Policy"],
];

const views: Record<string, (shown: { tabs: ReactNode }) => ReactNode> = {
  models: Models,
  agreements: Agreements,
  residency: Residency,
  capture: Capture,
  instances: Instances,
  teams: Teams,
  people: People,
  policy: Policy,
};

/** What it runs on. */
export default function Settings() {
  const { path } = useRoute();
  const part = path[1] ?? "";
  const tabs = <Tabs label="Settings" base={["settings"]} parts={parts} now={part} />;
  const View = views[part] ?? Providers;
  return <View tabs={tabs} />;
}

function Providers({ tabs }: { tabs: ReactNode }) {
  const loaded = useLoad("providers", (signal) => get<Of<"ProviderList">>("/providers", {}, signal));
  const [checks, setChecks] = useState<Record<string, Checked | Problem | "asking">>({});
  const check = (name: string) => {
    setChecks((before) => ({ ...before, [name]: "asking" }));
    post<Checked>(`/providers/${encodeURIComponent(name)}/check`).then(
      (answer) => setChecks((before) => ({ ...before, [name]: answer })),
      (failure: Problem) => setChecks((before) => ({ ...before, [name]: failure })),
    );
  };
  return (
    <>
      <Head
        title="Providers"
        says="Upstream accounts, as the configuration has them. Credentials are never shown."
        acts={
          <Allowed to="check_provider">
            <Button onClick={() => loaded.value?.providers.forEach((one) => check(one.name))}>Check all</Button>
          </Allowed>
        }
        behind={{ cli: "causeway providers", path: "/providers" }}
      />
      {tabs}
      {loaded.problem && <Trouble problem={loaded.problem} retry={loaded.reload} />}
      {loaded.busy && <Skeleton rows={5} />}
      {loaded.value && (
        <Table<Provider>
          label="Providers"
          rows={loaded.value.providers}
          id={(one) => one.name}
          columns={[
            { name: "Provider", cell: (one) => <strong>{one.name}</strong> },
            { name: "Protocol", cell: (one) => one.protocol },
            { name: "Region", optional: true, cell: (one) => one.region ?? <span className="quiet">not bound</span> },
            { name: "Data", optional: true, cell: (one) => one.data_classes.join(", ") || <span className="quiet">all classes</span> },
            { name: "Key", optional: true, cell: (one) => (one.has_key ? "configured" : <Tag tone="soon">none</Tag>) },
            { name: "Models", number: true, cell: (one) => count(one.models) },
            { name: "Circuit", cell: (one) => <Circuit provider={one} /> },
            { name: "State", cell: (one) => <CheckState check={checks[one.name]} ask={() => check(one.name)} name={one.name} /> },
          ]}
        />
      )}
      <Card title="Change them">
        <div className="stack tight">
          <p>Providers are infrastructure: they are in the configuration file, and are read again without a restart.</p>
          <Allowed to="reload_configuration">
            <Reload />
          </Allowed>
        </div>
      </Card>
    </>
  );
}

/** What the gateway does about a provider in trouble: it leaves a model alone for some seconds, and its callers go to the next pin. */
function Circuit({ provider }: { provider: Provider }) {
  const apart = provider.circuits.filter((one) => one.state !== "closed");
  if (provider.circuits.length === 0) {
    return <span className="quiet">not called yet</span>;
  }
  return (
    <Tag
      tone={apart.length === 0 ? "good" : apart.some((one) => one.state === "open") ? "bad" : "soon"}
      title={provider.circuits.map((one) => `${one.model ?? "what it does not list"}: ${String(one.state).replace("_", " ")}`).join("\n")}
    >
      {apart.length === 0 ? "closed" : `${apart.map((one) => one.model ?? "others").join(", ")} ${apart.some((one) => one.state === "open") ? "left alone" : "tried again"}`}
    </Tag>
  );
}

function CheckState({ check, ask, name }: { check: Checked | Problem | "asking" | undefined; ask: () => void; name: string }) {
  if (check === undefined) {
    return (
      <Allowed to="check_provider">
        <Button onClick={ask} aria-label={`Check ${name}`}>
          Check
        </Button>
      </Allowed>
    );
  }
  if (check === "asking") {
    return <span className="quiet">asking…</span>;
  }
  if (check instanceof Problem) {
    return <Tag tone="bad">{check.title}</Tag>;
  }
  return (
    <span className="line">
      <Tag tone={check.reachable && (check.status ?? 500) < 400 ? "good" : "bad"}>{check.reachable ? `answers ${check.status ?? ""}` : "does not answer"}</Tag>
      <span className="quiet small break">
        {check.latency_ms !== null && `${span(check.latency_ms)}. `}
        {check.message}
      </span>
    </span>
  );
}

function Reload() {
  const [done, setDone] = useState<Of<"AppliedReload"> | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  return (
    <>
      <div>
        <Button
          onClick={() => {
            setDone(null);
            setProblem(null);
            post<Of<"AppliedReload">>("/configuration/reload").then(setDone, setProblem);
          }}
        >
          Read the configuration again
        </Button>
      </div>
      {done && (
        <Notice tone="good" title={done.changes.length === 0 ? "Nothing is different." : "Applied."}>
          {done.changes.map((one) => (
            <p key={one}>{one}</p>
          ))}
        </Notice>
      )}
      {problem && <Trouble problem={problem} />}
    </>
  );
}

function Models({ tabs }: { tabs: ReactNode }) {
  const { query } = useRoute();
  const find = (query.get("find") ?? "").toLowerCase();
  const loaded = useLoad("models", (signal) => get<Of<"ServedModelList">>("/models", {}, signal));
  const [many, setMany] = useState(100);
  const rows = (loaded.value?.models ?? []).filter((one) => !find || `${one.id} ${one.provider}`.toLowerCase().includes(find));
  return (
    <>
      <Head title="Models and prices" says="What can be asked for, and what a million tokens cost today." behind={{ cli: "causeway models", path: "/models" }} />
      {tabs}
      <div className="filters">
        <Find label="Find a model" placeholder="mini, opus, sim-openai…" />
      </div>
      {loaded.problem && <Trouble problem={loaded.problem} retry={loaded.reload} />}
      {loaded.busy && <Skeleton rows={10} />}
      {loaded.value &&
        (rows.length === 0 ? (
          <div className="card">
            <Empty title="No model is called that" />
          </div>
        ) : (
          <>
            <Table<Model>
              label="Models"
              rows={rows}
              most={many}
              id={(one) => `${one.provider}/${one.model}`}
              columns={[
                { name: "Model", sort: (one) => one.id, cell: (one) => <span className="break">{one.id}</span> },
                { name: "Kind", cell: (one) => <Tag tone={one.kind === "snapshot" ? "good" : ""}>{String(one.kind)}</Tag> },
                { name: "Status", sort: (one) => String(one.status ?? ""), cell: (one) => one.status && <Tag tone={one.status === "deprecated" ? "bad" : one.status === "legacy" ? "soon" : ""}>{String(one.status)}</Tag> },
                { name: "Retires", optional: true, sort: (one) => one.retires ?? one.retires_not_before ?? "9", cell: (one) => (one.retires ? <span className="soon">{one.retires}</span> : one.retires_not_before && <span className="quiet">not before {one.retires_not_before}</span>) },
                { name: "Context", optional: true, number: true, sort: (one) => one.context_window ?? 0, cell: (one) => one.context_window && short(one.context_window) },
                { name: "Input / M", number: true, sort: (one) => Number(one.price?.input ?? -1), cell: (one) => (one.price ? `$${one.price.input}` : <span className="quiet">unpriced</span>) },
                { name: "Cached / M", optional: true, number: true, cell: (one) => one.price?.cached_input && `$${one.price.cached_input}` },
                { name: "Output / M", number: true, sort: (one) => Number(one.price?.output ?? -1), cell: (one) => one.price && `$${one.price.output}` },
              ]}
            />
            {rows.length > many && (
              <div className="waiting">
                <Button onClick={() => setMany(many + 200)}>Show more of {count(rows.length)}</Button>
              </div>
            )}
          </>
        ))}
    </>
  );
}

function Instances({ tabs }: { tabs: ReactNode }) {
  const live = useLive();
  const loaded = useLoad(`instances ${live.state?.revision} ${live.state?.instances} ${live.state?.lagging}`, (signal) => get<Of<"InstanceList">>("/instances", {}, signal));
  const status = useLoad("status", (signal) => get<Of<"InstanceStatus">>("/status", {}, signal));
  const both = together(loaded, status);
  return (
    <>
      <Head title="Instances" says="Who shares the store, and how far each is." behind={{ cli: "causeway instances", path: "/instances" }} />
      {tabs}
      {both.problem && <Trouble problem={both.problem} retry={both.reload} />}
      {both.busy && <Skeleton rows={5} />}
      {live.state && !live.state.store && <Notice tone="bad" title="The store does not answer">{live.state.problem}</Notice>}
      {loaded.value && (
        <Table<Instance>
          label="Instances"
          rows={loaded.value.instances}
          id={(one) => one.id}
          columns={[
            { name: "Instance", cell: (one) => <strong>{one.name}</strong> },
            { name: "State", cell: (one) => <Tag tone={one.state === "live" ? "good" : one.state === "silent" ? "soon" : "bad"}>{one.state}</Tag> },
            { name: "Leads", optional: true, cell: (one) => one.leads && "leads" },
            { name: "Behind", number: true, cell: (one) => (one.revision_lag > 0 ? <span className="soon">{one.revision_lag}</span> : "0") },
            { name: "Ledger behind", optional: true, number: true, cell: (one) => count(one.ledger_lag) },
            { name: "Requests", number: true, cell: (one) => count(one.open_requests) },
            { name: "Streams", optional: true, number: true, cell: (one) => count(one.open_streams) },
            { name: "Version", optional: true, cell: (one) => one.version },
            { name: "Started", optional: true, cell: (one) => <Time at={one.started_at} /> },
          ]}
        />
      )}
      {status.value && (
        <Card title="This instance">
          <Facts
            facts={[
              ["Version", status.value.version],
              ["Store", status.value.store],
              ["Data", status.value.data_directory],
              ["Configuration", status.value.configuration_file ?? "none: started without a file"],
              ["Listens on", status.value.listen],
              ["Deployment", status.value.deployment],
              ["Routing revision", count(status.value.routing_revision)],
              ["Ledger", status.value.ledger_problem && `not trusted: ${status.value.ledger_problem} See causeway audit verify.`],
              ["Active keys", count(status.value.active_keys)],
              ["Waits to be booked", status.value.unbooked_requests > 0 ? count(status.value.unbooked_requests) : "nothing"],
              ["Up for", span(status.value.uptime_seconds * 1000)],
            ]}
          />
        </Card>
      )}
    </>
  );
}

/** Releases and channels as one document, for Git. */
function Policy({ tabs }: { tabs: ReactNode }) {
  const loaded = useLoad("policy", async (signal) => (await send<string>("GET", "/policy", { headers: { accept: "application/yaml" }, signal })).value);
  const [text, setText] = useState<string | null>(null);
  const [plan, setPlan] = useState<Of<"AppliedPolicy"> | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const apply = (dry: boolean) => {
    setProblem(null);
    send<Of<"AppliedPolicy">>("PUT", "/policy", { query: { dry_run: dry }, text: text ?? "", headers: { "content-type": "application/yaml" } }).then(
      (reply) => {
        setPlan(reply.value);
        if (!dry) {
          setText(null);
          loaded.reload();
        }
      },
      (failure: Problem) => {
        setPlan(null);
        setProblem(failure);
      },
    );
  };
  const moves = [...(plan?.releases ?? []).filter((one) => one.change !== "unchanged").map((one) => `${one.change} release ${one.label}`), ...(plan?.channels ?? []).filter((one) => one.change !== "unchanged").map((one) => `${one.change} channel ${one.name}`)];
  return (
    <>
      <Head title="Policy" says="Releases and channels as one YAML document. All of it is applied, or nothing." behind={{ cli: "causeway export > policy.yaml\ncauseway apply -f policy.yaml --dry-run", path: "/policy" }} />
      {tabs}
      {loaded.problem && <Trouble problem={loaded.problem} retry={loaded.reload} />}
      {loaded.busy && <Skeleton rows={8} />}
      {loaded.value !== null && text === null && (
        <>
          <Code text={loaded.value} label="the policy" />
          <Allowed to="apply_policy">
            <div>
              <Button onClick={() => setText(loaded.value)}>Edit</Button>
            </div>
          </Allowed>
        </>
      )}
      {text !== null && (
        <div className="stack">
          <textarea className="input" aria-label="Policy" rows={20} spellCheck={false} value={text} onChange={(event) => (setText(event.target.value), setPlan(null))} />
          <div className="line">
            <Button onClick={() => apply(true)}>What would it change?</Button>
            <Button look="main" disabled={!plan?.dry_run || moves.length === 0} onClick={() => apply(false)}>
              Apply
            </Button>
            <Button onClick={() => (setText(null), setPlan(null), setProblem(null))}>Leave it</Button>
          </div>
        </div>
      )}
      {problem && <Trouble problem={problem} />}
      {plan && (
        <Notice tone={plan.dry_run ? "" : "good"} title={moves.length === 0 ? "It changes nothing." : plan.dry_run ? "It would change:" : `Applied as revision ${plan.revision}.`}>
          {moves.map((one) => (
            <p key={one}>{one}</p>
          ))}
        </Notice>
      )}
    </>
  );
}

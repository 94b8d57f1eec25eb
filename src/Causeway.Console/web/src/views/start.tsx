import { useState } from "react";
import { get, post, Problem, root } from "../api/client";
import type { Decision, Of, Usage } from "../api/types";
import { span, words } from "../lib/format";
import { useEvents } from "../lib/events";
import { useLoad } from "../lib/load";
import { href } from "../lib/route";
import { environments } from "../lib/names";
import { Button, Code, Copy, Facts, Id, Money, Notice, Tag, Time, Trouble } from "../ui/basics";
import { Choice, Field } from "../ui/fields";
import { Head } from "../ui/page";
import { snippets } from "./snippets";

/** From nothing to a first answer: a key, the lines to paste, and the request as it arrives. */
export function Start() {
  const [made, setMade] = useState<{ key: Of<"CreatedKey">; at: number } | null>(null);
  return (
    <>
      <Head
        title="Get started"
        says="A key in seconds. Change the base URL and the key of the SDK that you already use."
        behind={{
          cli: "causeway key new --team search --feature answers --env dev",
          method: "POST",
          path: "/keys",
          body: { team: "search", feature: "answers", env: "dev" },
        }}
      />
      <div className="steps">
        <KeyStep made={made?.key ?? null} done={(key) => setMade({ key, at: Date.now() })} again={() => setMade(null)} />
        {!made && (
          <>
            <div className="step later">
              <span className="mark">2</span>
              <div>
                <h2>Paste two lines</h2>
                <p>The base URL and the key, in the SDK of OpenAI, Anthropic or Google, or in curl. Everything else stays as it is.</p>
              </div>
            </div>
            <div className="step later">
              <span className="mark">3</span>
              <div>
                <h2>See the first request arrive</h2>
                <p>Here, as it is answered: by which model, for how much, and to whom it is attributed.</p>
              </div>
            </div>
          </>
        )}
        {made && <UseStep key={made.key.id} made={made.key} since={made.at} />}
      </div>
    </>
  );
}

function KeyStep({ made, done, again }: { made: Of<"CreatedKey"> | null; done: (key: Of<"CreatedKey">) => void; again: () => void }) {
  const [team, setTeam] = useState("search");
  const [feature, setFeature] = useState("answers");
  const [env, setEnv] = useState("dev");
  const [ends, setEnds] = useState("30d");
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const [picking, setPicking] = useState(false);
  const known = useLoad(picking ? "known keys" : null, (signal) => get<Of<"KeyPage">>("/keys", { limit: 200 }, signal));
  const teams = [...new Set(known.value?.keys.map((key) => key.team) ?? [])].sort();
  const features = [...new Set(known.value?.keys.filter((key) => key.team === team).map((key) => key.feature) ?? [])].sort();

  if (made) {
    return (
      <div className="step done">
        <span className="mark">✓</span>
        <div>
          <h2>Your key</h2>
          <Notice tone="good" title="Copy it now: it is shown this once.">
            <div className="line">
              <code className="break" data-testid="key">
                {made.key}
              </code>
              <Copy text={made.key}>Copy key</Copy>
            </div>
          </Notice>
          <Facts
            facts={[
              ["For", `${made.team} / ${made.feature} / ${made.env}`],
              ["Paid by", <a href={href(["grants"], { open: made.grant })}>the grant of {made.team}</a>],
              ["Ends", made.expires_at ? <Time at={made.expires_at} as="moment" /> : "when it is revoked"],
              ["Id", <Id id={made.id} />],
            ]}
          />
          <div>
            <Button onClick={again}>Make another</Button>
          </div>
        </div>
      </div>
    );
  }

  const problemOf = (field: string) => problem?.errors.find((error) => error.field === field)?.message;
  return (
    <form
      className="step"
      onSubmit={(event) => {
        event.preventDefault();
        setBusy(true);
        setProblem(null);
        post<Of<"CreatedKey">>("/keys", { team, feature, env, expires_in: ends || null })
          .then(done)
          .catch((failure: Problem) => setProblem(failure))
          .finally(() => setBusy(false));
      }}
    >
      <span className="mark">1</span>
      <div>
        <h2>Who asks?</h2>
        <div className="three">
          <Field label="Team" hint={problemOf("team")}>
            <input className="input" name="team" list="teams" onFocus={() => setPicking(true)} autoComplete="off" required value={team} aria-invalid={!!problemOf("team")} onChange={(event) => setTeam(event.target.value)} />
          </Field>
          <Field label="Feature" hint={problemOf("feature")}>
            <input className="input" name="feature" list="features" onFocus={() => setPicking(true)} autoComplete="off" required value={feature} aria-invalid={!!problemOf("feature")} onChange={(event) => setFeature(event.target.value)} />
          </Field>
          <datalist id="teams">
            {teams.map((one) => (
              <option key={one} value={one} />
            ))}
          </datalist>
          <datalist id="features">
            {features.map((one) => (
              <option key={one} value={one} />
            ))}
          </datalist>
          <Field label="Environment">
            <Choice value={env} options={environments} set={setEnv} />
          </Field>
          <Field label="Ends after">
            <Choice value={ends} options={[["30d", "30 days"], ["1d", "a day"], ["365d", "a year"], ["", "never by itself"]]} set={setEnds} />
          </Field>
        </div>
        <div>
          <Button look="main" large type="submit" disabled={busy}>
            Create key{env === "prod" ? " for prod" : ""}
          </Button>
        </div>
        {problem && <Trouble problem={problem} />}
      </div>
    </form>
  );
}

function UseStep({ made, since }: { made: Of<"CreatedKey">; since: number }) {
  const models = useLoad("models", (signal) => get<Of<"ServedModelList">>("/models", {}, signal));
  const providers = useLoad("providers", (signal) => get<Of<"ProviderList">>("/providers", {}, signal));
  const [chosen, setChosen] = useState("curl");
  const [base, setBase] = useState(root.href);
  const [first, setFirst] = useState<{ usage: Usage; after: number } | null>(null);
  const [denied, setDenied] = useState<Decision | null>(null);

  useEvents("request", (usage) => {
    if (usage.key === made.id && (!first || first.usage.outcome !== "completed")) {
      setFirst({ usage, after: Date.now() - since });
    }
  });
  useEvents("decision", (entry) => {
    if (entry.key === made.id && entry.kind === "denied") {
      setDenied(entry);
    }
  });

  const snippet = snippets.find((one) => one.id === chosen)!;
  const model = pick(models.value?.models ?? [], snippet.protocol);
  const lines = snippet.lines(base.endsWith("/") ? base : `${base}/`, made.key, model);
  const text = lines.map((line) => line.replace(/^§/, "")).join("\n");
  const simulated = providers.value?.providers.every((one) => one.name.startsWith("sim-")) ?? false;
  const answered = first?.usage.outcome === "completed";
  return (
    <>
      <div className={`step ${first ? "done" : ""}`}>
        <span className="mark">{first ? "✓" : 2}</span>
        <div>
          <h2>Paste this</h2>
          {simulated && (
            <Notice title="The simulator answers.">
              No account is configured, so nothing leaves this machine and nothing costs money. <code>docs/configuration.md</code> shows how to use real providers.
            </Notice>
          )}
          <div className="tabs" role="tablist" aria-label="SDK">
            {snippets.map((one) => (
              <button key={one.id} type="button" role="tab" aria-selected={one.id === chosen} onClick={() => setChosen(one.id)}>
                {one.name}
              </button>
            ))}
          </div>
          <Code text={text} label={`the code for ${snippet.name}`}>
            {lines.map((line, i) => (
              <span key={i}>
                {line.startsWith("§") ? <mark>{line.slice(1)}</mark> : line}
                {"\n"}
              </span>
            ))}
          </Code>
          <div className="line">
            <span className="small quiet">Only the marked lines differ from the vendor's own sample.</span>
            <label className="line small quiet grow end">
              Base URL
              <input className="input" style={{ width: 220 }} value={base} onChange={(event) => setBase(event.target.value)} />
            </label>
          </div>
        </div>
      </div>
      <div className={`step ${answered ? "done" : ""}`}>
        <span className="mark">{answered ? "✓" : 3}</span>
        <div aria-live="polite">
          {first ? <First usage={first.usage} after={first.after} denied={denied} /> : <Waiting made={made} model={pick(models.value?.models ?? [], "openai")} denied={denied} />}
        </div>
      </div>
    </>
  );
}

function Waiting({ made, model, denied }: { made: Of<"CreatedKey">; model: string; denied: Decision | null }) {
  const [said, setSaid] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  return (
    <>
      <div className="line">
        <span className="pulse" />
        <h2>Waiting for your first request…</h2>
        <Button
          disabled={busy}
          onClick={() => {
            setBusy(true);
            setSaid(null);
            ask(made.key, model)
              .then(setSaid)
              .finally(() => setBusy(false));
          }}
        >
          Send one from here
        </Button>
      </div>
      {denied && <Denied entry={denied} />}
      {said && <Notice tone="bad" title="It was refused">{said}</Notice>}
      <p className="small quiet">
        Nothing after a minute? The base URL ends with <code>/v1</code> for OpenAI's SDKs and without it for the others. A key that is not known is answered 401 by the SDK itself.
      </p>
    </>
  );
}

/** A request as any SDK sends it. Returns what was wrong; null: it was answered, and arrives by itself. */
async function ask(key: string, model: string): Promise<string | null> {
  try {
    const response = await fetch(new URL("v1/chat/completions", root), {
      method: "POST",
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      body: JSON.stringify({ model, messages: [{ role: "user", content: "Hello, Causeway!" }] }),
      credentials: "omit",
    });
    const answer = await response.json();
    return response.ok ? null : `${response.status} ${answer.error?.code ?? ""}: ${answer.error?.message ?? "no reason was given"}`;
  } catch {
    return "Inference is not served at this address. With admin.listen set it has one of its own: run the snippet with that.";
  }
}

function First({ usage, after, denied }: { usage: Usage; after: number; denied: Decision | null }) {
  const ok = usage.outcome === "completed";
  return (
    <>
      <div className="line">
        <h2>{ok ? "Your first request was answered" : `The request arrived, and ${words(usage.outcome)}`}</h2>
        <Tag tone={ok ? "good" : "bad"}>{usage.status}</Tag>
      </div>
      {denied && !ok && <Denied entry={denied} />}
      {!ok && usage.error_code && (
        <Notice tone="bad" title={words(usage.error_code)}>
          {cure(usage.error_code, usage.model_asked)}
        </Notice>
      )}
      <Facts
        facts={[
          ["Answered by", ok && `${usage.provider}/${usage.model_served ?? usage.model_sent ?? usage.model_asked}`],
          ["Attributed to", `${usage.team} / ${usage.feature} / ${usage.env}`],
          ["Tokens", `${usage.input_tokens} in, ${usage.output_tokens} out`],
          ["Cost", <Money nano={usage.cost_nano_usd} />],
          ["Took", span(usage.total_ms)],
          ["Since the key", span(after)],
        ]}
      />
      <div className="line">
        <a className="button" href={href(["requests"], { open: usage.request })}>
          Look into it
        </a>
        <a className="button" href={href(["spend"])}>
          See the spend
        </a>
      </div>
    </>
  );
}

function Denied({ entry }: { entry: Decision }) {
  return (
    <Notice tone="bad" title={`Denied: ${words(entry.code ?? "denied")}`}>
      {entry.detail ?? cure(entry.code ?? "", entry.model ?? "")} {entry.decided_by && <a href={href(["grants"], { open: entry.decided_by })}>See the grant that decided</a>}
    </Notice>
  );
}

function cure(code: string, model: string): string {
  if (code.includes("model") || code.includes("channel")) {
    return `“${model}” is not served here. The list of models is under Settings; a channel's name works too.`;
  }
  if (code.startsWith("limit_")) {
    return "The budget has no room for it. Ask for a raise under Approvals, or choose a smaller output.";
  }
  if (code.startsWith("data_class")) {
    return "The agreement of no provider that could answer covers this class of data. Send a lower x-causeway-data-class, or choose another model.";
  }
  return "The request's own page says which step decided.";
}

const favourites = ["gpt-5.4-mini", "claude-haiku-5-5", "gemini-3.5-flash"];

function pick(models: Of<"ServedModel">[], protocol: string): string {
  const of = models.filter((model) => model.protocol === protocol && model.kind !== "unlisted");
  return (of.find((model) => favourites.includes(model.model)) ?? of.find((model) => model.status === "active") ?? of[0] ?? models[0])?.id ?? "gpt-5.4-mini";
}

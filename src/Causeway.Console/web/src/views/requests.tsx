import { useEffect, useState } from "react";
import { get } from "../api/client";
import type { Of, Usage } from "../api/types";
import { plural, short, span, words } from "../lib/format";
import { useEvents } from "../lib/events";
import { useLoad } from "../lib/load";
import { setQuery, useOpen, useRoute } from "../lib/route";
import { Button, Code, Empty, Money, Name, Skeleton, Tag, Time, Trouble } from "../ui/basics";
import { Choice, Filter } from "../ui/fields";
import { Head } from "../ui/page";
import { SavedViews } from "../ui/saved";
import { Table, type Column } from "../ui/table";
import { outcomeTone } from "./outcome";
import { RequestDrawer } from "./request";

const filters = ["team", "feature", "env", "channel", "provider", "model", "key", "release", "code", "outcome", "contract_outcome", "cost_centre", "end_user", "tag", "data_class", "agreement", "since"] as const;
const perPage = 100;

const columns: Column<Usage>[] = [
  { name: "When", cell: (usage) => <Time at={usage.at} /> },
  {
    name: "Outcome",
    cell: (usage) => (
      <Tag tone={outcomeTone[usage.outcome] ?? ""} title={usage.error_code ?? undefined}>
        {words(usage.outcome)} {usage.status}
      </Tag>
    ),
  },
  {
    name: "Who",
    cell: (usage) => (
      <>
        <Name>{usage.team}</Name> / <Name>{usage.feature}</Name> <span className="quiet">{usage.env}</span>
      </>
    ),
  },
  {
    name: "Asked → served by",
    cell: (usage) => (
      <span className="break">
        {usage.model_asked}
        <span className="quiet"> → {servedBy(usage)}</span>
        {usage.attempts > 1 && <span className="soon"> · {plural(usage.attempts, "attempt")}</span>}
      </span>
    ),
  },
  { name: "Contract", optional: true, has: (usage) => !!usage.contract_outcome, cell: (usage) => usage.contract_outcome && <Tag tone={["native", "enforced"].includes(usage.contract_outcome) ? "good" : usage.contract_outcome === "repaired" ? "soon" : "bad"}>{usage.contract_outcome}</Tag> },
  { name: "Tokens", optional: true, number: true, cell: (usage) => short(usage.input_tokens + usage.cache_read_tokens + usage.cache_write_tokens + usage.output_tokens) },
  { name: "First byte", optional: true, number: true, cell: (usage) => span(usage.first_byte_ms) },
  { name: "Total", number: true, cell: (usage) => span(usage.total_ms) },
  { name: "Cost", number: true, cell: (usage) => (usage.provider ? <Money nano={usage.cost_nano_usd} /> : <span className="quiet">–</span>) },
];

/** The model is named again only where another one answered than was asked for. */
function servedBy(usage: Usage): string {
  const model = usage.model_served ?? usage.model_sent ?? "";
  return !usage.provider ? "nobody" : model === usage.model_asked || usage.model_asked === `${usage.provider}/${model}` ? usage.provider : `${usage.provider}/${model}`;
}

/** What happened to this call? */
export default function Requests() {
  const { query } = useRoute();
  const asked = Object.fromEntries(filters.map((name) => [name, query.get(name) ?? undefined]));
  const question = JSON.stringify(asked);
  const opened = query.get("open");
  const first = useLoad(question, (signal) => get<Of<"UsagePage">>("/usage", { ...asked, limit: perPage }, signal));
  const [older, setOlder] = useState<{ question: string; rows: Usage[]; next: string | undefined }>({ question: "", rows: [], next: undefined });
  const [fresh, setFresh] = useState<Usage[]>([]);
  const [shown, setShown] = useState<Usage[]>([]);
  const [follows, setFollows] = useOpen("follow");
  const tail = follows !== null;
  const [busy, setBusy] = useState(false);

  useEffect(() => {
    setFresh([]);
    setShown([]);
  }, [question, first.at]);

  useEvents("request", (usage) => {
    if (asked.since === undefined && matches(usage, asked)) {
      // Nothing jumps under the pointer: what arrives waits until it is asked for, unless the reader follows.
      (tail ? setShown : setFresh)((before) => (before.some((one) => one.request === usage.request) ? before : [usage, ...before].slice(0, 500)));
    }
  });

  const known = new Set<string>();
  const more = older.question === question ? older : { rows: [], next: undefined };
  const rows = [...shown, ...(first.value?.requests ?? []), ...more.rows].filter((row) => !known.has(row.request) && known.add(row.request));
  const next = older.question === question ? older.next : first.value?.next;
  const waiting = fresh.filter((row) => !known.has(row.request));
  const isFiltered = filters.some((name) => asked[name]);

  return (
    <>
      <Head
        title="Requests"
        says="Every request that was attributed, newest first."
        acts={
          <div className="line">
          <SavedViews place="requests" />
          <Button
            aria-pressed={tail}
            look={tail ? "main" : ""}
            onClick={() => {
              setFollows(tail ? null : "1");
              setShown((before) => [...fresh, ...before]);
              setFresh([]);
            }}
          >
            {tail ? "Following" : "Follow"}
          </Button>
          </div>
        }
        behind={{ cli: `causeway request list${cli(asked)}`, path: "/usage", query: { ...asked, limit: perPage } }}
      />
      <Filters asked={asked} />
      {first.problem && <Trouble problem={first.problem} retry={first.reload} />}
      {waiting.length > 0 && (
        <div>
          <Button
            onClick={() => {
              setShown((before) => [...waiting, ...before]);
              setFresh([]);
            }}
          >
            Show {waiting.length} new
          </Button>
        </div>
      )}
      {first.busy && <Skeleton rows={10} />}
      {first.value && rows.length === 0 && (
        <div className="card">
          {isFiltered ? (
            <Empty title="No request matches">
              <p>{next ? "The newest 20,000 were looked through." : "Everything that is kept was looked through."}</p>
              <Button onClick={() => setQuery(Object.fromEntries(filters.map((name) => [name, null])))}>Clear the filters</Button>
            </Empty>
          ) : (
            <Empty title="No request yet">
              <p>The first one shows up here by itself, with its tokens, its cost and every attempt.</p>
              <Code label="a first request" text={`curl ${new URL("../v1/chat/completions", document.baseURI.split("#")[0])} -H "Authorization: Bearer $CAUSEWAY_KEY" \\\n  -H "Content-Type: application/json" -d '{"model": "gpt-5.4-mini", "messages": [{"role": "user", "content": "Hello"}]}'`} />
              <a href="#/start">Create a key</a>
            </Empty>
          )}
        </div>
      )}
      {rows.length > 0 && <Table label="Requests" columns={columns} rows={rows} id={(row) => row.request} open={(row) => setQuery({ open: row.request })} opened={opened} />}
      {next && (
        <div className="waiting">
          <Button
            disabled={busy}
            onClick={() => {
              setBusy(true);
              get<Of<"UsagePage">>("/usage", { ...asked, limit: perPage, cursor: next })
                .then((page) => setOlder({ question, rows: [...more.rows, ...page.requests], next: page.next ?? undefined }))
                .catch(first.reload)
                .finally(() => setBusy(false));
            }}
          >
            Load older
          </Button>
        </div>
      )}
      {opened && <RequestDrawer id={opened} close={() => setQuery({ open: null })} />}
    </>
  );
}

function Filters({ asked }: { asked: Record<string, string | undefined> }) {
  const [text, setText] = useState("");
  const [unknown, setUnknown] = useState<string | null>(null);
  return (
    <div className="filters">
      <form
        className="grow"
        onSubmit={(event) => {
          event.preventDefault();
          const { wanted, stranger } = read(text);
          setUnknown(stranger);
          if (!stranger && Object.keys(wanted).length > 0) {
            setQuery(wanted);
            setText("");
          }
        }}
      >
        <input
          className="input"
          data-search
          style={{ width: "100%" }}
          placeholder="team:search channel:support code:limit_spent, or a request's id"
          aria-label="Filter requests"
          aria-invalid={unknown !== null}
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setUnknown(null);
          }}
        />
        {unknown !== null && (
          <p className="bad small" role="alert">
            “{unknown}” is no filter. There are: {filters.join(", ")}.
          </p>
        )}
      </form>
      <Choice
        label="Outcome"
        value={asked.outcome ?? ""}
        options={[["", "Every outcome"], ...["completed", "denied", "failed", "interrupted", "client_gone"].map((one): [string, string] => [one, words(one)])]}
        set={(value) => setQuery({ outcome: value })}
      />
      {Object.entries(asked)
        .filter(([name, value]) => value && !["outcome", "env", "team", "since"].includes(name))
        .map(([name, value]) => (
          <Filter key={name} clear={() => setQuery({ [name]: null })}>
            {words(name)}: {value}
          </Filter>
        ))}
    </div>
  );
}

/** "team:search env:prod" as filters; an id opens the request. A word alone is taken for a team; before a colon is a filter's name, or a stranger. */
function read(text: string): { wanted: Record<string, string>; stranger: string | null } {
  const wanted: Record<string, string> = {};
  let stranger: string | null = null;
  for (const part of text.trim().split(/\s+/).filter(Boolean)) {
    const [name, ...rest] = part.split(":");
    if (part.startsWith("req_")) {
      wanted.open = part;
    } else if (part.startsWith("key_")) {
      wanted.key = part;
    } else if ((filters as readonly string[]).includes(name!) && rest.length > 0) {
      wanted[name!] = rest.join(":");
    } else if (rest.length > 0) {
      stranger ??= name!;
    } else {
      wanted.team = part;
    }
  }
  return { wanted, stranger };
}

function matches(usage: Usage, asked: Record<string, string | undefined>): boolean {
  const of: Record<string, unknown> = { ...usage, model: usage.model_asked, code: usage.error_code };
  return Object.entries(asked).every(([name, value]) => !value || (name === "tag" ? usage.tags[value.split("=")[0]!] === value.slice(value.indexOf("=") + 1) : of[name] === value));
}

function cli(asked: Record<string, string | undefined>): string {
  return Object.entries(asked)
    .filter(([, value]) => value)
    .map(([name, value]) => ` --${name.replace("_", "-")} ${value}`)
    .join("");
}

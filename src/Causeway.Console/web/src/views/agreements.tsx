import type { ReactNode } from "react";
import { get } from "../api/client";
import type { Of } from "../api/types";
import { count, day, plural } from "../lib/format";
import { useEvents } from "../lib/events";
import { together, useLoad, useThrottled } from "../lib/load";
import { useAsked } from "../lib/may";
import { href, setQuery, useRoute } from "../lib/route";
import { Allowed } from "../ui/allowed";
import { Button, Card, Code, Empty, Facts, Id, Notice, Skeleton, Tag, Time, Trouble, type Tone } from "../ui/basics";
import { Tick } from "../ui/fields";
import { Drawer } from "../ui/layers";
import { Head } from "../ui/page";
import { Table } from "../ui/table";
import { EndDialog, NewAgreement } from "./agreementchange";

export type Agreement = Of<"AgreementView">;
type Provider = Of<"CoveredProvider">;
type Class = Of<"CoveredClass">;

const soon = 30;

/** What an agreement is now: a word, and how long it is so. */
function standing(one: Agreement): { tone: Tone; word: string } {
  if (one.state !== "in_force") {
    return { tone: one.state === "pending" ? "" : "bad", word: one.state === "pending" ? "not begun" : one.state };
  }
  if (!one.covers) {
    return { tone: "bad", word: "lets nothing go" };
  }
  return one.days_left < soon ? { tone: "soon", word: one.days_left === 0 ? "ends today" : `ends in ${plural(one.days_left, "day")}` } : { tone: "good", word: "active" };
}

/** What may go where, by what right, and until when? */
export function Agreements({ tabs }: { tabs: ReactNode }) {
  const { query } = useRoute();
  const all = query.get("all") === "1";
  const opened = query.get("open");
  const coverage = useLoad("coverage", (signal) => get<Of<"AgreementCoverage">>("/agreements/coverage", {}, signal));
  const loaded = useLoad("agreements", (signal) => get<Of<"AgreementPage">>("/agreements", { limit: 1000 }, signal));
  const isNew = useAsked("new", "create_agreement");
  const both = together(loaded, coverage);
  const again = both.reload;
  const changed = useThrottled(again);
  useEvents("decision", (entry) => {
    if (entry.kind === "agreement_changed" || (entry.kind === "alert_raised" && entry.code?.startsWith("agreement_"))) {
      changed();
    }
  });
  const agreements = loaded.value?.agreements ?? [];
  const rows = agreements.filter((one) => all || one.state === "in_force" || one.state === "pending");
  const over = agreements.length - rows.length;
  return (
    <>
      <Head
        title="Agreements"
        says="What lets a provider process data: which classes, in which regions, until when."
        acts={
          <Allowed to="create_agreement">
            <Button look="main" onClick={() => setQuery({ new: "1" })}>
              New agreement
            </Button>
          </Allowed>
        }
        behind={{ cli: "causeway agreement coverage\ncauseway agreement list", path: "/agreements/coverage" }}
      />
      {tabs}
      {both.problem && <Trouble problem={both.problem} retry={again} />}
      {both.busy && <Skeleton rows={8} />}
      {coverage.value && <Coverage coverage={coverage.value} />}
      {loaded.value &&
        (agreements.length === 0 ? (
          <div className="card">
            <Empty title="No agreement is stated yet">
              <p>
                {loaded.value.required
                  ? "Agreements are required here: nothing goes anywhere until one is stated."
                  : "Until one is, a provider may have the classes of data that the configuration names, for ever and wherever it is. From its first agreement on it is covered by its agreements alone."}
              </p>
              <Code label="the command" text="causeway agreement new --provider openai-eu --region eu --data internal,customer --until 2027-06-30" />
            </Empty>
          </div>
        ) : (
          <Card
            title="Agreements"
            flush
            acts={
              <Tick small on={all} set={(on) => setQuery({ all: on ? "1" : null })}>
                Those that are over too{!all && over > 0 && ` (${count(over)})`}
              </Tick>
            }
          >
            {rows.length === 0 ? (
              <Empty title="None is in force">
                <p>Every agreement is over: nothing goes to the providers that had one.</p>
              </Empty>
            ) : (
              <Table<Agreement>
                label="Agreements"
                rows={rows}
                id={(one) => one.id}
                open={(one) => setQuery({ open: one.id })}
                opened={opened}
                columns={[
                  { name: "Provider", cell: (one) => <strong>{one.provider}</strong> },
                  { name: "State", cell: (one) => <State agreement={one} /> },
                  { name: "Data", cell: (one) => <span className="break">{one.data.join(", ")}</span> },
                  { name: "Regions", cell: (one) => <span className="break">{one.regions.join(", ")}</span> },
                  { name: "Until", cell: (one) => <Time at={one.ended_at ?? one.until} as="day" /> },
                  { name: "Kept there", optional: true, cell: (one) => (one.retention === "none" ? "nothing" : <span className="quiet">as its terms say</span>) },
                  { name: "Document", optional: true, cell: (one) => one.document && <Document address={one.document} /> },
                ]}
              />
            )}
          </Card>
        ))}
      {opened && <AgreementDrawer id={opened} provider={(name) => coverage.value?.providers.find((one) => one.provider === name) ?? null} close={() => setQuery({ open: null, end: null })} changed={again} />}
      {isNew && coverage.value && (
        <NewAgreement
          providers={coverage.value.providers}
          provider={query.get("for")}
          close={() => setQuery({ new: null, for: null })}
          done={(made) => {
            again();
            setQuery({ new: null, for: null, open: made.id });
          }}
        />
      )}
    </>
  );
}

function State({ agreement }: { agreement: Agreement }) {
  const { tone, word } = standing(agreement);
  return (
    <Tag tone={tone} title={agreement.problem ?? undefined}>
      {word}
    </Tag>
  );
}

function Document({ address }: { address: string }) {
  return (
    <a href={address} rel="noreferrer noopener" target="_blank">
      {new URL(address).host}
    </a>
  );
}

/** For every provider and class what lets it go: the picture of what is covered, and by what. */
function Coverage({ coverage }: { coverage: Of<"AgreementCoverage"> }) {
  if (coverage.providers.length === 0) {
    return (
      <div className="card">
        <Empty title="There is no provider">
          <p>Providers are in the configuration file.</p>
        </Empty>
      </div>
    );
  }
  const bare = coverage.providers.filter((one) => one.classes.every((row) => row.by === "none"));
  return (
    <Card title="What may go where">
      <div className="stack">
        {bare.length > 0 && (
          <Notice tone="soon" title={`Nothing may go to ${bare.map((one) => one.provider).join(", ")}.`}>
            {coverage.required ? "Agreements are required, and none is in force there." : "Every agreement there is over, or does not fit the region that the provider is configured for."}
          </Notice>
        )}
        {coverage.nowhere.length > 0 && (
          <p className="small">
            No provider may have data of class <strong>{coverage.nowhere.join(", ")}</strong>: such requests are refused.
          </p>
        )}
        <div className="scroll" role="region" aria-label="What may go where" tabIndex={0}>
          <table className="matrix">
            <caption className="sr">What lets data of each class go to each provider</caption>
            <thead>
              <tr>
                <th scope="col">Provider</th>
                {coverage.classes.map((word) => (
                  <th key={word} scope="col">
                    {word}
                  </th>
                ))}
                <th scope="col">Models</th>
                <th scope="col">Ends</th>
                <th scope="col" className="optional">
                  Channels
                </th>
              </tr>
            </thead>
            <tbody>
              {coverage.providers.map((one) => (
                <tr key={one.provider}>
                  <th scope="row">
                    <span className="break">{one.provider}</span> <small className="quiet">{one.region ?? "no region"}</small>
                  </th>
                  {one.classes.map((row) => (
                    <td key={row.data_class}>
                      <Cell row={row} of={one} />
                    </td>
                  ))}
                  <td>
                    {one.uncovered_models.length === 0 ? (
                      count(one.models)
                    ) : (
                      <span className="soon" title={`Nothing may go to:\n${one.uncovered_models.join("\n")}`}>
                        {one.uncovered_models.length >= 20 ? "20 or more" : count(one.uncovered_models.length)} of {count(one.models)} may have nothing
                      </span>
                    )}
                  </td>
                  <td>{one.until ? <Time at={one.until} as="day" /> : <span className="quiet">{one.basis === "configuration" ? "never" : "–"}</span>}</td>
                  <td className="optional">
                    {one.channels.length === 0 ? <span className="quiet">none</span> : one.channels.length === 1 ? <a href={href(["channels", "of", one.channels[0]!])}>{one.channels[0]}</a> : <span title={one.channels.join("\n")}>{plural(one.channels.length, "channel")}</span>}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        <ul className="legend" aria-label="Legend">
          <li>
            <span className="good" aria-hidden="true">●</span> an agreement lets it go
          </li>
          <li>
            <span aria-hidden="true">◐</span> the configuration does, without end
          </li>
          <li>
            <span aria-hidden="true">○</span> it may not go: refused, or another provider answers
          </li>
        </ul>
      </div>
    </Card>
  );
}

const signs: Record<string, [string, string, string]> = {
  agreement: ["●", "good", "an agreement lets it go"],
  configuration: ["◐", "", "the configuration lets it go"],
  none: ["○", "quiet", "it may not go"],
};

function Cell({ row, of }: { row: Class; of: Provider }) {
  const [sign, tone, says] = signs[row.by] ?? signs.none!;
  const part = row.by !== "none" && row.models < of.models ? `, to ${count(row.models)} of ${plural(of.models, "model")}` : "";
  const ends = row.until ? `, until ${day(row.until)}` : "";
  const isSoon = row.until !== null && Date.parse(row.until) - Date.now() < soon * 86_400_000;
  const label = `${row.data_class} to ${of.provider}: ${says}${part}${ends}`;
  const shown = (
    <>
      <span aria-hidden="true">{sign}</span>
      {isSoon && <span className="soon small"> {day(row.until!)}</span>}
      <span className="sr">{label}</span>
    </>
  );
  return row.agreement ? (
    <a className={tone} href={href(["settings", "agreements"], { open: row.agreement })} title={label}>
      {shown}
    </a>
  ) : (
    <span className={tone} title={label}>
      {shown}
    </span>
  );
}

function AgreementDrawer({ id, provider, changed, close }: { id: string; provider: (name: string) => Provider | null; changed: () => void; close: () => void }) {
  const ends = useAsked("end", "end_agreement");
  const loaded = useLoad(`agreement ${id}`, (signal) => get<Agreement>(`/agreements/${encodeURIComponent(id)}`, {}, signal));
  const one = loaded.value;
  const of = one && provider(one.provider);
  const own = of?.classes.filter((row) => row.agreement === id) ?? [];
  return (
    <Drawer title={one ? `Agreement with ${one.provider}` : "Agreement"} close={close}>
      {loaded.problem && <Trouble problem={loaded.problem} retry={loaded.reload} />}
      {loaded.busy && <Skeleton rows={8} />}
      {one && (
        <>
          <div className="line">
            <State agreement={one} />
            <span className="grow" />
            {(one.state === "in_force" || one.state === "pending") && (
              <Allowed to="end_agreement">
                <Button look="danger" onClick={() => setQuery({ end: "1" })}>
                  End it…
                </Button>
              </Allowed>
            )}
          </div>
          {one.problem && <Notice tone={one.state === "pending" ? "" : "bad"} title="It lets nothing go.">{one.problem}</Notice>}
          <section className="stack tight">
            <h3>What it lets go</h3>
            {own.length === 0 ? (
              <p className="quiet">{one.covers ? "Another agreement lasts longer, and is the one that is cited." : "Nothing now."}</p>
            ) : (
              <p>
                Data of class <strong>{own.map((row) => row.data_class).join(", ")}</strong> to {own[0]!.models === of!.models ? `all ${plural(of!.models, "model")}` : `${count(own[0]!.models)} of ${plural(of!.models, "model")}`} of {one.provider}
                {of!.region ? ` in ${of!.region}` : ", which is bound to no region"}.
              </p>
            )}
            {of && of.channels.length > 0 && (
              <p className="small">
                Channels with a pin there:{" "}
                {of.channels.slice(0, 12).map((name, i) => (
                  <span key={name}>
                    {i > 0 && ", "}
                    <a href={href(["channels", "of", name])}>{name}</a>
                  </span>
                ))}
                {of.channels.length > 12 && ` and ${count(of.channels.length - 12)} more`}
              </p>
            )}
          </section>
          <section className="stack tight">
            <h3>Terms</h3>
            <Facts
              facts={[
                ["Id", <Id id={one.id} />],
                ["Provider", one.provider],
                ["Data", one.data.join(", ")],
                ["Regions", one.regions.join(", ")],
                ["From", <Time at={one.from} as="day" />],
                ["Until", <Time at={one.until} as="day" />],
                ["Kept there", one.retention === "none" ? "nothing beyond the answer" : "what the provider's terms say"],
                ["Document", one.document && <Document address={one.document} />],
                ["Note", one.note],
                [
                  "Made",
                  <>
                    <Time at={one.created_at} /> by {one.created_by}
                  </>,
                ],
                [
                  "Ended",
                  one.ended_at && (
                    <>
                      <Time at={one.ended_at} /> by {one.ended_by}: {one.end_reason}
                    </>
                  ),
                ],
              ]}
            />
          </section>
          <p className="small">
            <a href={href(["requests"], { agreement: one.id })}>Requests that it let go</a> · <a href={href(["settings", "residency"])}>What went where</a>
          </p>
          {ends && one.state !== "ended" && (
            <EndDialog
              agreement={one}
              close={() => setQuery({ end: null })}
              done={() => {
                setQuery({ end: null });
                loaded.reload();
                changed();
              }}
            />
          )}
        </>
      )}
    </Drawer>
  );
}

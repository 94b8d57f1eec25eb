import type { ReactNode } from "react";
import { get } from "../api/client";
import type { Of, SpendReport } from "../api/types";
import { ago, capital, count, dollars, lastDays, money, plural, span, words } from "../lib/format";
import { useEvents } from "../lib/events";
import { useLoad, useThrottled } from "../lib/load";
import { useMay } from "../lib/may";
import { href, setQuery, useRoute } from "../lib/route";
import { Allowed } from "../ui/allowed";
import { Button, Code, Empty, Facts, Notice, Skeleton, Tag, Time, Trouble, type Tone } from "../ui/basics";
import { Drawer } from "../ui/layers";
import { Head } from "../ui/page";
import { Table } from "../ui/table";
import { Tile, Tiles } from "../ui/tiles";
import { AnswersLook } from "./looks";
import { AcceptDialog, ProbeDialog } from "./sentinelact";

export type Pin = Of<"WatchedPinView">;
type Run = Of<"SentinelRunView">;
type Timeline = Of<"TimelinePage">["entries"][number];

const days = 90;
const told = ["pin_drifted", "pin_accepted", "pin_baselined", "pin_changed", "pin_as_before"];

/** A pin in a word: what a person has to know before the numbers. */
function stateOf(pin: Pin, run: Run | null): { tone: Tone; word: string } {
  if (run && !run.over && run.pin === pin.pin) {
    return { tone: "", word: "probing" };
  }
  return pin.state === "drifted" ? { tone: "bad", word: "drifted" } : pin.state === "alarmed" ? { tone: "soon", word: "being confirmed" } : pin.change ? { tone: "soon", word: "looks otherwise" } : pin.state === "watched" ? { tone: "good", word: "steady" } : { tone: "", word: "names and looks" };
}

/** Is what answers behind a pin still what did? */
export function Sentinel({ tabs }: { tabs: ReactNode }) {
  const { query } = useRoute();
  const opened = query.get("pin");
  const loaded = useLoad("sentinel", (signal) => get<Of<"SentinelView">>("/sentinel", {}, signal));
  const again = useThrottled(loaded.reload, 2_500);
  useEvents("timeline", (entry) => told.includes(String(entry.kind)) && again());
  useEvents("request", (usage) => usage.team === "causeway" && usage.feature === "sentinel" && again());
  const view = loaded.value;
  const run = view?.run ?? null;
  const pins = [...(view?.pins ?? [])].sort((a, b) => urgency(a) - urgency(b));
  const drifted = pins.filter((one) => one.state === "drifted");
  const doubted = pins.filter((one) => one.state === "drifted" || one.state === "alarmed").length;
  const current = view?.pins.find((one) => one.pin === opened) ?? null;
  return (
    <>
      <Head title="Sentinel" says="Whether what answers behind each pin is what did: its name, its backend, how its answers look, and how it answers prompts that are nearly a tie." behind={{ cli: "causeway sentinel status", path: "/sentinel" }} />
      {tabs}
      {loaded.problem && <Trouble problem={loaded.problem} retry={loaded.reload} />}
      {loaded.busy && <Skeleton rows={8} />}
      {view && pins.length === 0 && (
        <div className="card">
          <Empty title="There is nothing to watch">
            <p>Pins of releases that a channel serves, rolls out or can go back to are looked at here. Their names cost nothing to watch; border prompts are measured once, and asked again every {span(view.every_seconds * 1000)}.</p>
            <Code label="the commands" text={"causeway release new --pin openai/gpt-5.5-2026-04-23\ncauseway channel new support --release rel_…"} />
          </Empty>
        </div>
      )}
      {view && pins.length > 0 && (
        <>
          {drifted.map((one) => (
            <Notice key={one.pin} tone="bad" title={`Something else answers behind ${one.pin}, since ${ago(one.drifted_at!)}.`} acts={<Button onClick={() => setQuery({ pin: one.pin })}>Look at it</Button>}>
              <p>{capital(one.drift!)}</p>
              {(one.holds ?? []).length > 0 && <p>It holds the {(one.holds ?? []).length === 1 ? "rollout" : "rollouts"} of {(one.holds ?? []).map((held) => held.channel).join(", ")}.</p>}
            </Notice>
          ))}
          {pins.filter((one) => one.change && one.state !== "drifted").map((one) => (
            <Notice key={one.pin} tone="soon" title={`Answers of ${one.pin} look otherwise, since ${ago(one.changed_at!)}.`} acts={<Button onClick={() => setQuery({ pin: one.pin })}>Look at it</Button>}>
              <p>{capital(one.change!)}</p>
              <p>That is no drift by itself: traffic may have changed.</p>
            </Notice>
          ))}
          {run && <Running run={run} />}
          <Tiles>
            <Tile name="Steady" {...counted(pins.filter((one) => one.state === "watched").length)} more="asked again and again, and alike" />
            <Tile name="Drifted or in doubt" {...counted(doubted)} tone={doubted > 0 ? "bad" : ""} more={`${plural(new Set(pins.flatMap((one) => (one.holds ?? []).map((held) => held.channel))).size, "rollout")} held`} />
            <Tile name="Names and looks" {...counted(pins.filter((one) => one.state === "passive").length)} more="border prompts were not measured" />
            <Tile name="Left of today's money" figure={dollars(view.left_usd)} more={`of ${dollars(view.max_usd)} a day for all pins; a cycle every ${span(view.every_seconds * 1000)}`} />
          </Tiles>
          <Activity />
          <Table<Pin>
            label="Pins"
            rows={pins}
            id={(one) => one.pin}
            open={(one) => setQuery({ pin: one.pin })}
            opened={opened}
            columns={[
              { name: "Pin", cell: (one) => <strong className="break">{one.pin}</strong> },
              {
                name: "State",
                cell: (one) => {
                  const { tone, word } = stateOf(one, run);
                  return <Tag tone={tone}>{word}</Tag>;
                },
              },
              { name: "Channels", optional: true, cell: (one) => (one.channels.length === 0 ? <span className="quiet">none any more</span> : <span className="break">{one.channels.slice(0, 3).join(", ")}{one.channels.length > 3 && ` and ${count(one.channels.length - 3)} more`}</span>) },
              { name: "Holds", cell: (one) => ((one.holds ?? []).length === 0 ? <span className="quiet">–</span> : <Tag tone="bad">{plural((one.holds ?? []).length, "rollout")}</Tag>) },
              { name: "By chance", number: true, cell: (one) => <Chance value={one.chance} /> },
              { name: "Compared", optional: true, cell: (one) => (one.compared_at ? <Time at={one.compared_at} /> : <span className="quiet">–</span>) },
              { name: "Next", optional: true, cell: (one) => (one.next_at ? <Time at={one.next_at} /> : <span className="quiet">–</span>) },
              { name: "Cost today", number: true, optional: true, cell: (one) => <span data-value={one.cost_today_nano_usd}>{money(one.cost_today_nano_usd)}</span> },
            ]}
          />
        </>
      )}
      {opened && view && (current ? <PinDrawer pin={current} run={run} view={view} changed={loaded.reload} close={() => setQuery({ pin: null, do: null })} /> : <Drawer title={opened} close={() => setQuery({ pin: null })}><Empty title="No channel has this pin any more" /></Drawer>)}
    </>
  );
}

function canAccept(pin: Pin): boolean {
  return pin.state === "drifted" || Boolean(pin.change);
}

function urgency(pin: Pin): number {
  return pin.change && pin.state !== "drifted" ? 1 : ["drifted", "alarmed", "watched", "passive"].indexOf(String(pin.state));
}

function counted(value: number) {
  return { figure: count(value), value };
}

function Chance({ value }: { value: number | null }) {
  return value === null ? (
    <span className="quiet">–</span>
  ) : (
    <span className={value <= 0.001 ? "bad" : value <= 0.01 ? "soon" : ""} data-value={value} title="How often chance alone makes as much of a difference">
      {value < 0.0001 ? "<0.01 %" : `${(value * 100).toPrecision(value < 0.1 ? 2 : 3)} %`}
    </span>
  );
}

const kinds: Record<string, string> = { baseline: "Border prompts are being looked for and measured", cycle: "Border prompts are being asked again", confirmation: "An alarm is being confirmed" };

function Running({ run }: { run: Run }) {
  if (run.over) {
    return run.problem ? (
      <Notice tone="soon" title={`The last run, of ${run.pin}, came to nothing.`}>
        {capital(run.problem)}
      </Notice>
    ) : null;
  }
  return (
    <Notice title={`${kinds[String(run.kind)] ?? "A run goes on"}: ${run.pin}`}>
      <span className="bar" role="img" aria-label={`${count(run.calls)} of at most ${count(run.max_calls)} calls`}>
        <i style={{ width: `${(run.calls / Math.max(1, run.max_calls)) * 100}%` }} />
      </span>
      <p className="small">
        {count(run.calls)} of at most {count(run.max_calls)} calls, {money(run.cost_nano_usd)} so far{run.unanswered > 0 && `, ${count(run.unanswered)} unanswered`}.
      </p>
    </Notice>
  );
}

/** What the sentinel asked on each of the last 90 days: its own requests, as the books have them. */
function Activity() {
  const loaded = useLoad("sentinel days", (signal) => get<SpendReport>("/spend", { by: "day", team: "causeway", feature: "sentinel", since: `${days}d` }, signal));
  if (!loaded.value || loaded.value.rows.length === 0) {
    return null;
  }
  const by = new Map(loaded.value.rows.map((row) => [row.day!, row]));
  const most = Math.max(...loaded.value.rows.map((row) => row.requests));
  return (
    <div className="stack tight">
      <div className="strip" role="img" aria-label={`Calls of the sentinel in the last ${days} days: ${count(loaded.value.total.requests)}`}>
        {lastDays(days).map((day) => {
          const row = by.get(day);
          return <i key={day} className={row ? "on" : ""} style={row ? { height: `${20 + (row.requests / most) * 80}%` } : undefined} title={row ? `${day}: ${plural(row.requests, "call")}, ${money(row.cost_nano_usd)}` : `${day}: none`} />;
        })}
      </div>
      <p className="small quiet">
        {plural(loaded.value.total.requests, "call")} for {money(loaded.value.total.cost_nano_usd)} in {days} days, booked for <a href={href(["requests"], { team: "causeway", feature: "sentinel" })}>causeway / sentinel</a>.
      </p>
    </div>
  );
}

function PinDrawer({ pin, run, view, changed, close }: { pin: Pin; run: Run | null; view: Of<"SentinelView">; changed: () => void; close: () => void }) {
  const { query } = useRoute();
  const doing = query.get("do");
  const may = useMay();
  const { tone, word } = stateOf(pin, run);
  const isRunning = run !== null && !run.over;
  const own = pin.pin.slice(pin.pin.indexOf("/") + 1);
  const done = () => {
    setQuery({ do: null });
    changed();
  };
  return (
    <Drawer title={pin.pin} close={close}>
      <div className="line">
        <Tag tone={tone}>{word}</Tag>
        <span className="grow" />
        <Allowed to="probe_sentinel">
          <Button disabled={isRunning} title={isRunning ? `${run.pin} is being asked; one run at a time` : undefined} onClick={() => setQuery({ do: "probe" })}>
            Probe…
          </Button>
        </Allowed>
        {canAccept(pin) && (
          <Allowed to="accept_drift">
            <Button look={pin.state === "drifted" ? "main" : undefined} onClick={() => setQuery({ do: "accept" })}>
              Accept…
            </Button>
          </Allowed>
        )}
      </div>
      {isRunning && run.pin === pin.pin && <Running run={run} />}
      {pin.drift && (
        <Notice tone="bad" title={`Drifted ${ago(pin.drifted_at!)}, seen by ${pin.drift_by === "echo" ? "the name that answers give" : "how border prompts are answered"}`}>
          {capital(pin.drift)}
        </Notice>
      )}
      {(pin.holds ?? []).length > 0 && (
        <section className="stack tight">
          <h3>What it holds</h3>
          <ul className="stack tight prose" aria-label="Rollouts that it holds">
            {(pin.holds ?? []).map((one) => (
              <li key={one.rollout} className="small">
                <a href={href(["channels", "of", one.channel])}>{one.channel}</a>, stage {one.stage}: {one.held ? <span className="break">{one.held}</span> : "does not advance while the pin is drifted"}
              </li>
            ))}
          </ul>
        </section>
      )}
      <section className="stack tight">
        <h3>Name</h3>
        <p className="small quiet">What answers call their model. Costs nothing: every request of a channel is looked at.</p>
        <Facts facts={[["Its own", own], ["Also right", pin.echoes.filter((one) => one !== own).join(", ") || "nothing else"], ["Says otherwise", pin.drift_by === "echo" ? <span className="bad">yes: three answers within a minute did</span> : "no"]]} />
      </section>
      <section className="stack tight">
        <h3>Backend</h3>
        {(pin.backends ?? []).length === 0 ? (
          <p className="small quiet">Its answers name none.</p>
        ) : (
          <ul className="small" aria-label="Backends">
            {[...(pin.backends ?? [])].reverse().map((one) => (
              <li key={one.value} className="line spread">
                <code className="break">{one.value}</code>
                <span className="quiet">
                  first <Time at={one.at} />
                </span>
              </li>
            ))}
          </ul>
        )}
      </section>
      <AnswersLook shapes={pin.shapes ?? []} />
      <section className="stack tight">
        <h3>Border prompts</h3>
        {pin.border_prompts === 0 ? (
          <p className="small quiet">{pin.no_baseline ? `None: ${pin.no_baseline}.` : `Not measured yet. A measurement looks for prompts whose first word is nearly a tie, and asks those again every ${span(view.every_seconds * 1000)}.`}</p>
        ) : (
          <>
            <Facts
              facts={[
                ["Measured", pin.baseline_at && <Time at={pin.baseline_at} />],
                ["Cycles since", count(pin.cycles)],
                ["Compared last", pin.compared_at && <Time at={pin.compared_at} />],
                ["Difference by chance", pin.last_cycle && <Chance value={pin.last_cycle.chance} />],
                ["Answers compared", pin.last_cycle && `${count(pin.last_cycle.calls)}${pin.last_cycle.confirmation ? ", the larger sample behind an alarm" : ""}`],
                ["Alarm waits", pin.alarm_at && <Time at={pin.alarm_at} />],
                ["Asked next", pin.next_at && <Time at={pin.next_at} />],
              ]}
            />
            <ul className="flows borders" aria-label="Border prompts, the nearest to a tie first">
              {(pin.borders ?? []).map((one) => (
                <li key={one.text}>
                  <span className="cut" title={one.text}>
                    {one.text}
                  </span>
                  <span className="track" role="img" aria-label={`“${one.top}” in ${one.top_draws} of ${one.draws} answers`}>
                    <i style={{ width: `${(one.top_draws / one.draws) * 100}%`, background: "var(--accent)" }} />
                  </span>
                  <span className="number">
                    {one.top_draws} of {one.draws}
                  </span>
                </li>
              ))}
            </ul>
          </>
        )}
      </section>
      <History pin={pin} />
      <p className="small quiet">
        Today: {plural(pin.calls_today, "call")}, {money(pin.cost_today_nano_usd)}. As CLI: <code className="break">causeway sentinel status {pin.pin}</code>
      </p>
      {doing === "probe" && may("probe_sentinel") && <ProbeDialog pin={pin} view={view} close={() => setQuery({ do: null })} done={done} />}
      {doing === "accept" && canAccept(pin) && may("accept_drift") && <AcceptDialog pin={pin} close={() => setQuery({ do: null })} done={done} />}
    </Drawer>
  );
}

const dots: Record<string, string> = { pin_drifted: "bad", pin_accepted: "good", pin_baselined: "", pin_changed: "soon", pin_as_before: "good" };

/** What became of the pin in 90 days: a strip of days, and the same in words. */
function History({ pin }: { pin: Pin }) {
  const channel = pin.channels[0] ?? null;
  const loaded = useLoad(`pin history ${pin.pin} ${channel} ${pin.state}`, (signal) => get<Of<"TimelinePage">>("/timeline", { channel, since: `${days}d`, limit: 1000 }, signal));
  const entries = (loaded.value?.entries ?? []).filter((one) => told.includes(String(one.kind)) && [`${pin.pin} `, `${pin.pin}:`, `answers of ${pin.pin} `].some((start) => one.detail.startsWith(start)));
  const by = new Map<string, Timeline[]>();
  for (const one of entries) {
    by.set(one.at.slice(0, 10), [...(by.get(one.at.slice(0, 10)) ?? []), one]);
  }
  return (
    <section className="stack tight">
      <h3>Last {days} days</h3>
      {loaded.problem && <Trouble problem={loaded.problem} retry={loaded.reload} />}
      {loaded.value && (
        <>
          <div className="strip" role="img" aria-label={entries.length === 0 ? `Nothing is told of it in ${days} days` : `${plural(entries.length, "event")} in ${days} days; the list below has them`}>
            {lastDays(days).map((day) => {
              const own = by.get(day) ?? [];
              const worst = own.find((one) => one.kind === "pin_drifted") ?? own[0];
              return <i key={day} className={worst ? `on ${dots[String(worst.kind)] ?? ""}` : ""} style={worst ? { height: "100%" } : undefined} title={worst ? `${day}: ${own.map((one) => words(String(one.kind))).join(", ")}` : day} />;
            })}
          </div>
          {entries.length === 0 ? (
            <p className="small quiet">Nothing is told of it: it was not measured, did not drift, and nobody accepted anything.</p>
          ) : (
            <ul className="stack tight small" aria-label="What became of it">
              {entries.slice(0, 12).map((one) => (
                <li key={one.seq}>
                  <Tag tone={(dots[String(one.kind)] ?? "") as Tone}>{words(String(one.kind)).replace("pin ", "")}</Tag> <Time at={one.at} /> by {one.actor}
                  {one.reason && `: ${one.reason}`}
                  <span className="quiet block break">{one.detail}</span>
                </li>
              ))}
            </ul>
          )}
        </>
      )}
    </section>
  );
}

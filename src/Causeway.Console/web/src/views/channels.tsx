import { useState } from "react";
import { get, post } from "../api/client";
import type { Channel, Of } from "../api/types";
import { count, day, plural, utc, words } from "../lib/format";
import { useEvents } from "../lib/events";
import { useLoad, useThrottled } from "../lib/load";
import { useAsked } from "../lib/may";
import { go, href, setQuery, useRoute } from "../lib/route";
import { Allowed } from "../ui/allowed";
import { Button, Code, Empty, Id, Notice, Skeleton, Tag, Time, Trouble } from "../ui/basics";
import { Confirm } from "../ui/confirm";
import { Choice, Field, Filter } from "../ui/fields";
import { Find, Head, Pager, Tabs } from "../ui/page";
import { Table } from "../ui/table";
import { ChannelPage } from "./channel";
import { readinessTone } from "./readiness";
import { Quarantine } from "./quarantine";
import { asChoice, Releases } from "./releases";
import { Sentinel } from "./sentinel";
import { happened } from "./timeline";

const parts: [string, string][] = [
  ["", "Channels"],
  ["releases", "Releases"],
  ["sentinel", "Sentinel"],
  ["quarantine", "Quarantine"],
  ["timeline", "Timeline"],
];

/** What serves whom now? */
export default function Channels() {
  const { path } = useRoute();
  const part = path[1] ?? "";
  const tabs = <Tabs label="Channels" base={["channels"]} parts={parts} now={part} />;
  return part === "of" && path[2] ? <ChannelPage key={path[2]} name={path[2]} /> : part === "releases" ? <Releases tabs={tabs} /> : part === "sentinel" ? <Sentinel tabs={tabs} /> : part === "quarantine" ? <Quarantine tabs={tabs} /> : part === "timeline" ? <TimelinePage tabs={tabs} /> : <List tabs={tabs} />;
}

const shownAtOnce = 200;

function List({ tabs }: { tabs: React.ReactNode }) {
  const { query } = useRoute();
  const find = (query.get("find") ?? "").toLowerCase();
  const loaded = useLoad("channels and readiness", (signal) => get<Of<"ChannelList">>("/channels", { readiness: true }, signal));
  const isNew = useAsked("new", "create_channel");
  const [many, setMany] = useState(shownAtOnce);
  useEvents("timeline", useThrottled(loaded.reload));
  const rows = (loaded.value?.channels ?? []).filter((channel) => !find || channel.name.toLowerCase().includes(find) || channel.release.includes(find) || channel.pins.some((pin) => pin.includes(find)));
  return (
    <>
      <Head
        title="Channels"
        says="A channel is the name that callers send as model. It points at one release; a rollout moves it, a rollback points it back."
        acts={
          <Allowed to="create_channel">
            <Button look="main" onClick={() => setQuery({ new: "1" })}>
              New channel
            </Button>
          </Allowed>
        }
        behind={{ cli: "causeway channel list --readiness", path: "/channels", query: { readiness: true } }}
      />
      {tabs}
      <div className="filters">
        <Find label="Find a channel" placeholder="A name, a release, a model" />
      </div>
      {loaded.problem && <Trouble problem={loaded.problem} retry={loaded.reload} />}
      {loaded.busy && <Skeleton rows={8} />}
      {loaded.value &&
        (rows.length === 0 ? (
          <div className="card">
            <Empty title={find ? "No channel is called that" : "There is no channel yet"}>
              {!find && (
                <>
                  <p>A release holds models in order of preference, a prompt and parameters. A channel gives it a name that can be moved, and moved back.</p>
                  <Code label="the commands" text={"causeway release new --pin openai/gpt-5.5 --prompt prompt.txt\ncauseway channel new support --release rel_…"} />
                </>
              )}
            </Empty>
          </div>
        ) : (
          <>
            <Table<Channel>
              label="Channels"
              rows={rows}
              most={many}
              id={(channel) => channel.name}
              open={(channel) => go(["channels", "of", channel.name])}
              columns={[
                {
                  name: "Channel",
                  cell: (channel) => (
                    <>
                      <a href={href(["channels", "of", channel.name])}>{channel.name}</a>
                      <span className="two">
                        <Id id={channel.release} />
                      </span>
                    </>
                  ),
                },
                { name: "Answers", optional: true, cell: (channel) => <span className="break">{channel.pins.join(" → ")}</span> },
                { name: "Way back", cell: (channel) => <WayBack channel={channel} /> },
                {
                  name: "Rollout",
                  cell: (channel) =>
                    channel.rollout && (
                      <span className="line close">
                        <span className="bar" style={{ width: 72 }} role="img" aria-label={`${channel.rollout.exposure_ppm / 10_000} per cent get the candidate`}>
                          <i style={{ width: `${channel.rollout.exposure_ppm / 10_000}%` }} />
                        </span>
                        <Tag tone={channel.rollout.held || channel.rollout.state === "paused" ? "soon" : "good"}>
                          {channel.rollout.stage} of {channel.rollout.stages}
                          {channel.rollout.state === "paused" ? ", paused" : channel.rollout.held ? ", held" : ""}
                        </Tag>
                      </span>
                    ),
                },
                { name: "Contract rule", optional: true, cell: (channel) => <Tag>{String(channel.conformance)}</Tag> },
                { name: "Moved", optional: true, cell: (channel) => <span title={`${plural(channel.version, "change")} since it was made`}><Time at={channel.updated_at} /></span> },
              ]}
            />
            {rows.length > many && (
              <div className="waiting">
                <Button onClick={() => setMany(many + shownAtOnce)}>Show {Math.min(shownAtOnce, rows.length - many)} more of {count(rows.length)}</Button>
              </div>
            )}
          </>
        ))}
      {isNew && <NewChannel close={() => setQuery({ new: null })} />}
    </>
  );
}

/** Whether it can still go back, and what ends that: the first thing to break with its day, or what holds it down now. */
function WayBack({ channel }: { channel: Channel }) {
  const found = channel.readiness;
  if (!found) {
    return <span className="quiet">not looked at yet</span>;
  }
  const state = String(found.state);
  const ends = state !== "not_ready" && found.breaks_at;
  const why = ends ? found.breaks_first : found.weakest;
  return (
    <a className="wayback" href={href(["channels", "of", channel.name, "readiness"])} title={[`${found.score} of 100`, found.weakest, found.breaks_at && `${found.breaks_first} (${utc(found.breaks_at)})`].filter(Boolean).join("\n")}>
      <Tag tone={readinessTone[state] ?? ""}>{words(state).toUpperCase()}</Tag>
      {(ends || why) && (
        <small className="quiet">
          {ends && `until ${day(found.breaks_at!)}: `}
          {why}
        </small>
      )}
    </a>
  );
}

function NewChannel({ close }: { close: () => void }) {
  const releases = useLoad("releases", (signal) => get<Of<"ReleasePage">>("/releases", { limit: 100 }, signal));
  const [name, setName] = useState("");
  const [release, setRelease] = useState("");
  const chosen = release || releases.value?.releases[0]?.id || "";
  return (
    <Confirm
      title="New channel"
      verb="Make channel"
      ready={name !== "" && chosen !== ""}
      act={() => post<Channel>("/channels", { name, release: chosen })}
      done={(channel) => go(["channels", "of", channel.name])}
      close={close}
    >
      <Field label="Name" hint="what callers send as model">
        <input className="input" data-first value={name} onChange={(event) => setName(event.target.value)} />
      </Field>
      <Field label="Points at">
        <Choice value={chosen} options={(releases.value?.releases ?? []).map(asChoice)} set={setRelease} />
      </Field>
      {releases.value?.releases.length === 0 && (
        <Notice tone="soon" title="There is no release yet">
          <a href={href(["channels", "releases"], { new: "1" })}>Make one first</a>
        </Notice>
      )}
    </Confirm>
  );
}

function TimelinePage({ tabs }: { tabs: React.ReactNode }) {
  const { query } = useRoute();
  const channel = query.get("channel");
  const before = query.get("before");
  const asked = { channel, before, limit: 100, verify: true };
  const loaded = useLoad(`timeline ${JSON.stringify(asked)}`, (signal) => get<Of<"TimelinePage">>("/timeline", asked, signal));
  useEvents("timeline", useThrottled(() => before === null && loaded.reload()));
  return (
    <>
      <Head title="Timeline" says="Rollouts and their stages, guards that crossed, rollbacks, and when each instance applied them." behind={{ cli: `causeway timeline${channel ? ` ${channel}` : ""}`, path: "/timeline", query: asked }} />
      {tabs}
      {channel && (
        <div className="filters">
          <Filter clear={() => setQuery({ channel: null, before: null })}>
            {channel}
          </Filter>
        </div>
      )}
      {loaded.problem && <Trouble problem={loaded.problem} retry={loaded.reload} />}
      {loaded.busy && <Skeleton rows={8} />}
      {loaded.value?.chain && (
        <p className={`small ${loaded.value.chain.broken_at === null ? "quiet" : "bad"}`}>
          {loaded.value.chain.broken_at === null ? `The chain of ${plural(loaded.value.chain.entries, "entry", "entries")} is whole.` : `Entry ${loaded.value.chain.broken_at} was altered, or one before it was taken out.`}
        </p>
      )}
      {loaded.value &&
        (loaded.value.entries.length === 0 ? (
          <div className="card">
            <Empty title="Nothing has happened yet">
              <p>The first rollout or rollback begins the timeline.</p>
            </Empty>
          </div>
        ) : (
          <ul className="card happened">
            {loaded.value.entries.map((entry) => (
              <li key={entry.seq}>
                <span className="quiet">
                  <Time at={entry.at} />
                </span>
                {happened(entry)}
              </li>
            ))}
          </ul>
        ))}
      <Pager older={loaded.value?.next ? String(loaded.value.next) : null} />
    </>
  );
}

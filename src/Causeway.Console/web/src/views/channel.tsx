import { useState } from "react";
import { get, post, Problem } from "../api/client";
import type { Channel, Of } from "../api/types";
import { plural, words } from "../lib/format";
import { useEvents, useLive } from "../lib/events";
import { together, useLoad, useThrottled } from "../lib/load";
import { useAsked, useMay } from "../lib/may";
import { href, setQuery, useRoute } from "../lib/route";
import { Allowed } from "../ui/allowed";
import { Button, Card, Empty, Facts, Id, Notice, Skeleton, Tag, Time, Trouble } from "../ui/basics";
import { Head, Tabs } from "../ui/page";
import { Acks, latestRollback } from "./acks";
import { Drills } from "./drills";
import { CacheCard, ConversationsCard } from "./keeping";
import { Readiness, readinessTone } from "./readiness";
import { RollbackDialog } from "./rollback";
import { RollbackTimes } from "./rollbacktimes";
import { Blast } from "./blast";
import { RolloutCard, StartDialog } from "./rollout";
import { happened } from "./timeline";

type Done = Of<"RollbackView">;

const parts: [string, string][] = [
  ["", "What serves"],
  ["readiness", "Readiness and drills"],
  ["keeping", "Conversations and cache"],
];

/** Is it better? Can I go back? Go back! */
export function ChannelPage({ name }: { name: string }) {
  const { path, query } = useRoute();
  const part = path[3] ?? "";
  const may = useMay();
  const live = useLive();
  const place = `/channels/${encodeURIComponent(name)}`;
  const channel = useLoad(`channel ${name}`, (signal) => get<Channel>(place, {}, signal));
  const rollout = useLoad(`rollout ${name}`, (signal) => get<Of<"RolloutView">>(`${place}/rollout`, {}, signal).catch((failure: Problem) => (failure.code === "rollout_unknown" ? null : Promise.reject(failure))));
  const dry = useLoad(may("roll_back_channel") ? `dry ${name}` : null, () => rehearse(place));
  const timeline = useLoad(`timeline ${name}`, (signal) => get<Of<"TimelinePage">>("/timeline", { channel: name, limit: 30 }, signal));
  const history = useLoad(part === "" ? `history ${name}` : null, (signal) => get<Of<"ChannelHistory">>(`${place}/history`, {}, signal));
  const starts = useAsked("rollout", "start_rollout");
  const [done, setDone] = useState<Done | null>(null);

  const again = useThrottled(together(channel, rollout, timeline, history, dry).reload, 400);
  useEvents("timeline", (entry) => {
    if (!entry.channel || entry.channel === name) {
      again();
    }
  });

  if (channel.problem?.status === 404) {
    return (
      <>
        <Head title={name} />
        <div className="card">
          <Empty title={`There is no channel called ${name}`}>
            <a href={href(["channels"])}>All channels</a>
          </Empty>
        </div>
      </>
    );
  }

  const way = dry.value?.view ?? null;
  const target = way?.channels[0]?.to;
  const running = rollout.value && ["running", "paused"].includes(String(rollout.value.state));
  const rolled = latestRollback(timeline.value?.entries ?? []);
  const note = channel.value?.readiness;
  const serves = (
    <>
      {rollout.problem && <Trouble problem={rollout.problem} retry={rollout.reload} />}
      {rollout.value && <RolloutCard rollout={rollout.value} changed={again} />}
      <div className="columns">
        <Card title="What serves" flush={false}>
          {channel.value && (
            <Facts
              facts={[
                ["Release", <a href={href(["channels", "releases"], { open: channel.value.release })}>{channel.value.release.slice(0, 20)}…</a>],
                ["Pins, in order", channel.value.pins.join(", ")],
                ["Fields that a provider cannot be told", channel.value.unsupported === "deny" ? "are denied" : "are dropped"],
                ["Contracts", channel.value.conformance === "require" ? "only proven pins answer" : channel.value.conformance === "warn" ? "unproven pins answer, with a warning" : "are not asked for"],
                ["Moved", <Time at={channel.value.updated_at} />],
                [
                  "Can go back",
                  note ? (
                    <a href={href(["channels", "of", name, "readiness"])}>
                      {words(String(note.state))}, {note.score} of 100{note.weakest ? `: ${note.weakest}` : ""}
                    </a>
                  ) : (
                    <a href={href(["channels", "of", name, "readiness"])}>look now</a>
                  ),
                ],
                ["Requests", <a href={href(["requests"], { channel: name })}>those of this channel</a>],
              ]}
            />
          )}
          {channel.value?.eligibility && (
            <ul className="stack tight below">
              {channel.value.eligibility.map((pin) => (
                <li key={pin.pin} className="line">
                  <Tag tone={pin.proven ? "good" : "soon"}>{pin.proven ? "proven" : "not proven"}</Tag>
                  {pin.pin}
                  {pin.missing.length > 0 && <span className="quiet small">lacks {pin.missing.join(", ")}</span>}
                </li>
              ))}
            </ul>
          )}
        </Card>
        <Card title="Where it pointed" flush>
          <ul className="happened">
            {(history.value?.moves ?? []).slice(0, 8).map((move) => (
              <li key={move.version}>
                <span className="quiet">
                  <Time at={move.at} />
                </span>
                <span className="line">
                  <Id id={move.release} />
                  {move.version === channel.value?.version && <Tag tone="good">now</Tag>}
                </span>
              </li>
            ))}
          </ul>
        </Card>
      </div>
      <Card title="Timeline" acts={<a href={href(["channels", "timeline"], { channel: name })}>All of it</a>} flush>
        {timeline.value?.entries.length === 0 ? (
          <Empty title="Nothing has happened to it yet" />
        ) : (
          <ul className="happened">
            {(timeline.value?.entries ?? []).map((entry) => (
              <li key={entry.seq}>
                <span className="quiet">
                  <Time at={entry.at} />
                </span>
                {happened(entry)}
              </li>
            ))}
          </ul>
        )}
      </Card>
      <Blast name={name} release={done?.channels.find((one) => one.channel === name)?.from ?? lastRolledBack(timeline.value?.entries ?? [], history.value?.moves ?? [])} />
    </>
  );
  return (
    <>
      <Head
        title={
          <span className="line">
            <a href={href(["channels"])} className="quiet" aria-label="All channels">
              Channels
            </a>
            <span className="quiet">/</span> {name}
          </span>
        }
        says={channel.value && `Answered by ${channel.value.pins.join(", else ")}.`}
        acts={
          <div className="line">
            {!running && (
              <Allowed to="start_rollout">
                <Button onClick={() => setQuery({ rollout: "1" })}>Roll out…</Button>
              </Allowed>
            )}
            <Allowed to="roll_back_channel">
              <Button look="danger" large icon="back" disabled={!target} title={dry.value?.problem?.detail} onClick={() => setQuery({ rollback: "1" })}>
                Roll back{target ? ` to ${target.slice(0, 12)}…` : ""}
              </Button>
            </Allowed>
          </div>
        }
        behind={
          part === "readiness"
            ? { cli: `causeway readiness ${name} --why\ncauseway drill list --channel ${name}\ncauseway channel rollbacks ${name}`, path: `${place}/readiness` }
            : part === "keeping"
              ? { cli: `causeway conversation preview ${name}\ncauseway cache status ${name}`, path: `${place}/conversations` }
              : { cli: `causeway channel show ${name}\ncauseway rollback ${name} --dry-run --reason "what would it do"`, path: place }
        }
      />
      {channel.problem && <Trouble problem={channel.problem} retry={channel.reload} />}
      {channel.busy && <Skeleton rows={6} />}
      {dry.value?.problem && !rolled && <Notice tone="" title="No way back now">{wayOut(dry.value.problem)}</Notice>}
      {way && target && (
        <p className="small quiet" data-testid="dry-run">
          {note && (
            <>
              <a href={href(["channels", "of", name, "readiness"])}>
                <Tag tone={readinessTone[String(note.state)] ?? ""}>{`${words(String(note.state))}, ${note.score} of 100`}</Tag>
              </a>{" "}
              {note.breaks_at && (
                <>
                  until <Time at={note.breaks_at} as="day" /> ·{" "}
                </>
              )}
            </>
          )}
          A rollback now: {plural(way.open_streams, "stream")} and {plural(way.open_requests, "request")} drain · {plural(live.state?.instances ?? 1, "instance")} ready · {target.slice(0, 16)}… answers
        </p>
      )}
      {rolled && <Acks key={rolled.seq} rolled={rolled} entries={timeline.value?.entries ?? []} done={done} />}
      <Tabs label={name} base={["channels", "of", name]} parts={parts} now={part} />
      {part === "readiness" && (
        <>
          <Readiness name={name} />
          <Drills name={name} />
          <RollbackTimes name={name} />
        </>
      )}
      {part === "keeping" && (
        <div className="columns">
          <ConversationsCard name={name} />
          <CacheCard name={name} />
        </div>
      )}
      {part === "" && serves}
      {query.get("rollback") && way && target && (
        <RollbackDialog
          name={name}
          way={way}
          close={() => setQuery({ rollback: null })}
          done={(report) => {
            setDone(report);
            setQuery({ rollback: null });
            again();
          }}
        />
      )}
      {starts && !running && channel.value && (
        <StartDialog
          channel={channel.value}
          close={() => setQuery({ rollout: null })}
          done={() => {
            setQuery({ rollout: null });
            again();
          }}
        />
      )}
    </>
  );
}

/** What a rollback would do. A refusal is an answer too: it says what stands against it. */
async function rehearse(place: string): Promise<{ view: Done | null; problem: Problem | null }> {
  try {
    return { view: await post<Done>(`${place}/rollback`, { reason: "what would it do", dry_run: true }), problem: null };
  } catch (failure) {
    if (failure instanceof Problem && failure.status === 409) {
      return { view: null, problem: failure };
    }
    throw failure;
  }
}

function wayOut(problem: Problem) {
  return problem.errors.map((error) => error.message).join(" ") || problem.detail;
}

function lastRolledBack(entries: Of<"TimelineView">[], moves: Of<"ChannelMoveView">[]): string | null {
  const rolled = entries.find((entry) => entry.kind === "rolled_back");
  return rolled ? (/rel_[0-9a-f]{16,}/.exec(rolled.detail)?.[0] ?? moves[1]?.release ?? null) : null;
}


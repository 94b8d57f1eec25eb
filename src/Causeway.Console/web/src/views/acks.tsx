import { useEffect, useState } from "react";
import { get } from "../api/client";
import type { Of, TimelineEntry } from "../api/types";
import { count, plural } from "../lib/format";
import { useEvents } from "../lib/events";
import { useLoad } from "../lib/load";
import { href } from "../lib/route";
import { Allowed } from "../ui/allowed";
import { Card, Facts, Tag, Time } from "../ui/basics";
import { Table } from "../ui/table";

type Done = Of<"RollbackView">;
type Instance = Of<"InstanceView">;

interface Ack {
  instance: string;
  /** It answers with what the rollback left. */
  has: boolean;
  /** Milliseconds after the commit; null: nobody saw when, or it has not yet. */
  after: number | null;
  streams: number | null;
  requests: number | null;
}

const drainMs = 30_000;
const recentMs = 15 * 60_000;

/** The rollback that is spoken of: the newest that is not long ago. */
export function latestRollback(entries: readonly TimelineEntry[], now = Date.now()): TimelineEntry | null {
  const rolled = entries.find((entry) => entry.kind === "rolled_back");
  return rolled && now - Date.parse(rolled.at) < recentMs ? rolled : null;
}

/**
 * A rollback as it spreads, whoever began it: each instance says on the timeline when it has applied the revision, and what the old release was still answering drains.
 * What the call of this page returned adds to it what only that call knows.
 */
export function Acks({ rolled, entries, done }: { rolled: TimelineEntry; entries: readonly TimelineEntry[]; done: Done | null }) {
  const instances = useLoad("instances", (signal) => get<Of<"InstanceList">>("/instances", {}, signal));
  const held = useLoad("quarantine", (signal) => get<Of<"QuarantineList">>("/quarantine", {}, signal));
  const [heard, setHeard] = useState<TimelineEntry[]>([]);
  useEvents("timeline", (entry) => setHeard((before) => [...before, entry].slice(-200)));
  const began = Date.parse(rolled.at);
  const [now, setNow] = useState(Date.now());
  const young = now - began < drainMs;
  const reload = instances.reload;
  useEffect(() => {
    if (young) {
      const timer = setInterval(() => {
        setNow(Date.now());
        reload();
      }, 1_000);
      return () => clearInterval(timer);
    }
  }, [young, reload]);

  const acks = acksOf(rolled, [...entries, ...heard], instances.value?.instances ?? [], done);
  const complete = acks.length > 0 && acks.every((one) => one.has);
  const open = acks.reduce((all, one) => all + (one.streams ?? 0), 0);
  const move = /from (rel_[0-9a-f]+) to (rel_[0-9a-f]+)/.exec(rolled.detail);
  return (
    <Card
      title={
        <span className="line">
          Rolled back <Tag tone={complete ? "good" : "soon"}>{complete ? (acks.length > 1 ? `holds on all ${acks.length} instances` : "holds") : `${acks.filter((one) => one.has).length} of ${acks.length} instances`}</Tag>
        </span>
      }
      acts={
        move && held.value?.releases.some((one) => one.release === move[1]) && (
          <Allowed to="lift_quarantine">
            <a href={href(["channels", "quarantine"])}>Lift the quarantine…</a>
          </Allowed>
        )
      }
    >
      <div className="stack" data-testid="rollback-report">
        <Facts
          facts={[
            ["Committed", <><Time at={rolled.at} as="clock" />{`, revision ${count(rolled.revision)}, by ${rolled.actor}${rolled.reason ? `: ${rolled.reason}` : ""}`}</>],
            ["From", move && <code className="break">{move[1]}</code>],
            ["To", move && <code className="break">{move[2]}</code>],
            ["Finishing when it began", done && `${plural(done.draining_streams, "stream")}, ${plural(done.draining_requests, "request")}`],
            ["Sent anew", done && done.reissued > 0 && count(done.reissued)],
            ["Cut", done && done.cut > 0 && count(done.cut)],
            ["Draining", young ? `${plural(open, "stream")} open on the instances now; the old release's end within ${Math.max(0, Math.ceil((drainMs - (now - began)) / 1000))} s` : "over: what the old release was answering has ended"],
          ]}
        />
        <Table<Ack>
          label="Acknowledgements"
          rows={acks}
          id={(one) => one.instance}
          columns={[
            { name: "Instance", cell: (one) => one.instance },
            { name: "Applied after", number: true, cell: (one) => (one.after !== null ? <span data-value={one.after}>{one.after} ms</span> : <Tag tone={one.has ? "good" : "soon"}>{one.has ? "later" : "not yet"}</Tag>) },
            { name: "Streams", number: true, cell: (one) => one.streams !== null && count(one.streams) },
            { name: "Requests", optional: true, number: true, cell: (one) => one.requests !== null && count(one.requests) },
          ]}
        />
        {done && done.conversations.p0 + done.conversations.p1 + done.conversations.p3 > 0 && (
          <p className="small quiet">
            {plural(done.conversations.p0 + done.conversations.p1, "live conversation")} go on with the other release; {count(done.conversations.p3)} are stuck.
          </p>
        )}
      </div>
    </Card>
  );
}

/** Everybody who is there or has spoken, by name. */
function acksOf(rolled: TimelineEntry, entries: readonly TimelineEntry[], instances: readonly Instance[], done: Done | null): Ack[] {
  const began = Date.parse(rolled.at);
  const after = new Map<string, number | null>();
  for (const one of instances.filter((other) => other.state !== "gone")) {
    after.set(one.name, null);
  }
  for (const one of done?.instances ?? []) {
    after.set(one.instance, one.applied_at ? Math.max(0, Date.parse(one.applied_at) - Date.parse(done!.t0 ?? rolled.at)) : null);
  }
  for (const entry of entries) {
    const name = entry.kind === "applied" && entry.revision === rolled.revision ? /^(.*) applied revision/.exec(entry.detail)?.[1] : undefined;
    if (name && (after.get(name) ?? null) === null) {
      after.set(name, Math.max(0, Date.parse(entry.at) - began));
    }
  }
  const there = new Map(instances.map((one) => [one.name, one]));
  // Whoever was late says nothing on the timeline; that it is behind by nothing now does.
  return [...after].map(([instance, ms]) => ({ instance, has: ms !== null || there.get(instance)?.revision_lag === 0, after: ms, streams: there.get(instance)?.open_streams ?? null, requests: there.get(instance)?.open_requests ?? null }));
}

import { useState } from "react";
import { get, post, Problem } from "../api/client";
import type { Of } from "../api/types";
import { count, money, plural, span, words } from "../lib/format";
import { useEvents } from "../lib/events";
import { useLoad, useThrottled } from "../lib/load";
import { useAsked } from "../lib/may";
import { setQuery, useRoute } from "../lib/route";
import { Allowed } from "../ui/allowed";
import { Button, Card, Empty, Facts, Money, Notice, Skeleton, Tag, Time, Trouble, type Tone } from "../ui/basics";
import { Confirm } from "../ui/confirm";
import { Choice, Field, Reason } from "../ui/fields";
import { Drawer } from "../ui/layers";
import { Table } from "../ui/table";

type Drill = Of<"DrillView">;

const tones: Record<string, Tone> = { running: "", passed: "good", failed: "bad", interrupted: "soon" };

const kinds: [string, string][] = [
  ["slice", "Slice: a part of the candidate's units goes to base and comes back"],
  ["full", "Full: everybody goes to base and comes back"],
  ["partition", "Partition: an instance that hears nothing serves base"],
  ["capacity", "Capacity: base is asked as much again as the candidate answers"],
];

/** The way back, rehearsed on live traffic: what was shown, and another go. */
export function Drills({ name }: { name: string }) {
  const { query } = useRoute();
  const opened = query.get("drill");
  const loaded = useLoad(`drills ${name}`, (signal) => get<Of<"DrillList">>("/drills", { channel: name, limit: 20 }, signal));
  const again = useThrottled(loaded.reload, 300);
  useEvents("timeline", (entry) => {
    if (entry.channel === name) {
      again();
    }
  });
  const rehearses = useAsked("rehearse", "begin_drill");
  const running = loaded.value?.drills.find((one) => one.state === "running");
  return (
    <Card
      title="Drills"
      acts={
        !running && (
          <Allowed to="begin_drill">
            <Button onClick={() => setQuery({ rehearse: "1" })}>Rehearse the way back…</Button>
          </Allowed>
        )
      }
      flush
    >
      {loaded.problem && <Trouble problem={loaded.problem} retry={loaded.reload} />}
      {loaded.busy && <Skeleton rows={4} />}
      {running && <Running drill={running} done={loaded.reload} />}
      {loaded.value?.drills.length === 0 && (
        <Empty title="The way back was never rehearsed">
          <p>A drill sends live requests back to base by the means of the real rollback, and forward again. A rollout exposes more than a quarter only after one that passed.</p>
        </Empty>
      )}
      {loaded.value && loaded.value.drills.length > 0 && (
        <Table<Drill>
          label="Drills"
          rows={loaded.value.drills}
          id={(one) => one.id ?? ""}
          open={(one) => setQuery({ drill: one.id })}
          opened={opened}
          columns={[
            { name: "When", cell: (one) => <Time at={one.started_at} /> },
            { name: "Kind", cell: (one) => words(String(one.kind)) },
            { name: "Result", cell: (one) => <Tag tone={tones[String(one.state)] ?? ""}>{words(String(one.state))}</Tag> },
            { name: "Away in", number: true, cell: (one) => <span data-value={slowest(one, "away_ms") ?? ""}>{span(slowest(one, "away_ms"))}</span> },
            { name: "Requests", optional: true, number: true, cell: (one) => count(one.requests) },
            { name: "Failed", optional: true, number: true, cell: (one) => count(one.errors) },
            { name: "Cost", optional: true, number: true, cell: (one) => <Money nano={one.cost_nano_usd} /> },
            { name: "By", optional: true, cell: (one) => one.started_by },
          ]}
        />
      )}
      {opened && <DrillDrawer id={opened} close={() => setQuery({ drill: null })} />}
      {rehearses && (
        <BeginDialog
          name={name}
          close={() => setQuery({ rehearse: null })}
          done={() => {
            setQuery({ rehearse: null });
            loaded.reload();
          }}
        />
      )}
    </Card>
  );
}

/** The slowest instance says how fast a deployment is. */
function slowest(drill: Drill, what: "away_ms" | "back_ms"): number | null {
  const all = drill.instances.map((one) => one[what]).filter((ms): ms is number => ms !== null);
  return all.length === 0 ? null : Math.max(...all);
}

function Running({ drill, done }: { drill: Drill; done: () => void }) {
  const [problem, setProblem] = useState<Problem | null>(null);
  return (
    <div className="pad">
      <Notice
        title={`A ${words(String(drill.kind))} drill is running, ${plural(drill.seconds, "second")} long.`}
        acts={
          <Allowed to="stop_drill">
            <Button onClick={() => void post(`/drills/${drill.id}/stop`).then(done, setProblem)}>Stop it</Button>
          </Allowed>
        }
      >
        Begun <Time at={drill.started_at} /> by {drill.started_by}. Its result shows here by itself.
      </Notice>
      {problem && <Trouble problem={problem} />}
    </div>
  );
}

function DrillDrawer({ id, close }: { id: string; close: () => void }) {
  const loaded = useLoad(`drill ${id}`, (signal) => get<Drill>(`/drills/${encodeURIComponent(id)}`, {}, signal));
  useEvents("timeline", useThrottled(loaded.reload, 300));
  const drill = loaded.value;
  return (
    <Drawer title={drill ? `${words(String(drill.kind))} drill of ${drill.channel}` : "Drill"} close={close}>
      {loaded.problem && <Trouble problem={loaded.problem} retry={loaded.reload} />}
      {drill && (
        <div className="stack" data-testid="drill">
          <Result drill={drill} />
          <Facts
            facts={[
              ["Begun", <>
                <Time at={drill.started_at} /> by {drill.started_by}
              </>],
              ["Length", plural(drill.seconds, "second")],
              ["Base", <code className="break">{drill.base}</code>],
              ["Candidate", drill.candidate && <code className="break">{drill.candidate}</code>],
              ["Requests that base answered", count(drill.requests)],
              ["Failed", count(drill.errors)],
              ["Refused by its limit", drill.throttled > 0 && count(drill.throttled)],
              ["Cost", <Money nano={drill.cost_nano_usd} />],
              ["Given to the candidate too late", drill.late > 0 && `${count(drill.late)}, the last after ${span(drill.last_late_ms)}`],
              ["Version", drill.version],
            ]}
          />
          {drill.load && (
            <Facts
              facts={[
                ["Asked", `${drill.load.pin}, ${count(drill.load.calls)} calls, ${drill.load.per_minute.toFixed(1)} a minute`],
                ["Answered", count(drill.load.answered)],
                ["Refused by its limit", count(drill.load.throttled)],
                ["Failed", count(drill.load.failed)],
              ]}
            />
          )}
          {drill.instances.length > 0 && (
            <Table
              label="Instances of the drill"
              rows={drill.instances}
              id={(one) => one.instance}
              columns={[
                { name: "Instance", cell: (one) => one.instance },
                { name: "Served base after", number: true, cell: (one) => span(one.away_ms) },
                { name: "Back after", number: true, cell: (one) => span(one.back_ms) },
              ]}
            />
          )}
          <p className="small quiet">
            As CLI: <code className="break">causeway drill show {drill.id}</code>
          </p>
        </div>
      )}
    </Drawer>
  );
}

function Result({ drill }: { drill: Drill }) {
  return drill.state === "passed" ? (
    <Notice tone="good" title="The way back works.">
      {plural(drill.instances.length, "instance")} served base within {span(slowest(drill, "away_ms"))}, and the candidate again within {span(slowest(drill, "back_ms"))}.
    </Notice>
  ) : (
    <Notice tone={tones[String(drill.state)] ?? ""} title={drill.state === "running" ? "It is running." : drill.state === "failed" ? "It was not shown that the way back works." : "It was ended before its time, and proves nothing."}>
      {drill.failures.map((one) => (
        <p key={one}>{one}</p>
      ))}
    </Notice>
  );
}

/** What it would do and may cost is said before it begins. */
function BeginDialog({ name, close, done }: { name: string; close: () => void; done: () => void }) {
  const place = `/channels/${encodeURIComponent(name)}/drills`;
  const [kind, setKind] = useState("slice");
  const [seconds, setSeconds] = useState("");
  const [most, setMost] = useState("1");
  const [reason, setReason] = useState("");
  const order = { kind, seconds: seconds ? Number(seconds) : null, max_usd: kind === "capacity" ? Number(most) || 0 : null, reason: reason || null };
  const plan = useLoad(`plan ${JSON.stringify({ ...order, reason: null })}`, () => post<Drill>(place, { ...order, reason: null, dry_run: true }));
  const would = plan.value;
  return (
    <Confirm
      title={`Rehearse the way back of ${name}`}
      verb="Begin"
      ready={!!would}
      act={() => post<Drill>(place, order)}
      done={done}
      close={close}
    >
      <Field label="Kind">
        <Choice first value={kind} options={kinds} set={setKind} />
      </Field>
      <div className="three">
        <Field label="Seconds" hint="1 to 600; empty: as usual for its kind">
          <input className="input" inputMode="numeric" value={seconds} onChange={(event) => setSeconds(event.target.value.replace(/\D/g, ""))} />
        </Field>
        {kind === "capacity" && (
          <Field label="USD at most">
            <input className="input" inputMode="decimal" value={most} onChange={(event) => setMost(event.target.value)} />
          </Field>
        )}
      </div>
      <Reason label="Why?" hint="need not be said" value={reason} set={setReason} />
      {would && (
        <Notice title={`${plural(would.seconds, "second")} on live traffic.`}>
          {would.kind === "slice" && `${((would.to_bucket - would.from_bucket) / 10_000).toFixed(1)} % of the units get ${would.base.slice(0, 16)}… and then the candidate again.`}
          {would.kind === "full" && `Everybody gets ${would.base.slice(0, 16)}… and then the candidate again.`}
          {would.kind === "partition" && "The lease of the instance that is asked runs out: it serves base until it hears again."}
          {would.load && `${count(would.load.calls)} calls to ${would.load.pin}, ${would.load.ceiling_nano_usd === null ? "which has no price" : `${money(would.load.ceiling_nano_usd)} at most`}.`}
        </Notice>
      )}
      {plan.problem && <Trouble problem={plan.problem} />}
    </Confirm>
  );
}

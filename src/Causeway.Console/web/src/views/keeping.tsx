import { useState } from "react";
import { get, post, Problem, send } from "../api/client";
import type { Of } from "../api/types";
import { count, percent, plural, short, span, words } from "../lib/format";
import { useEvents } from "../lib/events";
import { useLoad, useThrottled } from "../lib/load";
import { useAsked, useMay } from "../lib/may";
import { setQuery } from "../lib/route";
import { Allowed } from "../ui/allowed";
import { Button, Card, Skeleton, Tag, Time, Trouble, type Tone } from "../ui/basics";
import { Confirm } from "../ui/confirm";
import { Field, Reason, Tick } from "../ui/fields";
import { Table } from "../ui/table";

type Cache = Of<"CacheView">;
type Space = Of<"CacheSpaceView">;
type Conversations = Of<"ConversationsView">;

const policies: [string, string, string][] = [
  ["off", "Off", "conversations are not told apart"],
  ["migrate", "Migrate", "what answers after a rollback goes on with them"],
  ["reject", "Reject", "they are refused with release_revoked, so that the caller begins anew"],
];

const transcriptSpans: [number, string][] = [
  [0, "not at all"],
  [3_600, "an hour"],
  [86_400, "a day"],
  [604_800, "a week"],
  [2_592_000, "30 days"],
];

/** For how long something is kept: one of a few spans, or the one that was set elsewhere. */
function Keep({ spans, seconds, locked, set }: { spans: [number, string][]; seconds: number; locked: boolean; set: (seconds: number) => void }) {
  return (
    <select className="input" disabled={locked} value={seconds} onChange={(event) => set(Number(event.target.value))}>
      {!spans.some(([known]) => known === seconds) && <option value={seconds}>{span(seconds * 1000)}</option>}
      {spans.map(([known, says]) => (
        <option key={known} value={known}>
          {says}
        </option>
      ))}
    </select>
  );
}

/** What a rollback does to conversations that its release answered last. */
export function ConversationsCard({ name }: { name: string }) {
  const place = `/channels/${encodeURIComponent(name)}/conversations`;
  const may = useMay();
  const loaded = useLoad(`conversations ${name}`, (signal) => get<Conversations>(place, {}, signal));
  const [problem, setProblem] = useState<Problem | null>(null);
  const [chosen, setChosen] = useState<string | null>(null);
  useEvents("timeline", useThrottled(loaded.reload));
  const view = loaded.value;
  const live = view ? view.live.p0 + view.live.p1 + view.live.p3 : 0;
  const set = (policy: string, transcript_seconds?: number) => {
    setProblem(null);
    setChosen(policy); // Shown at once; what is in force comes back with the answer.
    send<Conversations>("PUT", place, { body: { policy, transcript_seconds } })
      .then(loaded.reload, setProblem)
      .finally(() => setChosen(null));
  };
  return (
    <Card title="Conversations">
      {(loaded.problem ?? problem) && <Trouble problem={(loaded.problem ?? problem)!} retry={loaded.reload} />}
      {loaded.busy && <Skeleton rows={4} />}
      {view && (
        <div className="stack">
          <fieldset className="stack tight plain" aria-label="What becomes of conversations">
            <legend>When their release is rolled back</legend>
            {policies.map(([id, word, says]) => (
              <label key={id} className="line">
                <input type="radio" name="conversations" checked={(chosen ?? view.policy) === id} disabled={!may("set_conversations")} onChange={() => set(id)} />
                <strong>{word}</strong> <span className="quiet">{says}</span>
              </label>
            ))}
          </fieldset>
          {view.policy !== "off" && (
            <Field label="What is said is kept, sealed, after the last answer for" hint="So that another provider can go on with what one keeps by an id (previous_response_id).">
              <Keep spans={transcriptSpans} seconds={view.transcript_seconds} locked={!may("set_conversations")} set={(seconds) => set(view.policy, seconds)} />
            </Field>
          )}
          {view.policy === "off" ? (
            <p className="quiet">While it is off, a rollback cannot say how many it meets.</p>
          ) : live === 0 ? (
            <p className="quiet">No conversation was answered by {view.release.slice(0, 16)}… in the last 24 hours.</p>
          ) : (
            <dl className="facts">
              <dt>Live, 24 hours</dt>
              <dd>
                {count(live)}, {percent(view.live.p0 + view.live.p1, live)} can go on elsewhere
              </dd>
              <dt>Lose nothing</dt>
              <dd>{count(view.live.p0)}</dd>
              <dt>Lose hidden reasoning</dt>
              <dd>{count(view.live.p1)}</dd>
              <dt>Are stuck</dt>
              <dd className={view.live.p3 > 0 ? "soon" : ""}>{count(view.live.p3)}{view.transcript_seconds === 0 && view.live.p3 > 0 && ": a provider keeps their state"}</dd>
            </dl>
          )}
        </div>
      )}
    </Card>
  );
}

const states: Record<string, Tone> = { serving: "good", frozen: "soon", fenced: "bad", idle: "" };
const spans: [number, string][] = [
  [0, "not at all"],
  [60, "a minute"],
  [600, "10 minutes"],
  [3_600, "an hour"],
  [86_400, "a day"],
  [604_800, "a week"],
  [2_592_000, "30 days"],
];

/** Which answers are given again; each release's apart, and those of one that was rolled back to nobody. */
export function CacheCard({ name }: { name: string }) {
  const place = `/channels/${encodeURIComponent(name)}/cache`;
  const may = useMay();
  const loaded = useLoad(`cache ${name}`, (signal) => get<Cache>(place, {}, signal));
  const [problem, setProblem] = useState<Problem | null>(null);
  const purging = useAsked("purge", "purge_cache");
  useEvents("timeline", useThrottled(loaded.reload));
  useEvents("request", useThrottled(loaded.reload, 3_000));
  const view = loaded.value;
  const asked = view ? view.here.hits + view.here.misses : 0;
  return (
    <Card
      title="Cache"
      acts={
        view &&
        view.spaces.length > 0 && (
          <Allowed to="purge_cache">
            <Button onClick={() => setQuery({ purge: "1" })}>Forget the answers…</Button>
          </Allowed>
        )
      }
    >
      {(loaded.problem ?? problem) && <Trouble problem={(loaded.problem ?? problem)!} retry={loaded.reload} />}
      {loaded.busy && <Skeleton rows={4} />}
      {view && (
        <div className="stack">
          <Field label="An answer may be given again for">
            <Keep
              spans={spans}
              seconds={view.ttl_seconds}
              locked={!may("set_cache")}
              set={(ttl_seconds) => {
                setProblem(null);
                send<Cache>("PUT", place, { body: { ttl_seconds } }).then(loaded.reload, setProblem);
              }}
            />
          </Field>
          {asked > 0 && (
            <p className="small quiet">
              {percent(view.here.hits, asked)} of {plural(asked, "request")} at this instance got a kept answer; {count(view.here.bypasses)} wanted none.
            </p>
          )}
          {view.spaces.length === 0 ? (
            view.ttl_seconds > 0 && <p className="quiet">No answer is kept yet.</p>
          ) : (
            <Table<Space>
              label="Kept answers"
              rows={view.spaces}
              id={(one) => one.release}
              columns={[
                { name: "Release", cell: (one) => `${one.release.slice(0, 16)}…` },
                { name: "State", cell: (one) => <Tag tone={states[String(one.state)] ?? ""}>{words(String(one.state))}</Tag> },
                { name: "Answers", number: true, cell: (one) => count(one.answers) },
                { name: "Bytes", optional: true, number: true, cell: (one) => short(one.bytes) },
                { name: "Newest", optional: true, cell: (one) => <Time at={one.newest} /> },
              ]}
            />
          )}
        </div>
      )}
      {purging && view && view.spaces.length > 0 && <PurgeDialog name={name} fenced={view.spaces.some((one) => one.state === "fenced")} close={() => setQuery({ purge: null })} done={() => (setQuery({ purge: null }), loaded.reload())} />}
    </Card>
  );
}

function PurgeDialog({ name, fenced, close, done }: { name: string; fenced: boolean; close: () => void; done: () => void }) {
  const [reason, setReason] = useState("");
  const [also, setAlso] = useState(false);
  return (
    <Confirm
      title={`Forget the answers of ${name}`}
      verb="Forget them"
      look="danger"
      ready={reason.trim() !== ""}
      act={() => post(`/channels/${encodeURIComponent(name)}/cache/purge`, { reason, fenced: also })}
      done={done}
      close={close}
    >
      <p>No answer that was made until now is given again, on any instance. The next requests are answered anew, and paid for.</p>
      {fenced && (
        <Tick on={also} set={setAlso}>
          Also those of a release in quarantine, which nobody is given, but which an inquiry may want
        </Tick>
      )}
      <Reason label="Why? It goes into the timeline." value={reason} set={setReason} first />
    </Confirm>
  );
}

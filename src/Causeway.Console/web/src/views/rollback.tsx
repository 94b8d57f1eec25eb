import { useState } from "react";
import { get, post, Problem } from "../api/client";
import type { Of } from "../api/types";
import { clock, plural } from "../lib/format";
import { useLive } from "../lib/events";
import { useLoad } from "../lib/load";
import { href } from "../lib/route";
import { Button, Card, Facts, Field, Tag, Trouble } from "../ui/basics";
import { Dialog } from "../ui/layers";
import { Table } from "../ui/table";

type View = Of<"RollbackView">;

const ways: [string, string, string][] = [
  ["drain", "Finish", "requests that run are answered to their end, for 30 s at most"],
  ["reissue", "Send anew", "requests whose first byte is not out are sent to the other release"],
  ["cut", "Cut", "streams end at once, with release_revoked"],
];

/** Names exactly what flips. The reason is preset, so that Enter is enough. */
export function RollbackDialog({ name, way, close, done }: { name: string; way: View; close: () => void; done: (report: View) => void }) {
  const [reason, setReason] = useState("rolled back from the console");
  const [streams, setStreams] = useState("drain");
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const move = way.channels[0]!;
  const live = useLive();
  return (
    <Dialog
      title={`Roll ${name} back`}
      close={close}
      submit={() => {
        setBusy(true);
        post<View>(`/channels/${encodeURIComponent(name)}/rollback`, { reason, streams })
          .then(done)
          .catch((failure: Problem) => {
            setProblem(failure);
            setBusy(false);
          });
      }}
      acts={
        <>
          <Button onClick={close}>Leave it</Button>
          <Button look="danger" large type="submit" disabled={busy || reason.trim() === ""} data-first>
            Roll back now
          </Button>
        </>
      }
    >
      <div className="diff">
        <div className="name">{name} answers with</div>
        <div className="was">
          <Answers release={move.from} />
        </div>
        <div className="is">
          <Answers release={move.to} />
        </div>
      </div>
      <p>
        {plural(way.open_streams, "stream")} and {plural(way.open_requests, "request")} are being answered by it. {plural(live.state?.instances ?? 1, "instance")} will apply it. Nothing moves forward by itself until the quarantine is lifted.
      </p>
      <Field label="Why?">
        <input className="input" value={reason} onChange={(event) => setReason(event.target.value)} />
      </Field>
      <details>
        <summary className="small">What becomes of requests that run, and what no rollback undoes</summary>
        <div className="stack tight" style={{ marginTop: 8 }}>
          {ways.map(([id, word, says]) => (
            <label key={id} className="line">
              <input type="radio" name="streams" value={id} checked={streams === id} onChange={() => setStreams(id)} />
              <strong>{word}</strong> <span className="quiet">{says}</span>
            </label>
          ))}
          <ul className="small quiet" style={{ listStyle: "disc", paddingLeft: 18 }}>
            {way.cannot_undo.map((one) => (
              <li key={one}>{one}</li>
            ))}
          </ul>
        </div>
      </details>
      {problem && <Trouble problem={problem} />}
    </Dialog>
  );
}

/** What a release is to a person: its label and its pins; its id below. */
function Answers({ release }: { release: string }) {
  const loaded = useLoad(`release ${release}`, (signal) => get<Of<"ReleaseView">>(`/releases/${release}`, {}, signal));
  return (
    <>
      <strong>{loaded.value ? (loaded.value.label ?? loaded.value.pins[0]?.pin) : " "}</strong>
      {"\n"}
      {loaded.value?.pins.map((pin) => pin.pin).join(" → ")}
      {"\n"}
      <code className="quiet">{release.slice(0, 24)}…</code>
    </>
  );
}

/** What it did: from the commit on, instance by instance. */
export function RollbackReport({ done, channel }: { done: View; channel: string }) {
  const start = done.t0 ? Date.parse(done.t0) : 0;
  const move = done.channels.find((one) => one.channel === channel) ?? done.channels[0];
  return (
    <Card
      title={
        <span className="line">
          Rolled back <Tag tone={done.complete ? "good" : "soon"}>{done.complete ? "holds on every instance" : "not on every instance yet"}</Tag>
        </span>
      }
      acts={<a href={href(["channels", "quarantine"])}>Lift the quarantine…</a>}
    >
      <div className="stack" data-testid="rollback-report">
        <Facts
          facts={[
            ["Committed", done.t0 && `${clock(done.t0)}, revision ${done.revision}`],
            ["From", move && <code className="break">{move.from}</code>],
            ["To", move && <code className="break">{move.to}</code>],
            ["Finishing", `${plural(done.draining_streams, "stream")}, ${plural(done.draining_requests, "request")}`],
            ["Sent anew", String(done.reissued)],
            ["Cut", String(done.cut)],
          ]}
        />
        {done.instances.length === 0 && <p>This instance is the only one, and has applied it.</p>}
        {done.instances.length > 0 && <Table
          label="Acknowledgements"
          rows={done.instances}
          id={(one) => one.instance}
          columns={[
            { name: "Instance", cell: (one) => one.instance },
            { name: "Applied after", number: true, cell: (one) => (one.applied_at ? <span data-value={Date.parse(one.applied_at) - start}>{Math.max(0, Date.parse(one.applied_at) - start)} ms</span> : <Tag tone="soon">not yet</Tag>) },
          ]}
        />}
      </div>
    </Card>
  );
}

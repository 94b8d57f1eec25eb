import { useState, type ReactNode } from "react";
import { get, post } from "../api/client";
import type { Of } from "../api/types";
import { count, money, plural } from "../lib/format";
import { useLive } from "../lib/events";
import { useLoad } from "../lib/load";
import { Facts } from "../ui/basics";
import { Confirm } from "../ui/confirm";
import { Reason } from "../ui/fields";

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
  const move = way.channels[0]!;
  const live = useLive();
  return (
    <Confirm
      title={`Roll ${name} back`}
      verb="Roll back now"
      look="danger"
      large
      first
      ready={reason.trim() !== ""}
      act={() => post<View>(`/channels/${encodeURIComponent(name)}/rollback`, { reason, streams })}
      done={done}
      close={close}
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
      <Facts facts={consequences(way)} />
      <Reason label="Why?" value={reason} set={setReason} />
      <details>
        <summary className="small">What becomes of requests that run, and what no rollback undoes</summary>
        <div className="stack tight below">
          {ways.map(([id, word, says]) => (
            <label key={id} className="line">
              <input type="radio" name="streams" value={id} checked={streams === id} onChange={() => setStreams(id)} />
              <strong>{word}</strong> <span className="quiet">{says}</span>
            </label>
          ))}
          <ul className="small quiet dotted">
            {way.cannot_undo.map((one) => (
              <li key={one}>{one}</li>
            ))}
          </ul>
        </div>
      </details>
    </Confirm>
  );
}

/** What it changes beside the answers: money, capacity, conversations. What is not known is not said. */
function consequences(way: View): [string, ReactNode][] {
  const outlook = way.outlook?.[0];
  const shed = outlook?.shed;
  const change = outlook?.change_nano_usd_per_hour ?? null;
  const live = way.conversations.p0 + way.conversations.p1 + way.conversations.p3;
  return [
    [
      "An hour costs",
      change !== null && outlook!.requests > 0 ? (
        <span className={change > 0 ? "soon" : ""}>
          {money(outlook!.to_nano_usd_per_hour!)}, {change === 0 ? "as now" : `${money(Math.abs(change))} ${change > 0 ? "more" : "less"} than now`}
        </span>
      ) : null,
    ],
    ["It carries", shed ? <span className="bad">{Math.round(shed.headroom * 100)}% of what it would be asked: {shed.waiting.length === 0 ? "requests of prod alone are more" : `requests of ${shed.waiting.join(", ")} wait`}{!shed.suffices && ", and the provider throttles what is left"}</span> : null],
    ["Conversations", live > 0 ? <span className={way.conversations.p3 > 0 ? "bad" : ""}>{`${count(way.conversations.p0)} lose nothing, ${count(way.conversations.p1)} lose hidden reasoning, ${count(way.conversations.p3)} are stuck`}</span> : null],
  ];
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

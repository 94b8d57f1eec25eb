import { useState, type ReactNode } from "react";
import { get, post } from "../api/client";
import type { Of } from "../api/types";
import { useEvents } from "../lib/events";
import { useLoad, useThrottled } from "../lib/load";
import { useAsked, useMay } from "../lib/may";
import { href, setQuery } from "../lib/route";
import { Button, Empty, Skeleton, Time, Trouble } from "../ui/basics";
import { Confirm } from "../ui/confirm";
import { Reason } from "../ui/fields";
import { Head } from "../ui/page";
import { Table } from "../ui/table";

type Held = Of<"QuarantinedView">;

/** What was rolled back and must not be dispatched. */
export function Quarantine({ tabs }: { tabs: ReactNode }) {
  const loaded = useLoad("quarantine", (signal) => get<Of<"QuarantineList">>("/quarantine", {}, signal));
  const may = useMay();
  const lifts = useAsked("lift", "lift_quarantine");
  const lifting = loaded.value?.releases.find((one) => `${one.release} ${one.channel}` === lifts) ?? null;
  useEvents("timeline", useThrottled(loaded.reload));
  return (
    <>
      <Head title="Quarantine" says="What was rolled back is dispatched no more until somebody lifts it." behind={{ cli: "causeway quarantine list", path: "/quarantine" }} />
      {tabs}
      {loaded.problem && <Trouble problem={loaded.problem} retry={loaded.reload} />}
      {loaded.busy && <Skeleton rows={4} />}
      {loaded.value &&
        (loaded.value.releases.length === 0 ? (
          <div className="card">
            <Empty title="Nothing is in quarantine">
              <p>A rollback puts the release that it takes back here.</p>
            </Empty>
          </div>
        ) : (
          <Table<Held>
            label="Quarantine"
            rows={loaded.value.releases}
            id={(held) => `${held.release} ${held.channel}`}
            columns={[
              { name: "Release", cell: (held) => <a href={href(["channels", "releases"], { open: held.release })}>{held.release.slice(0, 20)}…</a> },
              { name: "On", cell: (held) => held.channel ?? "every channel" },
              { name: "Since", cell: (held) => <Time at={held.at} /> },
              { name: "By", cell: (held) => held.by },
              { name: "Why", cell: (held) => <span className="break">{held.reason}</span> },
              ...(may("lift_quarantine") ? [{ name: "", cell: (held: Held) => <Button onClick={() => setQuery({ lift: `${held.release} ${held.channel}` })}>Lift</Button> }] : []),
            ]}
          />
        ))}
      {lifting && <LiftDialog held={lifting} close={() => setQuery({ lift: null })} done={() => (setQuery({ lift: null }), loaded.reload())} />}
    </>
  );
}

function LiftDialog({ held, close, done }: { held: Held; close: () => void; done: () => void }) {
  const [reason, setReason] = useState("");
  return (
    <Confirm
      title="Lift the quarantine"
      verb="Lift"
      ready={reason.trim() !== ""}
      act={() => post("/quarantine/lift", { release: held.release, channel: held.channel, reason })}
      done={done}
      close={close}
    >
      <p>
        {held.release.slice(0, 20)}… may answer {held.channel ?? "every channel"} again. It was taken back by {held.by}: “{held.reason}”
      </p>
      <Reason label="Why is it sound now?" value={reason} set={setReason} first />
    </Confirm>
  );
}

import { useState, type ReactNode } from "react";
import { get, post } from "../api/client";
import type { Of } from "../api/types";
import { count, words } from "../lib/format";
import { useEvents } from "../lib/events";
import { useLoad, useThrottled } from "../lib/load";
import { useAsked, useMay } from "../lib/may";
import { href, setQuery } from "../lib/route";
import { Button, Empty, Money, Skeleton, Tag, Time, Trouble } from "../ui/basics";
import { Confirm } from "../ui/confirm";
import { Reason } from "../ui/fields";
import { Head } from "../ui/page";
import { Table } from "../ui/table";

type Run = Of<"WatchedRun">;

/** Runs of agents that were warned, slowed or stopped. */
export function Runs({ tabs }: { tabs: ReactNode }) {
  const loaded = useLoad("runs", (signal) => get<Of<"WatchedRunList">>("/runs", {}, signal));
  const may = useMay();
  const lifts = useAsked("lift", "lift_run");
  const lifting = loaded.value?.runs.find((one) => `${one.grant} ${one.run}` === lifts) ?? null;
  useEvents("decision", useThrottled(loaded.reload));
  return (
    <>
      <Head title="Runs" says="Runs of agents that repeat themselves, spend too fast or met a limit." behind={{ cli: "causeway run list", path: "/runs" }} />
      {tabs}
      {loaded.problem && <Trouble problem={loaded.problem} retry={loaded.reload} />}
      {loaded.busy && <Skeleton rows={6} />}
      {loaded.value &&
        (loaded.value.runs.length === 0 ? (
          <div className="card">
            <Empty title="No run was slowed or stopped">
              <p>
                A caller names a run with the header <code>x-causeway-run</code>. One that loops is warned, slowed and stopped, and shows up here.
              </p>
            </Empty>
          </div>
        ) : (
          <Table<Run>
            label="Runs"
            rows={loaded.value.runs}
            id={(run) => `${run.grant} ${run.run}`}
            columns={[
              { name: "Run", cell: (run) => <span className="break">{run.run}</span> },
              { name: "Stage", cell: (run) => <Tag tone={run.stage === "suspended" || run.stage === "needs_approval" ? "bad" : "soon"}>{words(run.stage)}</Tag> },
              { name: "Why", cell: (run) => <span className="break">{run.explanation}</span> },
              { name: "Calls", number: true, cell: (run) => count(run.calls) },
              { name: "Refused", optional: true, number: true, cell: (run) => count(run.refused) },
              { name: "Cost", number: true, cell: (run) => <Money nano={run.cost_nano_usd} /> },
              { name: "Last call", optional: true, cell: (run) => <Time at={run.last_call} /> },
              { name: "Grant", optional: true, cell: (run) => <a href={href(["grants"], { open: run.grant })}>its grant</a> },
              ...(may("lift_run") ? [{ name: "", cell: (run: Run) => <Button onClick={() => setQuery({ lift: `${run.grant} ${run.run}` })}>Let it go on</Button> }] : []),
            ]}
          />
        ))}
      {lifting && <LiftDialog run={lifting} close={() => setQuery({ lift: null })} done={() => (setQuery({ lift: null }), loaded.reload())} />}
    </>
  );
}

function LiftDialog({ run, close, done }: { run: Run; close: () => void; done: () => void }) {
  const [reason, setReason] = useState("");
  return (
    <Confirm
      title={`Let ${run.run} go on`}
      verb="Let it go on"
      ready={reason.trim() !== ""}
      act={() => post("/runs/lift", { grant: run.grant, run: run.run, reason })}
      done={done}
      close={close}
    >
      <p>{run.explanation}</p>
      <Reason value={reason} set={setReason} first />
    </Confirm>
  );
}

import { useState, type ReactNode } from "react";
import { get, post } from "../api/client";
import type { Of } from "../api/types";
import { plural } from "../lib/format";
import { useLoad } from "../lib/load";
import { useAsked } from "../lib/may";
import { href, setQuery } from "../lib/route";
import { Allowed } from "../ui/allowed";
import { Button, Empty, Notice, Skeleton, Tag, Time, Trouble } from "../ui/basics";
import { Confirm } from "../ui/confirm";
import { Head } from "../ui/page";
import { Table } from "../ui/table";

type Line = Of<"GrantReviewView">;

/** Grants that nobody uses, or that are larger than anybody needs. */
export function Review({ tabs }: { tabs: ReactNode }) {
  const loaded = useLoad("review", (signal) => get<Of<"GrantReviewReport">>("/grants/review", {}, signal));
  const asking = useAsked("apply", "apply_review");
  const [done, setDone] = useState<Of<"AppliedReview"> | null>(null);
  const acting = (loaded.value?.grants ?? []).filter((line) => line.advice === "suspend" || line.advice === "revoke");
  return (
    <>
      <Head
        title="Unused grants"
        says="Unused for 30 days: tell; 45: suspend; 90: revoke. Larger than need be: 1.5 times the 99th percentile of use."
        acts={
          <Allowed to="apply_review">
            <Button disabled={acting.length === 0} onClick={() => setQuery({ apply: "1" })}>
              Apply the advice
            </Button>
          </Allowed>
        }
        behind={{ cli: "causeway grant review", path: "/grants/review" }}
      />
      {tabs}
      {done && <Notice tone="good" title={`${plural(done.changed.length, "grant")} changed.`} />}
      {loaded.problem && <Trouble problem={loaded.problem} retry={loaded.reload} />}
      {loaded.busy && <Skeleton rows={8} />}
      {loaded.value &&
        (loaded.value.grants.length === 0 ? (
          <div className="card">
            <Empty title="Every grant is used, and none is too large">
              <p>Whatever rests for 30 days is listed here, with what to do about it.</p>
            </Empty>
          </div>
        ) : (
          <Table<Line>
            label="Unused grants"
            rows={loaded.value.grants}
            id={(line) => line.grant}
            columns={[
              { name: "Holder", sort: (line) => line.holder, cell: (line) => <a href={href(["grants"], { open: line.grant })}>{line.holder}</a> },
              { name: "Unused", number: true, sort: (line) => line.unused_days, cell: (line) => plural(line.unused_days, "day") },
              { name: "Advice", cell: (line) => <Tag tone={line.advice === "revoke" ? "bad" : line.advice === "suspend" ? "soon" : ""}>{String(line.advice)}</Tag> },
              { name: "Last used", cell: (line) => (line.last_allowed_at ? <Time at={line.last_allowed_at} /> : <span className="quiet">never</span>) },
              { name: "Smaller would do", optional: true, cell: (line) => line.limits.filter((limit) => limit.suggested).map((limit) => `${limit.limit} → ${limit.suggested}`).join(", ") },
            ]}
          />
        ))}
      {asking && acting.length > 0 && (
        <ApplyDialog
          lines={acting}
          close={() => setQuery({ apply: null })}
          done={(applied) => {
            setDone(applied);
            setQuery({ apply: null });
            loaded.reload();
          }}
        />
      )}
    </>
  );
}

function ApplyDialog({ lines, close, done }: { lines: Line[]; close: () => void; done: (applied: Of<"AppliedReview">) => void }) {
  return (
    <Confirm
      title={`Suspend and revoke ${plural(lines.length, "grant")}`}
      verb="Apply"
      look="danger"
      first
      act={() => post<Of<"AppliedReview">>("/grants/review/apply")}
      done={done}
      close={close}
    >
      <ul>
        {lines.slice(0, 20).map((line) => (
          <li key={line.grant}>
            {String(line.advice)}: {line.holder}, unused for {plural(line.unused_days, "day")}
          </li>
        ))}
      </ul>
    </Confirm>
  );
}

import type { ReactNode } from "react";
import { get } from "../api/client";
import type { Decision, Of, Usage } from "../api/types";
import { money, plural, span, words } from "../lib/format";
import { useLoad } from "../lib/load";
import { href } from "../lib/route";
import { Copy, Facts, Id, Money, Skeleton, Tag, Time, Trouble, type Tone } from "../ui/basics";
import { Drawer } from "../ui/layers";
import { outcomeTone } from "./outcome";
import { PayloadSection } from "./payload";
import { Way } from "./way";

/** One request: first the sentence, then the way it went, then the money, then why. */
export function RequestDrawer({ id, close }: { id: string; close: () => void }) {
  const loaded = useLoad(`request ${id}`, (signal) => get<Of<"RequestView">>(`/usage/${encodeURIComponent(id)}`, {}, signal));
  const view = loaded.value;
  return (
    <Drawer title={<code>{id}</code>} acts={<Copy text={id} what="the request's id" />} close={close}>
      {loaded.problem && <Trouble problem={loaded.problem} retry={loaded.reload} />}
      {loaded.busy && <Skeleton rows={8} />}
      {view && (
        <>
          <p className="lead">{story(view.usage)}</p>
          <Way usage={view.usage} steps={view.steps} />
          <Spent view={view} />
          <Asked usage={view.usage} routing={view.routing} />
          {view.batch && <Taken batch={view.batch} />}
          {view.usage.contract && <Kept usage={view.usage} />}
          <Decided decisions={view.decisions} />
          {view.payload_until && <PayloadSection id={id} until={view.payload_until} />}
        </>
      )}
    </Drawer>
  );
}

function story(usage: Usage): ReactNode {
  const served = `${usage.provider}/${usage.model_served ?? usage.model_sent ?? usage.model_asked}`;
  const extra = usage.attempts - 1;
  const parts =
    usage.outcome === "completed"
      ? ["Answered by ", <strong key="who">{served}</strong>, extra > 0 ? ` after ${plural(extra, "failed attempt")}` : "", `, ${span(usage.total_ms)}, ${money(usage.cost_nano_usd)}`]
      : [
          usage.outcome === "denied" ? "Causeway said no" : usage.outcome === "client_gone" ? "The caller left" : usage.outcome === "interrupted" ? "The answer broke off" : "No provider answered",
          usage.error_code ? ": " : "",
          usage.error_code ? <strong key="code">{words(usage.error_code)}</strong> : "",
          `, ${span(usage.total_ms)}${usage.provider ? `, ${money(usage.cost_nano_usd)}` : ""}`,
        ];
  return (
    <>
      {parts}
      {usage.contract_outcome === "repaired" && `, ${usage.repairs > 0 ? plural(usage.repairs, "repair") : "mended"}`}. <Tag tone={outcomeTone[usage.outcome] ?? ""}>{usage.status}</Tag>
    </>
  );
}

function Spent({ view }: { view: Of<"RequestView"> }) {
  const { usage } = view;
  return (
    <section className="stack tight">
      <h3>Money</h3>
      <Facts
        facts={[
          ["Held before", view.held_nano_usd !== null && <Money nano={view.held_nano_usd} />],
          ["Cost", usage.provider ? <Money nano={usage.cost_nano_usd} /> : "none: nothing was sent"],
          ["Beyond the hold", view.overrun_nano_usd > 0 && <Money nano={view.overrun_nano_usd} />],
          ["Adjusted later", usage.adjusted_nano_usd !== null && <Money nano={usage.adjusted_nano_usd} />],
          ["Tokens", `${usage.input_tokens} in, ${usage.cache_read_tokens} read from cache, ${usage.cache_write_tokens} written to cache, ${usage.output_tokens} out${usage.reasoning_tokens > 0 ? ` (${usage.reasoning_tokens} reasoning)` : ""}`],
          ["Tools", usage.tool_uses > 0 && `${plural(usage.tool_uses, "use")}, ${money(usage.tool_fee_nano_usd)}${usage.tool_fee_nano_usd === null ? "" : " of the cost"}`],
          ["Counted by", words(String(usage.usage_source))],
          ["Paid by", view.grant && <a href={href(["grants"], { open: view.grant })}>{view.grant}</a>],
        ]}
      />
    </section>
  );
}

function Asked({ usage, routing }: { usage: Usage; routing: Of<"RequestView">["routing"] }) {
  return (
    <section className="stack tight">
      <h3>Request</h3>
      <Facts
        facts={[
          ["Arrived", <Time at={usage.at} />],
          ["For", <a href={href(["requests"], { team: usage.team })}>{`${usage.team} / ${usage.feature} / ${usage.env}`}</a>],
          ["Key", <Id id={usage.key} />],
          ["Asked for", usage.model_asked],
          ["Channel", usage.channel && <a href={href(["channels", "of", usage.channel])}>{usage.channel}</a>],
          ["Release", usage.release && <a href={href(["channels", "releases"], { open: usage.release })}>{usage.release}</a>],
          ["Found by", routing && `${words(routing.rule)}, in revision ${routing.revision}${routing.bucket === null ? "" : `, at ${routing.bucket} of 1000000`}`],
          ["Unit", routing?.unit_hash && <code>{routing.unit_hash}</code>],
          ["Conversation", routing?.conversation && <code>{routing.conversation}</code>],
          ["Protocol", `${usage.protocol}, ${usage.route}`],
          ["Region", usage.region],
          ["Stopped", usage.stop_reason && words(usage.stop_reason)],
          ["Not passed on", usage.dropped],
        ]}
      />
    </section>
  );
}

const ends: Record<string, Tone> = { open: "", settled: "good", told: "good", lapsed: "bad" };

function Taken({ batch }: { batch: Of<"BatchView"> }) {
  return (
    <section className="stack tight">
      <h3>Batch</h3>
      <Facts
        facts={[
          ["Batch", `${batch.id} at ${batch.provider}`],
          ["State", <Tag tone={ends[batch.state] ?? ""}>{batch.state}</Tag>],
          ["Found last", batch.word],
          ["Asked", batch.asked_at && <Time at={batch.asked_at} />],
          ["Asked next", batch.next_at && <Time at={batch.next_at} />],
          ["Charged at its bound after", batch.state === "open" && <Time at={batch.due_at} />],
        ]}
      />
    </section>
  );
}

function Kept({ usage }: { usage: Usage }) {
  return (
    <section className="stack tight">
      <h3>Contract</h3>
      <Facts
        facts={[
          ["Contract", usage.contract],
          ["Outcome", usage.contract_outcome],
          ["Mended", usage.mended],
          ["Repairs", usage.repairs > 0 && `${usage.repairs}, ${money(usage.repair_cost_nano_usd)}`],
        ]}
      />
    </section>
  );
}

export function Decided({ decisions }: { decisions: Decision[] }) {
  return (
    <section className="stack tight">
      <h3>What the ledger decided</h3>
      {decisions.length === 0 && <p className="quiet">Nothing: no budget was asked.</p>}
      <ul className="card happened">
        {decisions.map((entry) => (
          <li key={entry.seq}>
            <span className="quiet">
              <Time at={entry.at} as="clock" />
            </span>
            <span className="line">
              <Tag tone={entry.kind === "denied" || entry.kind === "in_doubt" ? "bad" : ""}>{words(entry.kind)}</Tag>
              {entry.code && <span>{words(entry.code)}</span>}
              {entry.held && <span>held ${trim(entry.held.usd)}</span>}
              {entry.booked && <span>booked ${trim(entry.booked.usd)}</span>}
              {entry.limit && <span className="quiet">limit {entry.limit}</span>}
              {entry.decided_by && <a href={href(["grants"], { open: entry.decided_by })}>the grant</a>}
              {entry.reason && <span className="break">{entry.reason}</span>}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** 0.002253000 → 0.002253 */
function trim(usd: string): string {
  return usd.includes(".") ? usd.replace(/0+$/, "").replace(/\.$/, "") : usd;
}

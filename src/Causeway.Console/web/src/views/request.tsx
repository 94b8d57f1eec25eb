import type { ReactNode } from "react";
import { get } from "../api/client";
import type { Decision, Of, Usage } from "../api/types";
import { money, plural, span, words } from "../lib/format";
import { useLoad } from "../lib/load";
import { href } from "../lib/route";
import { Copy, Facts, Id, Money, Skeleton, Tag, Time, Trouble } from "../ui/basics";
import { Drawer } from "../ui/layers";
import { outcomeTone } from "./outcome";
import { PayloadSection } from "./payload";

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
          <Way usage={view.usage} />
          <Spent view={view} />
          <Asked usage={view.usage} />
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

/** Every attempt on one scale, and the moment of the first byte. */
function Way({ usage }: { usage: Usage }) {
  const steps = usage.trail.length > 0 ? usage.trail : usage.provider ? [{ provider: usage.provider, model: usage.model_sent ?? usage.model_asked, reason: usage.outcome === "completed" ? "answered" : (usage.error_code ?? usage.outcome), status: usage.status, duration_ms: usage.total_ms, cost_nano_usd: usage.cost_nano_usd }] : [];
  const total = Math.max(usage.total_ms, 0.001);
  const spent = steps.reduce((all, step) => all + step.duration_ms, 0);
  // Attempts follow one another; what is left of the whole was before the first: identifying, reserving, reading the body.
  let at = Math.max(0, total - spent);
  return (
    <section className="stack tight">
      <h3>The way it went, {span(usage.total_ms)}</h3>
      <div className="waterfall" role="list" aria-label="Attempts">
        <div className="way" role="listitem">
          <span className="quiet">Causeway, before it was sent</span>
          <span className="track">
            <i style={{ left: 0, width: `${Math.min(100, (at / total) * 100)}%`, background: "var(--line-strong)" }} />
          </span>
          <span className="number">{span(at)}</span>
        </div>
        {steps.map((step, i) => {
          const left = Math.min(100, (at / total) * 100);
          at += step.duration_ms;
          const last = i === steps.length - 1 && usage.outcome === "completed";
          return (
            <div className="way" role="listitem" key={i}>
              <span className="break">
                {step.provider}/{step.model}
                <span className={`two small ${last ? "good" : "bad"}`}>
                  {" "}
                  {words(step.reason)} {step.status ?? ""}
                </span>
              </span>
              <span className="track" title={`${span(step.duration_ms)}${step.cost_nano_usd ? `, ${money(step.cost_nano_usd)}` : ""}`}>
                <i className={last ? "" : "failed"} style={{ left: `${left}%`, width: `${Math.max(0.4, Math.min(100 - left, (step.duration_ms / total) * 100))}%` }} />
                {i === steps.length - 1 && usage.first_byte_ms !== null && <i className="first" style={{ left: `${Math.min(99.5, (usage.first_byte_ms / total) * 100)}%` }} title={`First byte after ${span(usage.first_byte_ms)}`} />}
              </span>
              <span className="number">{span(step.duration_ms)}</span>
            </div>
          );
        })}
      </div>
      {usage.first_byte_ms !== null && <p className="small quiet">First byte for the caller after {span(usage.first_byte_ms)}{usage.streamed ? ", streamed" : ""}.</p>}
    </section>
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
          ["Counted by", words(String(usage.usage_source))],
          ["Paid by", view.grant && <a href={href(["grants"], { open: view.grant })}>{view.grant}</a>],
        ]}
      />
    </section>
  );
}

function Asked({ usage }: { usage: Usage }) {
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
          ["Protocol", `${usage.protocol}, ${usage.route}`],
          ["Region", usage.region],
          ["Stopped", usage.stop_reason && words(usage.stop_reason)],
          ["Not passed on", usage.dropped],
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

import { useState, type ReactNode } from "react";
import type { Of, Usage } from "../api/types";
import { instant, money, span, words } from "../lib/format";
import { moveOrOpen } from "../ui/table";

type Step = Of<"StepView">;
type Attempt = Usage["trail"][number];

/** What a step does, for whoever stands on it. */
const does: Record<string, string> = {
  identify: "Whose key it is",
  receive: "Labels and body are read",
  guard: "Detectors look through what would leave",
  resolve: "Which release and which models may answer",
  bind: "Its contract is prepared",
  authorize: "Whether its key may, and where its data may go",
  admit: "Whether there is room for it",
  recall: "An answer that may be given again is looked for",
  reserve: "Its ceiling is held in the ledger",
  compose: "Written as the provider takes it",
  keep: "What is held is put on disk",
  call: "Providers are called until a reply stands",
  judge: "The answer is judged by its contract, mended, asked for again",
  deliver: "The answer goes to the caller",
  settle: "What it used and cost is booked",
};

interface Bar {
  name: ReactNode;
  says: string;
  tone: "own" | "" | "failed";
  /** From the request's arrival, ms. */
  offset: number;
  duration: number;
  /** Of an attempt: until its reply began; null: not known, or there was none. */
  waited?: number | null;
}

/** Every step and every attempt on one scale: a table that is read as one, and drawn. */
export function Way({ usage, steps }: { usage: Usage; steps: readonly Step[] }) {
  const bars = steps.length > 0 ? barsOf(usage, steps) : barsOfOld(usage);
  const longest = bars.reduce((best, bar, i) => (bar.duration >= (bars[best]?.duration ?? 0) ? i : best), 0);
  const [chosen, choose] = useState<number | null>(null);
  const active = chosen ?? longest;
  const shown = bars[active];
  return (
    <section className="stack tight">
      <h3>The way it went, {span(usage.total_ms)}</h3>
      <table className="waterfall">
        <caption className="sr">Steps and attempts, with the time from the request's arrival and how long each took</caption>
        <colgroup>
          <col className="what" />
          <col />
          <col className="time optional" />
          <col className="time" />
        </colgroup>
        <thead className="sr">
          <tr>
            <th scope="col">Step</th>
            <th scope="col">Drawn</th>
            <th scope="col">From</th>
            <th scope="col">Took</th>
          </tr>
        </thead>
        <tbody>
          {bars.map((bar, i) => (
            <tr
              key={i}
              className={i === active ? "on" : ""}
              tabIndex={i === active ? 0 : -1}
              onFocus={() => choose(i)}
              onMouseEnter={() => choose(i)}
              onKeyDown={(event) => moveOrOpen(event, () => choose(i))}
            >
              <th scope="row">{bar.name}</th>
              <td>
                <Track bar={bar} total={usage.total_ms} />
              </td>
              <td className="number quiet optional" data-value={bar.offset}>
                {instant(bar.offset)}
              </td>
              <td className="number" data-value={bar.duration}>
                {instant(bar.duration)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {shown && (
        <p className="small quiet way-says">
          {shown.says}. From {instant(shown.offset)}, {instant(shown.duration)}
          {shown.waited !== null && shown.waited !== undefined && `, of which ${instant(shown.waited)} until its reply began`}.
        </p>
      )}
      {usage.first_byte_ms !== null && (
        <p className="small quiet">
          First byte for the caller after {span(usage.first_byte_ms)}
          {usage.streamed ? ", streamed" : ""}.
        </p>
      )}
      {steps.length === 0 && <p className="small quiet">Its steps are not on record; attempts are drawn one after the other.</p>}
    </section>
  );
}

function Track({ bar, total }: { bar: Bar; total: number }) {
  const whole = Math.max(total, 0.001);
  const left = Math.min(99.5, (bar.offset / whole) * 100);
  const width = (ms: number) => `${Math.max(0.4, Math.min(100 - left, (ms / whole) * 100))}%`;
  return (
    <span className="track" aria-hidden="true">
      <i className={bar.waited === null || bar.waited === undefined ? bar.tone : `${bar.tone} waiting`} style={{ left: `${left}%`, width: width(bar.duration) }} />
      {bar.waited !== null && bar.waited !== undefined && bar.duration > bar.waited && (
        <i className={bar.tone} style={{ left: `${Math.min(99.5, ((bar.offset + bar.waited) / whole) * 100)}%`, width: `${((bar.duration - bar.waited) / whole) * 100}%` }} />
      )}
    </span>
  );
}

/** Each step, and below it the attempts that began in it. */
function barsOf(usage: Usage, steps: readonly Step[]): Bar[] {
  const begins = new Map(steps.map((step) => [String(step.step), step.offset_ms]));
  const attempts = usage.trail.length > 0 ? usage.trail : onlyOne(usage, begins);
  return steps.flatMap((step, i) => {
    const until = steps[i + 1]?.offset_ms ?? Infinity;
    const within = attempts.filter((one) => (one.offset_ms ?? 0) < until && (i === 0 || (one.offset_ms ?? 0) >= step.offset_ms));
    const name = String(step.step);
    return [{ name: words(name), says: does[name] ?? words(name), tone: "own", offset: step.offset_ms, duration: step.duration_ms } as Bar, ...within.map((one) => attempt(one, one === attempts.at(-1), usage))];
  });
}

/** The trail of a request that was answered by the first call is that call. */
function onlyOne(usage: Usage, begins: Map<string, number>): Attempt[] {
  const began = begins.get("call");
  if (began === undefined || usage.attempts !== 1 || !usage.provider) {
    return [];
  }
  const replied = usage.outcome === "completed" ? (begins.get("judge") ?? begins.get("deliver")) : undefined;
  return [
    {
      ...theCall(usage),
      offset_ms: began,
      first_byte_ms: replied === undefined ? null : replied - began,
      duration_ms: (begins.get("settle") ?? usage.total_ms) - began,
    },
  ];
}

/** Of a record without steps: attempts follow one another, and what is left of the whole was before the first. */
function barsOfOld(usage: Usage): Bar[] {
  const attempts = usage.trail.length > 0 ? usage.trail : usage.provider ? [{ ...theCall(usage), offset_ms: 0, first_byte_ms: null, duration_ms: usage.total_ms }] : [];
  let at = Math.max(0, usage.total_ms - attempts.reduce((all, one) => all + one.duration_ms, 0));
  const before: Bar = { name: "Causeway, before it was sent", says: "Everything before the first attempt", tone: "own", offset: 0, duration: at };
  return [
    before,
    ...attempts.map((one, i) => {
      const bar = attempt({ ...one, offset_ms: at }, i === attempts.length - 1, usage);
      at += one.duration_ms;
      return bar;
    }),
  ];
}

function theCall(usage: Usage): Omit<Attempt, "offset_ms" | "first_byte_ms" | "duration_ms"> {
  return {
    provider: usage.provider ?? "",
    model: usage.model_sent ?? usage.model_asked,
    reason: usage.outcome === "completed" ? "answered" : (usage.error_code ?? String(usage.outcome)),
    status: usage.status,
    cost_nano_usd: usage.cost_nano_usd,
    region: usage.region,
    agreement: usage.agreement,
  };
}

function attempt(one: Attempt, isLast: boolean, usage: Usage): Bar {
  const good = isLast && usage.outcome === "completed";
  return {
    name: (
      <span className="attempt break">
        {one.provider}/{one.model}
        <span className={`two small ${good ? "good" : "bad"}`}>
          {words(one.reason)} {one.status ?? ""}
        </span>
      </span>
    ),
    says: `${one.provider}/${one.model}: ${words(one.reason)}${one.cost_nano_usd ? `, ${money(one.cost_nano_usd)}` : ""}`,
    tone: good ? "" : "failed",
    offset: one.offset_ms ?? 0,
    duration: one.duration_ms,
    waited: one.first_byte_ms,
  };
}

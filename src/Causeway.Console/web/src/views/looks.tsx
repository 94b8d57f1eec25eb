import type { ReactNode } from "react";
import type { Of } from "../api/types";
import { capital, count, plural } from "../lib/format";
import { Facts, Time } from "../ui/basics";

type Shape = Of<"PinShapeView">;
type Looks = Of<"AnswerShapeView">;
type Step = Of<"SizeStepView">;

const endings: [keyof Looks["endings"], string][] = [
  ["stop", "by itself"],
  ["tool_use", "with a tool"],
  ["length", "at a cap"],
  ["refusal", "refused"],
  ["other", "otherwise"],
];
const sizes: ["lengths" | "first_bytes" | "durations", string, string][] = [
  ["lengths", "Length", "tokens"],
  ["first_bytes", "First byte of streams", "ms"],
  ["durations", "Whole answers", "ms"],
];

/** How a pin answers each release, against how it answered it at first. */
export function AnswersLook({ shapes }: { shapes: Shape[] }) {
  return (
    <section className="stack tight">
      <h3>How answers look</h3>
      <p className="small quiet">How they end, how long they are and how long they take, for each release against its first. Costs nothing. A difference is no drift by itself: traffic changes too.</p>
      {shapes.length === 0 && <p className="small quiet">No answer was counted yet.</p>}
      {[...shapes].reverse().map((one) => (
        <div key={one.release} className="stack tight">
          <code className="break small">{one.release}</code>
          <Facts facts={stateOf(one)} />
          {one.differences.map((difference) => (
            <p key={difference} className="small bad">
              {capital(difference)}
            </p>
          ))}
          {one.baseline && <Comparison before={one.baseline} now={one.last} />}
        </div>
      ))}
    </section>
  );
}

function stateOf(shape: Shape): [string, ReactNode][] {
  return [
    ["Compared with", shape.baseline ? <>{count(shape.baseline.answers)} answers, frozen <Time at={shape.frozen_at!} /></> : "nothing yet: the first answers become what is compared with"],
    ["Compared last", shape.last ? <>{count(shape.last.answers)} answers, <Time at={shape.compared_at!} />{shape.differences.length === 0 && ": as before"}</> : null],
    ["Counted", <>{plural(shape.answers, "answer")} of {count(shape.needed)} and {shape.frozen_at ? "an hour" : "a day"}, since <Time at={shape.since} /></>],
  ];
}

function Comparison({ before, now }: { before: Looks; now: Looks | null }) {
  return (
    <div className="stack tight">
      <p className="legend">
        <span>
          <i className="swatch before" />
          at first
        </span>
        {now && (
          <span>
            <i className="swatch now" />
            in the last comparison
          </span>
        )}
      </p>
      <ul className="flows looks" aria-label="How answers end">
        {endings
          .filter(([key]) => before.endings[key] + (now?.endings[key] ?? 0) > 0)
          .map(([key, name]) => (
            <li key={key}>
              <span>{name}</span>
              <span className="pair" role="img" aria-label={`${name}: ${share(before, key)} at first${now ? `, ${share(now, key)} in the last comparison` : ""}`}>
                <i className="before" style={{ width: share(before, key) }} />
                {now && <i className="now" style={{ width: share(now, key) }} />}
              </span>
              <span className="number">{share(now ?? before, key)}</span>
            </li>
          ))}
      </ul>
      {sizes.map(([key, name, unit]) => before[key].length > 0 && <Sizes key={key} name={name} unit={unit} before={before[key]} now={now?.[key] ?? []} />)}
    </div>
  );
}

function share(looks: Looks, key: keyof Looks["endings"]): string {
  return `${((looks.endings[key] / Math.max(1, looks.answers)) * 100).toFixed(1)}%`;
}

/** Two distributions over the same steps: the one at first as an area, that of the last comparison as a line before it. */
function Sizes({ name, unit, before, now }: { name: string; unit: string; before: Step[]; now: Step[] }) {
  const froms = [...new Set([...before, ...now].map((step) => step.from))].sort((a, b) => a - b);
  const first = shares(froms, before);
  const last = shares(froms, now);
  const most = Math.max(...first, ...last);
  const points = (of: number[]) => of.flatMap((part, i) => [`${i},${40 - (part / most) * 38}`, `${i + 1},${40 - (part / most) * 38}`]);
  return (
    <figure className="sizes">
      <figcaption className="small">
        {name} <span className="quiet">in the middle {count(middle(before))} {unit}{now.length > 0 && `, now ${count(middle(now))}`}</span>
      </figcaption>
      <svg viewBox={`0 0 ${froms.length} 40`} preserveAspectRatio="none" role="img" aria-label={`${name}: in the middle ${count(middle(before))} ${unit} at first${now.length > 0 ? `, ${count(middle(now))} in the last comparison` : ""}`}>
        <polygon className="before" points={["0,40", ...points(first), `${froms.length},40`].join(" ")} />
        {now.length > 0 && <polyline className="now" points={points(last).join(" ")} />}
      </svg>
      <div className="line spread small quiet">
        <span>{count(Math.round(froms[0]!))}</span>
        <span>
          {count(Math.round(froms[froms.length - 1]!))} {unit}
        </span>
      </div>
    </figure>
  );
}

function shares(froms: number[], steps: Step[]): number[] {
  const total = steps.reduce((sum, step) => sum + step.count, 0);
  const by = new Map(steps.map((step) => [step.from, step.count]));
  return froms.map((from) => (by.get(from) ?? 0) / Math.max(1, total));
}

/** The size that half of them do not reach; a step ends a quarter of a doubling further. */
function middle(steps: Step[]): number {
  let half = steps.reduce((sum, step) => sum + step.count, 0) / 2;
  for (const step of steps) {
    if (step.count >= half && step.count > 0) {
      return Math.round(step.from + step.from * (2 ** 0.25 - 1) * (half / step.count));
    }
    half -= step.count;
  }
  return 0;
}

import { useState } from "react";
import { get, post, Problem } from "../api/client";
import type { Of } from "../api/types";
import { day, sentence, words } from "../lib/format";
import { useEvents } from "../lib/events";
import { useLoad, useThrottled } from "../lib/load";
import { href } from "../lib/route";
import { Allowed } from "../ui/allowed";
import { Button, Card, Empty, Notice, Skeleton, Tag, Time, Trouble, type Tone } from "../ui/basics";

type Report = Of<"ReadinessView">;
type Way = Of<"WayBackView">;
type Factor = Of<"ReadinessFactorView">;

export const readinessTone: Record<string, Tone> = { ready: "good", at_risk: "soon", not_ready: "bad" };

/** Can I still go back, and until when? */
export function Readiness({ name }: { name: string }) {
  const place = `/channels/${encodeURIComponent(name)}/readiness`;
  const loaded = useLoad(`readiness ${name}`, (signal) => get<Report>(place, {}, signal));
  const [asked, setAsked] = useState<Report | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const again = useThrottled(() => {
    setAsked(null);
    loaded.reload();
  });
  useEvents("timeline", (entry) => {
    if (entry.channel === name) {
      again();
    }
  });
  const report = asked ?? loaded.value;
  const [best, ...others] = report?.ways ?? [];
  return (
    <Card
      title={
        <span className="line">
          Can it go back? {report && <Tag tone={readinessTone[String(report.state)] ?? ""}>{words(String(report.state))}</Tag>}
        </span>
      }
      acts={
        <Allowed to="probe_readiness">
          <Button
            disabled={busy}
            title="Sends every model of every way back one short question, for a few tokens each"
            onClick={() => {
              setBusy(true);
              setProblem(null);
              post<Report>(`${place}/probe`)
                .then(setAsked, setProblem)
                .finally(() => setBusy(false));
            }}
          >
            {busy ? "Asking…" : "Ask the ways back"}
          </Button>
        </Allowed>
      }
    >
      <div className="stack" data-testid="readiness">
        {(loaded.problem ?? problem) && <Trouble problem={(loaded.problem ?? problem)!} retry={loaded.reload} />}
        {loaded.busy && <Skeleton rows={6} />}
        {report && !best && (
          <Empty title="There is nothing to go back to">
            <p>The channel has pointed at one release only. With the next rollout, that one becomes the way back.</p>
          </Empty>
        )}
        {best && <WayBack way={best} />}
        {report?.probed?.map((one) => (
          <p key={one.pin} className="line small">
            <Tag tone={one.answered ? "good" : "bad"}>{one.answered ? "answers" : "does not answer"}</Tag> {one.pin}
            {one.problem && <span className="quiet break">{one.problem}</span>}
          </p>
        ))}
        {others.map((way) => (
          <details key={way.release}>
            <summary className="small">
              Another way back: {way.release.slice(0, 16)}…, {words(String(way.state))}, {way.score} of 100
            </summary>
            <WayBack way={way} />
          </details>
        ))}
        {report && (
          <p className="small quiet">
            Looked at <Time at={report.at} />. The score is that of the weakest factor.
          </p>
        )}
      </div>
    </Card>
  );
}

function WayBack({ way }: { way: Way }) {
  const factors = [...way.factors].sort((one, other) => Number(other.gate_failed) - Number(one.gate_failed) || (one.score ?? 101) - (other.score ?? 101));
  return (
    <div className="stack">
      <Notice tone={readinessTone[String(way.state)] ?? ""} title={until(way)}>
        To <a href={href(["channels", "releases"], { open: way.release })}>{way.release.slice(0, 16)}…</a>
        {way.base ? ", the base of the rollout under way" : ", what it pointed at before"}: {way.score} of 100.
      </Notice>
      <ul className="factors" aria-label="Factors, the weakest first">
        {factors.map((one) => (
          <FactorRow key={String(one.factor)} factor={one} />
        ))}
      </ul>
    </div>
  );
}

function FactorRow({ factor }: { factor: Factor }) {
  const tone = factor.gate_failed || (factor.score ?? 100) < 40 ? "bad" : (factor.score ?? 100) < 70 ? "soon" : "";
  return (
    <li>
      <span>{sentence(String(factor.factor))}</span>
      <span className={`bar ${tone}`} role="img" aria-label={factor.score === null ? "not known" : `${factor.score} of 100`}>
        <i style={{ width: `${factor.score ?? 0}%` }} />
      </span>
      <span className="number">{factor.gate_failed ? "stops it" : (factor.score ?? "–")}</span>
      <span className="quiet small break">
        {factor.detail}
        {factor.breaks_at && (
          <>
            {" "}
            (<Time at={factor.breaks_at} as="day" />)
          </>
        )}
      </span>
    </li>
  );
}

/** The answer in a sentence, the question being whether one can still go back, and until when. */
function until(way: Way): string {
  const first = way.breaks_first;
  const stops = way.factors.find((one) => one.gate_failed);
  return stops ? `Not now: ${stops.detail}` : first?.breaks_at ? `Yes, until ${day(first.breaks_at)}. First to break: ${words(String(first.factor))}` : way.state === "ready" ? "Yes. Nothing that is known ends it." : "Yes, at a risk.";
}

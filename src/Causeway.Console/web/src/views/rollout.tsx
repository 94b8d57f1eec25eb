import { useState } from "react";
import { get, post, Problem } from "../api/client";
import type { Channel, Of } from "../api/types";
import { count, money, percent, plural, sentence, span, words } from "../lib/format";
import { useEvents } from "../lib/events";
import { useLoad, useThrottled } from "../lib/load";
import { useMay } from "../lib/may";
import { href, useOpen } from "../lib/route";
import { Allowed } from "../ui/allowed";
import { Button, Card, Facts, Notice, Tag, Time, Trouble, type Tone } from "../ui/basics";
import { Confirm } from "../ui/confirm";
import { Choice, Field, Reason, Tick } from "../ui/fields";
import { Tile, Tiles } from "../ui/tiles";
import { asChoice } from "./releases";

type Rollout = Of<"RolloutView">;
type Plan = Of<"RolloutPlanBody">;

const tones: Record<string, Tone> = { running: "good", paused: "soon", rolled_back: "bad", aborted: "bad", finalized: "" };

/** The stages, the one that it is in lit, what the guards know, and the steps at the same place always. */
export function RolloutCard({ rollout, changed }: { rollout: Rollout; changed: () => void }) {
  const running = ["running", "paused"].includes(String(rollout.state));
  const [asked, setStep] = useOpen("step");
  const may = useMay();
  const step = asked && asked in says && may(`${asked}_rollout`) ? asked : null;
  const share = rollout.exposure_ppm / 10_000;
  if (!running) {
    return (
      <p className="small quiet">
        The last rollout, to {rollout.candidate.slice(0, 16)}…, {words(String(rollout.state))} {rollout.ended_at && <Time at={rollout.ended_at} />}
        {rollout.end_reason && `: ${rollout.end_reason}`}
      </p>
    );
  }
  return (
    <Card
      title={
        <span className="line">
          Rollout <Tag tone={tones[String(rollout.state)] ?? ""}>{words(String(rollout.state))}</Tag>
          {rollout.held && <Tag tone="soon">held: {rollout.held}</Tag>}
          {!rollout.lease.live && <Tag tone="bad">lease lost: base answers</Tag>}
        </span>
      }
      acts={
        <span className="quiet small">
          by {rollout.started_by}, <Time at={rollout.started_at} />
        </span>
      }
    >
      <div className="stack">
        <div className="share" role="img" aria-label={`${share} per cent of units get the candidate`}>
          {share > 0 && (
            <span className="candidate" style={{ width: `${Math.max(share, 4)}%` }}>
              {share} %
            </span>
          )}
          <span>base</span>
        </div>
        <div className="columns">
          <ol className="stages" aria-label="Stages">
            {rollout.plan.stages.map((stage, i) => (
              <li key={i} className={i + 1 < rollout.stage ? "past" : i + 1 === rollout.stage ? "now" : ""} aria-current={i + 1 === rollout.stage ? "step" : undefined}>
                <span className="dot" />
                <span>
                  {describe(stage)}
                  <span className="quiet small block">{lasting(stage)}</span>
                </span>
              </li>
            ))}
          </ol>
          <div className="stack">
            <Facts
              facts={[
                ["Candidate", <a href={href(["channels", "releases"], { open: rollout.candidate, with: rollout.base })}>{rollout.candidate.slice(0, 20)}…</a>],
                ["Base", `${rollout.base.slice(0, 20)}…`],
                ["Gets it now", rollout.exposure || "nobody"],
                ["Units so far", count(rollout.units)],
                ["Copies here", rollout.shadow && `${count(rollout.shadow.answered)} answered, ${count(rollout.shadow.failed)} failed, ${count(rollout.shadow.dropped)} not sent, for ${money(rollout.shadow.nano_usd)}`],
                ["In this stage", <Time at={rollout.stage_since} />],
                ["Finalize", rollout.finalize_asked_by && `${rollout.finalize_asked_by} asked; somebody else has to say so too`],
              ]}
            />
            {rollout.open.length > 0 && (
              <div>
                <h3>Before the next stage</h3>
                <ul>
                  {rollout.open.map((one) => (
                    <li key={one}>{one}</li>
                  ))}
                </ul>
              </div>
            )}
          </div>
        </div>
        <Guards channel={rollout.channel} />
        <div className="line">
          <Allowed to="advance_rollout">
            <Button look="main" onClick={() => setStep("advance")}>
              Advance
            </Button>
          </Allowed>
          {rollout.state === "running" ? (
            <Allowed to="pause_rollout">
              <Button onClick={() => setStep("pause")}>Pause</Button>
            </Allowed>
          ) : (
            <Allowed to="resume_rollout">
              <Button onClick={() => setStep("resume")}>Resume</Button>
            </Allowed>
          )}
          <Allowed to="finalize_rollout">
            <Button onClick={() => setStep("finalize")}>Finalize</Button>
          </Allowed>
          <span className="grow" />
          <Allowed to="abort_rollout">
            <Button look="danger" onClick={() => setStep("abort")}>
              Abort
            </Button>
          </Allowed>
        </div>
        {step && (
          <StepDialog
            rollout={rollout}
            step={step}
            close={() => setStep(null)}
            done={() => {
              setStep(null);
              changed();
            }}
          />
        )}
      </div>
    </Card>
  );
}

function describe(stage: Of<"RolloutStageBody">): string {
  const share = `${(stage.ppm ?? 0) / 10_000} %`;
  switch (stage.kind) {
    case "percent":
      return `${share} of units`;
    case "bake":
      return `Bake at ${share}`;
    case "shadow":
      return `Shadow: copies of ${share} of the requests, which reach nobody`;
    default:
      return `Named: ${[...(stage.teams ?? []), ...(stage.features ?? []), ...(stage.environments ?? []), ...(stage.cohorts ?? [])].join(", ") || "nobody"}`;
  }
}

/** What a stage waits for, as it was planned. */
function lasting(stage: Of<"RolloutStageBody">): string {
  const [seconds, units] = [stage.min_seconds ?? 0, stage.min_units ?? 0];
  const parts = [
    seconds > 0 && `${span(seconds * 1000)} at least`,
    units > 0 && `${stage.kind === "shadow" ? plural(units, "answered copy", "answered copies") : plural(units, "unit")} at least`,
  ];
  return parts.filter(Boolean).join(" · ");
}

function Guards({ channel }: { channel: string }) {
  const loaded = useLoad(`guards ${channel}`, (signal) => get<Of<"GuardsView">>(`/channels/${encodeURIComponent(channel)}/guards`, {}, signal));
  useEvents("request", useThrottled(loaded.reload, 2_000));
  const view = loaded.value;
  if (!view) {
    return null;
  }
  return (
    <div className="stack tight">
      <h3>
        Guards: {count(view.candidate_requests)} requests by the candidate, {count(view.base_requests)} by the base{view.underpowered && " · too few to see a small difference"}
      </h3>
      <Tiles five>
        {view.guards.map((guard) => {
          const strength = Math.min(1, Math.log10(Math.max(1, guard.e)) / Math.log10(Math.max(10, view.threshold)));
          return (
            <Tile
              key={guard.guard}
              name={`${sentence(guard.guard)}${guard.on ? "" : " (off)"}`}
              figure={null}
              more={guard.words}
            >
              <span className={`bar ${guard.e >= view.threshold ? "bad" : strength > 0.5 ? "soon" : ""}`} role="img" aria-label={`evidence ${guard.e.toPrecision(3)} of ${view.threshold}`}>
                <i style={{ width: `${strength * 100}%` }} />
              </span>
              <span className="more">
                {guard.e >= view.threshold ? <strong className="bad">crossed, {String(guard.action)}</strong> : `evidence ${guard.e < 1000 ? guard.e.toPrecision(2) : count(Math.round(guard.e))} of ${view.threshold}`}
              </span>
            </Tile>
          );
        })}
      </Tiles>
    </div>
  );
}

const says: Record<string, string> = {
  advance: "goes to its next stage",
  pause: "stays where it is, and no stage follows by itself",
  resume: "goes on",
  abort: "ends: everybody gets the base again",
  finalize: "ends: the channel points at the candidate",
};

function StepDialog({ rollout, step, close, done }: { rollout: Rollout; step: string; close: () => void; done: () => void }) {
  const [reason, setReason] = useState("");
  const [force, setForce] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const refused = problem?.code === "rollout_refused" && ["advance", "finalize"].includes(step);
  const needsReason = step === "pause" || step === "abort" || force;
  return (
    <Confirm
      title={`${sentence(step)} ${rollout.channel}`}
      verb={sentence(step)}
      look={step === "abort" ? "danger" : "main"}
      first
      ready={!needsReason || reason.trim() !== ""}
      act={() => post(`/channels/${encodeURIComponent(rollout.channel)}/rollout/${step}`, { reason: reason || null, ...(force ? { force } : {}) })}
      done={done}
      refused={setProblem}
      close={close}
    >
      <p>The rollout {says[step]}.</p>
      <Reason label="Why?" hint={needsReason ? undefined : "need not be said"} value={reason} set={setReason} />
      {refused && (
        <Tick on={force} set={setForce}>
          Pass over it nevertheless, with the reason above on the timeline
        </Tick>
      )}
    </Confirm>
  );
}

/** To which release, and in which stages: the default plan is shown before anything starts. */
export function StartDialog({ channel, close, done }: { channel: Channel; close: () => void; done: () => void }) {
  const releases = useLoad("releases", (signal) => get<Of<"ReleasePage">>("/releases", { limit: 100 }, signal));
  const plan = useLoad("plan", () => post<{ plan: Plan; needs_drill: boolean }>("/rollouts/plan"));
  const [to, setTo] = useState("");
  const [skip, setSkip] = useState(true);
  const [reason, setReason] = useState("");
  const others = (releases.value?.releases ?? []).filter((one) => one.id !== channel.release);
  const chosen = to || others[0]?.id || "";
  return (
    <Confirm
      title={`Roll ${channel.name} out`}
      verb="Start"
      ready={chosen !== "" && !!plan.value && !(skip && reason.trim() === "")}
      act={() => post(`/channels/${encodeURIComponent(channel.name)}/rollout`, { to: chosen, plan: plan.value?.plan, skip_drill: skip, reason: reason || null })}
      done={done}
      close={close}
    >
      <Field label="To">
        <Choice first value={chosen} options={others.map(asChoice)} set={setTo} />
      </Field>
      {releases.value && others.length === 0 && (
        <Notice tone="soon" title="There is no other release">
          <a href={href(["channels", "releases"], { new: "1" })}>Make one</a>
        </Notice>
      )}
      {plan.value && (
        <div className="stack tight">
          <h3>Stages</h3>
          <ol className="numbered">
            {plan.value.plan.stages.map((stage, i) => (
              <li key={i}>
                {describe(stage)} <span className="quiet small">{(stage.min_seconds ?? 0) > 0 && span((stage.min_seconds ?? 0) * 1000)}</span>
              </li>
            ))}
          </ol>
          <p className="small quiet">{percent(plan.value.plan.holdback_ppm ?? 0, 1_000_000)} are held back to compare with. Other stages: causeway rollout plan --json.</p>
        </div>
      )}
      <Tick on={skip} set={setSkip}>
        Without a rehearsal of the way back
      </Tick>
      <Reason label={skip ? "Why does it need none?" : "Why?"} value={reason} set={setReason} />
      {plan.problem && <Trouble problem={plan.problem} />}
    </Confirm>
  );
}

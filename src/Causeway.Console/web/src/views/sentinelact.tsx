import { useState } from "react";
import { post, send } from "../api/client";
import type { Of } from "../api/types";
import { count, dollars, money } from "../lib/format";
import { useLoad } from "../lib/load";
import { Notice, Skeleton, Trouble } from "../ui/basics";
import { Confirm } from "../ui/confirm";
import { Field, Reason } from "../ui/fields";
import type { Pin } from "./sentinel";

type Plan = Of<"SentinelPlanView">;

/** What a run takes at most is said before it begins, and is what it is held to. */
export function ProbeDialog({ pin, view, close, done }: { pin: Pin; view: Of<"SentinelView">; close: () => void; done: () => void }) {
  const hasBaseline = pin.border_prompts > 0;
  const [baseline, setBaseline] = useState(!hasBaseline);
  const [most, setMost] = useState("");
  const [reason, setReason] = useState("");
  const usd = Number(most);
  const isBound = most !== "" && usd > 0;
  const body = { pin: pin.pin, baseline, max_usd: isBound ? usd : null };
  const plan = useLoad(most === "" || isBound ? `sentinel plan ${JSON.stringify(body)}` : null, async (signal) => (await send<Plan>("POST", "/sentinel/probe", { body: { ...body, dry_run: true }, signal })).value);
  const ceiling = plan.value?.ceiling_nano_usd ?? null;
  const isCut = plan.value !== null && ceiling !== null && ceiling > Number(plan.value.max_usd) * 1e9;
  return (
    <Confirm
      title={`Probe ${pin.pin}`}
      verb={plan.value ? `Send at most ${count(plan.value.calls)} calls` : "Send"}
      ready={!!plan.value}
      act={() => post<Plan>("/sentinel/probe", { ...body, reason: reason || null })}
      done={done}
      close={close}
    >
      <fieldset className="plain">
        <legend>What for</legend>
        <div className="stack tight">
          <label className="line">
            <input type="radio" name="what" disabled={!hasBaseline} checked={!baseline} onChange={() => setBaseline(false)} />
            Ask its border prompts again and compare{!hasBaseline && ": there is nothing to compare with yet"}
          </label>
          <label className="line">
            <input type="radio" name="what" checked={baseline} onChange={() => setBaseline(true)} />
            {hasBaseline ? "Look for border prompts and measure them anew" : "Look for border prompts and measure them"}
          </label>
        </div>
      </fieldset>
      {plan.busy && <Skeleton rows={2} />}
      {plan.problem && <Trouble problem={plan.problem} />}
      {plan.value && (
        <Notice tone={isCut ? "soon" : ""} title={`${count(plan.value.calls)} calls at most, for ${ceiling === null ? "an unknown amount: the model is unpriced" : `${money(ceiling)} at most`}.`}>
          {ceiling === null
            ? "Only the number of calls is bounded."
            : isCut
              ? `No call is made that could go beyond ${dollars(plan.value.max_usd)}: it may end before it is through.`
              : `One token of output each. No call is made that could go beyond ${dollars(plan.value.max_usd)}.`}
        </Notice>
      )}
      <div className="three">
        <Field label="USD at most" hint={`empty: what is left of today, ${dollars(view.left_usd)}`}>
          <input className="input" inputMode="decimal" value={most} aria-invalid={most !== "" && !isBound} onChange={(event) => setMost(event.target.value)} />
        </Field>
        <Reason label="Why?" hint="kept with the measurement" value={reason} set={setReason} first />
      </div>
    </Confirm>
  );
}

/** Takes what answers now for what the pin names. */
export function AcceptDialog({ pin, close, done }: { pin: Pin; close: () => void; done: () => void }) {
  const [reason, setReason] = useState("");
  return (
    <Confirm
      title={`Accept what answers behind ${pin.pin}`}
      verb="Accept it"
      ready={reason.trim() !== ""}
      act={() => post("/sentinel/accept", { pin: pin.pin, reason })}
      done={done}
      close={close}
    >
      <p>{pin.drift ?? pin.change}</p>
      <p>
        What answers now counts as what the pin names{pin.drift ? ", and its drift is over." : ". How its answers look is counted anew."}
        {pin.drift && pin.border_prompts > 0 && " Its border prompts are measured anew, as far as today's money goes."}
        {(pin.holds ?? []).length > 0 && ` The rollout of ${(pin.holds ?? []).map((one) => one.channel).join(", ")} stays held until somebody advances it.`}
      </p>
      <Reason label="Why is it sound? It goes into the timeline." value={reason} set={setReason} first />
    </Confirm>
  );
}

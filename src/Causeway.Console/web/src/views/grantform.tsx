import { useState } from "react";
import { post, Problem } from "../api/client";
import type { Grant } from "../api/types";
import { Button, Field, Notice, Trouble } from "../ui/basics";
import { Dialog } from "../ui/layers";
import { amount } from "./grant";

const windows = ["hour", "day", "week", "month"];

/** A grant, or a part of one that is passed on. A slider ends where the parent ends: a child wider than its parent cannot be drawn. */
export function GrantForm({ parent, close, done }: { parent: Grant | null; close: () => void; done: (grant: Grant) => void }) {
  const most = parent?.limits.find((limit) => limit.meter === "usd" && !limit.pace);
  const [holder, setHolder] = useState(parent?.holder ?? "team/");
  const [usd, setUsd] = useState(most ? String(round(most.left / 2 / 1e9)) : "");
  const [window, setWindow] = useState(most && windows.includes(most.window) ? most.window : "month");
  const [envs, setEnvs] = useState<string[]>(parent?.scope.env ?? ["dev"]);
  const [models, setModels] = useState("");
  const [ends, setEnds] = useState("");
  const [carve, setCarve] = useState(false);
  const [reason, setReason] = useState("");
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const limit = most ? most.left / 1e9 : null;
  const given = Number(usd) || 0;
  const siblings = parent?.children ?? 0;
  return (
    <Dialog
      title={parent ? `Delegate a part of ${parent.holder}` : "New grant"}
      close={close}
      submit={() => {
        setBusy(true);
        setProblem(null);
        post<Grant>("/grants", {
          parent: parent?.id ?? null,
          carve,
          holder,
          env: envs,
          usd: usd ? [`${usd}/${window}`] : null,
          models: models ? models.split(/[\s,]+/).filter(Boolean) : null,
          expires_in: ends || null,
          reason: reason || null,
        })
          .then(done)
          .catch((failure: Problem) => setProblem(failure))
          .finally(() => setBusy(false));
      }}
      acts={
        <>
          <Button onClick={close}>Leave it</Button>
          <Button look="main" type="submit" disabled={busy || envs.length === 0}>
            {parent ? "Delegate" : "Make grant"}
            {envs.includes("prod") ? " for prod" : ""}
          </Button>
        </>
      }
    >
      <Field label="Holder" hint="team/NAME or feature/NAME: whose keys may draw on it">
        <input className="input" data-first value={holder} onChange={(event) => setHolder(event.target.value)} />
      </Field>
      <div className="three">
        <Field label="USD" hint={most ? `at most ${amount(most, most.left)}, what is left above` : "empty: no limit of its own"}>
          <input className="input" inputMode="decimal" value={usd} onChange={(event) => setUsd(event.target.value)} />
        </Field>
        <Field label="In each">
          <select className="input" value={window} onChange={(event) => setWindow(event.target.value)}>
            {windows.map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>
        </Field>
        <Field label="Ends after">
          <select className="input" value={ends} onChange={(event) => setEnds(event.target.value)}>
            <option value="">never by itself</option>
            <option value="1d">a day</option>
            <option value="30d">30 days</option>
            <option value="90d">90 days</option>
            <option value="365d">a year</option>
          </select>
        </Field>
      </div>
      {limit !== null && limit > 0 && (
        <label className="field">
          <span>
            Passed on: ${usd || 0} of ${round(limit)}
          </span>
          <input type="range" min={0} max={round(limit)} step={limit / 100} value={Math.min(given, limit)} onChange={(event) => setUsd(String(round(Number(event.target.value))))} />
          <small className="quiet">
            {carve ? `$${round(Math.max(0, limit - given))} stay for the parent and its other ${siblings} below.` : `A share: the parent and its other ${siblings} below draw on the same $${round(limit)}.`}
          </small>
        </label>
      )}
      {parent && (
        <label className="line">
          <input type="checkbox" checked={carve} onChange={(event) => setCarve(event.target.checked)} />
          Move the amount out of the parent, so that nobody else can use it
        </label>
      )}
      <fieldset className="field" style={{ border: 0, padding: 0, margin: 0 }}>
        <legend className="small quiet">Environments</legend>
        <div className="line">
          {["dev", "eval", "staging", "prod"].map((env) => (
            <label key={env} className="line">
              <input
                type="checkbox"
                disabled={!!parent?.scope.env && !parent.scope.env.includes(env)}
                checked={envs.includes(env)}
                onChange={(event) => setEnvs(event.target.checked ? [...envs, env] : envs.filter((one) => one !== env))}
              />
              {env}
            </label>
          ))}
        </div>
      </fieldset>
      <Field label="Models" hint="empty: all that the parent allows; gpt-5.4-* stands for any end">
        <input className="input" value={models} onChange={(event) => setModels(event.target.value)} />
      </Field>
      <Field label="Why?">
        <input className="input" value={reason} onChange={(event) => setReason(event.target.value)} />
      </Field>
      {envs.length === 0 && <Notice tone="soon">Choose an environment.</Notice>}
      {problem && <Trouble problem={problem} />}
    </Dialog>
  );
}

function round(value: number): number {
  return value >= 1 ? Math.floor(value * 100) / 100 : Math.floor(value * 10_000) / 10_000;
}

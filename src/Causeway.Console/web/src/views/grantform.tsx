import { useState } from "react";
import { post } from "../api/client";
import type { Grant } from "../api/types";
import { environments } from "../lib/names";
import { Notice } from "../ui/basics";
import { Confirm } from "../ui/confirm";
import { Boxes, Choice, Field, Reason, Tick } from "../ui/fields";
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
  const limit = most ? most.left / 1e9 : null;
  const given = Number(usd) || 0;
  const siblings = parent?.children ?? 0;
  return (
    <Confirm
      title={parent ? `Delegate a part of ${parent.holder}` : "New grant"}
      verb={`${parent ? "Delegate" : "Make grant"}${envs.includes("prod") ? " for prod" : ""}`}
      ready={envs.length !== 0}
      act={() => post<Grant>("/grants", {
          parent: parent?.id ?? null,
          carve,
          holder,
          env: envs,
          usd: usd ? [`${usd}/${window}`] : null,
          models: models ? models.split(/[\s,]+/).filter(Boolean) : null,
          expires_in: ends || null,
          reason: reason || null,
        })}
      done={done}
      close={close}
    >
      <Field label="Holder" hint="team/NAME or feature/NAME: whose keys may draw on it">
        <input className="input" data-first value={holder} onChange={(event) => setHolder(event.target.value)} />
      </Field>
      <div className="three">
        <Field label="USD" hint={most ? `at most ${amount(most, most.left)}, what is left above` : "empty: no limit of its own"}>
          <input className="input" inputMode="decimal" value={usd} onChange={(event) => setUsd(event.target.value)} />
        </Field>
        <Field label="In each">
          <Choice value={window} options={windows} set={setWindow} />
        </Field>
        <Field label="Ends after">
          <Choice value={ends} options={[["", "never by itself"], ["1d", "a day"], ["30d", "30 days"], ["90d", "90 days"], ["365d", "a year"]]} set={setEnds} />
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
        <Tick on={carve} set={setCarve}>
          Move the amount out of the parent, so that nobody else can use it
        </Tick>
      )}
      <Boxes legend="Environments" all={environments} chosen={envs} set={setEnvs} allows={(env) => parent?.scope.env?.includes(env) ?? true} />
      <Field label="Models" hint="empty: all that the parent allows; gpt-5.4-* stands for any end">
        <input className="input" value={models} onChange={(event) => setModels(event.target.value)} />
      </Field>
      <Reason label="Why?" value={reason} set={setReason} />
      {envs.length === 0 && <Notice tone="soon">Choose an environment.</Notice>}
    </Confirm>
  );
}

function round(value: number): number {
  return value >= 1 ? Math.floor(value * 100) / 100 : Math.floor(value * 10_000) / 10_000;
}

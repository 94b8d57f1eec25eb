import { useState } from "react";
import { get, send } from "../api/client";
import type { Grant, Of } from "../api/types";
import { count, money, plural } from "../lib/format";
import { useLoad } from "../lib/load";
import { Trouble } from "../ui/basics";
import { Confirm } from "../ui/confirm";
import { Field, Reason, Tick } from "../ui/fields";

const verbs = { suspended: "Suspend", revoked: "Revoke", active: "Resume" };

/** Names what dies with it, before it does. */
export function ChangeDialog({ grant, to, close, done }: { grant: Grant; to: "suspended" | "revoked" | "active"; close: () => void; done: () => void }) {
  const [reason, setReason] = useState("");
  const [cut, setCut] = useState(false);
  const [typed, setTyped] = useState("");
  const loaded = useLoad(`impact ${grant.id}`, (signal) => get<Of<"GrantImpact">>(`/grants/${encodeURIComponent(grant.id)}/impact`, {}, signal));
  const impact = loaded.value;
  const needsTyping = to === "revoked" && !!impact && (impact.grants > 0 || impact.keys > 0);
  return (
    <Confirm
      title={`${verbs[to]} ${grant.holder}`}
      verb={`${verbs[to]}${grant.scope.env?.includes("prod") ? " in prod" : ""}`}
      look={to === "revoked" ? "danger" : "main"}
      ready={!!impact && reason.trim() !== "" && (!needsTyping || typed === grant.holder)}
      act={() => send("PATCH", `/grants/${encodeURIComponent(grant.id)}`, { body: { status: to, reason: reason || null, cut } })}
      done={done}
      close={close}
    >
      <p>
        {to === "active" ? "From the next request on it may be used again, and so may " : to === "revoked" ? "For good, from the next request on. With it ends " : "From the next request on it is refused, until it is resumed. With it rests "}
        <strong>{impact ? `${plural(impact.grants, "grant")} below, ${plural(impact.keys, "active key")}` : "…"}</strong>.
        {impact && impact.open_requests > 0 && ` ${plural(impact.open_requests, "request")} are being answered now.`}
      </p>
      {loaded.problem && <Trouble problem={loaded.problem} retry={loaded.reload} />}
      {impact && impact.used_by.length > 0 && (
        <div className="stack tight">
          <p className="small quiet">
            It was used in the last 24 hours: {plural(impact.requests, "request")}, {money(impact.cost_nano_usd)}.
          </p>
          <ul className="small" aria-label="Who used it">
            {impact.used_by.slice(0, 6).map((one) => (
              <li key={`${one.team} ${one.feature} ${one.env}`} className="line spread">
                <span className="break">
                  {one.team} / {one.feature} / {one.env}
                </span>
                <span className="quiet">{plural(one.requests, "request")}</span>
              </li>
            ))}
            {impact.used_by.length > 6 && <li className="quiet">and {count(impact.used_by.length - 6)} more</li>}
          </ul>
        </div>
      )}
      {impact && impact.requests === 0 && <p className="small quiet">Nobody used it in the last 24 hours.</p>}
      {to !== "active" && (
        <Tick on={cut} set={setCut}>
          Cut the streams that are running; otherwise they {grant.on_revoke === "cut" ? "are cut as the grant says" : "finish"}
        </Tick>
      )}
      <Reason value={reason} set={setReason} first />
      {needsTyping && (
        <Field label={`Type ${grant.holder} to go on`}>
          <input className="input" value={typed} onChange={(event) => setTyped(event.target.value)} />
        </Field>
      )}
    </Confirm>
  );
}

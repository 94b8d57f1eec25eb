import { useState } from "react";
import { get, Problem, send } from "../api/client";
import type { Grant, Limit, Of } from "../api/types";
import { ago, count, money, percent, plural, short, words } from "../lib/format";
import { useEvents } from "../lib/events";
import { useLoad, useThrottled } from "../lib/load";
import { href, setQuery } from "../lib/route";
import { Button, Facts, Field, Id, Skeleton, Tag, Time, Trouble, type Tone } from "../ui/basics";
import { Dialog, Drawer } from "../ui/layers";
import { Decided } from "./request";

const tones: Record<string, Tone> = { active: "good", suspended: "soon", revoked: "bad", expired: "" };

export function Status({ status }: { status: string }) {
  return <Tag tone={tones[status] ?? ""}>{status}</Tag>;
}

export function amount(limit: Limit, value: number): string {
  return limit.meter === "usd" ? money(value) : `${short(value)} ${words(limit.meter)}`;
}

/** Of the limit that is nearest to its end. */
function tightest(grant: Grant): Limit | undefined {
  return [...grant.limits].filter((limit) => !limit.pace && limit.amount > 0).sort((a, b) => a.left / a.amount - b.left / b.amount)[0];
}

export function Used({ grant }: { grant: Grant }) {
  const limit = tightest(grant);
  return limit ? <LimitBar limit={limit} /> : <span className="quiet">no limit of its own</span>;
}

export function Left({ grant }: { grant: Grant }) {
  const limit = tightest(grant);
  return limit ? (
    <span className="cut" data-value={limit.left} title={limit.text}>
      {amount(limit, limit.left)}
    </span>
  ) : (
    <span className="quiet">–</span>
  );
}

export function LimitBar({ limit }: { limit: Limit }) {
  const share = (value: number) => `${Math.min(100, (Math.max(0, value) / Math.max(1, limit.amount)) * 100)}%`;
  const rest = limit.left / Math.max(1, limit.amount);
  return (
    <span
      className={`bar ${rest <= 0 ? "bad" : rest < 0.1 ? "soon" : ""}`}
      role="img"
      aria-label={`${limit.text}: ${percent(limit.amount - limit.left, limit.amount)} is not free`}
      title={`${limit.text}: ${amount(limit, limit.committed)} spent, ${amount(limit, limit.held + limit.in_doubt)} held, ${amount(limit, limit.carved)} passed on, ${amount(limit, limit.left)} left`}
    >
      <i style={{ width: share(limit.committed) }} />
      <i className="held" style={{ width: share(limit.held + limit.in_doubt) }} />
      <i className="carved" style={{ width: share(limit.carved) }} />
    </span>
  );
}

/** One grant: what it may, how much is left, what it decided lately, and what can be done with it. */
export function GrantDrawer({ id, grants, changed, close }: { id: string; grants: Grant[]; changed: () => void; close: () => void }) {
  const loaded = useLoad(`grant ${id}`, (signal) => get<Grant>(`/grants/${encodeURIComponent(id)}`, {}, signal));
  const audit = useLoad(`audit ${id}`, (signal) => get<Of<"AuditPage">>("/audit", { grant: id, kind: "denied,grant_created,grant_changed,overlay_added,overlay_ended,raise_decided,glass_broken,alert_raised", limit: 30 }, signal));
  const [doing, setDoing] = useState<"suspended" | "revoked" | "active" | null>(null);
  const again = useThrottled(() => {
    loaded.reload();
    audit.reload();
  }, 500);
  useEvents("decision", again);
  useEvents("request", useThrottled(loaded.reload, 3_000));
  const grant = loaded.value;
  const children = grants.filter((one) => one.parent === id);
  return (
    <Drawer title={grant?.holder ?? "Grant"} close={close}>
      {loaded.problem && <Trouble problem={loaded.problem} retry={loaded.reload} />}
      {loaded.busy && <Skeleton rows={8} />}
      {grant && (
        <>
          <div className="line">
            <Status status={grant.status} />
            <span className="grow" />
            {grant.depth_left > 0 && grant.status === "active" && <Button onClick={() => setQuery({ new: grant.id })}>Delegate</Button>}
            {grant.status === "active" && <Button onClick={() => setDoing("suspended")}>Suspend</Button>}
            {grant.status === "suspended" && <Button onClick={() => setDoing("active")}>Resume</Button>}
            {grant.status !== "revoked" && (
              <Button look="danger" onClick={() => setDoing("revoked")}>
                Revoke
              </Button>
            )}
          </div>
          <Limits grant={grant} />
          <section className="stack tight">
            <h3>What it may be used for, with all that stands above</h3>
            <Scope grant={grant} />
          </section>
          <section className="stack tight">
            <h3>Terms</h3>
            <Facts
              facts={[
                ["Id", <Id id={grant.id} />],
                ["Above", grant.parent && <a href={href(["grants"], { open: grant.parent })}>{grants.find((one) => one.id === grant.parent)?.holder ?? grant.parent}</a>],
                ["Below", children.length > 0 ? plural(children.length, "grant") : "nothing"],
                ["Kind", grant.default ? "the team's own, for keys that were made without one" : words(grant.kind)],
                ["Ends", grant.expires_at ? <Time at={grant.expires_at} /> : "when it is revoked"],
                ["While the store is away", grant.enforcement],
                ["What does not fit is", grant.reserve === "clamp" ? "cut to what is left" : grant.reserve === "adaptive" ? "held while it runs" : "denied"],
                ["When revoked, streams", grant.on_revoke === "cut" ? "are cut" : "finish"],
                ["Made", <>{ago(grant.created_at)} by {grant.created_by}</>],
                ["Why", grant.reason],
              ]}
            />
          </section>
          {audit.problem && <Trouble problem={audit.problem} retry={audit.reload} />}
          {audit.value && <Decided decisions={[...audit.value.entries].reverse()} />}
          <p className="small quiet">
            As CLI: <code className="break">causeway grant show {grant.id}</code>
          </p>
          {doing && (
            <ChangeDialog
              grant={grant}
              to={doing}
              grants={grants}
              close={() => setDoing(null)}
              done={() => {
                setDoing(null);
                again();
                changed();
              }}
            />
          )}
        </>
      )}
    </Drawer>
  );
}

function Limits({ grant }: { grant: Grant }) {
  if (grant.limits.length === 0) {
    return <p className="quiet">It has no limit of its own; those above it hold.</p>;
  }
  return (
    <section className="stack">
      <h3>Limits</h3>
      {grant.limits.map((limit) => (
        <div key={limit.text} className="stack tight">
          <div className="line spread">
            <strong>{limit.text}</strong>
            <span className={limit.left <= 0 ? "bad" : "quiet"}>
              {limit.left <= 0 ? "spent" : `${amount(limit, limit.left)} left`}
              {limit.window_ends && `, turns ${ago(limit.window_ends)}`}
            </span>
          </div>
          <LimitBar limit={limit} />
          <span className="small quiet">
            {amount(limit, limit.committed)} spent · {amount(limit, limit.held)} held
            {limit.in_doubt > 0 && ` · ${amount(limit, limit.in_doubt)} in doubt`}
            {limit.carved > 0 && ` · ${amount(limit, limit.carved)} passed on`}
            {limit.raised > 0 && ` · ${amount(limit, limit.raised)} raised for a time`}
          </span>
        </div>
      ))}
    </section>
  );
}

export function Scope({ grant }: { grant: Grant }) {
  const { scope } = grant;
  const facts: [string, string | undefined | null | false][] = [
    ["Environments", scope.env?.join(", ")],
    ["Classes of models", scope.classes?.join(", ")],
    ["Models", scope.models?.join(", ")],
    ["Routes", scope.routes?.join(", ")],
    ["Data up to", scope.data],
    ["Output of a request", scope.max_output != null && `${count(scope.max_output)} tokens at most`],
    ["Prompt of a request", scope.max_input != null && `${count(scope.max_input)} tokens at most`],
    ["Cost of a request", scope.max_cost && `$${scope.max_cost} at most`],
  ];
  return facts.some(([, value]) => value) ? <Facts facts={facts} /> : <p className="quiet">Everything: nothing is restricted.</p>;
}

const verbs = { suspended: "Suspend", revoked: "Revoke", active: "Resume" };

/** Names what dies with it, before it does. */
function ChangeDialog({ grant, to, grants, close, done }: { grant: Grant; to: "suspended" | "revoked" | "active"; grants: Grant[]; close: () => void; done: () => void }) {
  const [reason, setReason] = useState("");
  const [cut, setCut] = useState(false);
  const [typed, setTyped] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const keys = useLoad("keys", (signal) => get<Of<"KeyPage">>("/keys", { state: "active", limit: 1000 }, signal));
  const subtree = below(grant.id, grants);
  const dying = keys.value?.keys.filter((key) => subtree.has(key.grant)) ?? [];
  const held = grants.filter((one) => subtree.has(one.id)).reduce((all, one) => all + one.limits.filter((limit) => limit.meter === "concurrent").reduce((sum, limit) => sum + limit.held, 0), 0);
  const needsTyping = to === "revoked" && (subtree.size > 1 || dying.length > 0);
  return (
    <Dialog
      title={`${verbs[to]} ${grant.holder}`}
      close={close}
      submit={() => {
        setBusy(true);
        send("PATCH", `/grants/${encodeURIComponent(grant.id)}`, { body: { status: to, reason: reason || null, cut } })
          .then(done)
          .catch((failure: Problem) => setProblem(failure))
          .finally(() => setBusy(false));
      }}
      acts={
        <>
          <Button onClick={close}>Leave it</Button>
          <Button look={to === "revoked" ? "danger" : "main"} type="submit" disabled={busy || reason.trim() === "" || (needsTyping && typed !== grant.holder)}>
            {verbs[to]}
            {grant.scope.env?.includes("prod") ? " in prod" : ""}
          </Button>
        </>
      }
    >
      <p>
        {to === "active" ? "From the next request on it may be used again, and so may " : to === "revoked" ? "For good, from the next request on. With it ends " : "From the next request on it is refused, until it is resumed. With it rests "}
        <strong>
          {plural(Math.max(0, subtree.size - 1), "grant")} below, {plural(dying.length, "active key")}
          {keys.value?.next ? " at least" : ""}
        </strong>
        .{held > 0 && ` ${plural(held, "request")} are running.`}
      </p>
      {dying.length > 0 && (
        <p className="small quiet break">
          {dying
            .slice(0, 8)
            .map((key) => `${key.team}/${key.feature}/${key.env}`)
            .join(", ")}
          {dying.length > 8 && ` and ${dying.length - 8} more`}
        </p>
      )}
      {to !== "active" && (
        <label className="line">
          <input type="checkbox" checked={cut} onChange={(event) => setCut(event.target.checked)} />
          Cut the streams that are running; otherwise they {grant.on_revoke === "cut" ? "are cut as the grant says" : "finish"}
        </label>
      )}
      <Field label="Why? It goes into the audit.">
        <input className="input" data-first value={reason} onChange={(event) => setReason(event.target.value)} />
      </Field>
      {needsTyping && (
        <Field label={`Type ${grant.holder} to go on`}>
          <input className="input" value={typed} onChange={(event) => setTyped(event.target.value)} />
        </Field>
      )}
      {problem && <Trouble problem={problem} />}
    </Dialog>
  );
}

/** A grant and everything below it. */
export function below(id: string, grants: Grant[]): Set<string> {
  const inside = new Set([id]);
  for (const grant of grants) {
    if (grant.parent && inside.has(grant.parent)) {
      inside.add(grant.id);
    }
  }
  return inside;
}

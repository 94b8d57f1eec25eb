import { get } from "../api/client";
import type { Grant, Limit, Of } from "../api/types";
import { count, money, percent, plural, short, words } from "../lib/format";
import { useEvents } from "../lib/events";
import { together, useLoad, useThrottled } from "../lib/load";
import { useAsked, useWho } from "../lib/may";
import { href, setQuery } from "../lib/route";
import { Allowed } from "../ui/allowed";
import { Button, Facts, Id, Skeleton, Tag, Time, Trouble, type Tone } from "../ui/basics";
import { Drawer } from "../ui/layers";
import { ChangeDialog } from "./grantchange";
import { RaiseDialog } from "./raise";
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
export function GrantDrawer({ id, changed, close }: { id: string; changed: () => void; close: () => void }) {
  const who = useWho();
  const loaded = useLoad(`grant ${id}`, (signal) => get<Grant>(`/grants/${encodeURIComponent(id)}`, {}, signal));
  const audit = useLoad(who.key ? null : `audit ${id}`, (signal) => get<Of<"AuditPage">>("/audit", { grant: id, kind: "denied,grant_created,grant_changed,overlay_added,overlay_ended,raise_decided,glass_broken,alert_raised", limit: 30 }, signal));
  const asks = useAsked("ask", "request_raise");
  const asked = useAsked("do", "change_grant");
  const doing = asked === "suspended" || asked === "revoked" || asked === "active" ? asked : null;
  const again = useThrottled(together(loaded, audit).reload, 500);
  useEvents("decision", again);
  useEvents("request", useThrottled(loaded.reload, 3_000));
  const grant = loaded.value;
  return (
    <Drawer title={grant?.holder ?? "Grant"} close={close}>
      {loaded.problem && <Trouble problem={loaded.problem} retry={loaded.reload} />}
      {loaded.busy && <Skeleton rows={8} />}
      {grant && (
        <>
          <div className="line">
            <Status status={grant.status} />
            <span className="grow" />
            {grant.status === "active" && (
              <Allowed to="request_raise">
                <Button onClick={() => setQuery({ ask: "1" })}>Ask for more…</Button>
              </Allowed>
            )}
            {grant.depth_left > 0 && grant.status === "active" && (
              <Allowed to="create_grant">
                <Button onClick={() => setQuery({ new: grant.id })}>Delegate</Button>
              </Allowed>
            )}
            <Allowed to="change_grant">
              {grant.status === "active" && <Button onClick={() => setQuery({ do: "suspended" })}>Suspend</Button>}
              {grant.status === "suspended" && <Button onClick={() => setQuery({ do: "active" })}>Resume</Button>}
              {grant.status !== "revoked" && (
                <Button look="danger" onClick={() => setQuery({ do: "revoked" })}>
                  Revoke
                </Button>
              )}
            </Allowed>
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
                ["Above", grant.parent && <Path grant={grant} />],
                ["Below", grant.children ? `${plural(grant.children, "grant")}${(grant.below ?? 0) > grant.children ? `, and ${count(grant.below! - grant.children)} below those` : ""}` : "nothing"],
                ["Kind", grant.default ? "the team's own, for keys that were made without one" : words(grant.kind)],
                ["Ends", grant.expires_at ? <Time at={grant.expires_at} /> : "when it is revoked"],
                ["While the store is away", grant.enforcement],
                ["What does not fit is", grant.reserve === "clamp" ? "cut to what is left" : grant.reserve === "adaptive" ? "held while it runs" : "denied"],
                ["When revoked, streams", grant.on_revoke === "cut" ? "are cut" : "finish"],
                ["Made", <><Time at={grant.created_at} /> by {grant.created_by}</>],
                ["Why", grant.reason],
              ]}
            />
          </section>
          {audit.problem && <Trouble problem={audit.problem} retry={audit.reload} />}
          {audit.value && <Decided decisions={[...audit.value.entries].reverse()} />}
          <p className="small quiet">
            {!who.key && (
              <>
                <a href={href(["grants", "audit"], { grant: grant.id })}>All that was decided here and below</a> ·{" "}
              </>
            )}
            As CLI: <code className="break">causeway grant show {grant.id}</code>
          </p>
          {asks && <RaiseDialog grant={grant} close={() => setQuery({ ask: null })} />}
          {doing && (
            <ChangeDialog
              grant={grant}
              to={doing}
              close={() => setQuery({ do: null })}
              done={() => {
                setQuery({ do: null });
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

/** From the top down: each of them holds as well. */
function Path({ grant }: { grant: Grant }) {
  const above = grant.above ?? [{ id: grant.parent!, holder: grant.parent! }];
  return (
    <>
      {above.map((one, i) => (
        <span key={one.id}>
          {i > 0 && " › "}
          <a className="break" href={href(["grants"], { open: one.id })}>
            {one.holder}
          </a>
        </span>
      ))}
    </>
  );
}

export function Limits({ grant }: { grant: Grant }) {
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
              {limit.window_ends && (
                <>
                  , turns <Time at={limit.window_ends} />
                </>
              )}
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

import { useState } from "react";
import { get, post } from "../api/client";
import type { Of } from "../api/types";
import { dollars, plural } from "../lib/format";
import { useEvents } from "../lib/events";
import { useLoad, useThrottled } from "../lib/load";
import { useAsked, useMay, useWho } from "../lib/may";
import { href, setQuery, useOpen, useRoute } from "../lib/route";
import { Allowed } from "../ui/allowed";
import { Button, Card, Code, Empty, Facts, Notice, Skeleton, Tag, Time, Trouble, type Tone } from "../ui/basics";
import { Confirm } from "../ui/confirm";
import { Field, Reason, Tick } from "../ui/fields";
import { Drawer } from "../ui/layers";
import { Head } from "../ui/page";
import { Table } from "../ui/table";

type Raise = Of<"RaiseView">;
type Glass = Of<"GlassView">;

const tones: Record<string, Tone> = { pending: "soon", approved: "good", denied: "bad", expired: "", withdrawn: "" };

/** What waits for me, and what happens if I say yes? */
export default function Inbox() {
  const { query } = useRoute();
  const all = query.get("all") === "1";
  const opened = query.get("open");
  const loaded = useLoad(`raises ${all}`, (signal) => get<Of<"RaiseInbox">>("/raises", { all: all || null }, signal));
  const may = useMay();
  const reviews = useAsked("review", "review_glass");
  const closing = loaded.value?.glass.find((one) => one.id === reviews && !one.reviewed_by) ?? null;
  const again = useThrottled(loaded.reload, 300);
  useEvents("decision", again);
  return (
    <>
      <Head title="Approvals" says="Raises that somebody asks for, and broken glasses that want a review." behind={{ cli: `causeway grant inbox${all ? " --all" : ""}`, path: "/raises", query: { all: all || null } }} />
      <div className="filters">
        <Tick small on={all} set={(on) => setQuery({ all: on ? "1" : null })}>
          Decided ones too
        </Tick>
      </div>
      {loaded.problem && <Trouble problem={loaded.problem} retry={loaded.reload} />}
      {loaded.busy && <Skeleton rows={6} />}
      {loaded.value && loaded.value.raises.length === 0 && loaded.value.glass.length === 0 && (
        <div className="card">
          <Empty title="Nothing waits for a decision">
            <p>Whoever's budget is too small asks with a key of their own; the request shows up here.</p>
            <Code label="the command" text={'causeway grant request --usd 200 --until 7d --reason "launch week"'} />
          </Empty>
        </div>
      )}
      {loaded.value && loaded.value.raises.length > 0 && (
        <Table<Raise>
          label="Requests for raises"
          rows={loaded.value.raises}
          id={(raise) => raise.id}
          open={(raise) => setQuery({ open: raise.id })}
          opened={opened}
          columns={[
            { name: "State", cell: (raise) => <Tag tone={tones[String(raise.state)] ?? ""}>{String(raise.state)}</Tag> },
            { name: "For", cell: (raise) => raise.holder ?? raise.grant },
            { name: "More", number: true, cell: (raise) => <strong>{raise.amount_text}</strong> },
            { name: "Limit", optional: true, cell: (raise) => raise.limit_text },
            { name: "Until", optional: true, cell: (raise) => <Time at={raise.until} /> },
            { name: "Why", cell: (raise) => <span className="break">{raise.reason}</span> },
            { name: "By", cell: (raise) => <span className="break">{raise.requested_by}</span> },
            { name: "Waits until", optional: true, cell: (raise) => (raise.state === "pending" ? <Time at={raise.expires_at} /> : raise.decided_at && <Time at={raise.decided_at} />) },
          ]}
        />
      )}
      {(loaded.value?.glass.length ?? 0) > 0 && (
        <Card title="Broken glass" flush>
          <Table<Glass>
            label="Broken glass"
            rows={loaded.value!.glass}
            id={(glass) => glass.id}
            columns={[
              { name: "When", cell: (glass) => <Time at={glass.at} /> },
              { name: "By", cell: (glass) => glass.by },
              { name: "Amount", number: true, cell: (glass) => dollars(glass.amount_usd) },
              { name: "Why", cell: (glass) => <span className="break">{glass.reason}</span> },
              { name: "Until", optional: true, cell: (glass) => <Time at={glass.until} /> },
              { name: "Review", cell: (glass) => (glass.reviewed_by ? <span className="break">{`${glass.reviewed_by}: ${glass.review_reason}`}</span> : may("review_glass") && <Button onClick={() => setQuery({ review: glass.id })}>Review</Button>) },
            ]}
          />
        </Card>
      )}
      {opened && <RaiseDrawer id={opened} changed={loaded.reload} close={() => setQuery({ open: null, do: null })} />}
      {closing && <ReviewDialog glass={closing} close={() => setQuery({ review: null })} done={() => (setQuery({ review: null }), loaded.reload())} />}
    </>
  );
}

/** Approval is bound to what was shown: its digest goes along, and a request that changed meanwhile is refused. */
function RaiseDrawer({ id, changed, close }: { id: string; changed: () => void; close: () => void }) {
  const who = useWho();
  const may = useMay();
  const loaded = useLoad(`raise ${id}`, (signal) => get<Raise>(`/raises/${encodeURIComponent(id)}`, {}, signal));
  const grant = useLoad(loaded.value && `grant ${loaded.value.grant}`, (signal) => get<Of<"GrantView">>(`/grants/${loaded.value!.grant}`, {}, signal));
  const [asked, setDoing] = useOpen("do");
  const doing = asked === "approve" || asked === "deny" ? asked : null;
  const raise = loaded.value;
  const limit = grant.value?.limits[(raise?.limit ?? 1) - 1] ?? grant.value?.limits[0];
  return (
    <Drawer title={raise ? `${raise.amount_text} more for ${raise.holder ?? "a grant"}` : "Request"} close={close}>
      {loaded.problem && <Trouble problem={loaded.problem} retry={loaded.reload} />}
      {raise && (
        <>
          <div className="line">
            <Tag tone={tones[String(raise.state)] ?? ""}>{String(raise.state)}</Tag>
            <span className="grow" />
            {raise.state === "pending" && raise.requested_by === who.name && <span className="quiet">Somebody else must decide</span>}
            {raise.state === "pending" && raise.requested_by !== who.name && (
              <>
                <Allowed to="approve_raise">
                  <Button look="main" onClick={() => setDoing("approve")}>
                    Approve
                  </Button>
                </Allowed>
                <Allowed to="deny_raise">
                  <Button onClick={() => setDoing("deny")}>Deny</Button>
                </Allowed>
              </>
            )}
          </div>
          <p className="lead">“{raise.reason}”</p>
          <div className="diff">
            <div className="name">{raise.limit_text}, until <Time at={raise.until} as="moment" /></div>
            <div className="was">{limit ? `${limit.text}` : raise.limit_text}</div>
            <div className="is">
              {raise.limit_text} + {raise.amount_text}
            </div>
          </div>
          {raise.still_binding.length > 0 && (
            <Notice tone="soon" title="Even so it binds elsewhere">
              {raise.still_binding.map((one) => (
                <p key={one.grant + one.limit}>
                  <a href={href(["grants"], { open: one.grant })}>{one.limit}</a> above has {one.left_text} left.
                </p>
              ))}
            </Notice>
          )}
          <Facts
            facts={[
              ["Asked by", raise.requested_by],
              ["Asked", <Time at={raise.created_at} />],
              ["Waits until", <Time at={raise.expires_at} as="moment" />],
              ["Ticket", raise.ticket],
              ["Grant", <a href={href(["grants"], { open: raise.grant })}>{raise.grant}</a>],
              ["Used now", limit && `${limit.text}: ${Math.round(((limit.amount - limit.left) / Math.max(1, limit.amount)) * 100)} % is not free`],
              ["Approvers needed", String(raise.approvers_needed)],
              ["Approved so far", raise.approvals.map((one) => `${one.by} (${one.amount_text})`).join(", ") || "by nobody"],
              ["Decided by", raise.decided_by && `${raise.decided_by}${raise.decision_reason ? `: ${raise.decision_reason}` : ""}`],
            ]}
          />
          <p className="small quiet">Nobody approves what they asked for themselves, or what a key of theirs asked for: somebody else has to decide.</p>
          {doing && raise.state === "pending" && raise.requested_by !== who.name && may(`${doing}_raise`) && (
            <DecideDialog
              raise={raise}
              verb={doing}
              close={() => setDoing(null)}
              stale={() => loaded.reload()}
              done={() => {
                setDoing(null);
                loaded.reload();
                changed();
              }}
            />
          )}
        </>
      )}
    </Drawer>
  );
}

function DecideDialog({ raise, verb, close, stale, done }: { raise: Raise; verb: "approve" | "deny"; close: () => void; stale: () => void; done: () => void }) {
  const [reason, setReason] = useState("");
  const [less, setLess] = useState("");
  return (
    <Confirm
      title={verb === "approve" ? `Approve ${raise.amount_text} for ${raise.holder ?? "the grant"}` : "Deny the request"}
      verb={verb === "approve" ? (less ? "Approve less" : "Approve") : "Deny"}
      look={verb === "approve" ? "main" : "danger"}
      ready={verb === "approve" || reason.trim() !== ""}
      act={() => post(`/raises/${encodeURIComponent(raise.id)}/${verb}`, verb === "approve" ? { digest: raise.digest, amount: less || null, meter: less ? raise.meter : null, reason: reason || null } : { reason })}
      done={done}
      refused={(problem) => problem.code === "raise_changed" && stale()}
      close={close}
    >
      {verb === "approve" && (
        <>
          <p>
            From the next request on {raise.limit_text} is {raise.amount_text} larger, until <Time at={raise.until} as="moment" />.
            {raise.approvers_needed > raise.approvals.length + 1 && ` ${plural(raise.approvers_needed - raise.approvals.length - 1, "more approver")} needed after you.`}
          </p>
          <Field label={`Approve less (${raise.meter})`} hint={`empty: all of ${raise.amount_text}`}>
            <input className="input" inputMode="decimal" value={less} onChange={(event) => setLess(event.target.value)} />
          </Field>
        </>
      )}
      <Reason label={verb === "deny" ? "Why not? Whoever asked reads it." : undefined} value={reason} set={setReason} first />
    </Confirm>
  );
}

function ReviewDialog({ glass, close, done }: { glass: Glass; close: () => void; done: () => void }) {
  const [reason, setReason] = useState("");
  return (
    <Confirm
      title={`Review what ${glass.by} broke`}
      verb="Close the review"
      ready={reason.trim() !== ""}
      act={() => post(`/glass/${encodeURIComponent(glass.id)}/ack`, { reason })}
      done={done}
      close={close}
    >
      <p>
        {dollars(glass.amount_usd)} until <Time at={glass.until} as="moment" />: “{glass.reason}”
      </p>
      <Reason label="What did the review find?" value={reason} set={setReason} first />
    </Confirm>
  );
}

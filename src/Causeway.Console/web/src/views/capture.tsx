import { useState, type ReactNode } from "react";
import { get, post } from "../api/client";
import type { Of } from "../api/types";
import { count, plural, span } from "../lib/format";
import { useEvents } from "../lib/events";
import { useLoad, useThrottled } from "../lib/load";
import { useAsked } from "../lib/may";
import { href, setQuery, useRoute } from "../lib/route";
import { dataClasses, environments } from "../lib/names";
import { Allowed } from "../ui/allowed";
import { Button, Card, Code, Empty, Notice, Skeleton, Tag, Time, Trouble } from "../ui/basics";
import { Confirm } from "../ui/confirm";
import { Boxes, Choice, Field, Reason, Tick } from "../ui/fields";
import { Head } from "../ui/page";
import { Table } from "../ui/table";

type Rule = Of<"CaptureRuleView">;
type Order = Of<"CaptureOrderView">;

/** Whose prompts and answers are kept, by whose word, and until when? */
export function Capture({ tabs }: { tabs: ReactNode }) {
  const { query } = useRoute();
  const all = query.get("all") === "1";
  const loaded = useLoad("capture", (signal) => get<Of<"CaptureView">>("/capture", {}, signal));
  const again = useThrottled(loaded.reload, 400);
  useEvents("decision", (entry) => entry.kind === "capture_changed" && again());
  const isNew = useAsked("new", "order_capture");
  const ends = useAsked("end", "end_capture");
  const view = loaded.value;
  const holding = view?.orders.filter((one) => one.state === "in_force") ?? [];
  const shown = all ? (view?.orders ?? []) : holding;
  const ending = view?.orders.find((one) => one.id === ends && one.state === "in_force") ?? null;
  return (
    <>
      <Head
        title="Capture"
        says="Whose prompts and answers are kept, encrypted, and until when. Of everybody else nothing is."
        acts={
          <Allowed to="order_capture">
            <Button look="main" onClick={() => setQuery({ new: "1" })}>
              Keep for a time
            </Button>
          </Allowed>
        }
        behind={{ cli: "causeway capture list", path: "/capture" }}
      />
      {tabs}
      {loaded.problem && <Trouble problem={loaded.problem} retry={loaded.reload} />}
      {loaded.busy && <Skeleton rows={5} />}
      {view && view.lost > 0 && <Notice tone="soon" title={`${plural(view.lost, "prompt and answer", "prompts and answers")} were let go since this instance started, because the store was away or too many waited.`} />}
      {view && view.rules.length + view.orders.length === 0 && (
        <div className="card">
          <Empty title="No prompt and no answer is kept">
            <p>Where a feature answers wrongly, its prompts and answers can be kept for some hours or days. That it was ordered, by whom and why, is in the audit, and so is every time that one is read.</p>
            <Code label="the command" text='causeway capture order --feature triage --env dev --until 24h --reason "ticket 1234"' />
          </Empty>
        </div>
      )}
      {view && view.orders.length > 0 && (
        <Card
          title="For a time"
          flush
          acts={
            <Tick small on={all} set={(on) => setQuery({ all: on ? "1" : null })}>
              Those that are over too{!all && view.orders.length > holding.length && ` (${count(view.orders.length - holding.length)})`}
            </Tick>
          }
        >
          {shown.length === 0 ? (
            <Empty title="None is in force" />
          ) : (
            <Table<Order>
              label="Orders"
              rows={shown}
              id={(one) => one.id}
              columns={[
                { name: "Of", cell: (one) => <Whose rule={one.rule} /> },
                { name: "State", cell: (one) => <Tag tone={one.state === "in_force" ? "soon" : ""}>{one.state === "in_force" ? "keeps" : one.state}</Tag> },
                { name: "Until", cell: (one) => <Time at={one.ended_at ?? one.until} /> },
                { name: "Data up to", optional: true, cell: (one) => one.rule.up_to },
                { name: "Each for", optional: true, cell: (one) => span(one.rule.keep_seconds * 1000) },
                { name: "By", optional: true, cell: (one) => one.created_by },
                { name: "Why", cell: (one) => <span className="break">{one.reason}{one.end_reason && <span className="quiet">; ended by {one.ended_by}: {one.end_reason}</span>}</span> },
                {
                  name: "",
                  cell: (one) =>
                    one.state === "in_force" && (
                      <Allowed to="end_capture">
                        <Button aria-label={`End what is kept of ${one.rule.feature}`} onClick={() => setQuery({ end: one.id })}>
                          End…
                        </Button>
                      </Allowed>
                    ),
                },
              ]}
            />
          )}
        </Card>
      )}
      {view && view.rules.length > 0 && (
        <Card title="By the configuration" flush>
          <Table<Rule>
            label="Rules of the configuration"
            rows={view.rules}
            id={(one) => JSON.stringify(one)}
            columns={[
              { name: "Of", cell: (one) => <Whose rule={one} /> },
              { name: "Data up to", cell: (one) => one.up_to },
              { name: "Redacted ones", optional: true, cell: (one) => (one.redacted ? "with placeholders" : "not kept") },
              { name: "Each for", cell: (one) => span(one.keep_seconds * 1000) },
              { name: "At most", optional: true, number: true, cell: (one) => `${count(one.max_bytes)} bytes` },
            ]}
          />
        </Card>
      )}
      <p className="small quiet">
        Kept ones are on the pages of their <a href={href(["requests"])}>requests</a>, and open for a reason that goes into <a href={href(["grants", "audit"], { kind: "payload_opened" })}>the audit</a>.
      </p>
      {isNew && (
        <OrderDialog
          close={() => setQuery({ new: null })}
          done={() => {
            setQuery({ new: null });
            loaded.reload();
          }}
        />
      )}
      {ending && (
        <EndDialog
          order={ending}
          close={() => setQuery({ end: null })}
          done={() => {
            setQuery({ end: null });
            loaded.reload();
          }}
        />
      )}
    </>
  );
}

function Whose({ rule }: { rule: Rule }) {
  return (
    <span className="break">
      <strong>{rule.feature}</strong> of {rule.team ?? "every team"}
      <span className="quiet">{rule.environments.length > 0 ? ` in ${rule.environments.join(", ")}` : " everywhere"}</span>
    </span>
  );
}

function OrderDialog({ close, done }: { close: () => void; done: () => void }) {
  const [feature, setFeature] = useState("");
  const [team, setTeam] = useState("");
  const [envs, setEnvs] = useState<string[]>(["dev"]);
  const [upTo, setUpTo] = useState("internal");
  const [redacted, setRedacted] = useState(false);
  const [until, setUntil] = useState("24h");
  const [keep, setKeep] = useState("7d");
  const [reason, setReason] = useState("");
  const isProd = envs.length === 0 || envs.includes("prod");
  return (
    <Confirm
      title="Keep a feature's prompts and answers"
      verb={`Keep them${isProd ? " in prod" : ""}`}
      ready={feature !== "" && reason.trim() !== ""}
      act={() => post("/capture", { feature, team: team || null, environments: envs.length === 0 ? null : envs, up_to: upTo, redacted, until, keep, reason })}
      done={done}
      close={close}
    >
      <div className="three">
        <Field label="Feature">
          <input className="input" data-first value={feature} onChange={(event) => setFeature(event.target.value)} />
        </Field>
        <Field label="Team" hint="empty: every team's">
          <input className="input" value={team} onChange={(event) => setTeam(event.target.value)} />
        </Field>
        <Field label="Data up to" hint="what is higher is not kept">
          <Choice value={upTo} options={dataClasses} set={setUpTo} />
        </Field>
        <Field label="For the next">
          <Choice value={until} options={[["1h", "hour"], ["24h", "24 hours"], ["7d", "7 days"], ["30d", "30 days"]]} set={setUntil} />
        </Field>
        <Field label="Each is kept for">
          <Choice value={keep} options={[["24h", "a day"], ["7d", "7 days"], ["30d", "30 days"]]} set={setKeep} />
        </Field>
      </div>
      <Boxes legend="Environments; none chosen: all of them" all={environments} chosen={envs} set={setEnvs} />
      <Tick on={redacted} set={setRedacted}>
        Requests of which something was redacted too, with placeholders in its place
      </Tick>
      <Reason value={reason} set={setReason} />
      <p className="small quiet">From the next request on, on every instance. They are encrypted, and nobody reads one without a reason that is on record.</p>
    </Confirm>
  );
}

function EndDialog({ order, close, done }: { order: Order; close: () => void; done: () => void }) {
  const [reason, setReason] = useState("");
  return (
    <Confirm
      title={`End what is kept of ${order.rule.feature}`}
      verb="End it"
      ready={reason.trim() !== ""}
      act={() => post(`/capture/${encodeURIComponent(order.id)}/end`, { reason })}
      done={done}
      close={close}
    >
      <p>
        Ordered by {order.created_by} on <Time at={order.created_at} as="day" />: “{order.reason}”. From the next request on nothing more is kept by it; what was kept stays until its own time is over.
      </p>
      <Reason value={reason} set={setReason} first />
    </Confirm>
  );
}

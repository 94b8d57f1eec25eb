import { useState } from "react";
import { get, post, send } from "../api/client";
import type { Of } from "../api/types";
import { count, day, plural, short } from "../lib/format";
import { useLater, useLoad } from "../lib/load";
import { useMay } from "../lib/may";
import { href } from "../lib/route";
import { dataClasses } from "../lib/names";
import { Notice, Skeleton, Trouble } from "../ui/basics";
import { Confirm } from "../ui/confirm";
import { Boxes, Choice, Field, Reason, Tick } from "../ui/fields";
import type { Agreement } from "./agreements";

type Impact = Of<"AgreementImpact">;
type Provider = Of<"CoveredProvider">;

/** Ends an agreement, and says first what that stops. */
export function EndDialog({ agreement, close, done }: { agreement: Agreement; close: () => void; done: () => void }) {
  const [reason, setReason] = useState("");
  const loaded = useLoad(`agreement impact ${agreement.id}`, (signal) => get<Impact>(`/agreements/${encodeURIComponent(agreement.id)}/impact`, {}, signal));
  return (
    <Confirm
      title={`End the agreement with ${agreement.provider}`}
      verb="End it for good"
      look="danger"
      ready={!!loaded.value && reason.trim() !== ""}
      act={() => post(`/agreements/${encodeURIComponent(agreement.id)}/end`, { reason })}
      done={done}
      close={close}
    >
      <p>From the next call on, on every instance. Answers that have begun are read to their end; it cannot be taken up again.</p>
      {loaded.problem && <Trouble problem={loaded.problem} retry={loaded.reload} />}
      {loaded.busy && <Skeleton rows={3} />}
      {loaded.value && <ImpactOf impact={loaded.value} />}
      <Reason label="Why? It is kept with the agreement." value={reason} set={setReason} first />
    </Confirm>
  );
}

/** What stops and what is let go, which channels that meets, and who would have noticed. */
function ImpactOf({ impact }: { impact: Impact }) {
  const refused = impact.channels.filter((one) => one.refused.length > 0);
  const passed = impact.channels.filter((one) => one.refused.length === 0);
  return (
    <>
      <Notice tone={impact.stops.length > 0 ? "bad" : "good"} title={impact.stops.length > 0 ? `It stops data of class ${impact.stops.join(", ")} on its way to ${impact.provider}.` : `It stops nothing that goes to ${impact.provider} now.`}>
        {impact.stops.length > 0 && <p>{impact.calls === 0 ? `Since ${day(impact.since)} no call went that would have been stopped.` : `Since ${day(impact.since)} ${plural(impact.calls, "call")} went that would not have been made.`}</p>}
        {impact.lets.length > 0 && (
          <p>
            It lets <strong>{impact.lets.join(", ")}</strong> go{impact.lets_from && ` from ${day(impact.lets_from)} on`}.
          </p>
        )}
      </Notice>
      {impact.channels.length > 0 && (
        <ul className="small prose" aria-label="Channels that it meets">
          {refused.slice(0, 6).map((one) => (
            <li key={one.channel} className="break">
              <a href={href(["channels", "of", one.channel])}>{one.channel}</a>: <strong className="bad">refused</strong> for {one.refused.join(", ")}, as no other pin may have it
            </li>
          ))}
          {passed.slice(0, 6).map((one) => (
            <li key={one.channel} className="break">
              <a href={href(["channels", "of", one.channel])}>{one.channel}</a>: another pin answers in place of {one.pins.join(", ")}
            </li>
          ))}
          {impact.channels.length > Math.min(6, refused.length) + Math.min(6, passed.length) && <li className="quiet">and {count(impact.channels.length - Math.min(6, refused.length) - Math.min(6, passed.length))} more</li>}
        </ul>
      )}
      {impact.used_by.length > 0 && (
        <ul className="small" aria-label="Who used it">
          {impact.used_by.slice(0, 6).map((one) => (
            <li key={`${one.team} ${one.data_class}`} className="line spread">
              <span className="break">
                {one.team}, {one.data_class}
              </span>
              <span className="quiet">
                {plural(one.calls, "call")}, {short(one.input_tokens + one.output_tokens)} tokens
              </span>
            </li>
          ))}
          {impact.used_by.length > 6 && <li className="quiet">and {count(impact.used_by.length - 6)} more</li>}
        </ul>
      )}
    </>
  );
}

/** A new agreement. What it would stop is said while it is written: a provider's first one may stop something. */
export function NewAgreement({ providers, provider, close, done }: { providers: Provider[]; provider: string | null; close: () => void; done: (made: Agreement) => void }) {
  const may = useMay();
  const [name, setName] = useState(provider ?? providers[0]?.provider ?? "");
  const of = providers.find((one) => one.provider === name);
  const [regions, setRegions] = useState(of?.region ?? "global");
  const [data, setData] = useState<string[]>(["public", "internal"]);
  const [until, setUntil] = useState(() => new Date(Date.now() + 365 * 86_400_000).toISOString().slice(0, 10));
  const [from, setFrom] = useState("");
  const [keepsNothing, setKeepsNothing] = useState(false);
  const [address, setAddress] = useState("");
  const [note, setNote] = useState("");
  const terms = {
    provider: name,
    regions: regions.split(/[\s,]+/).filter(Boolean),
    data: dataClasses.filter((word) => data.includes(word)),
    until,
    from: from || null,
    retention: keepsNothing ? "none" : null,
    document: address || null,
  };
  const asked = useLater(JSON.stringify(terms), 350); // The note is in no plan: a word of it asks nothing.
  const plan = useLoad(may("plan_agreement") && terms.regions.length > 0 && terms.data.length > 0 && until ? `plan ${asked}` : null, async (signal) => (await send<Impact>("POST", "/agreements/plan", { body: JSON.parse(asked), signal })).value);
  return (
    <Confirm
      title="New agreement"
      verb="State agreement"
      ready={data.length !== 0 && !!plan.value}
      act={() => post<Agreement>("/agreements", { ...terms, note: note || null })}
      done={done}
      close={close}
    >
      <div className="three">
        <Field label="Provider">
          <Choice
            first
            value={name}
            options={providers.map((one) => one.provider)}
            set={(chosen) => {
              setName(chosen);
              setRegions(providers.find((one) => one.provider === chosen)?.region ?? "global");
            }}
          />
        </Field>
        <Field label="First day" hint="empty: from now on">
          <input className="input" type="date" value={from} onChange={(event) => setFrom(event.target.value)} />
        </Field>
        <Field label="Last day" hint="belongs to it, UTC">
          <input className="input" type="date" required value={until} onChange={(event) => setUntil(event.target.value)} />
        </Field>
      </div>
      <Field label="Regions" hint={`regions, or geographies such as eu; ${name} is bound to ${of?.region ?? "no region, which only global covers"}`}>
        <input className="input" value={regions} onChange={(event) => setRegions(event.target.value)} />
      </Field>
      <Boxes legend="Classes of data: it covers the highest of them and all below" all={dataClasses} chosen={data} set={setData} />
      <Tick on={keepsNothing} set={setKeepsNothing}>
        Nothing may be kept beyond the answer
      </Tick>
      <Field label="Document" hint="an https address; empty: none">
        <input className="input" type="url" value={address} onChange={(event) => setAddress(event.target.value)} />
      </Field>
      <Field label="Note">
        <input className="input" maxLength={500} value={note} onChange={(event) => setNote(event.target.value)} />
      </Field>
      {plan.problem && <Trouble problem={plan.problem} />}
      {plan.busy && <Skeleton rows={2} />}
      {plan.value && <ImpactOf impact={plan.value} />}
    </Confirm>
  );
}

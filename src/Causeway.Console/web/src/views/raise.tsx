import { useState } from "react";
import { post, Problem } from "../api/client";
import type { Grant, Of } from "../api/types";
import { href } from "../lib/route";
import { Button, Notice, Time } from "../ui/basics";
import { Confirm } from "../ui/confirm";
import { Choice, Field, Reason } from "../ui/fields";
import { Dialog } from "../ui/layers";

const spans: [string, string][] = [
  ["1d", "a day"],
  ["7d", "a week"],
  ["30d", "30 days"],
];

/** Asks for more on one limit of a grant, for a time. Somebody else decides. */
export function RaiseDialog({ grant, close }: { grant: Grant; close: () => void }) {
  const limits = grant.limits.map((limit, i) => ({ limit, number: i + 1 })).filter(({ limit }) => !limit.pace);
  const [number, setNumber] = useState(limits[0]?.number ?? 1);
  const [amount, setAmount] = useState("");
  const [until, setUntil] = useState("7d");
  const [reason, setReason] = useState("");
  const [ticket, setTicket] = useState("");
  const [problem, setProblem] = useState<Problem | null>(null);
  const [asked, setAsked] = useState<Of<"RaiseView"> | null>(null);
  const chosen = limits.find((one) => one.number === number)?.limit;
  const of = (field: string) => problem?.errors.find((error) => error.field === field)?.message;
  if (asked) {
    return (
      <Dialog title="Asked" close={close} acts={<Button onClick={close}>Close</Button>}>
        <p>
          {asked.amount_text} more waits for a decision until <Time at={asked.expires_at} as="moment" />. <a href={href(["approvals"], { open: asked.id })}>See what became of it</a>
        </p>
      </Dialog>
    );
  }
  return (
    <Confirm
      title={`Ask for more for ${grant.holder}`}
      verb="Ask"
      ready={!!chosen && amount !== "" && reason.trim() !== ""}
      act={() => post<Of<"RaiseView">>("/raises", { grant: grant.id, meter: chosen?.meter, amount, limit: number, until, reason, ticket: ticket || null })}
      done={setAsked}
      refused={setProblem}
      close={close}
    >
      {limits.length === 0 && <Notice tone="soon" title="It has no limit of its own">What binds is above it: ask for more there.</Notice>}
      <Field label="Which limit">
        <Choice value={String(number)} options={limits.map((one) => [String(one.number), one.limit.text])} set={(value) => setNumber(Number(value))} />
      </Field>
      <div className="three">
        <Field label={`By how much (${chosen?.meter ?? "usd"})`} hint={of("amount") ?? "200, or 0.50, or 200k"}>
          <input className="input" data-first inputMode="decimal" value={amount} aria-invalid={!!of("amount")} onChange={(event) => setAmount(event.target.value)} />
        </Field>
        <Field label="For" hint={of("until")}>
          <Choice value={until} options={spans} set={setUntil} />
        </Field>
        <Field label="Ticket" hint="need not be said">
          <input className="input" value={ticket} onChange={(event) => setTicket(event.target.value)} />
        </Field>
      </div>
      <Reason label="What for? Whoever decides reads it." value={reason} set={setReason} />
    </Confirm>
  );
}

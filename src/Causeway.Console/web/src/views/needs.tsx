import type { ReactNode } from "react";
import { get } from "../api/client";
import type { Channel, Grant, Of, SpendReport } from "../api/types";
import { ago, dollars, percent, plural } from "../lib/format";
import { useLoad } from "../lib/load";
import { href } from "../lib/route";
import { dataClasses } from "../lib/names";
import { Empty, Tag } from "../ui/basics";
import { dry } from "./dry";

/** What waits for a person, the most urgent kinds first. */
export function Needs({ channels, grants, runs, agreements, inbox, ready }: { channels: Channel[]; grants: Grant[]; runs: Of<"WatchedRun">[]; agreements: Of<"AgreementView">[]; inbox: Of<"RaiseInbox"> | null; ready: boolean }) {
  const rows: { key: string; tone: "bad" | "soon" | ""; word: string; text: ReactNode; to: string }[] = [];
  for (const raise of inbox?.raises ?? []) {
    rows.push({ key: raise.id, tone: "soon", word: "Asked", text: `${raise.requested_by} asks for ${raise.amount_text} more for ${raise.holder ?? "a grant"}, ${ago(raise.created_at)}`, to: href(["approvals"], { open: raise.id }) });
  }
  for (const glass of inbox?.glass ?? []) {
    rows.push({ key: glass.id, tone: "bad", word: "Review", text: `${glass.by} broke a glass for ${dollars(glass.amount_usd)}, ${ago(glass.at)}`, to: href(["approvals"]) });
  }
  for (const run of runs) {
    rows.push({ key: `${run.grant}${run.run}`, tone: "bad", word: "Run", text: `${run.run} is ${run.stage.replaceAll("_", " ")}: ${run.explanation}`, to: href(["grants", "runs"]) });
  }
  for (const { name, rollout } of channels) {
    if (rollout) {
      rows.push({
        key: `rollout ${name}`,
        tone: rollout.held || rollout.state === "paused" ? "soon" : "",
        word: "Rollout",
        text: `${name}: stage ${rollout.stage} of ${rollout.stages}, ${rollout.exposure_ppm / 10_000} % get the candidate${rollout.held ? `; held: ${rollout.held}` : rollout.state === "paused" ? "; paused" : ""}`,
        to: href(["channels", "of", name]),
      });
    }
  }
  for (const one of expiring(agreements)) {
    rows.push({ key: one.id, tone: one.days_left <= 7 ? "bad" : "soon", word: "Ends", text: `The agreement with ${one.provider} for ${one.data.join(", ")} ends ${ago(one.until)}, and no other goes on`, to: href(["settings", "agreements"], { open: one.id }) });
  }
  for (const model of useRetiring(ready)) {
    rows.push({ key: `retires ${model.name}`, tone: "soon", word: "Retires", text: `${model.name} retires on ${model.on}; it answered ${plural(model.requests, "request")} in 7 days`, to: href(["requests"], { provider: model.provider }) });
  }
  for (const { grant, limit } of dry(grants).slice(0, 6)) {
    const spent = limit.left <= 0;
    rows.push({
      key: grant.id + limit.text,
      tone: spent ? "bad" : "soon",
      word: spent ? "Spent" : "Soon dry",
      text: `${grant.holder}: ${percent(limit.amount - limit.left, limit.amount)} of ${limit.text} is used${limit.window_ends ? `, the window ends ${ago(limit.window_ends)}` : ""}`,
      to: href(["grants"], { open: grant.id }),
    });
  }
  if (!ready) {
    return null;
  }
  return rows.length === 0 ? (
    <Empty title="Nothing needs you">
      <p>Raises to decide, rollouts, runs that were stopped, agreements that end, models that retire and grants that run dry are listed here.</p>
    </Empty>
  ) : (
    <ul className="happened">
      {rows.slice(0, 12).map((row) => (
        <li key={row.key}>
          <span>
            <Tag tone={row.tone}>{row.word}</Tag>
          </span>
          <a className="break" href={row.to}>
            {row.text}
          </a>
        </li>
      ))}
      {rows.length > 12 && (
        <li>
          <span />
          <span className="quiet">and {plural(rows.length - 12, "more", "more")}</span>
        </li>
      )}
    </ul>
  );
}

/** Agreements that end within 30 days, but for those that another one of the provider outlasts. */
function expiring(agreements: Of<"AgreementView">[]): Of<"AgreementView">[] {
  const highest = (one: Of<"AgreementView">) => Math.max(...one.data.map((word) => dataClasses.indexOf(word)));
  return agreements.filter((one) => one.covers && one.days_left < 30 && !agreements.some((other) => other !== one && other.covers && other.provider === one.provider && Date.parse(other.until) > Date.parse(one.until) && highest(other) >= highest(one)));
}

/** Models that were used in 7 days and are taken away within 90. Read when the rest of the page is there. */
function useRetiring(ready: boolean): { name: string; provider: string; on: string; requests: number }[] {
  const used = useLoad(ready ? "used models" : null, (signal) => get<SpendReport>("/spend", { by: "provider,model", since: "7d" }, signal));
  const models = useLoad(used.value && used.value.rows.length > 0 ? "served models" : null, (signal) => get<Of<"ServedModelList">>("/models", {}, signal));
  const soon = Date.now() + 90 * 86_400_000;
  return (models.value?.models ?? [])
    .filter((model) => model.retires && Date.parse(model.retires) < soon)
    .flatMap((model) => {
      const row = used.value?.rows.find((one) => one.provider === model.provider && one.model === model.model);
      return row ? [{ name: `${model.provider}/${model.model}`, provider: model.provider, on: model.retires!, requests: row.requests }] : [];
    });
}

import type { Query } from "../api/client";
import type { SpendLine, SpendReport } from "../api/types";
import { money, short } from "../lib/format";

export interface Metric {
  id: string;
  name: string;
  of: (line: SpendLine) => number;
  show: (value: number) => string;
}

export const metrics: Metric[] = [
  { id: "cost", name: "Cost", of: (line) => line.cost_nano_usd ?? 0, show: money },
  { id: "requests", name: "Requests", of: (line) => line.requests, show: short },
  { id: "input", name: "Input tokens", of: (line) => line.input_tokens + line.cache_read_tokens + line.cache_write_tokens, show: short },
  { id: "cached", name: "Cached tokens", of: (line) => line.cache_read_tokens, show: short },
  { id: "output", name: "Output tokens", of: (line) => line.output_tokens, show: short },
  { id: "failures", name: "Denied or failed", of: (line) => line.failures, show: short },
];

export const dimensions: [string, string][] = [
  ["team", "team"],
  ["feature", "feature"],
  ["env", "environment"],
  ["cost_centre", "cost centre"],
  ["model", "model"],
  ["provider", "provider"],
  ["key", "key"],
  ["end_user", "end user"],
];

const tagged = /^tag:[a-z][a-z0-9._-]{0,31}$/;

/** A dimension that the address may name; a tag is one under its name. */
export function isDimension(name: string): boolean {
  return tagged.test(name) || dimensions.some(([one]) => one === name);
}

/** A dimension for people. */
export function named(dimension: string): string {
  return dimension.startsWith("tag:") ? `tag ${dimension.slice(4)}` : (dimensions.find(([one]) => one === dimension)?.[1] ?? dimension);
}

/** What a question has to say to be about one value of a dimension. */
export function filter(dimension: string, value: string): [string, string] {
  return dimension.startsWith("tag:") ? ["tag", `${dimension.slice(4)}=${value}`] : [dimension, value];
}

/** "team:search", "tag:product:checkout": a dimension and its value. A tag's name holds no colon. */
export function pairOf(text: string): [string, string] {
  const at = text.indexOf(":", text.startsWith("tag:") ? 4 : 0);
  return [text.slice(0, at), text.slice(at + 1)];
}

/** The time that is looked at: what is asked of the server, and what a chart of its answer begins with. */
export interface SpendTime {
  name: string;
  /** It has days of the reader's own, and an end. */
  isCalendar: boolean;
  unit: "hour" | "day";
  asks: Query;
  cli: string;
  chart: (report: SpendReport) => { since: Date; hours: number };
}

const hour = 3_600_000;

/** A window of the calendar, days from and to, or the span that the scope says. */
export function timeOf(query: URLSearchParams, span: { id: string; hours: number }): SpendTime {
  const window = windows.find(([id]) => id === query.get("window"))?.[0];
  const [from, to] = [query.get("from") ?? "", query.get("to") ?? ""];
  if (window) {
    const unit = window === "today" || window === "yesterday" ? "hour" : "day";
    return { name: window, isCalendar: true, unit, asks: { window, tz: zone }, cli: `--window ${window.replaceAll("_", "-")} --tz ${zone}`, chart: (report) => drawn(report, unit) };
  }
  if (isDay(from) && isDay(to) && from <= to) {
    const unit = from === to ? "hour" : "day";
    return { name: `${from}-${to}`, isCalendar: true, unit, asks: { since: from, until: dayAfter(to), tz: zone }, cli: `--since ${from} --until ${dayAfter(to)} --tz ${zone}`, chart: (report) => drawn(report, unit) };
  }
  const unit = span.hours <= 48 ? "hour" : "day";
  const step = unit === "hour" ? hour : 24 * hour;
  const since = new Date(Math.floor(Date.now() / step) * step - span.hours * hour + step);
  const begin = since.toISOString().slice(0, 19) + "Z"; // In the command too: "--since 24h" begins at another hour.
  return { name: span.id, isCalendar: false, unit, asks: { since: begin }, cli: `--since ${begin}`, chart: () => ({ since, hours: span.hours }) };
}

// Days of the reader's zone are drawn under the names that the server gives them.
function drawn(report: SpendReport, unit: "hour" | "day"): { since: Date; hours: number } {
  const [since, until] = [Date.parse(report.since), Date.parse(report.until)];
  const name = (moment: number) => Date.parse(`${new Intl.DateTimeFormat("en-CA", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" }).format(moment)}T00:00Z`);
  return unit === "hour" ? { since: new Date(since), hours: (until - since) / hour } : { since: new Date(name(since)), hours: (name(until - 1) - name(since)) / hour + 24 };
}

function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(`${text}T00:00Z`));
}

/** The windows of the calendar, in the reader's own time zone. */
export const windows: [string, string][] = [
  ["today", "Today"],
  ["yesterday", "Yesterday"],
  ["this_week", "This week"],
  ["last_week", "Last week"],
  ["this_month", "This month"],
  ["last_month", "Last month"],
  ["this_quarter", "This quarter"],
  ["last_quarter", "Last quarter"],
  ["this_year", "This year"],
];

/** The reader's time zone, where the browser tells it. */
export const zone = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";

/** The day that follows one, as text. */
function dayAfter(day: string): string {
  return new Date(Date.parse(`${day}T00:00Z`) + 86_400_000).toISOString().slice(0, 10);
}

export function keyOf(line: SpendLine, dimension: string): string {
  return String((line as unknown as Record<string, unknown>)[dimension.startsWith("tag:") ? "tag" : dimension] ?? "");
}

/** Rows summed by these dimensions, the largest first. */
export function fold(rows: SpendLine[], by: string[], metric: Metric): { names: string[]; line: SpendLine }[] {
  const sums = new Map<string, { names: string[]; line: SpendLine }>();
  for (const row of rows) {
    const names = by.map((dimension) => keyOf(row, dimension));
    const key = names.join("\n");
    const sum = sums.get(key);
    sums.set(key, sum ? { names, line: add(sum.line, row) } : { names, line: row });
  }
  return [...sums.values()].sort((a, b) => metric.of(b.line) - metric.of(a.line) || b.line.requests - a.line.requests || a.names.join().localeCompare(b.names.join()));
}

function add(a: SpendLine, b: SpendLine): SpendLine {
  return {
    ...a,
    requests: a.requests + b.requests,
    failures: a.failures + b.failures,
    unpriced_requests: a.unpriced_requests + b.unpriced_requests,
    estimated_requests: a.estimated_requests + b.estimated_requests,
    input_tokens: a.input_tokens + b.input_tokens,
    cache_read_tokens: a.cache_read_tokens + b.cache_read_tokens,
    cache_write_tokens: a.cache_write_tokens + b.cache_write_tokens,
    output_tokens: a.output_tokens + b.output_tokens,
    reasoning_tokens: a.reasoning_tokens + b.reasoning_tokens,
    previous_nano_usd: (a.previous_nano_usd ?? 0) + (b.previous_nano_usd ?? 0),
    previous_requests: (a.previous_requests ?? 0) + (b.previous_requests ?? 0),
    cost_nano_usd: a.cost_nano_usd === null && b.cost_nano_usd === null ? null : (a.cost_nano_usd ?? 0) + (b.cost_nano_usd ?? 0),
    priced: a.priced === b.priced ? a.priced : "partly",
  };
}

/** The hue of a place among the names that are drawn. */
export function hue(place: number): string {
  return `var(--hue-${(place % 8) + 1})`;
}

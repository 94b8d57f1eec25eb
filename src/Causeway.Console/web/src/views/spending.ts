import type { SpendLine } from "../api/types";
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
  ["model", "model"],
  ["provider", "provider"],
  ["key", "key"],
];

export function keyOf(line: SpendLine, dimension: string): string {
  return String((line as unknown as Record<string, unknown>)[dimension] ?? "");
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
    cost_nano_usd: a.cost_nano_usd === null && b.cost_nano_usd === null ? null : (a.cost_nano_usd ?? 0) + (b.cost_nano_usd ?? 0),
    priced: a.priced === b.priced ? a.priced : "partly",
  };
}

/** A name has one hue on every page. */
export function hue(name: string, place: number): string {
  return name === "other" ? "var(--hue-other)" : `var(--hue-${(place % 8) + 1})`;
}

import { Bar, BarChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";
import type { SpendLine } from "../api/types";
import { minute, moment } from "../lib/format";
import { fold, hue, keyOf, type Metric } from "./spending";

interface ChartProps {
  rows: SpendLine[];
  /** What all groups were, step by step, where rows do not have each of them. */
  totals: SpendLine[];
  by: string;
  time: "hour" | "day";
  metric: Metric;
  since: Date;
  hours: number;
}

const rest = "others"; // A group's key begins with "=", so that none is taken for the rest.
const keyFor = (name: string) => `=${name}`;

/** Stacked bars over time: the eight largest and the others. Steps in which nothing happened are drawn as nothing. */
export default function Chart({ rows: all, totals, by, time, metric, since, hours }: ChartProps) {
  const rows = all.filter((row) => !row.others);
  const largest = new Set(fold(rows, [by], metric).slice(0, 8).map((row) => row.names[0]!));
  // Hues go by the names' order in the alphabet, so that a name keeps its own when the ranking moves.
  const series = [...largest].sort().map((name, i) => ({ key: keyFor(name), name: name || "none", fill: hue(i) }));
  if (totals.length > 0 || rows.some((row) => !largest.has(keyOf(row, by)))) {
    series.push({ key: rest, name: "other", fill: "var(--hue-other)" });
  }

  const step = time === "hour" ? 3_600_000 : 86_400_000;
  const start = Math.floor(since.getTime() / step) * step;
  const steps = Array.from({ length: Math.ceil((hours * 3_600_000) / step) }, (_, i) => ({ at: start + i * step, sums: {} as Record<string, number> }));
  const add = (row: SpendLine, key: string, value: number) => {
    const place = steps[Math.round((Date.parse(time === "hour" ? row.hour! : `${row.day}T00:00Z`) - start) / step)];
    if (place) {
      place.sums[key] = (place.sums[key] ?? 0) + value;
    }
  };
  totals.forEach((row) => add(row, rest, metric.of(row)));
  for (const row of rows) {
    const isLarge = largest.has(keyOf(row, by));
    if (isLarge) {
      add(row, keyFor(keyOf(row, by)), metric.of(row));
    }
    if (totals.length > 0 ? isLarge : !isLarge) {
      add(row, rest, isLarge ? -metric.of(row) : metric.of(row)); // Of a total the others are what the large ones leave.
    }
  }
  const drawn = steps.reduce((all, one) => all + Object.values(one.sums).reduce((sum, value) => sum + value, 0), 0);
  const label = (at: number) => (time === "hour" ? minute(at) : new Date(at).toLocaleDateString(undefined, { month: "short", day: "numeric", timeZone: "UTC" }));
  return (
    <>
      <div className="chart" role="img" data-value={drawn} aria-label={`${metric.name} over time by ${by}; the table below has the figures`}>
        <ResponsiveContainer width="100%" height="100%">
          <BarChart data={steps} margin={{ top: 4, right: 12, bottom: 0, left: 8 }} barCategoryGap={2} accessibilityLayer={false}>
            <CartesianGrid vertical={false} stroke="var(--line)" />
            <XAxis dataKey="at" tickFormatter={label} tickLine={false} axisLine={{ stroke: "var(--line-strong)" }} minTickGap={36} />
            <YAxis width={64} tickFormatter={metric.show} tickLine={false} axisLine={false} />
            <Tooltip
              cursor={{ fill: "var(--sunken)" }}
              labelFormatter={(at) => (time === "hour" ? moment(Number(at)) : label(Number(at)))}
              formatter={(value, name) => [metric.show(Number(value)), String(name)]}
              contentStyle={{ background: "var(--ground)", border: "1px solid var(--line-strong)", borderRadius: 8, fontSize: 12, color: "var(--text)" }}
              itemStyle={{ color: "var(--text)", padding: 0 }}
            />
            {series.map(({ key, name, fill }) => (
              <Bar key={key} dataKey={(row: (typeof steps)[number]) => row.sums[key]} name={name} stackId="all" fill={fill} isAnimationActive={false} />
            ))}
          </BarChart>
        </ResponsiveContainer>
      </div>
      <ul className="legend under">
        {series.map(({ key, name, fill }) => (
          <li key={key}>
            <span className="swatch" style={{ background: fill }} />
            {name}
          </li>
        ))}
      </ul>
    </>
  );
}

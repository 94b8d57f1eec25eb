import { Bar, BarChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";
import type { SpendLine } from "../api/types";
import { fold, hue, keyOf, type Metric } from "./spending";

interface ChartProps {
  rows: SpendLine[];
  by: string;
  time: "hour" | "day";
  metric: Metric;
  since: Date;
  hours: number;
}

/** Stacked bars over time: the eight largest and the others. Steps in which nothing happened are drawn as nothing. */
export default function Chart({ rows, by, time, metric, since, hours }: ChartProps) {
  const step = time === "hour" ? 3_600_000 : 86_400_000;
  const largest = fold(rows, [by], metric).slice(0, 8).map((row) => row.names[0]!);
  const nameOf = (row: SpendLine) => (largest.includes(keyOf(row, by)) ? keyOf(row, by) : "other");
  // Hues go by the names' order in the alphabet, so that a name keeps its own when the ranking moves.
  const names = [...largest].sort();
  const hasOthers = rows.some((row) => nameOf(row) === "other");
  const series = hasOthers ? [...names, "other"] : names;

  const start = Math.floor(since.getTime() / step) * step;
  const steps = Array.from({ length: Math.ceil((hours * 3_600_000) / step) }, (_, i) => ({ at: start + i * step, sums: {} as Record<string, number> }));
  for (const row of rows) {
    const at = Date.parse(time === "hour" ? row.hour! : `${row.day}T00:00Z`);
    const place = steps[Math.round((at - start) / step)];
    if (place) {
      place.sums[nameOf(row)] = (place.sums[nameOf(row)] ?? 0) + metric.of(row);
    }
  }
  const label = (at: number) => (time === "hour" ? new Date(at).toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit", hour12: false }) : new Date(at).toLocaleDateString(undefined, { month: "short", day: "numeric", timeZone: "UTC" }));
  return (
    <>
      <div className="chart" role="img" aria-label={`${metric.name} over time by ${by}; the table below has the figures`}>
        <ResponsiveContainer width="100%" height="100%">
          <BarChart data={steps} margin={{ top: 4, right: 12, bottom: 0, left: 8 }} barCategoryGap={2} accessibilityLayer={false}>
            <CartesianGrid vertical={false} stroke="var(--line)" />
            <XAxis dataKey="at" tickFormatter={label} tickLine={false} axisLine={{ stroke: "var(--line-strong)" }} minTickGap={36} />
            <YAxis width={64} tickFormatter={metric.show} tickLine={false} axisLine={false} />
            <Tooltip
              cursor={{ fill: "var(--sunken)" }}
              labelFormatter={(at) => (time === "hour" ? new Date(Number(at)).toLocaleString() : label(Number(at)))}
              formatter={(value, name) => [metric.show(Number(value)), String(name) || "none"]}
              contentStyle={{ background: "var(--ground)", border: "1px solid var(--line-strong)", borderRadius: 8, fontSize: 12, color: "var(--text)" }}
              itemStyle={{ color: "var(--text)", padding: 0 }}
            />
            {series.map((name, i) => (
              <Bar key={name} dataKey={(row: (typeof steps)[number]) => row.sums[name]} name={name} stackId="all" fill={hue(name === "other" && hasOthers && i === series.length - 1 ? "other" : `=${name}`, i)} isAnimationActive={false} />
            ))}
          </BarChart>
        </ResponsiveContainer>
      </div>
      <ul className="legend" style={{ padding: "0 16px 12px" }}>
        {series.map((name, i) => (
          <li key={name}>
            <span className="swatch" style={{ background: hue(name === "other" && hasOthers && i === series.length - 1 ? "other" : `=${name}`, i) }} />
            {name || "none"}
          </li>
        ))}
      </ul>
    </>
  );
}

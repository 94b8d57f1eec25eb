import { useEffect, useState } from "react";
import { setQuery } from "../lib/route";
import { Choice } from "../ui/fields";
import { isDimension, windows, zone } from "./spending";

/** The name of the tag that is grouped by. */
export function TagName({ label, dimension, set }: { label: string; dimension: string; set: (dimension: string) => void }) {
  const known = dimension.slice("tag:".length);
  const [name, setName] = useState(known);
  useEffect(() => setName(known), [known]);
  const take = () => name !== known && isDimension(`tag:${name}`) && set(`tag:${name}`);
  return (
    <input
      className="input"
      aria-label={label}
      size={12}
      maxLength={32}
      value={name}
      onChange={(event) => setName(event.target.value.trim())}
      onBlur={take}
      onKeyDown={(event) => event.key === "Enter" && take()}
    />
  );
}

/** Which time: the span of the scope, a window of the calendar, or days from and to. Days are those of the reader's zone. */
export function Times({ query, span }: { query: URLSearchParams; span: string }) {
  const [from, to] = [query.get("from") ?? "", query.get("to") ?? ""];
  const value = query.get("window") ?? (from || to ? "days" : "");
  const today = new Date().toLocaleDateString("en-CA");
  return (
    <>
      <span className="quiet">in</span>
      <Choice
        label="Time"
        value={value}
        options={[["", `the last ${span}`], ...windows, ["days", "Days from … to …"]]}
        set={(next) => setQuery(next === "days" ? { window: null, from: today, to: today } : { window: next, from: null, to: null })}
      />
      {value === "days" && (
        <>
          <input className="input" type="date" aria-label="From" value={from} max={to || today} onChange={(event) => event.target.value && setQuery({ from: event.target.value })} />
          <input className="input" type="date" aria-label="To" value={to} min={from} onChange={(event) => event.target.value && setQuery({ to: event.target.value })} />
        </>
      )}
      {value !== "" && <span className="quiet">{zone}</span>}
    </>
  );
}

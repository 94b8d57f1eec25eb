import type { ReactNode } from "react";

/** A name above what is filled in, and what it wants below. */
export function Field({ label, hint, children }: { label: string; hint?: ReactNode; children: ReactNode }) {
  return (
    <label className="field">
      <span>{label}</span>
      {children}
      {hint && <small>{hint}</small>}
    </label>
  );
}

interface ChoiceProps {
  /** Its name, where no field around it has one. */
  label?: string;
  value: string;
  /** Ids, and what a person reads where that is something else. */
  options: readonly (string | readonly [id: string, name: string])[];
  set: (value: string) => void;
  /** It has the focus when its dialog opens. */
  first?: boolean;
}

/** One of a few. */
export function Choice({ label, value, options, set, first }: ChoiceProps) {
  return (
    <select className="input" aria-label={label} data-first={first || undefined} value={value} onChange={(event) => set(event.target.value)}>
      {options.map((option) => {
        const [id, name] = typeof option === "string" ? [option, option] : option;
        return (
          <option key={id} value={id}>
            {name}
          </option>
        );
      })}
    </select>
  );
}

/** Yes or no. */
export function Tick({ on, set, disabled, small, children }: { on: boolean; set: (on: boolean) => void; disabled?: boolean; small?: boolean; children: ReactNode }) {
  return (
    <label className={`line ${small ? "small" : ""}`}>
      <input type="checkbox" disabled={disabled} checked={on} onChange={(event) => set(event.target.checked)} />
      {children}
    </label>
  );
}

/** Any of a few. */
export function Boxes({ legend, all, chosen, set, allows = () => true }: { legend: string; all: string[]; chosen: string[]; set: (chosen: string[]) => void; allows?: (one: string) => boolean }) {
  return (
    <fieldset className="plain">
      <legend>{legend}</legend>
      <div className="line">
        {all.map((one) => (
          <Tick key={one} disabled={!allows(one)} on={chosen.includes(one)} set={(on) => set(on ? [...chosen, one] : chosen.filter((other) => other !== one))}>
            {one}
          </Tick>
        ))}
      </div>
    </fieldset>
  );
}

/** Why something is done, for whoever reads of it later. */
export function Reason({ label = "Why? It goes into the audit.", hint, value, set, first }: { label?: string; hint?: ReactNode; value: string; set: (value: string) => void; first?: boolean }) {
  return (
    <Field label={label} hint={hint}>
      <input className="input" data-first={first || undefined} maxLength={500} value={value} onChange={(event) => set(event.target.value)} />
    </Field>
  );
}

/** What a list is narrowed by; a click takes it away. */
export function Filter({ clear, children }: { clear: () => void; children: ReactNode }) {
  return (
    <button type="button" className="tag bare" onClick={clear} title="Take this away">
      {children} ×
    </button>
  );
}

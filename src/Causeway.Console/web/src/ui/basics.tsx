import { useEffect, useState, type ButtonHTMLAttributes, type ReactNode } from "react";
import type { Problem } from "../api/client";
import { ago, clock, day, moment, money, shorten, utc } from "../lib/format";
import { Icon } from "./icons";

type Look = "" | "main" | "danger" | "plain";

export function Button({ look = "", large, icon, children, className = "", ...rest }: ButtonHTMLAttributes<HTMLButtonElement> & { look?: Look; large?: boolean; icon?: string }) {
  return (
    <button type="button" className={`button ${look} ${large ? "large" : ""} ${icon && !children ? "icon" : ""} ${className}`} {...rest}>
      {icon && <Icon name={icon} />}
      {children}
    </button>
  );
}

export type Tone = "good" | "bad" | "soon" | "";

/** A state is a colour and a shape and a word. */
export function Tag({ tone = "", bare, children, title }: { tone?: Tone; bare?: boolean; children: ReactNode; title?: string }) {
  return (
    <span className={`tag ${tone} ${bare ? "bare" : ""}`} title={title}>
      {children}
    </span>
  );
}

export function Money({ nano, title }: { nano: number | null | undefined; title?: string }) {
  return (
    <span data-value={nano ?? ""} className={nano === null || nano === undefined ? "quiet" : ""} title={title ?? (nano == null ? "The model has no price: this is not the same as costing nothing." : `${nano} nano-USD`)}>
      {money(nano)}
    </span>
  );
}

/** A name in a table: cut where it is long, whole on hover. */
export function Name({ children }: { children: string }) {
  return (
    <span className="name cut" title={children}>
      {children}
    </span>
  );
}

const times = { ago, clock, day, moment };

/** When, in the reader's words; UTC on hover. Only what is said as long ago grows older. */
export function Time({ at, as = "ago" }: { at: string; as?: keyof typeof times }) {
  const [, tick] = useState(0);
  useEffect(() => {
    if (as !== "ago") {
      return;
    }
    const timer = setInterval(() => tick((turn) => turn + 1), 15_000);
    return () => clearInterval(timer);
  }, [as]);
  return (
    <time dateTime={at} title={utc(at)}>
      {times[as](at)}
    </time>
  );
}

/** An id: shortened in the middle, copied whole. */
export function Id({ id, whole }: { id: string; whole?: boolean }) {
  return (
    <span className="line close">
      <code title={id} className={whole ? "break" : "cut"}>
        {whole ? id : shorten(id)}
      </code>
      <Copy text={id} what={id} />
    </span>
  );
}

export function Copy({ text, what, children }: { text: string; what?: string; children?: ReactNode }) {
  const [done, setDone] = useState(false);
  useEffect(() => {
    if (done) {
      const timer = setTimeout(() => setDone(false), 1_500);
      return () => clearTimeout(timer);
    }
  }, [done]);
  return (
    <button
      type="button"
      className={`button ${children ? "" : "plain icon"}`}
      aria-label={children ? undefined : `Copy ${what ?? "this"}`}
      title="Copy"
      onClick={(event) => {
        event.stopPropagation();
        void copyText(text).then(setDone);
      }}
    >
      <Icon name={done ? "check" : "copy"} size={children ? 16 : 14} />
      {children && (done ? "Copied" : children)}
    </button>
  );
}

// Without TLS and off the loopback a browser has no clipboard for pages; the old way still works there.
async function copyText(text: string): Promise<boolean> {
  if (navigator.clipboard) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // Refused: the old way.
    }
  }
  const area = document.createElement("textarea");
  area.value = text;
  area.setAttribute("readonly", "");
  area.className = "sr";
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  return done;
}

export function Code({ text, label, children }: { text: string; label: string; children?: ReactNode }) {
  return (
    <div className="code">
      <pre tabIndex={0} role="region" aria-label={label}>
        {children ?? text}
      </pre>
      <Copy text={text} what={label} />
    </div>
  );
}

export function Card({ title, acts, children, flush }: { title?: ReactNode; acts?: ReactNode; children: ReactNode; flush?: boolean }) {
  return (
    <section className="card">
      {(title || acts) && (
        <header>
          {title && <h2>{title}</h2>}
          {acts}
        </header>
      )}
      {flush ? children : <div className="body">{children}</div>}
    </section>
  );
}

export function Notice({ tone = "", title, children, acts }: { tone?: Tone; title?: ReactNode; children?: ReactNode; acts?: ReactNode }) {
  return (
    <div className={`notice ${tone}`} role={tone === "bad" ? "alert" : "status"}>
      <div className="grow stack tight">
        {title && <strong>{title}</strong>}
        {children && <div className="prose">{children}</div>}
      </div>
      {acts}
    </div>
  );
}

/** What went wrong, where, and what to do next. */
export function Trouble({ problem, retry }: { problem: Problem; retry?: () => void }) {
  return (
    <Notice tone="bad" title={problem.title} acts={retry && <Button onClick={retry}>Try again</Button>}>
      <p>{problem.detail}</p>
      {problem.errors.length > 0 && (
        <ul>
          {problem.errors.map((error, i) => (
            <li key={i}>
              {error.field && <code>{error.field}</code>}
              {error.pointer && <code> {error.pointer}</code>}
              {error.line && ` line ${error.line}`} {error.message}
            </li>
          ))}
        </ul>
      )}
      <p className="small quiet">
        Code <code>{problem.code}</code>
      </p>
    </Notice>
  );
}

export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="empty">
      <h2>{title}</h2>
      {children}
    </div>
  );
}

export function Skeleton({ rows = 5 }: { rows?: number }) {
  return (
    <div className="stack waits" role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, i) => (
        <div key={i} className="skeleton" style={{ width: `${92 - ((i * 17) % 40)}%` }} />
      ))}
    </div>
  );
}

export function Facts({ facts }: { facts: [string, ReactNode][] }) {
  return (
    <dl className="facts">
      {facts
        .filter(([, value]) => value !== null && value !== undefined && value !== false && value !== "")
        .map(([name, value]) => (
          <div key={name} className="whole">
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}

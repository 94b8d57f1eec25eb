import type { ReactNode } from "react";
import type { Loaded } from "../lib/load";

/** Figures side by side. */
export function Tiles({ children, five }: { children: ReactNode; five?: boolean }) {
  return <div className={`tiles ${five ? "five" : ""}`}>{children}</div>;
}

interface TileProps {
  name: string;
  figure: ReactNode;
  /** The figure in its base unit, for whoever reads the page and not the picture. */
  value?: number | string | undefined;
  id?: string;
  more?: ReactNode;
  tone?: "" | "bad" | "soon";
  /** What the figure is made of. */
  to?: string;
  now?: boolean;
  title?: string | undefined;
  /** What it is read from: until that is there nothing is said of it. */
  of?: Loaded<unknown>;
  children?: ReactNode;
}

/** One figure, under its name and above what it is measured against. */
export function Tile({ name, figure, value, id, more, tone = "", to, now, title, of, children }: TileProps) {
  const isThere = !of || of.value !== null;
  const content = (
    <>
      <span className="name">{name}</span>
      {isThere ? (
        <>
          {figure !== null && (
            <span className={`figure ${tone}`} data-value={value} data-testid={id}>
              {figure}
            </span>
          )}
          {children}
          <span className="more">{more}</span>
        </>
      ) : (
        <>
          <span className="figure quiet">–</span>
          <span className="more">{of.problem ? `not known: ${of.problem.title}` : "being read…"}</span>
        </>
      )}
    </>
  );
  return to ? (
    <a className="tile" href={to} title={title} aria-current={now || undefined}>
      {content}
    </a>
  ) : (
    <div className="tile" title={title}>
      {content}
    </div>
  );
}

import { useEffect, useRef, useState, type ReactNode } from "react";
import { moveOrOpen } from "./table";

const height = 36;
const margin = 12;

interface WindowedProps<T> {
  label: string;
  heads: string[];
  rows: T[];
  id: (row: T) => string;
  cells: (row: T) => ReactNode[];
  open: (row: T) => void;
  opened: string | null;
  gone: (row: T) => boolean;
  /** Opens or folds what is below a row, by the arrows to the right and to the left. */
  twist?: (row: T, wants: boolean) => void;
}

/** A table of any length: only the rows in sight are in the page, so that ten thousand scroll like ten. */
export function Windowed<T>({ label, heads, rows, id, cells, open, opened, gone, twist }: WindowedProps<T>) {
  const box = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ first: 0, last: 60 });
  useEffect(() => {
    const node = box.current;
    if (!node) {
      return;
    }
    const look = () => {
      const first = Math.max(0, Math.floor((node.scrollTop - 30) / height) - margin);
      setView((before) => {
        const next = { first, last: first + Math.ceil(node.clientHeight / height) + 2 * margin };
        return before.first === next.first && before.last === next.last ? before : next;
      });
    };
    look();
    node.addEventListener("scroll", look, { passive: true });
    window.addEventListener("resize", look);
    return () => {
      node.removeEventListener("scroll", look);
      window.removeEventListener("resize", look);
    };
  }, []);

  return (
    <div className="window" ref={box} role="table" aria-label={label} aria-rowcount={rows.length + 1} tabIndex={0} style={{ maxHeight: "max(320px, calc(100dvh - 270px))" }}>
      <div role="rowgroup">
        <div className="heads" role="row" aria-rowindex={1}>
          {heads.map((head) => (
            <span key={head} role="columnheader">
              {head}
            </span>
          ))}
        </div>
      </div>
      <div role="rowgroup" style={{ height: rows.length * height, position: "relative", minWidth: 820 }}>
        {rows.slice(view.first, view.last).map((row, i) => (
          <div
            key={id(row)}
            className={`grid ${opened === id(row) ? "open" : ""} ${gone(row) ? "gone" : ""}`}
            role="row"
            aria-rowindex={view.first + i + 2}
            tabIndex={0}
            style={{ top: (view.first + i) * height }}
            onClick={(event) => !(event.target as HTMLElement).closest("button, a") && open(row)}
            onKeyDown={(event) => {
              if (twist && event.target === event.currentTarget && (event.key === "ArrowRight" || event.key === "ArrowLeft")) {
                event.preventDefault();
                twist(row, event.key === "ArrowRight");
              }
              moveOrOpen(event, () => open(row));
            }}
          >
            {cells(row).map((cell, column) => (
              <span key={heads[column]} role="cell">
                {cell}
              </span>
            ))}
          </div>
        ))}
      </div>
    </div>
  );
}

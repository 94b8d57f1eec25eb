import type { KeyboardEvent, ReactNode } from "react";
import { setQuery, useRoute } from "../lib/route";

export interface Column<T> {
  name: string;
  cell: (row: T) => ReactNode;
  number?: boolean;
  /** Left out where there is little room. */
  optional?: boolean;
  /** Left out where no row has it. */
  has?: (row: T) => boolean;
  /** What rows are put in order by, when its head is pressed: only where all rows are there. */
  sort?: (row: T) => number | string;
}

interface TableProps<T> {
  label: string;
  columns: Column<T>[];
  rows: readonly T[];
  /** How many are shown at most: the first in the order that was asked for. */
  most?: number;
  id: (row: T) => string;
  open?: (row: T) => void;
  opened?: string | null;
  /** Sums below: for a column what is said in it. */
  foot?: Record<string, ReactNode>[];
}

/** Rows that can be opened are reached with Tab, moved along with j and k or the arrows, and opened with Enter. */
export function Table<T>({ label, columns: all, rows: given, most, id, open, opened, foot }: TableProps<T>) {
  const { query } = useRoute();
  const columns = all.filter((column) => !column.has || given.some(column.has));
  const rows = inOrder(given, columns, query.get("order")).slice(0, most);
  return (
    <div className="scroll" role="region" aria-label={label} tabIndex={0}>
      <table>
        <caption className="sr">{label}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <Heading key={column.name} column={column} order={query.get("order")} />
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr
              key={id(row)}
              data-id={id(row)}
              className={`${open ? "can" : ""} ${opened === id(row) ? "open" : ""}`}
              tabIndex={open ? 0 : undefined}
              onClick={open && ((event) => !(event.target as HTMLElement).closest("a, button, input") && open(row))}
              onKeyDown={open && ((event) => moveOrOpen(event, () => open(row)))}
            >
              {columns.map((column) => (
                <td key={column.name} className={classOf(column)}>
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
        {foot && (
          <tfoot>
            {foot.map((sums, i) => (
              <tr key={i}>
                {columns.map((column) => (
                  <td key={column.name} className={classOf(column)}>
                    {sums[column.name]}
                  </td>
                ))}
              </tr>
            ))}
          </tfoot>
        )}
      </table>
    </div>
  );
}

/** The address has the order: a column's name, behind a minus where the largest come first. */
function inOrder<T>(rows: readonly T[], columns: Column<T>[], order: string | null): readonly T[] {
  const sort = columns.find((column) => column.name === order?.replace(/^-/, ""))?.sort;
  if (!sort || !order) {
    return rows;
  }
  const turn = order.startsWith("-") ? -1 : 1;
  return [...rows].sort((a, b) => {
    const [x, y] = [sort(a), sort(b)];
    return turn * (typeof x === "number" && typeof y === "number" ? x - y : String(x).localeCompare(String(y)));
  });
}

function classOf<T>(column: Column<T>): string {
  return `${column.number ? "number" : ""} ${column.optional ? "optional" : ""}`;
}

function Heading<T>({ column, order }: { column: Column<T>; order: string | null }) {
  const { name } = column;
  const now = !column.sort ? undefined : order === name ? "ascending" : order === `-${name}` ? "descending" : undefined;
  // Of numbers the largest are wanted first, of names the first; the third time the table's own order.
  const [first, second] = column.number ? [`-${name}`, name] : [name, `-${name}`];
  const next = order === first ? second : order === second ? null : first;
  return (
    <th scope="col" className={classOf(column)} aria-sort={now}>
      {column.sort ? (
        <button type="button" className="sort" onClick={() => setQuery({ order: next }, true)}>
          {name}
          <span aria-hidden="true">{now === "ascending" ? " ↑" : now === "descending" ? " ↓" : ""}</span>
        </button>
      ) : (
        name || <span className="sr">Actions</span>
      )}
    </th>
  );
}

export function moveOrOpen(event: KeyboardEvent<HTMLElement>, open: () => void) {
  if (event.target !== event.currentTarget) {
    return;
  }
  const row = event.currentTarget;
  if (event.key === "Enter" || event.key === "o") {
    event.preventDefault();
    open();
  } else if (event.key === "ArrowDown" || event.key === "j") {
    event.preventDefault();
    (row.nextElementSibling as HTMLElement | null)?.focus();
  } else if (event.key === "ArrowUp" || event.key === "k") {
    event.preventDefault();
    (row.previousElementSibling as HTMLElement | null)?.focus();
  }
}

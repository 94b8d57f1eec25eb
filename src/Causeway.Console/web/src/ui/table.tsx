import type { KeyboardEvent, ReactNode } from "react";

export interface Column<T> {
  name: string;
  cell: (row: T) => ReactNode;
  number?: boolean;
  /** Left out where there is little room. */
  optional?: boolean;
  /** Left out where no row has it. */
  has?: (row: T) => boolean;
}

interface TableProps<T> {
  label: string;
  columns: Column<T>[];
  rows: readonly T[];
  id: (row: T) => string;
  open?: (row: T) => void;
  opened?: string | null;
  foot?: ReactNode;
}

/** Rows that can be opened are reached with Tab, moved along with j and k or the arrows, and opened with Enter. */
export function Table<T>({ label, columns: all, rows, id, open, opened, foot }: TableProps<T>) {
  const columns = all.filter((column) => !column.has || rows.some(column.has));
  return (
    <div className="scroll" role="region" aria-label={label} tabIndex={0}>
      <table>
        <caption className="sr">{label}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.name} scope="col" className={`${column.number ? "number" : ""} ${column.optional ? "optional" : ""}`}>
                {column.name || <span className="sr">Actions</span>}
              </th>
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
                <td key={column.name} className={`${column.number ? "number" : ""} ${column.optional ? "optional" : ""}`}>
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
        {foot && <tfoot>{foot}</tfoot>}
      </table>
    </div>
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

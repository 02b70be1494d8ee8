import { memo, type ReactNode } from 'react';
import look from './DataTable.module.css';

export interface Column<Row, Sort extends string = never> {
  key: string;
  head: string;
  /** A grid track with a least width of its own, such as `minmax(120px, 1fr)`, so that all rows agree. */
  width: string;
  /** Numbers stand on the right. */
  right?: boolean;
  sort?: Sort;
  cell: (row: Row) => ReactNode;
  /** The whole text, where the cell may be cut off. */
  title?: (row: Row) => string | undefined;
}

interface DataTableRowProps<Row, Sort extends string> {
  id: string;
  row: Row | undefined;
  index: number;
  top: number;
  columns: readonly Column<Row, Sort>[];
  active: boolean;
  linked: boolean;
  /** Null where rows are not chosen at all. */
  selected: boolean | null;
  choosable: boolean;
  onToggle: ((row: Row) => void) | undefined;
}

function Plain<Row, Sort extends string>(props: DataTableRowProps<Row, Sort>) {
  const { id, row, index, top, columns, active, linked, selected, choosable, onToggle } = props;
  return (
    <div
      id={id}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={selected === null ? undefined : selected}
      aria-busy={row === undefined || undefined}
      data-index={index}
      data-active={active || undefined}
      data-link={linked || undefined}
      className={look.row}
      style={{ transform: `translateY(${top}px)` }}
    >
      {selected !== null && (
        <div role="gridcell" className={look.cell}>
          {row && choosable && (
            <input
              type="checkbox"
              tabIndex={-1}
              aria-label={`Choose row ${index + 1}`}
              checked={selected}
              onChange={() => onToggle?.(row)}
            />
          )}
        </div>
      )}
      {row === undefined ? (
        <div role="gridcell" className={`${look.cell} ${look.waiting}`} aria-colspan={columns.length}>
          Loading…
        </div>
      ) : (
        columns.map(({ key, right, cell, title }) => (
          <div key={key} role="gridcell" className={look.cell} data-right={right || undefined} title={title?.(row)}>
            {cell(row)}
          </div>
        ))
      )}
    </div>
  );
}

/** One row of a table; drawn again only when something of it has changed. */
export const DataTableRow = memo(Plain) as typeof Plain;

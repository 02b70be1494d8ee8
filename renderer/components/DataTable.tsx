import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import {
  useEffect,
  useId,
  useRef,
  useState,
  type CSSProperties,
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
} from 'react';
import { DataTableRow, type Column } from './DataTableRow.tsx';
import look from './DataTable.module.css';
import { rowStep } from './rowStep.ts';
import { useRowHeight } from './useRowHeight.ts';

export type { Column } from './DataTableRow.tsx';

export interface DataTableSort<Sort extends string> {
  by: Sort;
  descending: boolean;
  onSort: (by: Sort) => void;
}

export interface DataTableSelection<Row> {
  has: (row: Row) => boolean;
  /** Rows that cannot be chosen have no box. */
  allows: (row: Row) => boolean;
  toggle: (row: Row) => void;
  /** What stands over the boxes. */
  head: ReactNode;
}

/** Rows that are kept ready above and below what is to be seen. */
const overscan = 6;
/** Of a table that fills its screen: in a low window the screen scrolls, and not three rows of it. */
const leastHeight = 240;

interface DataTableProps<Row, Sort extends string> {
  /** What the rows are. */
  label: string;
  columns: readonly Column<Row, Sort>[];
  /** Of all rows, also of those that are not loaded yet. */
  count: number;
  /** Undefined while it is not loaded. */
  rowAt: (index: number) => Row | undefined;
  /** Enter or a click. */
  onOpen?: (row: Row) => void;
  sort?: DataTableSort<Sort>;
  selection?: DataTableSelection<Row>;
  /** Told which rows are to be seen. */
  onSeen?: (first: number, last: number) => void;
  /** The rows are others when this changes: it begins at the top again. */
  order?: string;
  /** In pixels; a narrower table scrolls sideways. */
  leastWidth: number;
  /** `100%` of a flexible parent unless said otherwise. */
  maxHeight?: number;
}

/**
 * Rows of one height, of which only those in sight are on the page, so that 100,000 scroll like ten. It is one stop of
 * the Tab key: arrows, Home, End and the page keys go through it, Enter opens a row, Space chooses it.
 */
export function DataTable<Row, Sort extends string = never>({
  label,
  columns,
  count,
  rowAt,
  onOpen,
  sort,
  selection,
  onSeen,
  order,
  leastWidth,
  maxHeight,
}: DataTableProps<Row, Sort>) {
  const id = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const rowHeight = useRowHeight();
  const [active, setActive] = useState(0);
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan,
    scrollPaddingEnd: rowHeight,
  });
  useEffect(() => virtual.measure(), [virtual, rowHeight]);

  useEffect(() => {
    setActive(0);
    scroller.current?.scrollTo(0, 0);
  }, [order]);

  const inSight = virtual.getVirtualItems();
  const most = Math.ceil((virtual.scrollRect?.height ?? 0) / rowHeight) + 2 * overscan + 1; // on the page at once
  const first = inSight[0]?.index ?? 0;
  const last = inSight.at(-1)?.index ?? 0;
  useEffect(() => onSeen?.(first, last), [onSeen, first, last]);

  const current = Math.min(active, Math.max(0, count - 1));
  const pressed = (event: KeyboardEvent) => {
    if (event.target !== scroller.current) return;
    const pageRows = Math.max(1, Math.floor((scroller.current.clientHeight - rowHeight) / rowHeight) - 1);
    const next = rowStep(event.key, current, count, pageRows);
    const row = rowAt(current);
    if (next !== null) {
      setActive(next);
      virtual.scrollToIndex(next);
    } else if (event.key === 'Enter' && row && onOpen) onOpen(row);
    else if (event.key === ' ' && row && selection?.allows(row)) selection.toggle(row);
    else if (event.key !== ' ') return;
    event.preventDefault();
  };
  const clicked = (event: MouseEvent) => {
    const target = event.target as HTMLElement;
    const index = Number(target.closest<HTMLElement>('[data-index]')?.dataset.index);
    const row = rowAt(index);
    if (!row || target.closest('a, input, button')) return;
    setActive(index);
    onOpen?.(row);
  };

  const tracks = [...(selection ? ['36px'] : []), ...columns.map(({ width }) => width)].join(' ');
  return (
    <div
      ref={scroller}
      className={look.table}
      role="grid"
      aria-label={label}
      aria-rowcount={count + 1}
      aria-colcount={columns.length + (selection ? 1 : 0)}
      aria-multiselectable={selection ? true : undefined}
      aria-activedescendant={count > 0 ? `${id}-${current}` : undefined}
      tabIndex={0}
      onKeyDown={pressed}
      style={
        {
          '--tracks': tracks,
          '--least-width': `${leastWidth}px`,
          flex: '1 1 auto',
          maxHeight,
          minHeight: maxHeight === undefined ? leastHeight : undefined,
        } as CSSProperties
      }
    >
      <div role="rowgroup" className={look.head}>
        <div role="row" aria-rowindex={1} style={{ display: 'contents' }}>
          {selection && (
            <div role="columnheader" className={look.cell}>
              {selection.head}
            </div>
          )}
          {columns.map((column) => (
            <ColumnHead key={column.key} column={column} sort={sort} />
          ))}
        </div>
      </div>
      <div role="rowgroup" className={look.body} style={{ height: virtual.getTotalSize() }} onClick={clicked}>
        {inSight.map(({ index, start }) => {
          const row = rowAt(index);
          return (
            <DataTableRow
              // Rows that leave the sight become those that come: changing them is cheaper than making new ones.
              key={index % most}
              id={`${id}-${index}`}
              row={row}
              index={index}
              top={start}
              columns={columns}
              active={index === current}
              linked={onOpen !== undefined}
              selected={selection && row ? selection.has(row) : null}
              choosable={Boolean(selection && row && selection.allows(row))}
              onToggle={selection?.toggle}
            />
          );
        })}
      </div>
    </div>
  );
}

function ColumnHead<Row, Sort extends string>({
  column,
  sort,
}: {
  column: Column<Row, Sort>;
  sort: DataTableSort<Sort> | undefined;
}) {
  const { sort: by, head, right } = column;
  const sorted = sort !== undefined && by !== undefined && sort.by === by;
  const order = sorted ? (sort.descending ? 'descending' : 'ascending') : undefined;
  return (
    <div role="columnheader" className={look.cell} data-right={right || undefined} aria-sort={order} title={head}>
      {sort && by !== undefined ? (
        <button type="button" className={look.sort} onClick={() => sort.onSort(by)}>
          {head}
          {order === 'descending' && <IconArrowDown size={13} aria-hidden />}
          {order === 'ascending' && <IconArrowUp size={13} aria-hidden />}
        </button>
      ) : (
        head
      )}
    </div>
  );
}

/*
 * A long list that is loaded from both ends: a keyset page begins where the one before ended, so nobody can jump into
 * the middle, but the end of the list is the beginning of the same list backwards.
 */

const pageRows = 200;
/** For whoever has jumped far: fewer, bigger pages. */
const strideRows = 1000;
/** Loaded before it comes into sight. */
const aheadRows = 60;

type End = 'head' | 'tail';

interface Part<Row> {
  rows: Row[];
  cursor: string | null;
}

/** The parts that are loaded: `tail` counts from the end of the list. */
export interface Rows<Row> {
  head: Part<Row>;
  tail: Part<Row>;
  /** Null while nothing is loaded. */
  total: number | null;
}

export function emptyRows<Row>(): Rows<Row> {
  return { head: { rows: [], cursor: null }, tail: { rows: [], cursor: null }, total: null };
}

/** How many rows are loaded. */
export function loadedRows<Row>({ head, tail }: Rows<Row>): number {
  return head.rows.length + tail.rows.length;
}

/** The row at this place of the whole list; undefined while it is not loaded. */
export function rowAt<Row>({ head, tail, total }: Rows<Row>, index: number): Row | undefined {
  return head.rows[index] ?? (total === null ? undefined : tail.rows[total - 1 - index]);
}

/** Whether these rows, and some around them, are loaded. */
export function isLoaded<Row>(rows: Rows<Row>, first: number, last: number): boolean {
  return nextPage(rows, first, last) === null;
}

/** Which page is to be loaded next for these rows to be seen: from the end that is nearer; null when they are there. */
export function nextPage<Row>(
  { head, tail, total }: Rows<Row>,
  first: number,
  last: number,
): { end: End; cursor: string | null; limit: number } | null {
  if (total === null) return { end: 'head', cursor: null, limit: pageRows };
  const from = Math.max(0, first - aheadRows);
  const until = Math.min(total - 1, last + aheadRows);
  const headEnd = head.rows.length;
  const tailStart = total - tail.rows.length;
  if (headEnd >= tailStart || until < headEnd || from >= tailStart) return null;
  if (from >= headEnd && until >= tailStart && tail.rows.length > 0) return page('tail', tail.cursor, tailStart - from);
  const lackingAtHead = until - headEnd;
  const lackingAtTail = tailStart - from;
  return lackingAtHead <= lackingAtTail
    ? page('head', head.cursor, lackingAtHead)
    : page('tail', tail.cursor, lackingAtTail);
}

function page(end: End, cursor: string | null, lacking: number): { end: End; cursor: string | null; limit: number } {
  return { end, cursor, limit: lacking > pageRows ? strideRows : pageRows };
}

/** Adds a page that was loaded. One without a cursor was the last: its end has reached the other one. */
export function takePage<Row>(
  rows: Rows<Row>,
  end: End,
  { rows: more, cursor, total }: { rows: readonly Row[]; cursor: string | null; total: number },
): void {
  const part = rows[end];
  for (const row of more) part.rows.push(row);
  part.cursor = cursor;
  // What was counted and what has come may differ while backups come and go; what has come is what can be shown.
  rows.total = cursor === null ? part.rows.length : total;
}

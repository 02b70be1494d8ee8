import { useCallback, useEffect, useReducer, useRef } from 'react';
import type { BackupFilterForm, BackupSort } from '../../../shared/contract/backups.ts';
import { reportFailure, type FailureReport } from '../../../shared/failure.ts';
import { onConnection, onEvent, request } from '../../bridge.ts';
import { rowOf, type BackupRow } from './backupRow.ts';
import { emptyRows, isLoaded, loadedRows, nextPage, rowAt, takePage, type Rows } from './twoEndedRows.ts';

export interface BackupOrder {
  filter: BackupFilterForm;
  sort: BackupSort;
  descending: boolean;
}

/** Of one page that is asked for to choose all. */
const allRows = 1000;
/** A list that is longer is not loaded again by itself: the person is told, and decides. */
const quietRows = 1000;

interface List {
  rows: Rows<BackupRow>;
  /** What somebody looks at: this far it is loaded. */
  first: number;
  last: number;
  busy: boolean;
  failure: FailureReport | null;
}

export interface BackupRows {
  /** Undefined while it is not loaded. */
  rowAt: (index: number) => BackupRow | undefined;
  /** Of the whole list; null while nothing is known. */
  total: number | null;
  failure: FailureReport | null;
  /** Whether the catalogue has changed since these rows were asked for. */
  stale: boolean;
  /** Loads what is in sight, from the end of the list that is nearer. */
  want: (first: number, last: number) => void;
  again: () => void;
  /** The first 1000, to choose all of them. @throws as the console refuses */
  all: () => Promise<readonly BackupRow[]>;
}

/** The backups in an order, page by page as they are scrolled to. What is shown stays until its successor is there. */
export function useBackupRows(order: BackupOrder): BackupRows {
  const shown = useRef<List | null>(null);
  const newest = useRef<List | null>(null);
  const stale = useRef(false);
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const key = JSON.stringify(order);

  const fill = useCallback(
    async (list: List) => {
      if (list.busy) return;
      list.busy = true;
      const { filter, sort, descending } = JSON.parse(key) as BackupOrder;
      try {
        for (;;) {
          const page = nextPage(list.rows, list.first, list.last);
          if (list !== newest.current || !page) return;
          const { end, cursor, limit } = page;
          const backwards = end === 'tail';
          const ask = { filter, sort, descending: descending !== backwards, cursor, limit };
          const { backups, ...rest } = await request('backups.page', ask);
          if (list !== newest.current) return;
          takePage(list.rows, end, { rows: backups.map(rowOf), ...rest });
          list.failure = null;
          // A list that takes the place of another one appears when it has what is looked at.
          if (shown.current && shown.current !== list && !isLoaded(list.rows, list.first, list.last)) continue;
          shown.current = list;
          redraw();
        }
      } catch (error) {
        list.failure = reportFailure(error);
        redraw();
      } finally {
        list.busy = false;
      }
    },
    [key],
  );

  const begin = useCallback(
    (first: number, last: number) => {
      const list: List = { rows: emptyRows(), first, last, busy: false, failure: null };
      newest.current = list;
      stale.current = false;
      void fill(list);
    },
    [fill],
  );

  useEffect(() => {
    begin(0, 0);
    const changed = () => {
      const list = shown.current;
      if (!list || loadedRows(list.rows) <= quietRows) begin(list?.first ?? 0, list?.last ?? 0);
      else {
        stale.current = true;
        redraw();
      }
    };
    const stops = [
      onEvent('changed', ({ areas }) => {
        if (areas.includes('backups')) changed();
      }),
      onConnection((connected) => {
        if (connected) changed();
      }),
    ];
    return () => {
      newest.current = null;
      for (const stop of stops) stop();
    };
  }, [begin]);

  const want = useCallback(
    (first: number, last: number) => {
      const list = newest.current;
      if (!list || list !== shown.current) return;
      list.first = first;
      list.last = last;
      if (!list.failure && !isLoaded(list.rows, first, last)) void fill(list);
    },
    [fill],
  );
  const again = useCallback(() => begin(0, 0), [begin]);
  const all = useCallback(async () => {
    const { filter, sort, descending } = JSON.parse(key) as BackupOrder;
    const { backups } = await request('backups.page', { filter, sort, descending, cursor: null, limit: allRows });
    return backups.map(rowOf);
  }, [key]);

  const list = shown.current;
  return {
    rowAt: (index) => (list ? rowAt(list.rows, index) : undefined),
    total: list?.rows.total ?? null,
    failure: newest.current?.failure ?? null,
    stale: stale.current,
    want,
    again,
    all,
  };
}

import { expect, test } from '@playwright/test';
import fc from 'fast-check';
import {
  emptyRows,
  isLoaded,
  loadedRows,
  nextPage,
  rowAt,
  takePage,
  type Rows,
} from '../../../renderer/screens/backups/twoEndedRows.ts';

/** A console that has the rows 0, 1, 2 … and pages through them from either end. */
function answerPage(total: number, end: 'head' | 'tail', cursor: string | null, limit: number) {
  const from = cursor === null ? 0 : Number(cursor);
  const places = Array.from({ length: Math.min(limit, total - from) }, (_, index) => from + index);
  const next = from + places.length;
  return {
    rows: places.map((place) => (end === 'head' ? place : total - 1 - place)),
    cursor: next < total ? String(next) : null,
    total,
  };
}

/** Loads until these rows are there; returns how many pages that took. */
function load(rows: Rows<number>, total: number, first: number, last: number): number {
  for (let pages = 0; ; pages++) {
    const page = nextPage(rows, first, last);
    if (!page) return pages;
    if (pages > 1000) throw new Error('it never ends');
    takePage(rows, page.end, answerPage(total, page.end, page.cursor, page.limit));
  }
}

test('the first page is asked for before anything is known', () => {
  expect(nextPage(emptyRows<number>(), 0, 0)).toEqual({ end: 'head', cursor: null, limit: 200 });
});

test('the end of a list of 100,000 rows is two pages away', () => {
  const rows = emptyRows<number>();
  expect(load(rows, 100_000, 0, 30)).toBe(1);
  expect(load(rows, 100_000, 99_970, 99_999)).toBe(1);
  expect(rowAt(rows, 99_999)).toBe(99_999);
  expect(rowAt(rows, 50_000)).toBeUndefined();
  expect(loadedRows(rows)).toBeLessThan(2000);
});

test('an empty list is loaded with its first page', () => {
  const rows = emptyRows<number>();
  load(rows, 0, 0, 0);
  expect(rows.total).toBe(0);
  expect(isLoaded(rows, 0, 0)).toBe(true);
});

test('wherever somebody scrolls, the rows in sight are the right ones', () => {
  const jumps = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20_000 }), jumps, (total, places) => {
      const rows = emptyRows<number>();
      load(rows, total, 0, 0);
      for (const place of places) {
        const first = Math.floor(place * (total - 1));
        const last = Math.min(total - 1, first + 30);
        load(rows, total, first, last);
        const inSight = Array.from({ length: last - first + 1 }, (_, index) => first + index);
        if (!inSight.every((index) => rowAt(rows, index) === index)) return false;
      }
      return true;
    }),
    { numRuns: 200 },
  );
});

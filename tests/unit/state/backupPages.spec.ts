import { expect } from '@playwright/test';
import { BackupPages, type BackupPageAsk } from '../../../main/state/backupPages.ts';
import { Catalogue } from '../../../main/state/catalogue.ts';
import { backupSorts } from '../../../shared/contract/backups.ts';
import { test as base } from '../../support/scratchFolder.ts';

const count = 57;
const idOf = (number: number) => `01K${String(number).padStart(23, '0')}`;

const test = base.extend<{ pages: BackupPages }>({
  pages: async ({ state }, use) => {
    const insert = state.prepare(
      `INSERT INTO backups (id, kind, source, filename, status, size_bytes, plain_bytes, duration_seconds, created_at)
       VALUES (?, 'FULL_DATABASE', ?, ?, ?, ?, 1000, ?, ?)`,
    );
    const copy = state.prepare(
      `INSERT INTO copies (backup_id, store, store_kind, state, manifest_key) VALUES (?, 'r2', 'r2', 'STORED', 'm')`,
    );
    for (let i = 0; i < count; i++) {
      const status = ['COMPLETED', 'VERIFIED', 'FAILED'][i % 3];
      const at = new Date(Date.UTC(2026, 0, 1 + i)).toISOString();
      // Sizes repeat, and some backups have no duration: places where a careless cursor skips or repeats.
      insert.run(idOf(i), `shop${i % 4}`, `m/${i}`, status, (i % 5) * 100, i % 7 === 0 ? null : i % 6, at);
      if (i % 2 === 0) copy.run(idOf(i));
    }
    await use(new BackupPages(state, new Catalogue(state)));
  },
});

function all(pages: BackupPages, ask: Partial<BackupPageAsk>): string[] {
  const ids: string[] = [];
  for (let cursor: string | null = null; ;) {
    const page = pages.page({ filter: {}, sort: 'created', descending: true, limit: 10, ...ask, cursor });
    ids.push(...page.backups.map(({ id }) => id));
    cursor = page.cursor;
    if (cursor === null) return ids;
  }
}

for (const sort of backupSorts)
  for (const descending of [true, false])
    test(`every backup comes once, ${descending ? 'greatest' : 'least'} ${sort} first`, ({ pages }) => {
      const ids = all(pages, { sort, descending });
      expect(ids).toHaveLength(count);
      expect(new Set(ids).size).toBe(count);
      const values = pages.page({ filter: {}, sort, descending, cursor: null, limit: 100 }).backups.map(
        (backup) =>
          ({
            created: backup.createdAt,
            size: backup.sizeBytes,
            duration: backup.durationSeconds ?? -1,
            status: backup.status,
          })[sort],
      );
      const ordered = values.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
      expect(values).toEqual(descending ? ordered.toReversed() : ordered);
    });

test('a filter counts all that it lets through, on every page the same', ({ pages }) => {
  const ask = { sort: 'created', descending: true, limit: 5, filter: { source: 'shop1', status: 'VERIFIED' } } as const;
  const first = pages.page({ ...ask, cursor: null });
  expect(first.total).toBe(all(pages, ask).length);
  expect(first.backups.every(({ source, status }) => source === 'shop1' && status === 'VERIFIED')).toBe(true);
});

test('whatever is filtered by and sorted by, the pages hold just what the filter lets through, and the total is theirs', ({
  pages,
  state,
}) => {
  state
    .prepare(
      `UPDATE backups SET deleted_at = '2026-06-01' WHERE source = 'shop2' AND id NOT IN (SELECT backup_id FROM copies)`,
    )
    .run();
  state
    .prepare(`UPDATE backups SET kind = 'TENANT', tenant = '100' WHERE source = 'shop1' AND status = 'VERIFIED'`)
    .run();
  const known = pages.page({ filter: { deleted: true }, sort: 'created', descending: true, cursor: null, limit: 100 });
  expect(known.backups).toHaveLength(count);
  const choices = {
    kind: [undefined, 'TENANT'],
    source: [undefined, 'shop1'],
    tenant: [undefined, '100'],
    status: [undefined, 'VERIFIED', 'FAILED'],
    store: [undefined, 'r2'],
    from: [undefined, new Date(Date.UTC(2026, 0, 9)).toISOString()],
    until: [undefined, new Date(Date.UTC(2026, 1, 9)).toISOString()],
    deleted: [undefined, true],
  } as const;
  const filters = Object.entries(choices).reduce<BackupPageAsk['filter'][]>(
    (made, [key, values]) =>
      made.flatMap((filter) => values.map((value) => (value === undefined ? filter : { ...filter, [key]: value }))),
    [{}],
  );
  const wrong: unknown[] = [];
  let found = 0;
  for (const filter of filters) {
    const expected = known.backups.filter(
      (backup) =>
        (filter.kind ?? backup.kind) === backup.kind &&
        (filter.source ?? backup.source) === backup.source &&
        (filter.tenant ?? backup.tenant) === backup.tenant &&
        (filter.status ?? backup.status) === backup.status &&
        (filter.store === undefined || backup.copies.some(({ store }) => store === filter.store)) &&
        backup.createdAt >= (filter.from ?? '') &&
        backup.createdAt < (filter.until ?? '9') &&
        (filter.deleted || backup.deletedAt === undefined),
    );
    found += expected.length;
    for (const sort of backupSorts) {
      const { backups, total } = pages.page({ filter, sort, descending: true, cursor: null, limit: 100 });
      const ids = backups.map(({ id }) => id).toSorted();
      if (
        total !== expected.length ||
        ids.join() !==
          expected
            .map(({ id }) => id)
            .toSorted()
            .join()
      )
        wrong.push({ filter, sort, total, expected: expected.length });
    }
  }
  expect(wrong).toEqual([]);
  expect(found).toBeGreaterThan(1000);
});

test('a filter by store shows backups with a good copy there', ({ pages }) => {
  expect(all(pages, { filter: { store: 'r2' } })).toHaveLength(29);
  expect(all(pages, { filter: { store: 'elsewhere' } })).toEqual([]);
});

test('a filter by date takes its first moment in and leaves its last one out', ({ pages }) => {
  const filter = { from: '2026-01-02T00:00:00.000Z', until: '2026-01-04T00:00:00.000Z' };
  expect(all(pages, { filter })).toEqual([idOf(2), idOf(1)]);
});

test('backups that come while somebody scrolls do not shift the next page', ({ pages, state }) => {
  const ask = { filter: {}, sort: 'created', descending: true, limit: 10 } as const;
  const first = pages.page({ ...ask, cursor: null });
  state
    .prepare(
      `INSERT INTO backups (id, kind, source, filename, status, created_at) VALUES (?, 'FULL_DATABASE', 's', 'm/new', 'COMPLETED', ?)`,
    )
    .run(idOf(900), new Date().toISOString());
  const second = pages.page({ ...ask, cursor: first.cursor });
  expect(second.backups[0]?.id).toBe(idOf(count - 11));
});

test('a cursor that no page gave is refused', ({ pages }) => {
  const ask = { filter: {}, sort: 'size', descending: true, limit: 10 } as const;
  for (const cursor of ['', 'x', Buffer.from('{}').toString('base64url'), Buffer.from('[[],1]').toString('base64url')])
    expect(() => pages.page({ ...ask, cursor }), cursor).toThrow(expect.objectContaining({ code: 'REQUEST_WRONG' }));
});

test('what a trend draws is of one database, one kind and its time, oldest first', ({ pages, state }) => {
  state.exec(`UPDATE backups SET kind = 'TENANT' WHERE id = '${idOf(53)}'`);
  const since = new Date(Date.UTC(2026, 0, 1 + 41)).toISOString();
  const drawn = (kind: 'FULL_DATABASE' | null, source: string | null) =>
    pages.points({ source, kind, since }).map(({ id }) => Number(id.slice(3)));
  const numbers = Array.from({ length: count }, (_, number) => number).slice(41);
  expect(drawn(null, null)).toEqual(numbers);
  expect(drawn(null, 'shop1')).toEqual(numbers.filter((number) => number % 4 === 1));
  expect(drawn('FULL_DATABASE', 'shop1')).toEqual([41, 45, 49]);
  expect(drawn('FULL_DATABASE', null)).toEqual(numbers.filter((number) => number !== 53));
});

import { expect, test } from '@playwright/test';
import fc from 'fast-check';
import { forecastReads } from '../../../main/verify/forecastReads.ts';
import { planReads, readOrder, type CopyToRead, type StoreFacts } from '../../../main/verify/planReads.ts';
import { usualLimits, type ReadLimits } from '../../../shared/integrity.ts';
import type { StoreKind } from '../../../shared/store.ts';

const begin = Date.parse('2026-03-01T00:30:00.000Z');
const hourMs = 3_600_000;
const daysAgo = (days: number) => begin - days * 24 * hourMs;
const now = new Date(begin);

const copy = (backupId: string, changes: Partial<CopyToRead> = {}): CopyToRead => ({
  backupId,
  sizeBytes: 100,
  createdAt: daysAgo(300),
  lookedAt: daysAgo(0.1),
  ...changes,
});

function store(name: string, kind: StoreKind, copies: CopyToRead[], limits: Partial<ReadLimits> = {}): StoreFacts {
  return {
    name,
    kind,
    limits: { ...usualLimits(kind), ...limits },
    spentToday: 0,
    spentThisMonth: 0,
    totalBytes: copies.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    copies: copies.toSorted(readOrder),
  };
}

const many = (count: number, age: (index: number) => number) =>
  Array.from({ length: count }, (_, index) => copy(`B${index}`, { lookedAt: daysAgo(age(index)) }));

test('a tenth of the backups is read, at least one and at most ten', () => {
  const fresh = (count: number) =>
    planReads(
      [
        store(
          'local',
          'local',
          many(count, () => 0.1),
        ),
      ],
      count,
      now,
    ).length;
  expect([0, 1, 5, 10, 11, 95, 100, 101, 1000].map(fresh)).toEqual([0, 1, 1, 1, 2, 10, 10, 10, 10]);
});

test('the least recently read comes first', () => {
  const copies = many(10, (index) => [1, 3, 2, 0.5, 0.6, 0.7, 0.8, 0.9, 1.1, 1.2][index]!);
  expect(planReads([store('local', 'local', copies)], 10, now)).toEqual([
    { backupId: 'B1', store: 'local', why: 'sample' },
  ]);
});

test('every store takes its turn: first the one that was read the longest ago, then the others', () => {
  const stores = [
    store('local', 'local', [copy('A', { lookedAt: daysAgo(0.1) })]),
    store('b2', 'b2', [copy('A', { lookedAt: daysAgo(0.3) })]),
    store('r2', 'r2', [copy('A', { lookedAt: daysAgo(0.2) })]),
  ];
  expect(planReads(stores, 1, now)).toEqual([{ backupId: 'A', store: 'b2', why: 'sample' }]);
});

test('stores that were never read begin with R2, then B2, then the disk', () => {
  const fresh = { createdAt: daysAgo(0.1), lookedAt: null };
  const kinds: StoreKind[] = ['local', 'b2', 'r2'];
  const stores = kinds.map((kind) => store(kind, kind, [copy('A', fresh), copy('B', fresh), copy('C', fresh)]));
  const sample = planReads(stores, 30, now).filter(({ why }) => why === 'sample');
  expect(sample.map((read) => read.store)).toEqual(['r2', 'b2', 'local']);
});

test('a sample looks at different backups, so that one that is bad everywhere is found sooner', () => {
  const copies = () => many(30, () => 0.1);
  const reads = planReads([store('r2', 'r2', copies()), store('local', 'local', copies())], 30, now);
  expect(new Set(reads.map(({ backupId }) => backupId)).size).toBe(3);
});

test('a store gets no more reads than its bytes of the day allow, and none jumps the queue', () => {
  const copies = [copy('BIG', { sizeBytes: 1000, lookedAt: daysAgo(40) }), copy('SMALL', { sizeBytes: 1 })];
  const limited = { ...store('r2', 'r2', copies, { bytesPerDay: 1000 }), spentToday: 1 };
  expect(planReads([limited], 2, now)).toEqual([]);
  expect(planReads([{ ...limited, spentToday: 0 }], 2, now)).toMatchObject([{ backupId: 'BIG' }]);
});

test('the bytes of a month are spread over its days', () => {
  const limited = store(
    'r2',
    'r2',
    many(100, () => 40),
    { bytesPerMonth: 31_000 },
  );
  const middle = new Date('2026-03-16T12:00:00.000Z');
  expect(planReads([{ ...limited, spentThisMonth: 15_600 }], 1, middle)).toEqual([]);
  expect(planReads([{ ...limited, spentThisMonth: 14_000 }], 1, middle)).not.toEqual([]);
});

/** Hour by hour: what is chosen is read, and how old the oldest look ever became; or when the forecast warned. */
function simulate(stores: StoreFacts[], hours: number, asleep: (hour: number) => boolean) {
  const worst = new Map(stores.map(({ name }) => [name, 0]));
  const warned = new Set<string>();
  const spent = new Map(stores.map(({ name }) => [name, { day: '', today: 0, month: 0 }]));
  let facts = stores;
  for (let hour = 0; hour <= hours; hour++) {
    const then = new Date(begin + hour * hourMs);
    const day = then.toISOString().slice(0, 10);
    facts = facts.map((one) => {
      const purse = spent.get(one.name)!;
      if (purse.day !== day) purse.today = 0;
      if (purse.day.slice(0, 7) !== day.slice(0, 7)) purse.month = 0;
      purse.day = day;
      const oldest = one.copies[0]!;
      const age = (then.getTime() - (oldest.lookedAt ?? oldest.createdAt)) / hourMs / 24;
      worst.set(one.name, Math.max(worst.get(one.name)!, age));
      return { ...one, spentToday: purse.today, spentThisMonth: purse.month };
    });
    if (hour % 24 === 0)
      for (const one of facts) if (!warned.has(one.name) && !forecastReads(one, then).suffices) warned.add(one.name);
    if (asleep(hour)) continue;
    const reads = planReads(facts, 20, then);
    facts = facts.map((one) => {
      const purse = spent.get(one.name)!;
      const mine = new Set(reads.filter((read) => read.store === one.name).map(({ backupId }) => backupId));
      const copies = one.copies.map((known) => {
        if (!mine.has(known.backupId)) return known;
        purse.today += known.sizeBytes;
        purse.month += known.sizeBytes;
        return { ...known, lookedAt: then.getTime() };
      });
      const { bytesPerDay, bytesPerMonth } = one.limits;
      // Not by `expect`, which is slow in a loop of a hundred thousand rounds.
      if (purse.today > (bytesPerDay ?? Infinity) || purse.month > (bytesPerMonth ?? Infinity))
        throw new Error(`${one.name} was asked for more than its limits allow on ${day}`);
      return mine.size === 0 ? one : { ...one, copies: copies.toSorted(readOrder) };
    });
  }
  return { worst, warned };
}

const sizes = fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 12 });
const budget = fc.option(fc.integer({ min: 500, max: 20_000 }));

test('over simulated months every copy of every store is read in time, or the forecast has said that the limits do not suffice', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.record({ sizes, bytesPerDay: budget, bytesPerMonth: budget, days: fc.integer({ min: 3, max: 30 }) }),
        {
          minLength: 1,
          maxLength: 3,
        },
      ),
      fc.integer({ min: 2, max: 9 }),
      (plans, rhythm) => {
        const stores = plans.map(({ sizes: bytes, ...limits }, at) =>
          store(
            `s${at}`,
            at === 0 ? 'local' : 'r2',
            bytes.map((sizeBytes, index) => copy(`B${index}`, { sizeBytes, createdAt: daysAgo(0), lookedAt: null })),
            limits,
          ),
        );
        // Warnings come by the day, so by a day one may be late. The machine sleeps one hour in `rhythm`.
        const { worst, warned } = simulate(stores, 62 * 24, (hour) => hour % rhythm === 0);
        for (const { name, limits } of stores)
          if (!warned.has(name)) expect(worst.get(name)).toBeLessThanOrEqual(limits.days + 1);
      },
    ),
    { numRuns: 20, seed: 20260301, endOnFailure: true },
  );
});

test('without limits the forecast always suffices', () => {
  fc.assert(
    fc.property(sizes, fc.integer({ min: 1, max: 60 }), (bytes, days) => {
      const copies = bytes.map((sizeBytes, index) => copy(`B${index}`, { sizeBytes, lookedAt: daysAgo(index % days) }));
      expect(forecastReads(store('r2', 'r2', copies, { days }), now)).toMatchObject({ suffices: true });
    }),
  );
});

test('a copy larger than the bytes of a day will never be read, and the forecast says so', () => {
  const huge = store('b2', 'b2', [copy('A', { sizeBytes: 5000 })], { bytesPerDay: 4999 });
  expect(forecastReads(huge, now)).toMatchObject({ suffices: false, wholeInDays: null });
});

test('a thousand copies of a disk are read in a week, hour by hour', () => {
  const disk = store(
    'local',
    'local',
    many(1000, () => 6),
  );
  const { worst } = simulate([disk], 21 * 24, () => false);
  expect(worst.get('local')).toBeLessThanOrEqual(7.01 + 6 / 2);
});

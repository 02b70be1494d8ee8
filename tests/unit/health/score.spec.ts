import { expect, test } from '@playwright/test';
import fc from 'fast-check';
import { usualRules } from '../../../shared/alertRules.ts';
import { lostPoints, scorePoints, type HealthPartId } from '../../../shared/health.ts';
import type { Measures, SourceMeasures } from '../../../shared/measures.ts';
import { healthOf } from '../../../main/health/score.ts';
import { hourMs, perfect, source } from '../../support/someMeasures.ts';

const dayMs = 24 * hourMs;
const health = (measures: Measures) => healthOf(measures, usualRules);
const part = (measures: Measures, id: HealthPartId) => health(measures).parts.find((one) => one.id === id)!;

test('nothing is lost where everything is as it should be, and nothing is to be done', () => {
  const { score, parts } = health(perfect());
  expect(score).toBe(1);
  expect(parts.map(({ value, raise, link }) => [value, raise, link])).toEqual(parts.map(() => [1, null, null]));
  expect(parts.reduce((sum, { weight }) => sum + weight, 0)).toBe(100);
});

test('without a database there is no score, and no part is said to be good that nobody knows', () => {
  const { score, parts } = health(perfect({ sources: [] }));
  expect(score).toBeNull();
  expect(parts.filter(({ value }) => value === null).map(({ id }) => id)).toEqual([
    'backups',
    'proof',
    'copies',
    'runs',
  ]);
});

test('a database that was never backed up loses all of backups, proof and copies, and is told what to do', () => {
  const measures = perfect({
    sources: [source({ series: [], goodCopies: 0, provenAt: null, runs: { ended: 0, well: 0 } })],
  });
  expect(part(measures, 'backups')).toMatchObject({
    value: 0,
    found: 'shop: no backup that could be restored',
    raise: 'Back up shop now.',
    link: '/backups?backup=shop',
  });
  expect(part(measures, 'proof')).toMatchObject({ value: 0, found: 'shop: no restore was ever proven' });
  expect(part(measures, 'copies')).toMatchObject({ value: 0, found: 'shop: 0 of 3 copies of the newest good backup' });
  expect(part(measures, 'runs')).toMatchObject({ value: null, raise: null });
  // 100 points are shared by what is known: 90.
  expect(health(measures).score).toBeCloseTo(15 / 90, 10);
});

test('a backup loses nothing within what it may be old, and all at twice that', () => {
  const aged = (hours: number) => {
    const measures = perfect();
    measures.sources[0]!.series[0]!.newestAt = measures.now - hours * hourMs;
    return part(measures, 'backups');
  };
  expect(aged(26).value).toBe(1);
  expect(aged(39)).toMatchObject({ value: 0.5, found: 'shop: newest good backup 2 days ago, 26 h allowed' });
  expect(aged(52).value).toBe(0);
  expect(aged(500).value).toBe(0);
});

test('the hours that a single database may lose count for it', () => {
  const measures = perfect();
  measures.sources[0]!.series[0]!.newestAt = measures.now - 8 * hourMs;
  const { parts } = healthOf(measures, { ...usualRules, rpoHoursOf: { shop: 4 } });
  expect(parts[0]).toMatchObject({ id: 'backups', value: 0 });
});

test('of several databases the worst is named, and the others are counted', () => {
  const old = (name: string, days: number) => source({ name, provenAt: perfect().now - days * dayMs });
  const measures = perfect({ sources: [source(), old('bakery', 42), old('florist', 63), old('books', 49)] });
  expect(part(measures, 'proof')).toMatchObject({
    value: (1 + 0.8 + 0.2 + 0.6) / 4,
    found: 'florist: last proven 63 days ago, 35 days allowed, and 2 more like it',
    raise: 'Make a test restore of florist.',
  });
});

test('a copy too few says whether a store is missing or only a copy', () => {
  const lacking = { sources: [source({ goodCopies: 2 })] };
  expect(part(perfect(lacking), 'copies').raise).toBe('Copy what is missing to the stores that lack it.');
  const two = perfect({ ...lacking, stores: perfect().stores.slice(0, 2) });
  expect(part(two, 'copies').raise).toBe('Add a store: there are 2, 3 are advised, one of them elsewhere.');
});

test('a store that is away or too full counts as nothing, one that nobody looked at not at all', () => {
  const [local, r2, b2] = perfect().stores;
  const withStores = (...stores: Measures['stores']) => part(perfect({ stores }), 'stores');
  expect(withStores(local!, { ...r2!, up: false }, b2!)).toMatchObject({
    value: 2 / 3,
    found: 'r2: does not answer, or cannot be written',
    raise: 'Look after the store r2.',
  });
  expect(withStores({ ...local!, usedRatio: 0.819 })).toMatchObject({ value: 0, found: 'local: 81% full' });
  expect(withStores(local!, { ...r2!, up: null }).value).toBe(1);
  expect(withStores({ ...local!, up: null }).value).toBeNull();
  expect(withStores().value).toBe(0);
});

test('the worst open alert decides what alerts cost; one that only informs costs nothing', () => {
  const open = (openAlerts: Partial<Measures['openAlerts']>) =>
    part(perfect({ openAlerts: { ...perfect().openAlerts, ...openAlerts } }), 'alerts');
  expect(open({ INFO: 9 }).value).toBe(1);
  expect(open({ WARNING: 1 }).value).toBe(0.8);
  expect(open({ WARNING: 3, ERROR: 1 })).toMatchObject({ value: 0.4, found: 'Open: 1 ERROR, 3 WARNING' });
  expect(open({ CRITICAL: 1 }).value).toBe(0);
});

test('the points of the score and all lost ones make 100, whatever was measured; a part that loses says what to do', () => {
  const number = (max: number) => fc.integer({ min: 0, max });
  const perhaps = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });
  const someSource = fc
    .record({
      hours: perhaps(number(400)),
      copies: number(5),
      days: perhaps(number(200)),
      ended: number(40),
      well: number(40),
    })
    .map(({ hours, copies, days, ended, well }): SourceMeasures => {
      const { now, sources } = perfect();
      const [series] = sources[0]!.series;
      return source({
        series: hours === null ? [] : [{ ...series!, newestAt: now - hours * hourMs }],
        goodCopies: copies,
        provenAt: days === null ? null : now - days * dayMs,
        runs: { ended, well: Math.min(ended, well) },
      });
    });
  const someStore = fc.record({
    name: fc.constant('local'),
    up: perhaps(fc.boolean()),
    usedRatio: perhaps(fc.double({ min: 0, max: 1.5, noNaN: true })),
    backupBytes: fc.constant(0),
    badCopies: number(3),
  });
  const counts = fc.record({ CRITICAL: number(2), ERROR: number(2), WARNING: number(2), INFO: number(2) });
  fc.assert(
    fc.property(
      fc.array(someSource, { minLength: 1, maxLength: 5 }),
      fc.array(someStore, { maxLength: 4 }),
      counts,
      (sources, stores, openAlerts) => {
        const { score, parts } = health(perfect({ sources, stores, openAlerts }));
        const lost = parts.reduce((sum, one) => sum + lostPoints(one, parts), 0);
        expect(score! * 100 + lost).toBeCloseTo(100, 6);
        expect(scorePoints(score!) === 100).toBe(parts.every(({ value }) => value === null || value === 1));
        for (const { value, raise, link } of parts) {
          expect(value === null || (value >= 0 && value <= 1)).toBe(true);
          expect(raise === null).toBe(value === null || value === 1);
          expect(link === null).toBe(raise === null);
        }
      },
    ),
  );
});

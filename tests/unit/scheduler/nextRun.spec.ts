import { expect, test } from '@playwright/test';
import { Cron } from 'croner';
import fc from 'fast-check';
import { checkRule, lastRun, nextRun } from '../../../main/scheduler/nextRun.ts';
import type { Rule } from '../../../shared/schedule.ts';
import { awkwardZones } from './zones.ts';

test.describe('The next run', () => {
  const after = (cron: string, zone: string, moment: string, count = 1) => {
    const runs: string[] = [];
    let at: number | null = Date.parse(moment);
    while (runs.length < count && (at = nextRun({ cron, zone }, at)) !== null) runs.push(new Date(at).toISOString());
    return runs.map((run) => run.replace(':00.000Z', ''));
  };

  test('of 02:30 in the hour that is left out in spring is the first moment after it, once', () => {
    expect(after('30 2 * * *', 'Europe/Berlin', '2026-03-28T12:00:00Z', 2)).toEqual([
      '2026-03-29T01:00',
      '2026-03-30T00:30',
    ]);
  });

  test('of 02:30 in the hour that comes twice in autumn is the first of both, once', () => {
    expect(after('30 2 * * *', 'Europe/Berlin', '2026-10-24T12:00:00Z', 2)).toEqual([
      '2026-10-25T00:30',
      '2026-10-26T01:30',
    ]);
  });

  test('of 00:30 comes where midnight itself is left out', () => {
    expect(after('30 0 * * *', 'America/Santiago', '2026-09-05T12:00:00Z')).toEqual(['2026-09-06T04:00']);
  });

  test('comes where only half an hour is left out', () => {
    expect(after('15 2 * * *', 'Australia/Lord_Howe', '2026-10-03T00:00:00Z')).toEqual(['2026-10-03T15:30']);
  });

  test('of several times that are left out together is one', () => {
    expect(after('0,15,30 2 * * *', 'Europe/Berlin', '2026-03-28T12:00:00Z', 2)).toEqual([
      '2026-03-29T01:00',
      '2026-03-30T00:00',
    ]);
  });

  test('of what runs every hour comes after each hour that there really is', () => {
    expect(after('0 * * * *', 'Europe/Berlin', '2026-10-24T23:30:00Z', 4)).toEqual([
      '2026-10-25T00:00',
      '2026-10-25T01:00',
      '2026-10-25T02:00',
      '2026-10-25T03:00',
    ]);
    expect(after('30 * * * *', 'Europe/Berlin', '2026-03-28T23:45:00Z', 3)).toEqual([
      '2026-03-29T00:30',
      '2026-03-29T01:30',
      '2026-03-29T02:30',
    ]);
  });

  test('of the 29th of February is found years ahead, and one that never comes is refused', () => {
    expect(after('0 3 29 2 *', 'UTC', '2026-11-22T00:00:00Z')).toEqual(['2028-02-29T03:00']);
    expect(() => checkRule({ cron: '0 0 31 2 *', zone: 'UTC' })).toThrow(/is never/);
    expect(nextRun({ cron: '0 0 31 2 *', zone: 'UTC' }, 0)).toBeNull();
  });

  test('is refused for what is no rule, and for a zone that there is not', () => {
    for (const cron of ['', 'x', '60 * * * *', '* * * *', '0 0 2 * * *', '@daily'])
      expect(() => checkRule({ cron, zone: 'UTC' }), cron).toThrow(expect.objectContaining({ code: 'SCHEDULE_WRONG' }));
    expect(() => checkRule({ cron: '0 2 * * *', zone: 'Mars/Olympus' })).toThrow(
      expect.objectContaining({ code: 'ZONE_UNKNOWN' }),
    );
  });

  test('is the same wherever one begins to look: no run is passed over, none comes twice', () => {
    fc.assert(
      fc.property(anyRule, anyMoment, fc.integer({ min: 0, max: 40 * 86_400 }), (rule, from, ahead) => {
        const first = nextRun(rule, from)!;
        expect(first).toBeGreaterThan(from);
        const between = from + Math.min(ahead * 1000, first - from - 1);
        expect(nextRun(rule, between)).toBe(first);
        expect(nextRun(rule, first)).toBeGreaterThan(first);
      }),
      { numRuns: 500 },
    );
  });

  test('is what another reckoning of zones says', () => {
    fc.assert(
      fc.property(anyRule, anyMoment, (rule, from) => {
        const theirs = new Cron(rule.cron, { timezone: rule.zone, paused: true });
        expect(nextRun(rule, from)).toBe(theirs.nextRun(new Date(from))!.getTime());
      }),
      { numRuns: 500 },
    );
  });
});

test.describe('The newest run of those that were missed', () => {
  test('is one, and the others are counted', () => {
    const rule = { cron: '0 2 * * *', zone: 'Europe/Berlin' };
    const from = Date.parse('2026-11-01T12:00:00Z');
    expect(lastRun(rule, from, Date.parse('2026-11-01T20:00:00Z'))).toBeNull();
    expect(lastRun(rule, from, Date.parse('2026-11-05T12:00:00Z'))).toEqual({
      nominal: Date.parse('2026-11-05T01:00:00Z'),
      missed: 3,
    });
  });

  test('is found at once after years', () => {
    const rule = { cron: '*/5 * * * *', zone: 'America/Havana' };
    const through = Date.parse('2036-11-05T12:03:00Z');
    const found = lastRun(rule, Date.parse('2026-11-01T12:00:00Z'), through);
    expect(found).toEqual({ nominal: Date.parse('2036-11-05T12:00:00Z'), missed: 500 });
  });

  test('is the last that there is within the time', () => {
    fc.assert(
      fc.property(anyRule, anyMoment, fc.integer({ min: 1, max: 60 * 86_400 }), (rule, from, seconds) => {
        const through = from + seconds * 1000;
        const found = lastRun(rule, from, through);
        if (found) expect(found.nominal).toBeLessThanOrEqual(through);
        expect(nextRun(rule, found?.nominal ?? from)).toBeGreaterThan(through);
      }),
      { numRuns: 200 },
    );
  });
});

const two = (most: number) => fc.integer({ min: 0, max: most });
/** Rules at hours at which clocks are set, and some others. */
const anyRule: fc.Arbitrary<Rule> = fc.record({
  cron: fc.oneof(
    fc.tuple(two(59), two(23)).map(([minute, hour]) => `${minute} ${hour} * * *`),
    fc.tuple(two(59), two(3)).map(([minute, hour]) => `${minute} ${hour} * * *`),
    fc.tuple(two(59), two(3), two(6)).map(([minute, hour, day]) => `${minute} ${hour} * * ${day}`),
    fc
      .tuple(two(59), two(3), fc.integer({ min: 1, max: 31 }))
      .map(([minute, hour, day]) => `${minute} ${hour} ${day} * *`),
    two(59).map((minute) => `${minute} * * * *`),
  ),
  zone: fc.constantFrom(...awkwardZones),
});
/** Whole seconds from 2026 to 2036. */
const anyMoment = fc
  .integer({ min: Date.UTC(2026, 0, 1) / 1000, max: Date.UTC(2036, 0, 1) / 1000 })
  .map((seconds) => seconds * 1000);

import { expect, test } from '@playwright/test';
import fc from 'fast-check';
import { cronOf, readRule, type SimpleRule } from '../../../renderer/components/schedule/simpleRule.ts';

test('what the form says comes back from its cron expression', () => {
  const two = (most: number) => fc.integer({ min: 0, max: most }).map((number) => String(number).padStart(2, '0'));
  const anyRule: fc.Arbitrary<SimpleRule> = fc.record({
    every: fc.constantFrom('hour', 'day', 'week', 'month'),
    time: fc.tuple(two(23), two(59)).map(([hour, minute]) => `${hour}:${minute}`),
    weekdays: fc.uniqueArray(fc.integer({ min: 0, max: 6 }), { minLength: 1 }).map((days) => days.toSorted()),
    day: fc.integer({ min: 1, max: 31 }),
  });
  fc.assert(
    fc.property(anyRule, (rule) => {
      const read = readRule(cronOf(rule))!;
      expect(read.every).toBe(rule.every);
      expect(read.time.slice(3)).toBe(rule.time.slice(3));
      if (rule.every !== 'hour') expect(read.time).toBe(rule.time);
      if (rule.every === 'week') expect(read.weekdays).toEqual(rule.weekdays);
      if (rule.every === 'month') expect(read.day).toBe(rule.day);
    }),
  );
});

test('what the form cannot say stays cron', () => {
  for (const cron of ['*/5 * * * *', '0 2 * 1 *', '0 2 1 * 0', '0 2,14 * * *', '0 2 * * 1-5', '0 2 0 * *', 'x'])
    expect(readRule(cron), cron).toBeNull();
});

test('a form that is not whole says nothing', () => {
  expect(cronOf({ every: 'day', time: '', weekdays: [], day: 1 })).toBe('');
  expect(cronOf({ every: 'week', time: '02:00', weekdays: [], day: 1 })).toBe('');
});

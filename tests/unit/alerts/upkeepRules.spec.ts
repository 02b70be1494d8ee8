import { expect, test } from '@playwright/test';
import { dayMs } from '../../../main/alerts/rule.ts';
import { only, over, types } from './judging.ts';
import { aSource, facts, noon } from './someFacts.ts';

test('a configuration backup may be three days old, where there is one', () => {
  const taken = (age: number | null) =>
    facts({ sources: [aSource({ configurationAt: age === null ? null : noon - age })] });
  expect(types(taken(3 * dayMs))).toEqual([]);
  expect(types(taken(null)), 'nobody has wanted one').toEqual([]);
  const stale = only('RPO_BREACH', taken(3 * dayMs + 1000));
  expect(stale).toMatchObject({ severity: 'WARNING', about: { source: 'shop' } });
  expect(stale.message).toContain('the configuration of shop was taken 3 days ago');
  expect(over(stale, taken(null)), 'none is no evidence').toBeNull();
  expect(over(stale, taken(dayMs))).toBe('the configuration was backed up 24 h ago');

  // It is another cause than that of the database itself.
  const late = facts({ sources: [aSource({ configurationAt: noon - 9 * dayMs, newestGoodAt: noon - 9 * dayMs })] });
  expect(types(late)).toEqual(['RPO_BREACH', 'RPO_BREACH']);
  expect(over(stale, facts({ sources: [aSource({ newestGoodAt: noon - 9 * dayMs })] }))).not.toBeNull();
});

for (const [kind, what] of [
  ['integrity', 'an integrity check'],
  ['cleanup', 'a clean-up'],
] as const)
  test(`${what} that is off, or never comes, is told after two days, and over when one has ended`, () => {
    const ended = (at: number | null, addedAt = noon - 100 * dayMs) =>
      facts({ sources: [aSource({ addedAt })], checked: { ...facts().checked, [kind]: at } });
    expect(types(ended(noon - 2 * dayMs))).toEqual([]);
    expect(types(ended(null, noon - dayMs)), 'a new console').toEqual([]);
    const missed = only('SCHEDULE_HALTED', ended(noon - 3 * dayMs));
    expect(missed.message).toBe(`The last time that ${what} ended was 3 days ago`);
    expect(only('SCHEDULE_HALTED', ended(null)).message).toBe(`Never has ${what} ended`);
    expect(over(missed, ended(null))).toBeNull();
    expect(over(missed, ended(noon))).toBe(`${what} has ended again`);
    const paused = { ...ended(noon - 3 * dayMs), pause: { since: noon - 3 * dayMs, by: 'anna' } };
    expect(only('SCHEDULE_HALTED', paused).message, 'a part of the pause').toContain('anna paused the schedule');
  });

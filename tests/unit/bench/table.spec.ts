import { expect, test } from '@playwright/test';
import { markdownTable, median, ratios, type Row } from '../../../scripts/bench/table.ts';

const row = (values: number[], goal: Row['goal']): Row => ({ measure: 'm', goal, values, unit: 'x', absolute: '1 s' });
const atMost = { must: 1.4, aim: 1, unit: 'x' } as const;
const atLeast = { must: 3, aim: 4, atLeast: true, unit: 'x' } as const;

/** The cells of the one row in a table. */
const cells = (one: Row) =>
  markdownTable([one])
    .split('\n')[2]!
    .split('|')
    .map((cell) => cell.trim());

test('the median is the one in the middle, or between the two', () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([10, 1, 2, 4])).toBe(3);
  expect(() => median([])).toThrow(RangeError);
});

test('each run is compared with the one beside it', () => {
  expect(ratios([2, 9], [1, 3])).toEqual([2, 3]);
});

test('a row shows what was promised, the median and the spread', () => {
  expect(cells(row([1.5, 0.9, 1.2], atMost)).slice(1, -1)).toEqual([
    'm',
    '≤ 1.4x',
    '≤ 1x',
    '1.20x (0.90 to 1.50)',
    'must reached',
    '1 s',
  ]);
});

for (const [value, goal, verdict] of [
  [1, atMost, 'aim reached'],
  [1.4, atMost, 'must reached'],
  [1.41, atMost, 'MISSED'],
  [4, atLeast, 'aim reached'],
  [3, atLeast, 'must reached'],
  [2.99, atLeast, 'MISSED'],
  [7, null, ''],
] as const)
  test(`${value} against ${goal ? `${'atLeast' in goal ? '≥' : '≤'} ${goal.must}` : 'nothing'} is "${verdict}"`, () => {
    expect(cells(row([value], goal))[5]).toBe(verdict);
  });

test('the table is one that markdown reads: every line has the same columns', () => {
  const lines = markdownTable([row([1], atMost), row([2, 3], null)]).split('\n');
  expect(lines).toHaveLength(4);
  expect(new Set(lines.map((line) => line.length)).size).toBe(1);
  expect(lines[1]).toMatch(/^\| -+ (\| -+ ){5}\|$/);
});

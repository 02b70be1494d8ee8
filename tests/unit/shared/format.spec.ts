import { expect, test } from '@playwright/test';
import { formatAge, formatBytes, formatCount, formatDuration } from '../../../shared/format.ts';

for (const [bytes, text] of [
  [0, '0 B'],
  [1, '1 B'],
  [999, '999 B'],
  [1_000, '1.0 KB'],
  [1_049, '1.0 KB'],
  [1_050, '1.1 KB'],
  [999_949, '999.9 KB'],
  [999_950, '1.0 MB'],
  [217_400_000, '217.4 MB'],
  [1_500_000_000, '1.5 GB'],
  [2.5e12, '2.5 TB'],
  [1e15, '1.0 PB'],
  [2.5e18, '2500.0 PB'],
  // a rate has fractions
  [23.333_333_333, '23 B'],
  [999.4, '999 B'],
  [999.5, '1.0 KB'],
] as const)
  test(`${bytes} bytes are ${text}`, () => {
    expect(formatBytes(bytes)).toBe(text);
  });

for (const [seconds, text] of [
  [0, '0.0 s'],
  [0.44, '0.4 s'],
  [9.94, '9.9 s'],
  [9.96, '10 s'],
  [10, '10 s'],
  [59.4, '59 s'],
  [59.6, '1 min 0 s'],
  [372, '6 min 12 s'],
  [3_599.4, '59 min 59 s'],
  [3_599.6, '1 h 0 min'],
  [7_500, '2 h 5 min'],
  [90_000, '25 h 0 min'],
] as const)
  test(`${seconds} seconds are ${text}`, () => {
    expect(formatDuration(seconds)).toBe(text);
  });

for (const [count, text] of [
  [0, '0'],
  [999, '999'],
  [1_234_567, '1,234,567'],
] as const)
  test(`${count} is written as ${text}, whatever the language of the machine`, () => {
    expect(formatCount(count)).toBe(text);
  });

const day = 86_400;
for (const [seconds, text] of [
  [44, 'just now'],
  [-720, 'in 12 min'],
  [36 * 3600 - 1, '36 h ago'],
  [36 * 3600, '2 days ago'],
  [729 * day, '729 days ago'],
  [730 * day, '2 years ago'],
  [2917 * day, '8 years ago'],
] as const)
  test(`what was ${seconds} s ago was "${text}"`, () => {
    expect(formatAge(seconds)).toBe(text);
  });

import { expect, test } from '@playwright/test';
import { holds } from '../../../main/drill/assertions.ts';
import { timedJob } from '../../../main/drill/stepTimes.ts';
import type { Job } from '../../../shared/job.ts';

const cases: [expected: string | null, found: string | null, ok: boolean][] = [
  [null, 'true', true],
  [null, 'false', false],
  [null, '1', false],
  [null, null, false],
  ['12', '12', true],
  ['12', '12.0', true],
  ['12', '13', false],
  ['0', '', false],
  ['', '0', false],
  ['gold', 'gold', true],
  ['gold', 'Gold', false],
  ['true', 'true', true],
  ['12', null, false],
];

for (const [expected, found, ok] of cases)
  test(`${found ?? 'nothing'} ${ok ? 'is' : 'is not'} ${expected ?? 'what holds where no value was said'}`, () => {
    expect(holds({ expected }, found)).toBe(ok);
  });

test('each step of a job is timed until the next one begins, and its notes are kept', () => {
  let clock = 0;
  const told: string[] = [];
  const outer: Job = {
    id: 'x',
    signal: new AbortController().signal,
    stage: (name) => told.push(name),
    done: () => undefined,
    note: (sentence) => told.push(sentence),
    reached: () => undefined,
  };
  const { job, notes, steps } = timedJob(outer, () => clock);
  job.stage('fetching');
  clock = 1500;
  job.note('one store is away');
  job.stage('loading rows');
  clock = 4000;
  expect(steps()).toEqual([
    { name: 'fetching', seconds: 1.5 },
    { name: 'loading rows', seconds: 2.5 },
  ]);
  expect(notes).toEqual(['one store is away']);
  expect(told).toEqual(['fetching', 'one store is away', 'loading rows']);
});

import { expect, test } from '@playwright/test';
import { progressLine } from '../../../main/cli/progress.ts';
import type { JobProgress } from '../../../shared/job.ts';

const half: JobProgress = { stage: 'dumping', doneBytes: 50_000_000, totalBytes: 100_000_000, estimated: false };
const bar = (filled: number) => `[${'#'.repeat(filled)}${'-'.repeat(24 - filled)}]`;

test('a stage without a total shows only its name', () => {
  expect(progressLine({ ...half, totalBytes: null }, 5)).toBe('dumping …');
});

test('a stage shows how much is done, how fast it is and how long it will take', () => {
  expect(progressLine(half, 10)).toBe(`dumping  ${bar(12)} 50%  50.0 MB of 100.0 MB  5.0 MB/s  10 s left`);
});

test('an estimated total says so', () => {
  expect(progressLine({ ...half, estimated: true }, 10)).toContain(' 50.0 MB of about 100.0 MB ');
});

test('the first moment gives no rate and promises nothing', () => {
  expect(progressLine(half, 0.4)).toBe(`dumping  ${bar(12)} 50%  50.0 MB of 100.0 MB`);
});

test('the beginning is empty', () => {
  expect(progressLine({ ...half, doneBytes: 0 }, 10)).toBe(`dumping  ${bar(0)} 0%  0 B of 100.0 MB`);
});

test('it is not 100% before the last byte', () => {
  expect(progressLine({ ...half, doneBytes: 99_999_999 }, 10)).toContain(' 99% ');
});

test('the end is full and has nothing left', () => {
  expect(progressLine({ ...half, doneBytes: 100_000_000 }, 10)).toBe(
    `dumping  ${bar(24)} 100%  100.0 MB of 100.0 MB  10.0 MB/s`,
  );
});

test('more than was estimated is not more than all of it', () => {
  expect(progressLine({ ...half, doneBytes: 120_000_000, estimated: true }, 10)).toBe(
    `dumping  ${bar(24)} 100%  120.0 MB of about 100.0 MB  12.0 MB/s`,
  );
});

test('a total of nothing is done', () => {
  expect(progressLine({ ...half, doneBytes: 0, totalBytes: 0 }, 10)).toBe(`dumping  ${bar(24)} 100%  0 B of 0 B`);
});

test('a slow rate is shown in whole bytes', () => {
  expect(progressLine({ ...half, doneBytes: 100, totalBytes: 1_000 }, 3)).toContain('  33 B/s  27 s left');
});

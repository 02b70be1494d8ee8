import { expect, test } from '@playwright/test';
import { partSize, planParts } from '../../../main/storage/multipart.ts';

const mebibyte = 1024 ** 2;

test('parts are 16 MiB, and larger only when the file would need more than 9,000 of them', () => {
  expect(partSize(20 * mebibyte)).toBe(16 * mebibyte);
  expect(partSize(9000 * 16 * mebibyte)).toBe(16 * mebibyte);
  expect(partSize(9000 * 16 * mebibyte + 1)).toBe(17 * mebibyte);
});

test('the largest object that S3 takes, 5 TiB, fits into 9,000 parts of whole MiB', () => {
  const size = 5 * 1024 ** 4;
  const bytes = partSize(size);
  expect(bytes % mebibyte).toBe(0);
  expect(planParts(size, bytes).length).toBeLessThanOrEqual(9000);
});

test('the parts cover the file without a gap, all equal but the last', () => {
  const plan = planParts(50 * mebibyte + 7, 16 * mebibyte);
  expect(plan.map(({ number }) => number)).toEqual([1, 2, 3, 4]);
  expect(plan.map(({ sizeBytes }) => sizeBytes)).toEqual(
    [16, 16, 16, 2].map((n) => n * mebibyte).with(3, 2 * mebibyte + 7),
  );
  for (const [index, part] of plan.entries()) expect(part.offset).toBe(index * 16 * mebibyte);
});

test('a file of a whole number of parts has no empty last part', () => {
  expect(planParts(32 * mebibyte, 16 * mebibyte)).toHaveLength(2);
});

import { expect, test } from '@playwright/test';
import { addSample, etaOf, rateOf, type Sample } from '../../../main/jobs/rate.ts';

const samplesOf = (...points: [at: number, doneBytes: number][]): Sample[] =>
  points.reduce<Sample[]>((samples, [at, doneBytes]) => addSample(samples, { at, doneBytes }), []);

test('a rate is told only after a moment', () => {
  expect(rateOf([])).toBeNull();
  expect(rateOf(samplesOf([0, 0], [1_000, 5_000]))).toBeNull();
  expect(rateOf(samplesOf([0, 0], [2_000, 5_000]))).toBe(2_500);
});

test('a rate is that of the last seconds, not of the whole stage', () => {
  expect(rateOf(samplesOf([0, 0], [1_000, 90_000], [9_500, 91_000], [12_000, 91_500]))).toBe(200);
});

test('a stage that stands still has a rate of nothing and no end', () => {
  const samples = samplesOf([0, 500], [4_000, 500]);
  expect(rateOf(samples)).toBe(0);
  expect(etaOf(rateOf(samples), 500, 1_000)).toBeNull();
});

test('the rest of a stage is a range around what its rate says', () => {
  const eta = etaOf(100, 1_000, 11_000)!;
  expect(eta.least).toBeLessThan(100);
  expect(eta.most).toBeGreaterThan(100);
});

test('nobody can know the rest without a total, or when more came than was expected', () => {
  expect(etaOf(100, 1_000, null)).toBeNull();
  expect(etaOf(100, 1_200, 1_000)).toBeNull();
  expect(etaOf(null, 0, 1_000)).toBeNull();
});

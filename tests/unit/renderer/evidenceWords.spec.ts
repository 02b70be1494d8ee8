import { expect, test } from '@playwright/test';
import type { Evidence } from '../../../shared/contract/overview.ts';
import {
  evidenceParts,
  firstWords,
  listProblems,
  sortEvidence,
} from '../../../renderer/screens/overview/evidenceWords.ts';

const now = new Date(2026, 10, 22, 14, 17);
const proven: Evidence = {
  source: 'shop',
  database: 'shop',
  state: 'good',
  restorableTo: new Date(2026, 10, 22, 14, 5).toISOString(),
  backupId: '01M8260X1Z22XF8KNRJZE3THMQ',
  restoreSeconds: { least: 360, most: 540 },
  provenBy: null,
  provenAt: new Date(2026, 10, 21, 3, 10).toISOString(),
  goodCopies: 3,
  wantedCopies: 3,
  problems: [],
};

function sentenceOf(evidence: Evidence): string {
  return evidenceParts(evidence, now)
    .map(({ words }) => words)
    .join(' · ');
}

test('the evidence is one sentence', () => {
  expect(sentenceOf(proven)).toBe(
    'Restorable to 14:05 today (12 min ago) · about 6-9 min · proven by a restore at 03:10 yesterday · 3/3 copies',
  );
});

test('what nobody knows is said, and marked as not known', () => {
  const parts = evidenceParts({ ...proven, restoreSeconds: null, provenAt: null }, now);
  expect(parts.filter(({ known }) => !known).map(({ words }) => words)).toEqual([
    'how long a restore takes is not known yet',
    'not proven by a restore yet',
  ]);
});

test('a database without a good backup is not called restorable', () => {
  expect(sentenceOf({ ...proven, restorableTo: null })).toBe('There is no backup that could be restored');
});

test('another day and another year are named', () => {
  expect(sentenceOf({ ...proven, restorableTo: new Date(2026, 10, 18, 9, 3).toISOString() })).toContain(
    'Restorable to 09:03 on 18 Nov (',
  );
  expect(sentenceOf({ ...proven, provenAt: new Date(2025, 11, 31, 23, 59).toISOString() })).toContain(
    'at 23:59 on 31 Dec 2025',
  );
});

test('databases that need somebody stand first, then by name', () => {
  const of = (source: string, state: Evidence['state']) => ({ ...proven, source, state });
  const sorted = sortEvidence([
    of('b', 'good'),
    of('a', 'good'),
    of('d', 'unknown'),
    of('c', 'bad'),
    of('e', 'warning'),
  ]);
  expect(sorted.map(({ source }) => source)).toEqual(['c', 'e', 'd', 'a', 'b']);
});

test('a problem is listed once, the worst first', () => {
  const problem = (severity: 'warning' | 'bad', sentence: string) => ({
    severity,
    sentence,
    hint: 'Do it.',
    link: null,
  });
  const listed = listProblems({
    evidence: [
      { ...proven, problems: [problem('warning', 'late'), problem('warning', 'late'), problem('bad', 'gone')] },
    ],
    problems: [problem('bad', 'no kit')],
  });
  expect(listed.map(({ source, sentence }) => [source, sentence])).toEqual([
    ['shop', 'gone'],
    [null, 'no kit'],
    ['shop', 'late'],
  ]);
});

test('a long text is cut after its first words', () => {
  expect(firstWords('one two three four', 2)).toEqual({ words: 'one two …', more: true });
  expect(firstWords('one two', 2)).toEqual({ words: 'one two', more: false });
});

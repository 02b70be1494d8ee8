import { expect, test } from '@playwright/test';
import { auditFile } from '../../../shared/auditFile.ts';

const entry = {
  seq: 1,
  at: '2026-05-04T03:00:00.000Z',
  osUser: 'shop',
  person: null,
  action: 'stores.remove',
  subject: 'nas',
  outcome: 'done',
  previousHash: '00',
  hash: 'ab',
};

test('JSON lines hold every value as it is', () => {
  const odd = { ...entry, seq: 2, person: 'Ada "the\n1st"', subject: '=1+1' };
  const text = auditFile([entry, odd], 'jsonl');
  expect(text.split('\n')).toHaveLength(3);
  expect(
    text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown),
  ).toEqual([entry, odd]);
  expect(auditFile([], 'jsonl')).toBe('');
});

test('CSV has a head, quotes what needs it, and holds nothing that a spreadsheet would run', () => {
  const odd = { ...entry, person: 'Ada, "the 1st"', subject: '=cmd()\nx', outcome: '@SUM' };
  expect(auditFile([entry, odd], 'csv')).toBe(
    'seq,at,osUser,person,action,subject,outcome,previousHash,hash\n' +
      '1,2026-05-04T03:00:00.000Z,shop,,stores.remove,nas,done,00,ab\n' +
      `1,2026-05-04T03:00:00.000Z,shop,"Ada, ""the 1st""",stores.remove,"'=cmd()\nx",'@SUM,00,ab\n`,
  );
});

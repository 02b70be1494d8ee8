import { expect, test } from '@playwright/test';
import { judgeCopies, judgeIntegrity, judgeRestore, judgeVerification } from '../../../main/requests/judgements.ts';
import type { Copy } from '../../../shared/backup.ts';
import type { Restore } from '../../../shared/restore.ts';

const copy = (store: string, state: Copy['state'], reason: string | null = null): Copy => ({
  store,
  storeKind: 'local',
  state,
  key: 'm/x',
  sizeBytes: 1,
  verifiedAt: null,
  reason,
});

test('a backup that is in every store is done; one that is not says where it is missing, and why', () => {
  expect(judgeCopies({ copies: [copy('local', 'STORED'), copy('b2', 'STORED')] })).toBeNull();
  const fault = judgeCopies({ copies: [copy('local', 'STORED'), copy('b2', 'FAILED', 'the bucket is full')] });
  expect(fault).toMatchObject({ code: 'COPIES_MISSING', message: expect.stringContaining('b2: the bucket is full') });
});

test('a restore that differs is not done', () => {
  const restore = { status: 'COMPLETED', target: 'shop_restored' } as Restore;
  expect(judgeRestore(restore)).toBeNull();
  expect(judgeRestore({ ...restore, status: 'MISMATCH' })).toMatchObject({
    code: 'RESTORE_MISMATCH',
    message: expect.stringContaining('shop_restored'),
  });
});

test('a verification is done only when every copy, and the test restore where one was made, is good', () => {
  const good = { store: 'local', ok: true, reason: null, code: null };
  const answer = { id: '01K', ok: true, results: [good], restored: null, drill: null };
  expect(judgeVerification(answer)).toBeNull();
  const bad = { ...good, store: 'nas', ok: false, reason: 'a file is missing' };
  expect(judgeVerification({ ...answer, ok: false, results: [good, bad] })?.message).toContain(
    'nas: a file is missing',
  );
  expect(judgeVerification({ ...answer, ok: false, results: [] })?.message).toContain('it has no copy');
  const broken = { id: '01D', status: 'MISMATCH' as const };
  expect(judgeVerification({ ...answer, ok: false, drill: broken })?.message).toContain('not all is true that must be');
});

test('an integrity check has failed only where a copy could not be made again', () => {
  const found = {
    backupId: '01K',
    source: 'shop',
    store: 'nas',
    code: 'COPY_DAMAGED',
    reason: 'its SHA-256 is another',
    mendedFrom: ['local'],
    leftBecause: null,
  };
  const report = { ok: true, listed: [], read: [], unread: [], damage: [found] };
  expect(judgeIntegrity(report)).toBeNull();
  const left = { ...found, mendedFrom: [], leftBecause: 'no other store can give what it lacks' };
  expect(judgeIntegrity({ ...report, ok: false, damage: [found, left] })).toMatchObject({
    code: 'INTEGRITY_FAILURE',
    message: expect.stringMatching(/^1 copy is not good .*01K in nas: its SHA-256/),
  });
});

test('an integrity check that could look at nothing is not done', () => {
  const away = { store: 'nas', copies: 0, failure: 'its folder is missing' };
  const here = { store: 'local', copies: 3, failure: null };
  const report = { ok: true, listed: [away], read: [], unread: [], damage: [] };
  expect(judgeIntegrity(report)).toMatchObject({
    code: 'STORE_FAILED',
    message: 'no store could be looked at (nas: its folder is missing)',
  });
  expect(judgeIntegrity({ ...report, listed: [away, here] })).toBeNull();
  expect(judgeIntegrity({ ...report, listed: [] })).toBeNull();
});

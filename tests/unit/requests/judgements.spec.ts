import { expect, test } from '@playwright/test';
import { judgeCopies, judgeRestore, judgeVerification } from '../../../main/requests/judgements.ts';
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
  expect(fault).toMatchObject({ code: 'STORE_FAILED', message: expect.stringContaining('b2: the bucket is full') });
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
  const answer = { id: '01K', ok: true, results: [good], restored: null, drillId: null };
  expect(judgeVerification(answer)).toBeNull();
  const bad = { ...good, store: 'nas', ok: false, reason: 'a file is missing' };
  expect(judgeVerification({ ...answer, ok: false, results: [good, bad] })?.message).toContain(
    'nas: a file is missing',
  );
  expect(judgeVerification({ ...answer, ok: false, results: [] })?.message).toContain('it has no copy');
});

import { expect } from '@playwright/test';
import { RetentionLedger } from '../../../main/state/retentionLedger.ts';
import { test } from '../../support/scratchFolder.ts';

const count = 2500;
const idOf = (number: number) => `01K${String(number).padStart(23, '0')}`;

test('of thousands of backups each has its own copies, oldest first, and those without any are left out', ({
  state,
}) => {
  state.exec(`
    CREATE TEMP TABLE numbers AS WITH RECURSIVE n (number) AS (SELECT 0 UNION ALL SELECT number + 1 FROM n LIMIT ${count})
      SELECT number, '01K' || printf('%023d', number) AS id FROM n;
    INSERT INTO backups (id, kind, source, tenant, filename, status, created_at, pinned, imported_at)
      SELECT id, 'TENANT', 'shop', number % 5, id, 'COMPLETED', strftime('%Y-%m-%dT%H:%M:%fZ', 1700000000 + number, 'unixepoch'),
        number = 7, iif(number = 8, '2026-01-01T00:00:00.000Z', NULL) FROM numbers;
    INSERT INTO copies (backup_id, store, store_kind, state, manifest_key, size_bytes, verified_at)
      SELECT id, store, 'local', iif(number = 9, 'DELETED', 'STORED'), id, number, iif(number % 2, '2026', NULL)
      FROM numbers, (SELECT 'disk' AS store UNION ALL SELECT 'usb') WHERE store = 'disk' OR number % 3 = 0;`);
  const ledger = new RetentionLedger(state);
  const backups = ledger.backups();
  const left = Array.from({ length: count }, (_, number) => number).filter((number) => number !== 9);
  const expected = left.map((number) => {
    const copy = { state: 'STORED', verified: number % 2 === 1, sizeBytes: number, reason: null };
    const stores = number % 3 === 0 ? ['disk', 'usb'] : ['disk'];
    const createdAt = (1_700_000_000 + number) * 1000;
    return { id: idOf(number), createdAt, copies: stores.map((store) => ({ store, ...copy })) };
  });
  expect(backups.map(({ id, createdAt, copies }) => ({ id, createdAt, copies }))).toEqual(expected);
  expect(backups.filter(({ pinned }) => pinned).map(({ id }) => id)).toEqual([idOf(7)]);
  const counted = backups.filter(({ countsFrom, createdAt }) => countsFrom !== createdAt);
  expect(counted).toMatchObject([{ id: idOf(8), countsFrom: Date.UTC(2026, 0, 1) }]);
  const ofOne = ledger.backups({ source: 'shop', tenant: '3', kind: 'TENANT' });
  expect(ofOne).toEqual(backups.filter(({ tenant }) => tenant === '3'));
});

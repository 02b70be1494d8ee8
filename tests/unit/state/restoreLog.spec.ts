import { expect } from '@playwright/test';
import { RestoreLog } from '../../../main/state/restoreLog.ts';
import { test as base } from '../../support/scratchFolder.ts';

const id = '01KRESTORE';
const connection = { host: 'h', port: 5432, user: 'u', database: 'postgres', sslmode: 'prefer' } as const;

/** A restore whose databases wait to be exchanged. */
const test = base.extend<{ log: RestoreLog }>({
  log: async ({ state }, use) => {
    state.pragma('foreign_keys = OFF');
    const log = new RestoreLog(state);
    const place = { target: 'shop', scratch: 'strongroom_1', connection };
    log.begin({ id, mode: 'FULL', backupId: '01KBACKUP', source: 'shop', initiatedBy: 'test', ...place });
    log.makingRoles(id);
    const nothing = { expected: 0, ok: 0, problems: [] };
    const parts = { indexes: nothing, foreignKeys: nothing, sequences: nothing, materializedViews: nothing };
    const verification = { ok: true, tables: [], ...parts, largeObjects: nothing };
    log.verified(id, { durationSeconds: 1, restoredBytes: 1, verification, notes: [] });
    log.complete(id, 'shop_before_1');
    await use(log);
  },
});

test('roles that a swap finds unsettled are settled by the next start', ({ log }) => {
  log.swapping(id, 'shop_before_1');
  log.swapped(id);
  expect(log.unsettledRoles()).toEqual([id]);
  log.rolesSettled(id);
  expect(log.unsettledRoles()).toEqual([]);
  expect(log.get(id)).toMatchObject({ status: 'COMPLETED', swapped: true });
});

for (const [end, state] of [
  ['rolledBack', 'ROLLED_BACK'],
  ['swapped', 'COMPLETED'],
] as const)
  test(`they also are after a rollback that ended as ${end}`, ({ log }) => {
    log.swapped(id);
    log.rollingBack(id);
    expect(log.isRollingBack(id)).toBe(true);
    log[end](id);
    expect(log.isRollingBack(id)).toBe(false);
    expect(log.unsettledRoles()).toEqual([id]);
    expect(log.get(id)).toMatchObject({ status: state });
  });

test('a rollback without such roles leaves no mark', ({ log }) => {
  log.rolesSettled(id);
  log.swapped(id);
  log.rollingBack(id);
  expect(log.isRollingBack(id)).toBe(true);
  log.rolledBack(id);
  expect({ marker: log.marker(id), roles: log.unsettledRoles() }).toEqual({ marker: null, roles: [] });
});

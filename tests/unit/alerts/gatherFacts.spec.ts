import { expect } from '@playwright/test';
import type { JobPart } from '../../../shared/job.ts';
import { usualRules } from '../../../shared/alertRules.ts';
import { gatherFacts } from '../../../main/alerts/gatherFacts.ts';
import { judge } from '../../../main/alerts/judge.ts';
import { Channels } from '../../../main/state/channels.ts';
import { Preferences } from '../../../main/state/preferences.ts';
import { Catalogue } from '../../../main/state/catalogue.ts';
import { JobLog } from '../../../main/state/jobLog.ts';
import { Looks } from '../../../main/state/looks.ts';
import type { State } from '../../../main/state/openState.ts';
import { RestoreLog } from '../../../main/state/restoreLog.ts';
import { Settings } from '../../../main/state/settings.ts';
import { TenantLedger } from '../../../main/state/tenantLedger.ts';
import { WatchedState } from '../../../main/state/watchedState.ts';
import { sampleManifest } from '../../support/sampleManifest.ts';
import { test as base } from '../../support/scratchFolder.ts';
import { over } from './judging.ts';

const local = { name: 'local', kind: 'local' } as const;
const connection = { host: 'db', port: 5432, user: 'u', database: 'shop', sslmode: 'prefer' } as const;
const hourMs = 3_600_000;
const idOf = (number: number) => `01K${String(number).padStart(23, '0')}`;

/** A state folder with one database, a local store and a bucket. */
class Shop {
  readonly state: State;
  readonly catalogue: Catalogue;
  readonly restores: RestoreLog;
  readonly jobs: JobLog;
  readonly looks: Looks;
  readonly tenants: TenantLedger;
  private readonly settings: Settings;

  constructor(state: State) {
    this.state = state;
    this.catalogue = new Catalogue(state);
    this.restores = new RestoreLog(state);
    this.jobs = new JobLog(state);
    this.looks = new Looks(state);
    this.tenants = new TenantLedger(state);
    this.settings = new Settings(state);
    state.exec(
      `INSERT INTO repository (id, machine_id, machine_recipient, recovery_recipient, signing_public_key, created_at)
       VALUES ('01KREP', 'm', 'age1m', 'age1r', 'PEM', '2026-01-01T00:00:00.000Z')`,
    );
    this.settings.addSource({ name: 'shop', connection, toolsDir: null, tenants: null });
    this.settings.addStore('local', { kind: 'local', path: '/backups' });
    const cloud = { endpoint: 'https://r2', bucket: 'b', region: 'auto', prefix: '', accessKeyId: 'k' };
    this.settings.addStore('r2', { kind: 'r2', ...cloud });
  }

  backUp(number: number, createdAt = new Date()): void {
    const manifest = sampleManifest({ id: idOf(number), sequence: number, createdAt: createdAt.toISOString() });
    this.catalogue.record(manifest, `sha ${number}`, local);
  }

  facts(now = Date.now()) {
    const { settings, looks, tenants, state } = this;
    const watched = new WatchedState(state);
    const channels = new Channels(state);
    const preferences = new Preferences(state);
    return gatherFacts({ settings, looks, tenants, watched, channels, preferences }, [], now);
  }

  types(now = Date.now()) {
    return judge(this.facts(now), usualRules).map(({ type }) => type);
  }
}

const test = base.extend<{ shop: Shop }>({ shop: async ({ state }, use) => use(new Shop(state)) });

test('nothing was looked at yet, and nothing is known to be wrong', ({ shop }) => {
  const { sources, stores } = shop.facts();
  expect(sources).toMatchObject([{ name: 'shop', look: null, newestGoodAt: null, series: [], tenants: null }]);
  expect(stores.map(({ name, primary, look }) => [name, primary, look])).toEqual([
    ['local', true, null],
    ['r2', false, null],
  ]);
  expect(shop.types()).toEqual([]);
});

test('the newest good backup is one that has a copy', ({ shop }) => {
  shop.backUp(1, new Date(Date.now() - 30 * hourMs));
  shop.backUp(2);
  expect(shop.facts().sources[0]?.newestGoodId).toBe(idOf(2));
  shop.catalogue.setCopy(idOf(2), local, 'MISSING');
  expect(shop.facts().sources[0]?.newestGoodId).toBe(idOf(1));
  expect(shop.types()).toContain('RPO_BREACH');
});

test('a copy that is missing is counted where it is missing, one that is bad as bad', ({ shop }) => {
  shop.backUp(1);
  shop.backUp(2);
  shop.catalogue.setCopy(idOf(2), { name: 'r2', kind: 'r2' }, 'STORED');
  shop.catalogue.verified(idOf(2), { name: 'r2', kind: 'r2' }, { ok: false, state: 'DAMAGED', reason: 'other hash' });
  const [onDisk, cloud] = shop.facts().stores;
  expect(onDisk).toMatchObject({ missing: { count: 0 }, bad: { count: 0 } });
  expect(cloud?.missing).toMatchObject({ count: 1, oldestId: idOf(1) });
  expect(cloud?.bad).toMatchObject({ count: 1, lost: 0, newestId: idOf(2) });
  expect(cloud?.bad.foundAt).toBeGreaterThan(Date.now() - hourMs);
  expect(shop.types()).toEqual(['INTEGRITY_FAILURE']);
});

test('the newest end of a job counts; cancelled and running ones do not', ({ shop }) => {
  const failure = { code: 'TOOL_FAILED', message: 'no', hint: 'h', details: {} } as const;
  shop.jobs.started('01A', 'backup full', 'shop');
  shop.jobs.ended('01A', 'FAILED', [], failure);
  shop.jobs.started('01B', 'backup full', 'shop');
  shop.jobs.ended('01B', 'CANCELLED', [], null);
  shop.jobs.started('01C', 'backup full', 'shop');
  expect(shop.facts().jobs).toMatchObject([{ id: '01A', status: 'FAILED', failure: { code: 'TOOL_FAILED' } }]);
  expect(shop.types()).toEqual(['BACKUP_FAILURE']);
  shop.jobs.ended('01C', 'DONE', [], null);
  expect(shop.types()).toEqual([]);
});

test('a failed restore counts until one goes well; a refused or cancelled one does not', ({ shop }) => {
  const begin = (id: string, target = 'shop_new') =>
    shop.restores.begin({
      id,
      mode: 'FULL',
      backupId: idOf(1),
      source: 'shop',
      target,
      connection,
      scratch: target,
      initiatedBy: 'anna',
    });
  const fail = (id: string, code: 'TARGET_EXISTS' | 'CANCELLED' | 'TOOL_FAILED') =>
    shop.restores.fail(id, { code, message: 'no', hint: 'h', details: {} });
  shop.backUp(1);
  begin('01A');
  fail('01A', 'TARGET_EXISTS');
  begin('01B');
  fail('01B', 'CANCELLED');
  expect(shop.types()).toEqual([]);
  begin('01C');
  fail('01C', 'TOOL_FAILED');
  expect(shop.types()).toEqual(['RESTORE_FAILURE']);
  begin('01D');
  const check = { expected: 0, ok: 0, problems: [] };
  const verification = {
    ok: true,
    tables: [],
    indexes: check,
    foreignKeys: check,
    sequences: check,
    materializedViews: check,
    largeObjects: check,
  };
  shop.restores.verified('01D', { durationSeconds: 1, restoredBytes: 1, verification, notes: [] });
  shop.state.prepare(`UPDATE restores SET started_at = '2999-01-01T00:00:00.000Z' WHERE id = '01D'`).run();
  shop.restores.complete('01D');
  expect(shop.types()).toEqual([]);
  expect(shop.facts().sources[0]?.provenAt).not.toBeNull();
});

test('a test restore counts by how its job ended, each part of the source by itself', ({ shop }) => {
  const end = (id: string, status: 'DONE' | 'FAILED' | 'CANCELLED', part: JobPart | null = null) => {
    shop.jobs.started(id, 'test restore', 'shop', part && JSON.stringify(part));
    const failure = { code: 'RESTORE_MISMATCH', message: 'it differs', hint: 'h', details: {} } as const;
    shop.jobs.ended(id, status, [], status === 'FAILED' ? failure : null);
  };
  end('01A', 'FAILED');
  end('01B', 'CANCELLED');
  expect(shop.facts().sources[0]?.tests).toMatchObject([{ part: null, failed: { id: '01A', differs: true } }]);
  end('01C', 'DONE', { tenants: ['7'] });
  expect(shop.types()).toEqual(['DRILL_FAILURE']);
  end('01D', 'DONE');
  expect(shop.facts().sources[0]?.tests).toEqual([
    { part: { tenants: ['7'] }, failed: null, gone: false },
    { part: null, failed: null, gone: false },
  ]);
  expect(shop.types()).toEqual([]);
});

test('a test restore of an old backup that failed counts as long as the backup is there', ({ shop }) => {
  shop.backUp(1);
  const part = { backup: idOf(1) };
  shop.jobs.started('01A', 'test restore', 'shop', JSON.stringify(part));
  const failure = { code: 'RESTORE_MISMATCH', message: 'it differs', hint: 'h', details: {} } as const;
  shop.jobs.ended('01A', 'FAILED', [], failure);
  expect(shop.types()).toEqual(['DRILL_FAILURE']);
  const [failed] = judge(shop.facts(), usualRules);
  shop.state.prepare(`UPDATE backups SET deleted_at = '2026-05-05T00:00:00.000Z'`).run();
  expect(shop.types()).toEqual([]);
  expect(over(failed!, shop.facts())).toBe('the backup was deleted');
});

test('a tenant that came back says nothing of a restore of the whole database that failed', ({ shop }) => {
  shop.backUp(1);
  shop.catalogue.record(sampleManifest({ id: idOf(2), sequence: 2, kind: 'TENANT', tenant: '7' }), 'sha', local);
  const restore = (id: string, backup: number, status: 'FAILED' | 'COMPLETED', minute: number) =>
    shop.state
      .prepare(
        `INSERT INTO restores (id, mode, backup_id, source, status, target, server, connection, scratch, started_at, initiated_by)
         VALUES (?, 'FULL', ?, 'shop', ?, 't', 's', '{}', 't', ?, 'anna')`,
      )
      .run(id, idOf(backup), status, new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString());
  restore('01A', 1, 'FAILED', 1);
  restore('01B', 2, 'FAILED', 2);
  restore('01C', 2, 'COMPLETED', 3);
  expect(shop.facts().sources[0]?.failedRestore).toMatchObject({ id: '01A' });
  restore('01D', 1, 'COMPLETED', 4);
  expect(shop.facts().sources[0]?.failedRestore).toBeNull();
});

test('a look that fails again has failed since the first time', ({ shop }) => {
  const failure = { code: 'STORE_UNREACHABLE', message: 'no', hint: 'h' };
  const at = (minutes: number) => new Date(Date.UTC(2026, 0, 1, 0, minutes)).toISOString();
  const room = { writable: true, usedBytes: 1, capacityBytes: null, freeBytes: null };
  shop.looks.note('store', 'r2', at(0), { failure: null, seen: room });
  expect(shop.facts().stores[1]?.look).toMatchObject({ failure: null, failingSince: null, seen: room });
  shop.looks.note('store', 'r2', at(5), { failure });
  shop.looks.note('store', 'r2', at(10), { failure });
  expect(shop.facts().stores[1]?.look).toMatchObject({ failure, failingSince: Date.parse(at(5)), seen: null });
  shop.looks.note('store', 'r2', at(15), { failure: null, seen: room });
  expect(shop.facts().stores[1]?.look?.failingSince).toBeNull();
  expect(shop.looks.lastAt()).toBe(at(15));
});

test('tenants count where tenants are backed up; a new one waits for its first week', ({ shop }) => {
  const now = Date.now();
  const ago = (days: number) => new Date(now - days * 24 * hourMs).toISOString();
  shop.tenants.note(
    'shop',
    [
      { id: '1', name: 'Anna' },
      { id: '2', name: 'Bert' },
    ],
    ago(9),
  );
  expect(shop.facts().sources[0]?.tenants).toBeNull();
  const tenant = sampleManifest({ id: idOf(1), kind: 'TENANT', tenant: '1', createdAt: ago(1) });
  shop.catalogue.record(tenant, 'sha', local);
  shop.tenants.note(
    'shop',
    [
      { id: '1', name: 'Anna' },
      { id: '3', name: 'Cora' },
    ],
    ago(1),
  );
  expect(shop.facts().sources[0]?.tenants).toMatchObject({
    unprotected: { count: 0 },
    protected: [{ name: 'Anna', at: Date.parse(ago(1)) }],
    vanished: { count: 1, names: ['Bert'] },
  });
  expect(shop.facts(now + 8 * 24 * hourMs).sources[0]?.tenants).toMatchObject({
    unprotected: { count: 1, names: ['Cora'] },
    vanished: { count: 0 },
  });
});

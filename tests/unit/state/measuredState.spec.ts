import { expect } from '@playwright/test';
import { MeasuredState } from '../../../main/state/measuredState.ts';
import { tenantProofs } from '../../../main/state/newestProof.ts';
import type { State } from '../../../main/state/openState.ts';
import { test as base } from '../../support/scratchFolder.ts';

const idOf = (number: number) => `01K${String(number).padStart(23, '0')}`;
const day = (number: number) => new Date(Date.UTC(2026, 0, 1) + number * 86_400_000).toISOString();

/** Backups of a shop as a catalogue has them, the number being the day. */
class Shop {
  readonly measured: MeasuredState;
  private readonly state: State;

  constructor(state: State) {
    this.state = state;
    this.measured = new MeasuredState(state);
  }

  backUp(
    number: number,
    {
      kind = 'FULL_DATABASE',
      tenant = null as string | null,
      status = 'COMPLETED',
      deleted = false,
      stores = ['local'],
    } = {},
  ): void {
    this.state
      .prepare(
        `INSERT INTO backups (id, kind, source, tenant, filename, status, size_bytes, plain_bytes, duration_seconds, created_at, deleted_at)
         VALUES (?, ?, 'shop', ?, ?, ?, ?, 9, 1.5, ?, ?)`,
      )
      .run(idOf(number), kind, tenant, `m/${number}`, status, number, day(number), deleted ? day(number) : null);
    for (const store of stores) this.copy(number, store, 'STORED');
  }

  copy(number: number, store: string, state: string): void {
    this.state
      .prepare(`INSERT INTO copies (backup_id, store, store_kind, state, manifest_key) VALUES (?, ?, 's3', ?, 'm')`)
      .run(idOf(number), store, state);
  }

  run(sql: string, ...values: unknown[]): void {
    this.state.prepare(sql).run(...values);
  }

  job(number: number, kind: string, subject: string, status: string): void {
    this.run(
      'INSERT INTO jobs (id, kind, subject, status, started_at, ended_at) VALUES (?, ?, ?, ?, ?, ?)',
      idOf(number),
      kind,
      subject,
      status,
      day(number),
      status === 'RUNNING' ? null : day(number),
    );
  }
}

const test = base.extend<{ shop: Shop }>({ shop: async ({ state }, use) => use(new Shop(state)) });

test('nothing is known of a source that was never backed up', ({ shop }) => {
  const { measured } = shop;
  expect(measured.newest('shop', 'FULL_DATABASE')).toBeNull();
  expect(measured.newestIn('local', 'shop', 'FULL_DATABASE')).toBeNull();
  expect(measured.newestProof('shop')).toBeNull();
  expect(measured.runs('shop', day(0))).toEqual({ ended: 0, well: 0 });
  expect(measured.recovery(day(0))).toEqual({ alerts: 0, alertSeconds: null, restores: 0, restoreSeconds: null });
  expect(measured.hasCopies('local')).toBe(false);
});

test('the newest good backup is the newest that is whole, not deleted, and has a good copy, of its kind', ({
  shop,
}) => {
  shop.backUp(1, { stores: ['local', 'r2'] });
  shop.backUp(2);
  shop.backUp(3, { kind: 'CONFIGURATION' });
  shop.backUp(4, { status: 'FAILED' });
  shop.backUp(5, { deleted: true });
  shop.backUp(6, { status: 'IN_PROGRESS' });
  shop.backUp(7, { stores: [] });
  shop.copy(7, 'local', 'DAMAGED');
  shop.copy(2, 'r2', 'MISSING');
  const { measured } = shop;
  expect(measured.newest('shop', 'FULL_DATABASE')).toEqual({
    id: idOf(2),
    at: day(2),
    sizeBytes: 2,
    durationSeconds: 1.5,
  });
  expect(measured.newestIn('local', 'shop', 'FULL_DATABASE')).toBe(day(2));
  expect(measured.newestIn('r2', 'shop', 'FULL_DATABASE')).toBe(day(1));
  expect(measured.newestIn('r2', 'shop', 'CONFIGURATION')).toBeNull();
  expect(measured.newest('other', 'FULL_DATABASE')).toBeNull();
  expect(measured.goodCopies(idOf(1))).toBe(2);
  expect(measured.goodCopies(idOf(2))).toBe(1);
  expect(measured.badCopies('r2')).toBe(1);
  expect(measured.badCopies('local')).toBe(1);
});

test('a tenant without a good backup is counted, one that has gone is not, and the furthest behind tells its age', ({
  shop,
}) => {
  const tenant = (id: string, gone: string | null) =>
    shop.run(
      `INSERT INTO tenants (source, id, name, first_seen_at, last_seen_at, gone_since) VALUES ('shop', ?, NULL, 'x', 'x', ?)`,
      id,
      gone,
    );
  for (const id of ['1', '2', '3']) tenant(id, null);
  tenant('4', day(1));
  shop.backUp(1, { kind: 'TENANT', tenant: '1' });
  shop.backUp(2, { kind: 'TENANT', tenant: '2' });
  shop.backUp(3, { kind: 'TENANT', tenant: '1' });
  shop.backUp(4, { kind: 'TENANT', tenant: '3', status: 'FAILED', stores: [] });
  expect(shop.measured.tenants('shop')).toEqual({ unprotected: 1, oldestAt: day(2) });
});

test('backups count that have ended lately, and cancelled ones do not', ({ shop }) => {
  shop.job(1, 'backup full', 'shop', 'FAILED');
  shop.job(10, 'backup full', 'shop', 'DONE');
  shop.job(11, 'backup tenants', 'shop', 'FAILED');
  shop.job(12, 'backup config', 'shop', 'INTERRUPTED');
  shop.job(13, 'backup full', 'shop', 'CANCELLED');
  shop.job(14, 'backup full', 'shop', 'RUNNING');
  shop.job(15, 'backup full', 'other', 'DONE');
  shop.job(16, 'restore full', 'shop', 'DONE');
  expect(shop.measured.runs('shop', day(5))).toEqual({ ended: 3, well: 1 });
  shop.job(20, 'integrity', '', 'DONE');
  shop.job(21, 'integrity', '', 'FAILED');
  shop.job(22, 'cleanup', 'r2', 'DONE');
  expect(shop.measured.newestDone('integrity')).toBe(day(20));
  expect(shop.measured.newestDone('cleanup')).toBeNull();
});

test('recovery is the average of grave alerts that have ended, and of restores that were proven', ({ shop }) => {
  let count = 0;
  const alert = (severity: string, opened: string, resolved: string | null) =>
    shop.run(
      `INSERT INTO alerts (id, type, severity, status, fingerprint, occurrence, message, hint, link, opened_at, active_since, seen_at, resolved_at)
       VALUES (?, 'BACKUP_FAILURE', ?, ?, ?, '', '', '', '', ?, ?, ?, ?)`,
      idOf(++count),
      severity,
      resolved === null ? 'ACTIVE' : 'RESOLVED',
      `f${count}`,
      opened,
      opened,
      opened,
      resolved,
    );
  alert('CRITICAL', '2026-03-01T10:00:00.000Z', '2026-03-01T10:10:00.000Z');
  alert('ERROR', '2026-03-02T10:00:00.000Z', '2026-03-02T10:30:00.500Z');
  alert('WARNING', '2026-03-02T10:00:00.000Z', '2026-03-05T10:30:00.000Z');
  alert('CRITICAL', '2026-03-03T10:00:00.000Z', null);
  alert('CRITICAL', '2025-03-03T10:00:00.000Z', '2025-03-09T10:00:00.000Z');
  shop.backUp(59);
  const restore = (number: number, mode: string, status: string, seconds: number) =>
    shop.run(
      `INSERT INTO restores (id, mode, backup_id, source, status, target, server, connection, scratch, started_at, completed_at, duration_seconds, initiated_by)
       VALUES (?, ?, ?, 'shop', ?, 't', 's', '{}', 'x', ?, ?, ?, 'me')`,
      idOf(number),
      mode,
      idOf(59),
      status,
      day(number),
      day(number),
      seconds,
    );
  restore(60, 'FULL', 'COMPLETED', 100);
  restore(61, 'FULL', 'MISMATCH', 900);
  restore(62, 'MERGE', 'COMPLETED', 900);
  restore(63, 'FULL', 'ROLLED_BACK', 200);
  const drill = (number: number, status: string, report: string | null) =>
    shop.run(
      `INSERT INTO drills (id, source, backup_id, place, server, database, status, started_at, ended_at, report, initiated_by)
       VALUES (?, 'shop', ?, 'source', 's', 'd', ?, ?, ?, ?, 'me')`,
      idOf(number),
      idOf(59),
      status,
      day(number),
      day(number),
      report,
    );
  drill(64, 'PASSED', '{"seconds":300}');
  drill(65, 'FAILED', null);
  drill(66, 'MISMATCH', '{"seconds":900}');
  const { alerts, alertSeconds, restores, restoreSeconds } = shop.measured.recovery('2026-01-01T00:00:00.000Z');
  expect({ alerts, restores, restoreSeconds }).toEqual({ alerts: 2, restores: 3, restoreSeconds: 200 });
  expect(alertSeconds).toBeCloseTo((600 + 1800.5) / 2, 2);
  expect(shop.measured.newestProof('shop')).toMatchObject({ kind: 'drill', at: day(64), seconds: 300 });
  restore(67, 'FULL', 'COMPLETED', 77);
  expect(shop.measured.newestProof('shop')).toMatchObject({ kind: 'restore', at: day(67), seconds: 77 });
});

test('only the restore of a full backup that is young, or was the newest, proves a database; a tenant proves itself', ({
  state,
  shop,
}) => {
  const proven = (at: number, backup: number) => {
    shop.run(
      `INSERT INTO drills (id, source, backup_id, place, server, database, status, started_at, ended_at, report, initiated_by)
       VALUES (?, 'shop', ?, 'source', 's', 'd', 'PASSED', ?, ?, '{"seconds":5}', 'me')`,
      idOf(at),
      idOf(backup),
      day(at),
      day(at),
    );
  };
  const newest = () => shop.measured.newestProof('shop')?.at ?? null;
  shop.backUp(1, { kind: 'TENANT', tenant: '7' });
  shop.backUp(10);
  shop.backUp(20);
  proven(21, 1);
  expect(newest(), 'a tenant').toBeNull();
  expect(tenantProofs(state, 'shop')).toEqual(new Map([['7', day(21)]]));
  proven(22, 10);
  expect(newest(), 'an old one, of which a newer one was there').toBeNull();
  proven(23, 20);
  expect(newest()).toBe(day(23));
  proven(60, 20);
  expect(newest(), 'old, but the newest there was').toBe(day(60));
  shop.backUp(61);
  proven(62, 10);
  expect(newest()).toBe(day(60));
  proven(63, 61);
  proven(64, 99);
  expect(newest(), 'of one that nobody knows').toBe(day(63));
});

test('every question about backups is answered by an index, however many there are', ({ state, shop }) => {
  const asked: string[] = [];
  const prepare = state.prepare.bind(state);
  const watching = new Proxy(state, {
    get(target, name) {
      if (name !== 'prepare') return Reflect.get(target, name) as unknown;
      return (sql: string) => {
        asked.push(sql);
        return prepare(sql);
      };
    },
  });
  const measured = new MeasuredState(watching);
  shop.backUp(1);
  measured.newest('shop', 'FULL_DATABASE');
  measured.newestIn('local', 'shop', 'FULL_DATABASE');
  measured.hasCopies('local');
  measured.goodCopies(idOf(1));
  measured.badCopies('local');
  measured.tenants('shop');
  measured.runs('shop', day(0));
  measured.newestDone('integrity');
  measured.newestProof('shop');
  measured.recovery(day(0));
  for (const sql of asked) {
    const values: Record<string, string> = { store: 'local', source: 'shop', kind: 'TENANT', since: day(0) };
    const named = /@\w+/.test(sql);
    const positional = Array.from({ length: sql.split('?').length - 1 }, () => 'x');
    const plan = prepare(`EXPLAIN QUERY PLAN ${sql}`);
    const steps = (named ? plan.all(values) : plan.all(...positional)) as { detail: string }[];
    const scans = steps
      .map(({ detail }) => detail)
      .filter((detail) => /^SCAN (b|c|backups|copies|jobs|alerts)\b|copies_by_state/.test(detail));
    expect(scans, sql).toEqual([]);
  }
  expect(asked.length).toBeGreaterThan(9);
});

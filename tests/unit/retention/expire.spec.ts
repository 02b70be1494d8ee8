import { expect } from '@playwright/test';
import { mkdirSync, renameSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import type { CopyState } from '../../../shared/backup.ts';
import type { CrashPoint, Job } from '../../../shared/job.ts';
import { machineKeyKey, manifestKey, signatureKey } from '../../../shared/repositoryFormat.ts';
import { defaultPolicy } from '../../../shared/retention.ts';
import { deleteBackups } from '../../../main/retention/deleteBackups.ts';
import { expire } from '../../../main/retention/expire.ts';
import { planNow, type ExpiryTools } from '../../../main/retention/expiryTools.ts';
import { planPart } from '../../../main/retention/planInThread.ts';
import { Catalogue } from '../../../main/state/catalogue.ts';
import { RetentionLedger } from '../../../main/state/retentionLedger.ts';
import { LocalStore } from '../../../main/storage/localStore.ts';
import { sampleManifest } from '../../support/sampleManifest.ts';
import { test as base } from '../../support/scratchFolder.ts';
import { filesBelow } from '../../support/shopConsole.ts';

const dayMs = 86_400_000;
const idOf = (number: number) => `01K${String(number).padStart(23, '0')}`;
const machineId = '0123456789abcdef';

/** Two folders as stores, `disk` for 30 days and `usb` for 60, a catalogue, and a job that can be cut off anywhere. */
class World {
  readonly catalogue: Catalogue;
  readonly ledger: RetentionLedger;
  readonly stores: Record<'disk' | 'usb', LocalStore>;
  readonly used = new Map<string, string>();
  readonly notes: string[] = [];
  readonly tools: ExpiryTools;
  /** Called at every named point. */
  at: (point: CrashPoint) => void = () => undefined;
  private readonly folder: string;
  private shiftMs = 0;

  constructor(folder: string, state: ConstructorParameters<typeof Catalogue>[0]) {
    this.folder = folder;
    this.catalogue = new Catalogue(state);
    this.ledger = new RetentionLedger(state);
    for (const name of ['disk', 'usb']) mkdirSync(join(folder, name));
    this.stores = {
      disk: new LocalStore('disk', join(folder, 'disk')),
      usb: new LocalStore('usb', join(folder, 'usb')),
    };
    const policy = { ...defaultPolicy('local', 'UTC'), verifiedGraceDays: 0 };
    this.tools = {
      ledger: this.ledger,
      machineId,
      stores: [
        { name: 'disk', kind: 'local', policy, open: async () => this.stores.disk },
        { name: 'usb', kind: 'local', policy: { ...policy, days: 60 }, open: async () => this.stores.usb },
      ],
      inUse: () => this.used,
      plan: async () => planNow(this.tools),
      planWith: async (assumed) =>
        planPart(this.ledger, {
          stores: this.tools.stores,
          inUse: new Map(),
          now: this.tools.now().getTime(),
          wanted: { store: null, delete: Infinity, keep: 0, assumed },
        }),
      undoRemains: async () => 'gone',
      resumableUpload: () => null,
      now: () => new Date(Date.now() + this.shiftMs),
    };
  }

  job(): Job {
    return {
      id: 'job',
      signal: new AbortController().signal,
      stage: () => undefined,
      done: () => undefined,
      note: (sentence) => this.notes.push(sentence),
      reached: (point) => this.at(point),
    };
  }

  run(only: string | null = null) {
    return expire(only, this.tools, this.job());
  }

  shiftClock(days: number): void {
    this.shiftMs = days * dayMs;
  }

  /** A backup so many days old with real files in both stores. */
  async backup(
    number: number,
    daysOld: number,
    states: Partial<Record<'disk' | 'usb', CopyState>> = {},
  ): Promise<string> {
    const id = idOf(number);
    const createdAt = new Date(Date.now() - daysOld * dayMs).toISOString();
    const manifest = sampleManifest({ id, sequence: number, createdAt });
    this.catalogue.record(manifest, `sha ${number}`, this.stores.disk);
    for (const name of ['disk', 'usb'] as const) {
      this.catalogue.setCopy(id, this.stores[name], states[name] ?? 'STORED', { sizeBytes: 21_000 });
      for (const { key } of manifest.objects) await this.stores[name].put(key, Buffer.from('sealed'));
      await this.stores[name].put(signatureKey(id), Buffer.from('signature'));
      await this.stores[name].put(manifestKey(id), Buffer.from('manifest'));
    }
    return id;
  }

  filesOf(store: 'disk' | 'usb', id: string): string[] {
    return filesBelow(join(this.folder, store)).filter((file) => file.includes(id));
  }

  stateIn(store: 'disk' | 'usb', id: string): CopyState | undefined {
    return this.catalogue.find(id)?.copies.find((copy) => copy.store === store)?.state;
  }

  /** What a crash has left: an object of so many days, without a manifest. */
  async orphan(number: number, daysOld: number): Promise<string> {
    const key = `b/${idOf(number)}/aa.data.zst.age`;
    await this.stores.disk.put(key, Buffer.from('half'));
    const at = new Date(Date.now() - daysOld * dayMs);
    utimesSync(join(this.folder, 'disk', key), at, at);
    return idOf(number);
  }

  unplug(store: 'disk' | 'usb'): void {
    renameSync(join(this.folder, store), join(this.folder, `${store}-unplugged`));
  }

  plugIn(store: 'disk' | 'usb'): void {
    renameSync(join(this.folder, `${store}-unplugged`), join(this.folder, store));
  }
}

const test = base.extend<{ world: World }>({
  world: async ({ folder, state }, use) => {
    state
      .prepare(
        `INSERT INTO repository (id, machine_id, machine_recipient, recovery_recipient, signing_public_key, created_at)
         VALUES ('01KREP', ?, 'age1m', 'age1r', 'PEM', '2026-01-01T00:00:00.000Z')`,
      )
      .run(machineId);
    await use(new World(folder, state));
  },
});

test('what is too old for one store goes there, and what is too old for all of them leaves only what is known of it', async ({
  world,
}) => {
  const [old, older] = [await world.backup(2, 40), await world.backup(1, 70)];
  const newest = await world.backup(3, 1);
  const { stores } = await world.run();
  expect(stores).toMatchObject([
    { store: 'disk', deleted: 2, freedBytes: 42_000, failure: null },
    { store: 'usb', deleted: 1, freedBytes: 21_000, failure: null },
  ]);
  expect(world.filesOf('disk', old)).toEqual([]);
  expect(world.filesOf('usb', old)).toHaveLength(4);
  expect([...world.filesOf('disk', older), ...world.filesOf('usb', older)]).toEqual([]);
  expect(world.filesOf('disk', newest)).toHaveLength(4);
  expect(world.catalogue.get(old)?.copies).toMatchObject([
    { store: 'disk', state: 'DELETED', reason: expect.stringMatching(/^\d{4}-\d\d-\d\d: older than 30 days$/) },
    { store: 'usb', state: 'STORED' },
  ]);
  expect(world.catalogue.get(older)).toBeNull();
  expect(world.catalogue.find(older)).toMatchObject({
    status: 'COMPLETED',
    sizeBytes: 21_000,
    deletedAt: expect.any(String),
  });
  // Nothing is missing, so nothing is sent there again.
  expect(world.catalogue.missingIn('disk')).toEqual([]);
  expect((await world.run()).stores).toMatchObject([{ deleted: 0 }, { deleted: 0 }]);
});

for (const point of ['expire-journalled', 'expire-manifest-gone', 'expire-data-gone', 'expire-noted'] as const)
  test(`what a cut at ${point} leaves is finished by the next clean-up`, async ({ world }) => {
    const old = await world.backup(1, 40);
    await world.backup(2, 1);
    const cut = new Error('the power went');
    world.at = (reached) => {
      if (reached === point) throw cut;
    };
    const [disk] = (await world.run()).stores;
    expect(disk?.failure?.message).toBe('the power went');
    expect(world.stateIn('disk', old)).toBe(point === 'expire-noted' ? 'DELETED' : 'DELETING');
    expect(world.catalogue.missingIn('disk')).toEqual([]);
    world.at = () => undefined;
    await world.run();
    expect(world.filesOf('disk', old)).toEqual([]);
    expect(world.stateIn('disk', old)).toBe('DELETED');
    expect(world.stateIn('usb', old)).toBe('STORED');
  });

test('a store that is unplugged stops no other one, and is caught up when it is back', async ({ world }) => {
  const oldest = await world.backup(1, 70);
  await world.backup(2, 1);
  world.unplug('usb');
  const [disk, usb] = (await world.run()).stores;
  expect(disk).toMatchObject({ deleted: 1, failure: null });
  expect(usb).toMatchObject({ deleted: 0, failure: { code: 'STORE_FOLDER_MISSING' } });
  expect(world.notes.join()).toContain('usb was not cleaned up to the end');
  expect(world.stateIn('usb', oldest)).toBe('STORED');
  world.plugIn('usb');
  expect((await world.run()).stores).toMatchObject([{ deleted: 0 }, { deleted: 1, failure: null }]);
  expect(world.catalogue.find(oldest)?.deletedAt).toBeDefined();
});

test('what came to be needed after the plan is spared: in use, pinned, or the last good one', async ({ world }) => {
  const [used, pinned, last, first] = [
    await world.backup(2, 45),
    await world.backup(3, 44),
    await world.backup(4, 43),
    await world.backup(1, 46),
  ];
  const newest = await world.backup(5, 1);
  world.at = (point) => {
    if (point !== 'expire-journalled') return;
    world.used.set(used, 'Restore');
    world.ledger.setPinned(pinned, true);
    world.catalogue.verified(newest, world.stores.disk, { ok: false, state: 'DAMAGED', reason: 'flipped bit' });
  };
  const [disk] = (await world.run()).stores;
  expect(disk).toMatchObject({ deleted: 1, spared: 3 });
  expect(world.filesOf('disk', first)).toEqual([]);
  for (const id of [used, pinned, last]) expect(world.filesOf('disk', id)).toHaveLength(4);
});

test('a clock that is off deletes nothing anywhere', async ({ world }) => {
  const ids = [await world.backup(1, 10), await world.backup(2, 1)];
  world.shiftClock(300);
  await expect(world.run()).rejects.toMatchObject({ code: 'CLOCK_WRONG' });
  for (const id of ids) expect(world.filesOf('disk', id)).toHaveLength(4);
});

test('remains of our own machine go after eight days, those of others and younger ones never', async ({ world }) => {
  const [young, unknown] = [await world.orphan(8, 7), await world.orphan(9, 9)];
  const wanted = await world.backup(1, 1, { disk: 'MISSING' });
  await world.stores.disk.delete(manifestKey(wanted)); // as a crash in the middle of an upload
  await world.stores.disk.put(machineKeyKey(machineId), Buffer.from('{}'));
  await world.stores.disk.put(machineKeyKey('another'), Buffer.from('{}'));
  expect((await world.run('disk')).stores).toMatchObject([{ orphans: 0 }]);
  expect(world.filesOf('disk', unknown)).toHaveLength(1);
  await world.stores.disk.delete(machineKeyKey('another'));
  expect((await world.run('disk')).stores).toMatchObject([{ orphans: 1, freedBytes: 4 }]);
  expect(world.filesOf('disk', unknown)).toEqual([]);
  expect(world.filesOf('disk', young)).toHaveLength(1);
  expect(world.filesOf('disk', wanted)).not.toEqual([]);
});

test('what a failed backup has left is swept', async ({ world }) => {
  const id = idOf(1);
  const failure = { code: 'STORE_FULL', message: 'the disk is full', hint: 'Make room.', details: {} } as const;
  world.catalogue.begin({
    id,
    kind: 'FULL_DATABASE',
    source: 'shop',
    tenant: null,
    note: null,
    pinned: false,
    jobId: 'j',
  });
  world.catalogue.fail(id, failure, 'remains');
  await world.run();
  expect(world.ledger.failedWithRemains()).toEqual([]);
  expect(world.catalogue.get(id)?.status).toBe('FAILED');
});

test('a store that was added later needs no copy of what it would delete at once', async ({ world, state }) => {
  const [old, newest] = [await world.backup(1, 40), await world.backup(2, 1)];
  state.prepare(`DELETE FROM copies WHERE store = 'disk'`).run();
  await world.run('usb');
  expect(world.catalogue.missingIn('disk')).toEqual([newest]);
  expect(world.catalogue.get(old)?.copies).toMatchObject([
    { store: 'disk', state: 'DELETED', reason: 'never sent here: it is too old for this store' },
    { store: 'usb', state: 'STORED' },
  ]);
});

test('a store that was added later still gets the newest one, however old it is', async ({ world, state }) => {
  const [older, newest] = [await world.backup(1, 50), await world.backup(2, 40)];
  state.prepare(`DELETE FROM copies WHERE store = 'disk'`).run();
  await world.run('usb');
  expect(world.catalogue.missingIn('disk')).toEqual([newest]);
  expect(world.stateIn('disk', older)).toBe('DELETED');
});

test('what is verified while it goes does not come back as missing', async ({ world }) => {
  const id = await world.backup(1, 1);
  world.ledger.deleting(id, 'disk', 'deleted by hand');
  world.catalogue.verified(id, world.stores.disk, { ok: false, state: 'MISSING', reason: 'no manifest' });
  expect(world.stateIn('disk', id)).toBe('DELETING');
});

test('by hand, the last one and a pinned one go only when that was confirmed, and one in use never', async ({
  world,
}) => {
  const id = await world.backup(1, 1);
  const chosen = () => [world.catalogue.get(id)!];
  const remove = (even: boolean, store: string | null = null) =>
    deleteBackups(chosen(), store, even, world.tools, world.job());
  await expect(remove(false)).rejects.toMatchObject({
    code: 'BACKUP_KEPT',
    message: expect.stringContaining('the last that could be restored of shop'),
  });
  world.used.set(id, 'Verification');
  await expect(remove(true)).rejects.toMatchObject({ code: 'BACKUP_IN_USE' });
  world.used.clear();
  // From one store only, it is not the last one.
  expect(await remove(false, 'disk')).toEqual({ copies: 1, freedBytes: 21_000 });
  expect(world.filesOf('usb', id)).toHaveLength(4);
  expect(await remove(true)).toEqual({ copies: 1, freedBytes: 21_000 });
  expect(world.catalogue.find(id)?.deletedAt).toBeDefined();
  expect(world.filesOf('usb', id)).toEqual([]);
});

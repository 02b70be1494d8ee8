import { expect } from '@playwright/test';
import { mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openConsole } from '../../../main/console.ts';
import { consoleStores, namedStore } from '../../../main/console/assemble.ts';
import type { Console } from '../../../main/console/console.ts';
import { homeAt } from '../../../main/console/home.ts';
import { evaluateAfterJob } from '../../../main/console/watch.ts';
import { alertHistory, listAlerts } from '../../../main/requests/alerts.ts';
import { namedBackup, showBackup } from '../../../main/requests/backups.ts';
import { checkAllIntegrity } from '../../../main/requests/verify.ts';
import type { Backup } from '../../../shared/backup.ts';
import type { IntegrityReport } from '../../../shared/integrity.ts';
import type { ManifestObject } from '../../../shared/manifest.ts';
import { manifestKey } from '../../../shared/repositoryFormat.ts';
import type { Store } from '../../../shared/store.ts';
import type { Cluster } from '../../support/cluster.ts';
import {
  addS3Store,
  addSource,
  halfMade,
  localConsole,
  orphansAmong,
  sourceUrl,
  test as base,
  type ShopConsole,
} from '../../support/shopConsole.ts';
import { strongroom, succeed, type CliOptions } from '../../support/strongroom.ts';
import { keysIn, newBucket, openUploadsIn } from '../backup/backups.ts';

/** A backup in the folder `local` and in the bucket `cloud`, and nothing else anywhere. */
interface Clouded extends ShopConsole {
  bucket: string;
  id: string;
}

const test = base.extend<{ console: Console; places: Record<string, Store> }, { clouded: Clouded }>({
  /** One for all tests, each of which leaves every copy as good as it was. */
  clouded: [
    async ({ cluster, shopTemplate }, use) => {
      const folder = mkdtempSync(join(process.env.STRONGROOM_TEST_FOLDER ?? tmpdir(), 'clouded-'));
      const clouded = await backedUpToCloud(folder, cluster, shopTemplate);
      // As if every copy had just been read, so that a check finds only what a listing tells, and what has its turn.
      await succeed(clouded.cli, 'verify', clouded.id);
      await use(clouded);
      rmSync(folder, { recursive: true });
    },
    { scope: 'worker' },
  ],
  console: async ({ clouded }, use) => {
    const console = await openConsole(homeAt(clouded.home), { owner: true });
    await use(console);
    console.close();
  },
  places: async ({ console }, use) => {
    const opened = consoleStores(console).map(async (store) => [store.name, await store.open()] as const);
    await use(Object.fromEntries(await Promise.all(opened)));
  },
});

async function backedUpToCloud(folder: string, cluster: Cluster, database: string): Promise<Clouded> {
  const made = await localConsole(folder);
  const bucket = await newBucket();
  await addS3Store(made.cli, 'cloud', { bucket });
  await addSource(made.cli, 'shop', sourceUrl(cluster, database), cluster.password);
  const { id } = await succeed<Backup>(made.cli, 'backup', 'full', 'shop');
  return { ...made, bucket, id };
}

const { signal } = new AbortController();
const statesOf = (console: Console, id: string) =>
  namedBackup(console, id).copies.map(({ store, state }) => `${store} ${state}`);

function dataOf(console: Console, id: string): ManifestObject {
  return console.catalogue.manifest(id)!.objects.find(({ role }) => role === 'data')!;
}

interface Fault {
  name: string;
  places: ('cloud' | 'local')[];
  key: (console: Console, id: string) => string;
  damage: (place: Store, key: string, whole: Uint8Array, console: Console, id: string) => Promise<void>;
  code: 'OBJECT_MISSING' | 'COPY_DAMAGED';
  /** How it is found: by a listing, or only when it is the turn of this copy to be read. */
  reason: RegExp;
}

const dataKey = (console: Console, id: string) => dataOf(console, id).key;

const faults: Fault[] = [
  {
    name: 'an object that is gone',
    places: ['cloud'],
    key: dataKey,
    damage: (place, key) => place.delete(key),
    code: 'OBJECT_MISSING',
    reason: /is missing in/,
  },
  {
    name: 'a manifest that is gone',
    places: ['cloud', 'local'],
    key: (_, id) => manifestKey(id),
    damage: (place, key) => place.delete(key),
    code: 'OBJECT_MISSING',
    reason: /is missing in/,
  },
  {
    name: 'an object cut short',
    places: ['cloud'],
    key: dataKey,
    damage: (place, key, whole) => place.put(key, whole.subarray(0, whole.length - 100)),
    code: 'COPY_DAMAGED',
    reason: /bytes in the place of/,
  },
  {
    name: 'the bytes of another object, as many as its own,',
    places: ['cloud', 'local'],
    key: dataKey,
    damage: async (place, key, whole, console, id) => {
      const other = console.catalogue.manifest(id)!.objects.find(({ role }) => role === 'schema')!;
      await place.put(key, Buffer.alloc(whole.length, await place.get(other.key)));
    },
    code: 'COPY_DAMAGED',
    reason: /SHA-256/,
  },
];

for (const { name, places: where, key: keyOf, damage, code, reason } of faults)
  for (const bad of where) {
    const good = bad === 'cloud' ? 'local' : 'cloud';
    test(`${name} in ${bad} is found by the hourly check, and made again from ${good}`, async ({
      clouded,
      console,
      places,
    }) => {
      const { id, bucket } = clouded;
      const key = keyOf(console, id);
      const whole = await places[bad]!.get(key);
      await damage(places[bad]!, key, whole, console, id);

      let report = await checkAllIntegrity(console, { signal });
      // What no listing shows is found when it is the turn of this store, within two checks.
      if (report.damage.length === 0) report = await checkAllIntegrity(console, { signal });
      expect(report).toMatchObject({ ok: true, listed: [{ failure: null }, { failure: null }], unread: [] });
      expect(report.damage).toMatchObject([
        { backupId: id, store: bad, code, reason: expect.stringMatching(reason), mendedFrom: [good] },
      ]);
      expect(Buffer.from(await places[bad]!.get(key)).equals(whole)).toBe(true);

      expect(statesOf(console, id)).toEqual(['local STORED', 'cloud STORED']);
      const { status, verifications } = showBackup(console, id);
      expect(status).toBe('VERIFIED');
      expect(verifications.filter(({ store }) => store === bad).slice(0, 2)).toMatchObject([
        { ok: true, reason: `made again from ${good}` },
        { ok: false, reason: expect.stringMatching(reason) },
      ]);
      expect(halfMade(clouded)).toEqual([]);
      expect(orphansAmong(await keysIn(bucket))).toEqual([]);
      expect(await openUploadsIn(bucket)).toEqual([]);
    });
  }

test('damage in the folder and in the bucket is INTEGRITY_FAILURE, and neither copy is replaced', async ({
  clouded: { id },
  console,
  places,
}) => {
  const { key } = dataOf(console, id);
  const whole = await places.local!.get(key);
  const flipped = Buffer.from(whole);
  flipped[1000]! ^= 1;
  for (const place of Object.values(places)) await place.put(key, flipped);
  const failed = await checkAllIntegrity(console, { signal });
  expect(failed).toMatchObject({
    ok: false,
    damage: [{ mendedFrom: [], leftBecause: expect.stringContaining('no other store can give what it lacks') }],
  });
  // Also the one that was asked for its bytes.
  expect(statesOf(console, id)).toEqual(['local DAMAGED', 'cloud DAMAGED']);
  expect(namedBackup(console, id)).toMatchObject({ status: 'COMPLETED', verifiedAt: null });
  for (const place of Object.values(places)) expect(flipped.equals(await place.get(key))).toBe(true);
  evaluateAfterJob(console);
  const open = console.alerts.list({ open: true, type: 'INTEGRITY_FAILURE' }, 10);
  expect(open).toHaveLength(2);
  for (const { severity, message } of open) {
    expect(severity).toBe('CRITICAL');
    expect(message).toContain('one backup has no good copy anywhere');
  }

  // The bucket gives its bytes again as they were: from it the other copy is made again.
  await places.cloud!.put(key, whole);
  const { ok, damage } = await checkAllIntegrity(console, { signal });
  expect(ok).toBe(true);
  expect(damage.toSorted((a, b) => a.store.localeCompare(b.store))).toMatchObject([
    { store: 'cloud', mendedFrom: [], leftBecause: null },
    { store: 'local', mendedFrom: ['cloud'], leftBecause: null },
  ]);
  expect(statesOf(console, id)).toEqual(['local STORED', 'cloud STORED']);
});

/** A check by a program of its own, as the command line does it. */
async function check(cli: CliOptions, env: Record<string, string> = {}) {
  const run = await strongroom({ ...cli, env }, 'integrity');
  return { exit: run.status, signal: run.signal, report: run.json as IntegrityReport };
}

/** Every alert of copies and jobs that there ever was, with what happened to it. */
async function alertsOf({ home }: CliOptions) {
  const console = await openConsole(homeAt(home), { owner: false });
  const alerts = listAlerts(console, { limit: 100 }).alerts.map((alert) => ({
    ...alert,
    history: alertHistory(console, alert.id, 100).map(({ event, note }) => `${event}: ${note}`),
  }));
  console.close();
  return alerts;
}

/** The data of the backup in the bucket, to be damaged without the console that will find it. */
async function dataInCloud({ home, id }: Clouded): Promise<{ cloud: Store; key: string }> {
  const console = await openConsole(homeAt(home), { owner: false });
  const cloud = await namedStore(console, 'cloud').open();
  const { key } = dataOf(console, id);
  console.close();
  return { cloud, key };
}

test('a bad copy in the bucket is an alert, also where the same check makes it again, which resolves it', async ({
  folder,
  cluster,
  shopTemplate,
}) => {
  const clouded = await backedUpToCloud(folder, cluster, shopTemplate);
  const { cloud, key } = await dataInCloud(clouded);
  await cloud.delete(key);
  expect(await check(clouded.cli)).toMatchObject({
    exit: 0,
    report: { ok: true, damage: [{ code: 'OBJECT_MISSING', mendedFrom: ['local'] }] },
  });
  expect(await alertsOf(clouded.cli)).toMatchObject([
    {
      type: 'INTEGRITY_FAILURE',
      severity: 'ERROR',
      status: 'RESOLVED',
      about: { store: 'cloud', backupId: clouded.id },
      history: ['opened: 1 copy in cloud is damaged or gone', 'resolved: no copy in cloud is known to be bad'],
    },
  ]);
});

test('while the folder is away a bad copy in the bucket is one open alert, and it is made again when the folder is back', async ({
  folder,
  cluster,
  shopTemplate,
}) => {
  const clouded = await backedUpToCloud(folder, cluster, shopTemplate);
  const { cli, store } = clouded;
  const { cloud, key } = await dataInCloud(clouded);
  const whole = await cloud.get(key);
  const short = whole.subarray(1);
  await cloud.put(key, short);

  renameSync(store, `${store}.away`);
  expect(await check(cli)).toMatchObject({
    exit: 6,
    report: {
      ok: false,
      listed: [
        { store: 'local', failure: expect.any(String) },
        { store: 'cloud', failure: null },
      ],
      damage: [{ store: 'cloud', leftBecause: expect.stringContaining('(local: the folder of the store') }],
    },
  });
  const alert = { type: 'INTEGRITY_FAILURE', severity: 'ERROR', about: { store: 'cloud' } };
  // The folder has lost nothing, and the check has done its work.
  expect(await alertsOf(cli)).toMatchObject([{ ...alert, status: 'ACTIVE' }]);
  expect(Buffer.from(await cloud.get(key)).equals(short), 'left as it is').toBe(true);

  renameSync(`${store}.away`, store);
  const killed = await check(cli, { STRONGROOM_CRASH_AT: 'mend-proven' });
  expect(killed.signal).toBe('SIGKILL');
  expect(await check(cli)).toMatchObject({ exit: 0, report: { ok: true } });
  const [told] = (await alertsOf(cli)).filter(({ type }) => type === 'INTEGRITY_FAILURE');
  expect(told).toMatchObject({
    ...alert,
    status: 'RESOLVED',
    history: ['opened: 1 copy in cloud is damaged or gone', 'resolved: no copy in cloud is known to be bad'],
  });
  expect(Buffer.from(await cloud.get(key)).equals(whole)).toBe(true);
  expect(halfMade(clouded)).toEqual([]);
});

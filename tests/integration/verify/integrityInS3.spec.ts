import { expect } from '@playwright/test';
import { mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openConsole } from '../../../main/console.ts';
import { namedStore } from '../../../main/console/assemble.ts';
import type { Console } from '../../../main/console/console.ts';
import { homeAt } from '../../../main/console/home.ts';
import { evaluateAfterJob } from '../../../main/console/watch.ts';
import { alertHistory, listAlerts } from '../../../main/requests/alerts.ts';
import { namedBackup, showBackup } from '../../../main/requests/backups.ts';
import { checkAllIntegrity } from '../../../main/requests/verify.ts';
import type { Backup } from '../../../shared/backup.ts';
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
import { strongroom, succeed } from '../../support/strongroom.ts';
import { keysIn, newBucket, openUploadsIn } from '../backup/backups.ts';

/** A backup in the folder `local` and in the bucket `cloud`, and nothing else anywhere. */
interface Clouded extends ShopConsole {
  bucket: string;
  id: string;
}

const test = base.extend<{ console: Console; places: Record<Place, Store> }, { clouded: Clouded }>({
  /** One for all tests, each of which leaves every copy as good as it was. */
  clouded: [
    async ({ cluster, shopTemplate }, use) => {
      const folder = mkdtempSync(join(process.env.STRONGROOM_TEST_FOLDER ?? tmpdir(), 'clouded-'));
      await use(await backedUpToCloud(folder, cluster, shopTemplate));
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
    const open = (name: Place) => namedStore(console, name).open();
    await use({ local: await open('local'), cloud: await open('cloud') });
  },
});

async function backedUpToCloud(folder: string, cluster: Cluster, database: string): Promise<Clouded> {
  const made = await localConsole(folder);
  const bucket = await newBucket();
  await addS3Store(made.cli, 'cloud', { bucket });
  await addSource(made.cli, 'shop', sourceUrl(cluster, database), cluster.password);
  const { id } = await succeed<Backup>(made.cli, 'backup', 'full', 'shop');
  // As if every copy had just been read, so that a check finds only what a listing tells, and what has its turn.
  await succeed(made.cli, 'verify', id);
  // The same damage in the next test is another alert, and not the last one that has come back.
  await succeed(made.cli, 'alerts', 'set', 'flapMinutes', '0');
  return { ...made, bucket, id };
}

type Place = 'cloud' | 'local';
const { signal } = new AbortController();
const statesOf = (console: Console, id: string) =>
  namedBackup(console, id).copies.map(({ store, state }) => `${store} ${state}`);

function keyOf(console: Console, id: string, role: 'data' | 'schema'): string {
  return console.catalogue.manifest(id)!.objects.find((object) => object.role === role)!.key;
}

/** Alerts about copies and jobs, newest first, with what has happened to each. */
function alertsOf(console: Console) {
  return listAlerts(console, { limit: 100 })
    .alerts.toSorted((a, b) => b.openedAt.localeCompare(a.openedAt))
    .map((alert) => ({
      ...alert,
      history: alertHistory(console, alert.id, 100).map(({ event, note }) => `${event}: ${note}`),
    }));
}

const toldAndOver = (store: Place) => ({
  type: 'INTEGRITY_FAILURE',
  severity: 'ERROR',
  status: 'RESOLVED',
  about: { store },
  history: [`opened: 1 copy in ${store} is damaged or gone`, `resolved: no copy in ${store} is known to be bad`],
});

/** Bytes of the schema in the place of the rows, as many as there were. */
const schemaForRows: Fault['damage'] = async (place, console, id) => {
  const [key, schema] = [keyOf(console, id, 'data'), keyOf(console, id, 'schema')];
  await place.put(key, Buffer.alloc((await place.get(key)).length, await place.get(schema)));
};

interface Fault {
  name: string;
  place: Place;
  damage: (place: Store, console: Console, id: string) => Promise<void>;
  code: 'OBJECT_MISSING' | 'COPY_DAMAGED';
  /** How it is found: by a listing, or only when it is the turn of this copy to be read. */
  reason: RegExp;
}

const faults: Fault[] = [
  {
    name: 'an object that is gone',
    place: 'cloud',
    damage: (place, console, id) => place.delete(keyOf(console, id, 'data')),
    code: 'OBJECT_MISSING',
    reason: /is missing in cloud/,
  },
  {
    name: 'an object cut short',
    place: 'cloud',
    damage: async (place, console, id) => {
      const key = keyOf(console, id, 'data');
      await place.put(key, (await place.get(key)).subarray(1));
    },
    code: 'COPY_DAMAGED',
    reason: /bytes in the place of/,
  },
  {
    name: 'an object with the bytes of another one',
    place: 'cloud',
    damage: schemaForRows,
    code: 'COPY_DAMAGED',
    reason: /SHA-256/,
  },
  {
    name: 'an object with the bytes of another one',
    place: 'local',
    damage: schemaForRows,
    code: 'COPY_DAMAGED',
    reason: /SHA-256/,
  },
  {
    name: 'a copy without manifest, and with an object cut short,',
    place: 'local',
    damage: async (place, console, id) => {
      const key = keyOf(console, id, 'data');
      await place.put(key, (await place.get(key)).subarray(1));
      await place.delete(manifestKey(id));
    },
    code: 'OBJECT_MISSING',
    reason: /m\/\w+\.json\.age is missing in local/,
  },
];

for (const { name, place: bad, damage, code, reason } of faults) {
  const good = bad === 'cloud' ? 'local' : 'cloud';
  test(`${name} in ${bad} is found by the hourly check, told, and made again from ${good}`, async ({
    clouded,
    console,
    places,
  }) => {
    const { id, bucket } = clouded;
    const keys = [manifestKey(id), keyOf(console, id, 'data')];
    const bytesOf = () => Promise.all(keys.map(async (key) => Buffer.from(await places[bad].get(key)).toString('hex')));
    const whole = await bytesOf();
    await damage(places[bad], console, id);

    let report = await checkAllIntegrity(console, { signal });
    // What no listing shows is found when it is the turn of this store, within two checks.
    if (report.damage.length === 0) report = await checkAllIntegrity(console, { signal });
    evaluateAfterJob(console);
    expect(report).toMatchObject({ ok: true, listed: [{ failure: null }, { failure: null }], unread: [] });
    expect(report.damage).toMatchObject([
      { backupId: id, store: bad, code, reason: expect.stringMatching(reason), mendedFrom: [good] },
    ]);
    expect(await bytesOf()).toEqual(whole);
    expect(statesOf(console, id)).toEqual(['local STORED', 'cloud STORED']);
    const { status, verifications } = showBackup(console, id);
    expect(status).toBe('VERIFIED');
    expect(verifications.filter(({ store }) => store === bad).slice(0, 2)).toMatchObject([
      { ok: true, reason: `made again from ${good}` },
      { ok: false, reason: expect.stringMatching(reason) },
    ]);
    expect(alertsOf(console)[0]).toMatchObject(toldAndOver(bad));
    expect(halfMade(clouded)).toEqual([]);
    expect(orphansAmong(await keysIn(bucket))).toEqual([]);
    expect(await openUploadsIn(bucket)).toEqual([]);
  });
}

test('damage in the folder and in the bucket is critical, and neither copy is replaced', async ({
  clouded: { id },
  console,
  places,
}) => {
  const key = keyOf(console, id, 'data');
  const whole = await places.local.get(key);
  const flipped = Buffer.from(whole);
  flipped[1000]! ^= 1;
  for (const place of Object.values(places)) await place.put(key, flipped);
  expect(await checkAllIntegrity(console, { signal })).toMatchObject({
    ok: false,
    damage: [{ mendedFrom: [], leftBecause: expect.stringContaining('no other store can give what it lacks') }],
  });
  evaluateAfterJob(console);
  // Also the one that was asked for its bytes.
  expect(statesOf(console, id)).toEqual(['local DAMAGED', 'cloud DAMAGED']);
  expect(namedBackup(console, id)).toMatchObject({ status: 'COMPLETED', verifiedAt: null });
  for (const place of Object.values(places)) expect(flipped.equals(await place.get(key))).toBe(true);
  const lost = { severity: 'CRITICAL', message: expect.stringContaining('one backup has no good copy anywhere') };
  expect(console.alerts.list({ open: true, type: 'INTEGRITY_FAILURE' }, 10)).toMatchObject([lost, lost]);

  // The bucket gives its bytes again as they were: from it the other copy is made again.
  await places.cloud.put(key, whole);
  const { ok, damage } = await checkAllIntegrity(console, { signal });
  evaluateAfterJob(console);
  expect(ok).toBe(true);
  expect(damage.toSorted((a, b) => a.store.localeCompare(b.store))).toMatchObject([
    { store: 'cloud', mendedFrom: [], leftBecause: null },
    { store: 'local', mendedFrom: ['cloud'], leftBecause: null },
  ]);
  expect(statesOf(console, id)).toEqual(['local STORED', 'cloud STORED']);
  expect(console.alerts.list({ open: true, type: 'INTEGRITY_FAILURE' }, 10)).toEqual([]);
});

test('while the folder is away a bad copy in the bucket is one open alert, and the folder has lost nothing', async ({
  clouded,
  console,
  places,
}) => {
  const { id, store } = clouded;
  const key = keyOf(console, id, 'data');
  const whole = await places.cloud.get(key);
  const short = whole.subarray(1);
  await places.cloud.put(key, short);

  renameSync(store, `${store}.away`);
  const report = await checkAllIntegrity(console, { signal });
  evaluateAfterJob(console);
  renameSync(`${store}.away`, store);
  expect(report).toMatchObject({
    ok: false,
    listed: [
      { store: 'local', failure: expect.any(String) },
      { store: 'cloud', failure: null },
    ],
    damage: [{ store: 'cloud', leftBecause: expect.stringContaining('(local: the folder of the store') }],
  });
  expect(statesOf(console, id)).toEqual(['local STORED', 'cloud DAMAGED']);
  // That the check could not mend it is no alert of its own.
  expect(alertsOf(console).filter(({ status }) => status !== 'RESOLVED')).toMatchObject([
    { type: 'INTEGRITY_FAILURE', severity: 'ERROR', status: 'ACTIVE', about: { store: 'cloud', backupId: id } },
  ]);
  expect(Buffer.from(await places.cloud.get(key)).equals(short), 'left as it is').toBe(true);

  expect(await checkAllIntegrity(console, { signal })).toMatchObject({ ok: true, damage: [{ mendedFrom: ['local'] }] });
  evaluateAfterJob(console);
  expect(Buffer.from(await places.cloud.get(key)).equals(whole)).toBe(true);
  expect(alertsOf(console)[0]).toMatchObject(toldAndOver('cloud'));
});

test('a power cut while the bucket is given its object again leaves what the next check finishes', async ({
  clouded,
}) => {
  const { cli, home, id } = clouded;
  const reader = await openConsole(homeAt(home), { owner: false });
  const key = keyOf(reader, id, 'data');
  const cloud = await namedStore(reader, 'cloud').open();
  const whole = await cloud.get(key);
  await cloud.delete(key);
  const killed = await strongroom({ ...cli, env: { STRONGROOM_CRASH_AT: 'mend-replaced' } }, 'integrity');
  expect(killed.signal).toBe('SIGKILL');
  expect(statesOf(reader, id)).toEqual(['local STORED', 'cloud MISSING']);
  await succeed(cli, 'integrity');
  expect(statesOf(reader, id)).toEqual(['local STORED', 'cloud STORED']);
  const told = alertsOf(reader).find(({ type }) => type === 'INTEGRITY_FAILURE');
  reader.close();
  expect(told).toMatchObject(toldAndOver('cloud'));
  expect(Buffer.from(await cloud.get(key)).equals(whole)).toBe(true);
  expect(halfMade(clouded)).toEqual([]);
});

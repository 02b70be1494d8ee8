import { expect } from '@playwright/test';
import { Catalogue } from '../../../main/state/catalogue.ts';
import { RetentionLedger } from '../../../main/state/retentionLedger.ts';
import { Settings } from '../../../main/state/settings.ts';
import { WatchedState } from '../../../main/state/watchedState.ts';
import { copyStates, type Backup } from '../../../shared/backup.ts';
import { sampleManifest } from '../../support/sampleManifest.ts';
import { test } from '../../support/scratchFolder.ts';
import { seededRandom } from '../../support/seededRandom.ts';

const stores = [
  { name: 'local', kind: 'local' },
  { name: 'r2', kind: 'r2' },
  { name: 'b2', kind: 'b2' },
] as const;

/** Ids in the order of time, as ULIDs are. */
const idOf = (number: number) => `01K${String(number).padStart(23, '0')}`;

const existing = ({ status, deletedAt }: Backup) =>
  (status === 'COMPLETED' || status === 'VERIFIED') && deletedAt === undefined;

/** What the sums should be, by going through everything. */
function addedUp(backups: readonly Backup[], store: string) {
  const copyOf = ({ copies }: Backup) => copies.find((copy) => copy.store === store);
  const good = backups.map(copyOf).filter((copy) => copy?.state === 'STORED');
  const without = (...states: readonly string[]) =>
    backups.filter((backup) => existing(backup) && !states.includes(copyOf(backup)?.state ?? ''));
  const absent = without('STORED', 'DELETING', 'DELETED', 'DAMAGED', 'MISSING');
  return {
    copies: good.length,
    copiedBytes: good.reduce((sum, copy) => sum + copy!.sizeBytes, 0),
    missing: without('STORED', 'DELETING', 'DELETED').map(({ id }) => id),
    absent: { count: absent.length, oldestId: absent[0]?.id ?? null, oldestAt: absent[0]?.createdAt ?? null },
  };
}

for (const seed of [1, 2, 3])
  test(`what a store holds and lacks stays added up while copies come and go in any order (${seed})`, ({ state }) => {
    const random = seededRandom(seed);
    const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;
    const catalogue = new Catalogue(state);
    const retention = new RetentionLedger(state);
    const watched = new WatchedState(state);
    const settings = new Settings(state);
    const ids = Array.from({ length: 40 }, (_, number) => idOf(number));
    const compare = () => {
      const backups = catalogue.several(ids);
      for (const { name } of stores) {
        const { missing, absent, ...sums } = addedUp(backups, name);
        expect(catalogue.copiesIn(name)).toMatchObject({ ...sums, missing: missing.length });
        expect(catalogue.missingIn(name)).toEqual(missing);
        expect(watched.missingIn(name)).toEqual(absent);
      }
    };
    compare();
    for (const [number, id] of ids.entries()) {
      const createdAt = new Date(Date.UTC(2026, 0, 1 + number)).toISOString();
      catalogue.begin({ id, kind: 'TENANT', source: 'shop', tenant: '1', note: null, pinned: false, jobId: 'job' });
      state.prepare('UPDATE backups SET created_at = ? WHERE id = ?').run(createdAt, id);
    }
    for (let turn = 0; turn < 300; turn++) {
      const id = pick(ids);
      const store = pick(stores);
      const known = catalogue.find(id)!.copies.some((copy) => copy.store === store.name);
      const turns: (() => void)[] = [
        () => catalogue.setCopy(id, store, pick(copyStates), { sizeBytes: Math.floor(random() * 1000) }),
        () => catalogue.record(sampleManifest({ id, createdAt: catalogue.find(id)!.createdAt }), 'sha', store),
        () => catalogue.verified(id, store, { ok: true, state: 'STORED', reason: null }),
        () => catalogue.verified(id, store, { ok: false, state: 'DAMAGED', reason: 'a file has another hash' }),
        () => catalogue.fail(id, { code: 'STORE_FULL', message: 'the disk is full', hint: 'Make room.', details: {} }),
        () => retention.forgo(id, store, 'not wanted there'),
        () => catalogue.forgetRunningUploads(),
      ];
      if (known) turns.push(() => retention.deleted(id, store.name));
      if (turn % 100 === 99) turns.push(() => settings.removeStore(store.name));
      pick(turns)();
      if (turn % 20 === 0) compare();
    }
    compare();
  });

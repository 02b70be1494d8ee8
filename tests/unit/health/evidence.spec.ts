import { expect, test } from '@playwright/test';
import { consoleProblems, evidenceOf, type KnownOfSource } from '../../../main/health/evidence.ts';
import type { Backup, Copy } from '../../../shared/backup.ts';
import type { Drill } from '../../../shared/drill.ts';
import type { Restore } from '../../../shared/restore.ts';

const now = new Date('2026-11-22T14:17:00.000Z');
const hoursAgo = (hours: number) => new Date(now.getTime() - hours * 3_600_000).toISOString();

const copyIn = (store: string, changes: Partial<Copy> = {}): Copy => ({
  store,
  storeKind: 'local',
  state: 'STORED',
  key: 'm/x',
  sizeBytes: 10,
  verifiedAt: null,
  reason: null,
  ...changes,
});

const backup = (changes: Partial<Backup> = {}): Backup => ({
  id: '01K0000000000000000000000A',
  kind: 'FULL_DATABASE',
  source: 'shop',
  tenant: null,
  status: 'COMPLETED',
  filename: 'm/x',
  sizeBytes: 10,
  plainBytes: 40,
  sha256: 'x',
  compressionRatio: 4,
  durationSeconds: 60,
  createdAt: hoursAgo(0.2),
  verifiedAt: null,
  pinned: false,
  note: null,
  failure: null,
  copies: ['local', 'r2', 'b2'].map((store) => copyIn(store)),
  ...changes,
});

const nothingWrong = { expected: 0, ok: 0, problems: [] };
const restore = (changes: Partial<Restore> = {}): Restore => ({
  id: '01K0000000000000000000000R',
  mode: 'FULL',
  backupId: '01K0000000000000000000000A',
  source: 'shop',
  status: 'COMPLETED',
  target: 'shop_restored',
  heldAs: 'shop_restored',
  server: 'postgres@db:5432',
  swapped: false,
  replaced: null,
  startedAt: hoursAgo(11),
  completedAt: hoursAgo(10.9),
  durationSeconds: 400,
  restoredBytes: 40,
  verification: {
    ok: true,
    tables: [],
    indexes: nothingWrong,
    foreignKeys: nothingWrong,
    sequences: nothingWrong,
    materializedViews: nothingWrong,
    largeObjects: nothingWrong,
  },
  notes: [],
  merge: null,
  initiatedBy: 'ada',
  failure: null,
  ...changes,
});

function evidence(changes: Partial<KnownOfSource> = {}) {
  const connection = { host: 'db', port: 5432, user: 'u', database: 'shop', sslmode: 'prefer' } as const;
  const source = { id: 1, name: 'shop', connection, toolsDir: null, tenants: null };
  const stores = ['local', 'r2', 'b2'];
  const proof = { kind: 'restore', id: restore().id, at: hoursAgo(10.9) } as const;
  return evidenceOf({ source, backups: [backup()], restores: [restore()], stores, drills: [], proof, ...changes }, now);
}

const sentences = (changes: Partial<KnownOfSource>) => evidence(changes).problems.map(({ sentence }) => sentence);

test('a fresh backup with all copies and a proven restore is good', () => {
  expect(evidence()).toMatchObject({
    state: 'good',
    restorableTo: hoursAgo(0.2),
    provenAt: hoursAgo(10.9),
    goodCopies: 3,
    wantedCopies: 3,
    restoreSeconds: { least: 360, most: 500 },
    problems: [],
  });
});

test('without a backup nothing is restorable, and that is bad', () => {
  expect(evidence({ backups: [] })).toMatchObject({ state: 'bad', restorableTo: null, goodCopies: 0 });
  expect(sentences({ backups: [] })).toEqual(['There is no backup that could be restored']);
});

test('green needs evidence not older than 48 hours', () => {
  expect(evidence({ backups: [backup({ createdAt: hoursAgo(29) })] }).state).toBe('good');
  expect(evidence({ backups: [backup({ createdAt: hoursAgo(31) })] }).state).toBe('warning');
  expect(evidence({ backups: [backup({ createdAt: hoursAgo(49) })] }).state).toBe('bad');
});

test('a failed backup after a good one is told first, with its own reason and hint', () => {
  const failure = { code: 'STORE_FULL', message: 'the disk is full', hint: 'Make room.' };
  const failed = backup({ id: '01K0000000000000000000000B', status: 'FAILED', failure, copies: [] });
  const found = evidence({ backups: [failed, backup()] });
  expect(found.state).toBe('bad');
  expect(found.problems[0]).toMatchObject({
    sentence: 'The last backup failed: the disk is full',
    hint: 'Make room.',
    link: '/backups/01K0000000000000000000000B',
  });
});

test('a running backup is neither good nor failed', () => {
  const running = backup({ id: '01K0000000000000000000000B', status: 'IN_PROGRESS', copies: [] });
  expect(evidence({ backups: [running, backup()] })).toMatchObject({ state: 'good', goodCopies: 3 });
});

test('a copy that is missing warns, one that is damaged or gone is bad', () => {
  const late = copyIn('b2', { state: 'FAILED', reason: 'the bucket is full' });
  const withLate = [backup({ copies: [copyIn('local'), copyIn('r2'), late] })];
  expect(evidence({ backups: withLate })).toMatchObject({ state: 'warning', goodCopies: 2 });
  expect(sentences({ backups: withLate })).toEqual(['The newest backup is not in b2: the bucket is full']);
  const damaged = [backup({ copies: [copyIn('local', { state: 'DAMAGED' }), copyIn('r2'), copyIn('b2')] })];
  expect(evidence({ backups: damaged }).state).toBe('bad');
  expect(sentences({ backups: damaged })).toEqual(['The copy in local is damaged']);
});

test('copies in stores that were removed do not count', () => {
  expect(evidence({ stores: ['local'] })).toMatchObject({ goodCopies: 1, wantedCopies: 1, state: 'good' });
});

test('a restore that was never proven, or long ago, warns', () => {
  expect(sentences({ proof: null })).toEqual(['No restore was ever proven']);
  const old = { kind: 'restore', id: restore().id, at: hoursAgo(40 * 24) } as const;
  expect(sentences({ proof: old })).toEqual(['No restore was proven for 40 days']);
});

test('a restore that differed is bad, also when an older one was proven', () => {
  const differing = restore({ status: 'MISMATCH', verification: { ...restore().verification!, ok: false } });
  const found = evidence({ restores: [differing, restore()] });
  expect(found.state).toBe('bad');
  expect(found.problems[0]?.link).toBe(`/restore/${differing.id}`);
});

const drill = (changes: Partial<Drill> = {}): Drill => ({
  id: '01K0000000000000000000000D',
  source: 'shop',
  backupId: '01K0000000000000000000000A',
  place: 'source',
  server: 'postgres@db:5432',
  database: 'strongroom_drill_01k0000000000000000000000d',
  status: 'PASSED',
  startedAt: hoursAgo(2),
  endedAt: hoursAgo(1.9),
  report: {
    steps: [],
    seconds: 200,
    backupCreatedAt: hoursAgo(3),
    restoredBytes: 40,
    verification: null,
    assertions: [],
    notes: [],
  },
  failure: null,
  initiatedBy: 'ada',
  removed: true,
  ...changes,
});

test('a test restore proves as a restore does, and says how long one takes', () => {
  const proof = { kind: 'drill', id: drill().id, at: hoursAgo(1.9) } as const;
  expect(evidence({ restores: [], drills: [drill()], proof })).toMatchObject({
    state: 'good',
    provenAt: hoursAgo(1.9),
    provenBy: { kind: 'drill', id: drill().id },
    restoreSeconds: { least: 180, most: 250 },
  });
});

test('a test restore that differed or failed is bad, one that was cancelled is not', () => {
  const mismatch = evidence({ drills: [drill({ status: 'MISMATCH' }), drill()] });
  expect(mismatch).toMatchObject({ state: 'bad', problems: [{ link: `/restore/drills/${drill().id}` }] });
  const failure = { code: 'NO_GOOD_COPY', message: 'no store has it', hint: 'Mend one.' };
  expect(sentences({ drills: [drill({ status: 'FAILED', failure })] })).toEqual([
    'The last test restore failed: no store has it',
  ]);
  const cancelled = drill({ status: 'FAILED', failure: { ...failure, code: 'CANCELLED' } });
  expect(evidence({ drills: [cancelled, drill()] }).state).toBe('good');
});

test('how long a restore takes is not guessed where none was made', () => {
  expect(evidence({ restores: [] }).restoreSeconds).toBeNull();
});

test('the console warns of a kit that nobody has proven, of too few stores, and of missing PINs', () => {
  expect(consoleProblems({ kitProven: true, stores: 3, people: 1 })).toEqual([]);
  expect(consoleProblems({ kitProven: false, stores: 1, people: 0 })).toHaveLength(3);
});

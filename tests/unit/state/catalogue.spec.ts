import { expect } from '@playwright/test';
import type { BackupFilter } from '../../../main/state/catalogue.ts';
import { Catalogue } from '../../../main/state/catalogue.ts';
import type { State } from '../../../main/state/openState.ts';
import type { Manifest } from '../../../shared/manifest.ts';
import { sampleManifest } from '../../support/sampleManifest.ts';
import { test as base } from '../../support/scratchFolder.ts';

const local = { name: 'local', kind: 'local' } as const;
const r2 = { name: 'r2', kind: 'r2' } as const;
const failure = {
  code: 'STORE_FULL',
  message: 'the disk is full',
  hint: 'Make room.',
  details: { secret: 'not kept' },
} as const;

/** Ids in the order of time, as ULIDs are. */
const idOf = (number: number) => `01K${String(number).padStart(23, '0')}`;

const test = base.extend<{ catalogue: Catalogue }>({
  catalogue: async ({ state }, use) => {
    state
      .prepare(
        `INSERT INTO repository (id, machine_id, machine_recipient, recovery_recipient, signing_public_key, created_at)
         VALUES ('01KREP', 'm', 'age1m', 'age1r', 'PEM', '2026-01-01T00:00:00.000Z')`,
      )
      .run();
    await use(new Catalogue(state));
  },
});

function begin(catalogue: Catalogue, id: string, changes: Partial<Parameters<Catalogue['begin']>[0]> = {}): void {
  catalogue.begin({
    id,
    kind: 'FULL_DATABASE',
    source: 'shop',
    tenant: null,
    note: null,
    pinned: false,
    jobId: 'job',
    ...changes,
  });
}

function record(catalogue: Catalogue, number: number, changes: Partial<Manifest> = {}): void {
  catalogue.record(sampleManifest({ id: idOf(number), sequence: number, ...changes }), `sha of ${number}`, local);
}

test.describe('a backup', () => {
  test('is in progress from the moment of the intent', ({ catalogue }) => {
    begin(catalogue, idOf(1), { note: 'before the sale', pinned: true });
    expect(catalogue.get(idOf(1))).toMatchObject({
      status: 'IN_PROGRESS',
      filename: `m/${idOf(1)}.json.age`,
      note: 'before the sale',
      pinned: true,
      sizeBytes: 0,
      compressionRatio: null,
      sha256: null,
      copies: [],
    });
    expect(catalogue.unfinished()).toEqual([idOf(1)]);
    expect(catalogue.manifest(idOf(1))).toBeNull();
  });

  test('is complete once its manifest is recorded, with the copy that made it exist', ({ catalogue }) => {
    begin(catalogue, idOf(1), { note: 'kept', pinned: true });
    record(catalogue, 1, { note: 'kept', pinned: true });
    expect(catalogue.get(idOf(1))).toEqual({
      id: idOf(1),
      kind: 'FULL_DATABASE',
      source: 'shop',
      tenant: null,
      status: 'COMPLETED',
      filename: `m/${idOf(1)}.json.age`,
      sizeBytes: 21_000,
      plainBytes: 84_000,
      sha256: 'sha of 1',
      compressionRatio: 4,
      durationSeconds: 12.5,
      createdAt: '2026-01-02T03:04:05.678Z',
      verifiedAt: null,
      pinned: true,
      note: 'kept',
      failure: null,
      copies: [
        {
          store: 'local',
          storeKind: 'local',
          state: 'STORED',
          key: `m/${idOf(1)}.json.age`,
          sizeBytes: 21_000,
          verifiedAt: null,
          reason: null,
        },
      ],
    });
    expect(catalogue.unfinished()).toEqual([]);
    expect(catalogue.manifest(idOf(1))).toEqual(sampleManifest({ id: idOf(1), note: 'kept', pinned: true }));
  });

  test('that failed keeps the reason and the hint, but not the details', ({ catalogue }) => {
    begin(catalogue, idOf(1));
    catalogue.fail(idOf(1), failure, 'gone');
    const { code, message, hint } = failure;
    expect(catalogue.get(idOf(1))).toMatchObject({ status: 'FAILED', failure: { code, message, hint } });
    expect(catalogue.get(idOf(1))?.failure).not.toHaveProperty('details');
    expect(catalogue.unfinished()).toEqual([]);
  });

  test('that failed keeps its first reason, and is unfinished while something of it remains', ({ catalogue }) => {
    begin(catalogue, idOf(1));
    catalogue.fail(idOf(1), failure, 'remains');
    expect(catalogue.unfinished()).toEqual([idOf(1)]);
    catalogue.fail(idOf(1), { ...failure, code: 'INTERRUPTED' }, 'gone');
    expect(catalogue.get(idOf(1))).toMatchObject({ status: 'FAILED', failure: { code: 'STORE_FULL' } });
    expect(catalogue.unfinished()).toEqual([]);
  });

  test('that was thought to have failed exists when its manifest turns up', ({ catalogue }) => {
    begin(catalogue, idOf(1));
    catalogue.fail(idOf(1), failure, 'gone');
    record(catalogue, 1);
    expect(catalogue.get(idOf(1))).toMatchObject({ status: 'COMPLETED', failure: null });
  });

  test('that was never begun here is adopted from its manifest', ({ catalogue }) => {
    record(catalogue, 1, { tenant: '7', kind: 'TENANT', note: 'from another disk' });
    expect(catalogue.get(idOf(1))).toMatchObject({ status: 'COMPLETED', tenant: '7', note: 'from another disk' });
  });

  test('is verified by one good copy, and stays so when it is recorded again', ({ catalogue }) => {
    record(catalogue, 1);
    catalogue.verified(idOf(1), local, { ok: true, state: 'STORED', reason: null });
    record(catalogue, 1);
    const { status, verifiedAt, copies } = catalogue.get(idOf(1))!;
    expect({ status, verifiedAt }).toEqual({ status: 'VERIFIED', verifiedAt: expect.any(String) });
    expect(copies).toMatchObject([{ store: 'local', state: 'STORED', verifiedAt }]);
  });

  test('is not verified by a copy that was found damaged, and the reason is kept', ({ catalogue }) => {
    record(catalogue, 1);
    catalogue.verified(idOf(1), local, { ok: false, state: 'DAMAGED', reason: 'its SHA-256 is another' });
    expect(catalogue.get(idOf(1))).toMatchObject({
      status: 'COMPLETED',
      verifiedAt: null,
      copies: [{ state: 'DAMAGED', reason: 'its SHA-256 is another', verifiedAt: null, sizeBytes: 21_000 }],
    });
  });

  test('keeps every verification, the newest first', ({ catalogue }) => {
    record(catalogue, 1);
    catalogue.verified(idOf(1), local, { ok: true, state: 'STORED', reason: null });
    catalogue.verified(idOf(1), r2, { ok: false, state: 'MISSING', reason: 'gone' });
    expect(catalogue.verifications(idOf(1))).toEqual([
      { store: 'r2', ok: false, reason: 'gone', verifiedAt: expect.any(String) },
      { store: 'local', ok: true, reason: null, verifiedAt: expect.any(String) },
    ]);
  });

  test('that nobody knows is null', ({ catalogue }) => {
    expect(catalogue.get(idOf(1))).toBeNull();
    expect(catalogue.manifest(idOf(1))).toBeNull();
    expect(catalogue.verifications(idOf(1))).toEqual([]);
  });
});

test.describe('a copy', () => {
  test('goes from uploading to stored, and its old reason is forgotten', ({ catalogue }) => {
    record(catalogue, 1);
    const copyIn = (store: string) => catalogue.get(idOf(1))?.copies.find((copy) => copy.store === store);
    catalogue.setCopy(idOf(1), r2, 'UPLOADING');
    expect(copyIn('r2')).toMatchObject({ state: 'UPLOADING', storeKind: 'r2', sizeBytes: 0 });
    catalogue.setCopy(idOf(1), r2, 'FAILED', { reason: 'the store does not answer' });
    expect(copyIn('r2')).toMatchObject({ state: 'FAILED', reason: 'the store does not answer' });
    catalogue.setCopy(idOf(1), r2, 'STORED', { sizeBytes: 21_000 });
    expect(copyIn('r2')).toMatchObject({ state: 'STORED', reason: null, sizeBytes: 21_000 });
    expect(copyIn('local')).toMatchObject({ state: 'STORED' });
  });

  test('whose upload was interrupted is pending again, and the others stay as they are', ({ catalogue }) => {
    record(catalogue, 1);
    catalogue.setCopy(idOf(1), r2, 'UPLOADING');
    catalogue.forgetRunningUploads();
    expect(catalogue.get(idOf(1))?.copies).toMatchObject([
      { store: 'local', state: 'STORED', reason: null },
      { store: 'r2', state: 'PENDING', reason: 'the upload was interrupted' },
    ]);
  });

  test('is missing in a store where it failed or never was, oldest first, for backups that exist', ({ catalogue }) => {
    for (const number of [3, 1, 2, 4]) record(catalogue, number);
    begin(catalogue, idOf(5));
    catalogue.setCopy(idOf(1), r2, 'FAILED', { reason: 'away' });
    catalogue.setCopy(idOf(2), r2, 'STORED');
    catalogue.setCopy(idOf(4), r2, 'DAMAGED');
    expect(catalogue.missingIn('r2')).toEqual([idOf(1), idOf(3), idOf(4)]);
    expect(catalogue.missingIn('local')).toEqual([]);
  });
});

test.describe('the chain of manifests', () => {
  test('begins with the first one and goes on with each that is recorded', ({ catalogue }) => {
    expect(catalogue.chain()).toEqual({ sequence: 1, previousSha256: null });
    record(catalogue, 1);
    expect(catalogue.chain()).toEqual({ sequence: 2, previousSha256: 'sha of 1' });
  });

  test('does not go back when an older manifest is recorded again', ({ catalogue }) => {
    record(catalogue, 2);
    record(catalogue, 1);
    expect(catalogue.chain()).toEqual({ sequence: 3, previousSha256: 'sha of 2' });
  });
});

test.describe('the latest backup', () => {
  test('is the newest full one that exists, of this source or of any', ({ catalogue }) => {
    record(catalogue, 1);
    record(catalogue, 2, { source: { ...sampleManifest().source, name: 'till' } });
    record(catalogue, 3, { kind: 'TENANT', tenant: '7' });
    begin(catalogue, idOf(4));
    begin(catalogue, idOf(5));
    catalogue.fail(idOf(5), failure, 'gone');
    expect(catalogue.latest('shop')?.id).toBe(idOf(1));
    expect(catalogue.latest('till')?.id).toBe(idOf(2));
    expect(catalogue.latest(null)?.id).toBe(idOf(2));
    expect(catalogue.latest('bakery')).toBeNull();
  });
});

test.describe('a list', () => {
  /** Goes through all pages. */
  function walk(catalogue: Catalogue, filter: BackupFilter, limit: number): { ids: string[]; pages: number } {
    const ids: string[] = [];
    for (let pages = 1, cursor: string | undefined; ; pages++) {
      const page = catalogue.list(filter, { limit, cursor });
      expect(page.backups.length).toBeLessThanOrEqual(limit);
      ids.push(...page.backups.map(({ id }) => id));
      if (page.cursor === null) return { ids, pages };
      cursor = page.cursor;
    }
  }

  /** Rows without anything that does not matter here, many at once. */
  function fill(state: State, count: number): void {
    state
      .prepare(
        `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
         INSERT INTO backups (id, kind, source, tenant, filename, status, created_at)
         SELECT printf('01K%023d', i), CASE i % 10 WHEN 0 THEN 'TENANT' ELSE 'FULL_DATABASE' END,
           CASE i % 4 WHEN 0 THEN 'till' ELSE 'shop' END, CASE i % 10 WHEN 0 THEN i % 30 || '' END, 'm/' || i,
           CASE i % 3 WHEN 0 THEN 'FAILED' ELSE 'COMPLETED' END, '2026-01-01' FROM n`,
      )
      .run(count);
  }

  test('of nothing is empty and has no further page', ({ catalogue }) => {
    expect(catalogue.list({}, { limit: 10 })).toEqual({ backups: [], cursor: null });
  });

  test('goes over a thousand backups page by page, newest first, each once', ({ catalogue, state }) => {
    fill(state, 1_000);
    const all = Array.from({ length: 1_000 }, (_, i) => idOf(1_000 - i));
    for (const [limit, pages] of [
      [137, 8],
      [250, 4],
      [999, 2],
      [1_000, 1],
      [5_000, 1],
    ] as const)
      expect(walk(catalogue, {}, limit)).toEqual({ ids: all, pages });
  });

  test('does not shift when a backup is taken while somebody reads on', ({ catalogue, state }) => {
    fill(state, 20);
    const first = catalogue.list({}, { limit: 10 });
    begin(catalogue, idOf(21));
    const second = catalogue.list({}, { limit: 10, cursor: first.cursor! });
    expect(second.backups.map(({ id }) => id)).toEqual(Array.from({ length: 10 }, (_, i) => idOf(10 - i)));
  });

  test('reaches the middle and the end of a hundred thousand', ({ catalogue, state }) => {
    fill(state, 100_000);
    const idsAfter = (cursor: string) => catalogue.list({}, { limit: 2, cursor }).backups.map(({ id }) => id);
    expect(idsAfter(idOf(50_000))).toEqual([idOf(49_999), idOf(49_998)]);
    expect(catalogue.list({}, { limit: 2, cursor: idOf(3) }).cursor).toBeNull();
    expect(catalogue.list({ tenant: '20', status: 'FAILED' }, { limit: 10 }).backups).toEqual([]);
  });

  const wanted: [string, BackupFilter, (number: number) => boolean][] = [
    ['kind', { kind: 'TENANT' }, (i) => i % 10 === 0],
    ['source', { source: 'till' }, (i) => i % 4 === 0],
    ['status', { status: 'FAILED' }, (i) => i % 3 === 0],
    ['tenant', { tenant: '20' }, (i) => i % 30 === 20],
    ['several at once', { source: 'till', status: 'FAILED' }, (i) => i % 12 === 0],
  ];
  for (const [name, filter, matches] of wanted)
    test(`is filtered by ${name}, also across pages`, ({ catalogue, state }) => {
      fill(state, 300);
      const expected = Array.from({ length: 300 }, (_, i) => 300 - i)
        .filter(matches)
        .map(idOf);
      expect(expected.length).toBeGreaterThan(7);
      expect(walk(catalogue, filter, 7).ids).toEqual(expected);
    });

  test('of a store shows only what has a good copy there', ({ catalogue }) => {
    for (const number of [1, 2, 3]) record(catalogue, number);
    catalogue.setCopy(idOf(1), r2, 'STORED');
    catalogue.setCopy(idOf(2), r2, 'DAMAGED', { reason: 'its SHA-256 is another' });
    expect(walk(catalogue, { store: 'r2' }, 10).ids).toEqual([idOf(1)]);
    expect(walk(catalogue, { store: 'local' }, 10).ids).toEqual([idOf(3), idOf(2), idOf(1)]);
  });
});

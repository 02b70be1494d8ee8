import { expect } from '@playwright/test';
import { join } from 'node:path';
import { planNow } from '../../../main/retention/expiryTools.ts';
import { partOf, planInThread } from '../../../main/retention/planInThread.ts';
import { unknownCopies } from '../../../main/retention/unknownCopies.ts';
import { Catalogue } from '../../../main/state/catalogue.ts';
import { openState } from '../../../main/state/openState.ts';
import { RetentionLedger } from '../../../main/state/retentionLedger.ts';
import { defaultPolicy } from '../../../shared/retention.ts';
import { sampleManifest } from '../../support/sampleManifest.ts';
import { test } from '../../support/scratchFolder.ts';

test('a plan that is made in a thread is the one that is made here, while another connection writes', async ({
  folder,
}) => {
  const path = join(folder, 'strongroom.sqlite');
  const state = openState(path, { check: false });
  const catalogue = new Catalogue(state);
  const now = Date.parse('2026-11-23T00:00:00Z');
  for (let number = 0; number < 90; number++) {
    const createdAt = new Date(now - number * 86_400_000).toISOString();
    const manifest = sampleManifest({ id: `01K${String(90 - number).padStart(23, '0')}`, createdAt });
    catalogue.record(manifest, 'aa', { name: 'disk', kind: 'local' });
    catalogue.setCopy(manifest.id, { name: 'usb', kind: 'local' }, 'STORED', { sizeBytes: 5 });
  }
  const policy = defaultPolicy('local', 'Europe/Vienna');
  const stores = [
    { name: 'disk', kind: 'local' as const, policy, open: () => Promise.reject(new Error('nothing is opened')) },
    { name: 'usb', kind: 'local' as const, policy: { ...policy, days: 60 }, open: () => Promise.reject(new Error()) },
  ];
  const users = new Map([['01K00000000000000000000000A', 'a restore']]);
  const tools = { ledger: new RetentionLedger(state), stores, inUse: () => users, now: () => new Date(now) };
  const wanted = { store: 'disk', delete: 7, keep: 3 };
  const planned = planInThread(state, tools, wanted, new AbortController().signal, 0);
  catalogue.begin({
    id: '01K0000000000000000000000Z',
    kind: 'FULL_DATABASE',
    source: 'shop',
    tenant: null,
    note: null,
    pinned: false,
    jobId: 'job',
  });
  const found = await planned;
  expect(found).toEqual(partOf(planNow(tools), { stores, wanted }));
  expect(found.delete).toHaveLength(7);
  expect(found.keep).toHaveLength(3);
  expect(found.totals.map(({ store, deleteCount, keepCount }) => [store, deleteCount, keepCount])).toEqual([
    ['disk', 60, 30],
    ['usb', 30, 60],
  ]);

  // A store that was added later: what it would delete at once is told without its having any of it.
  const added = {
    name: 'new',
    kind: 'local' as const,
    policy: { ...policy, days: 20 },
    open: () => Promise.reject(new Error()),
  };
  const later = { ...tools, stores: [...stores, added] };
  const withAll = { store: 'new', delete: Infinity, keep: 0, assumed: unknownCopies(tools.ledger, [added]) };
  const plans = [0, 1_000].map((few) => planInThread(state, later, withAll, new AbortController().signal, few));
  const [inThread, here] = await Promise.all(plans);
  expect(inThread).toEqual(here);
  expect(inThread!.delete).toHaveLength(70);
  state.close();
});

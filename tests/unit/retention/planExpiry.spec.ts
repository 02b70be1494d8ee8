import { expect, test } from '@playwright/test';
import fc from 'fast-check';
import { copyStates, type CopyState } from '../../../shared/backup.ts';
import { defaultPolicy, type ExpiringBackup, type RetentionPolicy } from '../../../shared/retention.ts';
import { planExpiry, type ExpiryFacts } from '../../../main/retention/planExpiry.ts';

const dayMs = 86_400_000;
const now = Date.parse('2026-11-22T05:00:00Z');
const plain: RetentionPolicy = { ...defaultPolicy('local', 'UTC'), verifiedGraceDays: 0 };

/** A good backup of `shop`, so many days old, with a copy in `local` unless said otherwise. */
function backup(daysOld: number, changes: Partial<ExpiringBackup> & { state?: CopyState; verified?: boolean } = {}) {
  const { state = 'STORED', verified = false, ...more } = changes;
  const createdAt = now - daysOld * dayMs;
  return {
    id: `${String(100_000 - Math.round(daysOld * 10)).padStart(6, '0')}${more.tenant ?? ''}`,
    kind: 'FULL_DATABASE',
    source: 'shop',
    tenant: null,
    status: verified ? 'VERIFIED' : 'COMPLETED',
    createdAt,
    countsFrom: createdAt,
    pinned: false,
    copies: [{ store: 'local', state, verified, sizeBytes: 1, reason: null }],
    ...more,
  } satisfies ExpiringBackup as ExpiringBackup;
}

function plan(backups: ExpiringBackup[], policy: Partial<RetentionPolicy> = {}, more: Partial<ExpiryFacts> = {}) {
  return planExpiry({
    backups: backups.toSorted((a, b) => a.createdAt - b.createdAt),
    stores: [{ name: 'local', policy: { ...plain, ...policy } }],
    inUse: new Map(),
    now,
    ...more,
  });
}

/** What becomes of each backup in `local`, in words. */
function fates(...asked: Parameters<typeof plan>): Record<string, string> {
  const { delete: going, keep } = plan(...asked);
  return Object.fromEntries([
    ...going.map(({ id, reason }) => [id, `goes: ${reason}`] as const),
    ...keep.map(({ id, reason }) => [id, `stays: ${reason}`] as const),
  ]);
}

test('what is younger stays until its day, what is older goes', () => {
  const [young, edge, old] = [backup(29.9), backup(30), backup(31)];
  expect(fates([old, edge, young])).toEqual({
    [young.id]: 'stays: until 2026-11-22: it is younger than 30 days',
    [edge.id]: 'goes: older than 30 days',
    [old.id]: 'goes: older than 30 days',
  });
});

test('a verified one stays so much longer', () => {
  const verified = backup(35, { verified: true });
  const [newer, unverified] = [backup(1, { verified: true }), backup(36)];
  expect(fates([unverified, verified, newer], { verifiedGraceDays: 7 })).toMatchObject({
    [verified.id]: 'stays: until 2026-11-24: verified ones stay 7 days longer',
    [unverified.id]: 'goes: older than 30 days',
  });
  expect(fates([verified, newer], { verifiedGraceDays: 4 })[verified.id]).toBe('goes: older than 30 days');
});

test('the newest of each day, week, month and year stays, as the clocks of the zone count them', () => {
  // In Kiritimati (+14) the day is another one: 2026-11-21 11:00 UTC is 2026-11-22 01:00 there.
  const at = (iso: string, id: string) => backup((now - Date.parse(iso)) / dayMs, { id });
  const all = [at('2026-11-21T09:00:00Z', 'a'), at('2026-11-21T11:00:00Z', 'b'), at('2026-11-22T04:00:00Z', 'c')];
  const ofTheDay = (zone: string) => fates(all, { days: 1, keepDaily: 2, zone }, { now: now + 5 * dayMs });
  expect(ofTheDay('UTC')).toMatchObject({
    a: 'goes: older than 1 day',
    b: 'stays: the newest of the day 2026-11-21',
    c: 'stays: the newest of the day 2026-11-22',
  });
  expect(ofTheDay('Pacific/Kiritimati')).toMatchObject({
    a: 'stays: the newest of the day 2026-11-21',
    b: 'goes: older than 1 day',
    c: 'stays: the newest of the day 2026-11-22',
  });
});

test('periods without a backup do not count, so a gap loses nothing', () => {
  const monthly = [400, 370, 200, 100, 3].map((days) => backup(days));
  const reasons = Object.values(fates(monthly, { days: 1, keepMonthly: 4 }));
  expect(reasons.filter((reason) => reason.startsWith('stays'))).toHaveLength(4);
});

test('a week belongs to the year of its Thursday', () => {
  const sunday = backup((now - Date.parse('2027-01-03T12:00:00Z')) / dayMs, { id: 'sunday' });
  expect(fates([sunday], { days: 1, keepWeekly: 1 }, { now: now + 90 * dayMs }).sunday).toContain('week 2026-W53');
});

test('the last so many stay, of every source, tenant and kind by itself', () => {
  const of = (tenant: string | null) => [40, 50, 60].map((days) => backup(days, { tenant, kind: 'TENANT' }));
  const kept = plan([...of('1'), ...of('2')], { keepLast: 2 }).keep;
  expect(kept.map(({ id }) => id).toSorted()).toEqual(
    ['099400', '099500', '099600'].slice(1).flatMap((id) => [`${id}1`, `${id}2`]),
  );
});

test('the newest good one stays, however old, and damaged newer ones take no place from it', () => {
  const [good, damaged] = [backup(90), backup(50, { state: 'DAMAGED' })];
  expect(fates([good, damaged])).toEqual({
    [good.id]: 'stays: the newest good one of shop here',
    [damaged.id]: 'goes: older than 30 days, and not good any more',
  });
});

test('the newest verified one stays as well: the newest may turn out bad', () => {
  const [verified, newest] = [backup(90, { verified: true }), backup(40)];
  expect(fates([verified, newest])[verified.id]).toBe('stays: the newest verified one of shop here');
});

test('nothing goes of a source that has no good copy anywhere', () => {
  const damaged = [40, 50].map((days) => backup(days, { state: 'DAMAGED' }));
  expect(plan(damaged).delete).toEqual([]);
});

test('the only good copy stays until the store that should still have one has it', () => {
  const stores = [
    { name: 'local', policy: plain },
    { name: 'cloud', policy: { ...plain, days: 365 } },
  ];
  const both = (daysOld: number, cloud: CopyState) => {
    const one = backup(daysOld);
    return {
      ...one,
      copies: [...one.copies, { store: 'cloud', state: cloud, verified: false, sizeBytes: 1, reason: null }],
    };
  };
  const [newest, late, sent] = [both(1, 'STORED'), both(40, 'FAILED'), both(41, 'STORED')];
  const { delete: going, keep } = plan([newest, late, sent], {}, { stores });
  expect(going).toMatchObject([{ id: sent.id, store: 'local', reason: 'older than 30 days' }]);
  expect(keep.find(({ id, store }) => id === late.id && store === 'local')?.reason).toBe(
    'the only good copy, and cloud should still get one',
  );
});

test('an imported backup counts from its import', () => {
  const imported = backup(400, { countsFrom: now - 2 * dayMs });
  expect(fates([imported, backup(1)])[imported.id]).toContain('younger than 30 days');
});

test('what nobody can decide stays: an unread policy, an unknown kind, WAL that belongs to a base', () => {
  const old = backup(90);
  expect(fates([old, backup(1)], {}, { stores: [{ name: 'local', policy: null }] })[old.id]).toBe(
    'stays: the rules of this store cannot be read',
  );
  const foreign = backup(90, { kind: 'HOLOGRAM' as ExpiringBackup['kind'] });
  expect(fates([foreign, { ...foreign, id: 'newer', createdAt: now }])[foreign.id]).toContain('does not know');
  const wal = backup(90, { kind: 'WAL_ARCHIVE' });
  expect(fates([wal, { ...wal, id: 'newer', createdAt: now }])[wal.id]).toContain('base backup');
});

test('a deletion that was begun goes on, but not under a restore', () => {
  const begun = backup(2, { state: 'DELETING', pinned: true });
  expect(plan([begun, backup(1)]).delete).toMatchObject([{ id: begun.id }]);
  const inUse = new Map([[begun.id, 'Restore']]);
  expect(fates([begun, backup(1)], {}, { inUse })[begun.id]).toBe('stays: in use: Restore');
});

/* Whatever the backups, policies and states are. */

const storeNames = ['local', 'r2', 'b2'];
const small = fc.integer({ min: 0, max: 4 });
const policyArbitrary: fc.Arbitrary<RetentionPolicy> = fc.record({
  days: fc.option(fc.integer({ min: 1, max: 400 })),
  verifiedGraceDays: fc.integer({ min: 0, max: 30 }),
  keepLast: small,
  keepDaily: small,
  keepWeekly: small,
  keepMonthly: small,
  keepYearly: small,
  zone: fc.constantFrom('UTC', 'Europe/Vienna', 'Pacific/Kiritimati', 'America/St_Johns'),
});
const backupArbitrary = fc.record({
  kind: fc.constantFrom('FULL_DATABASE' as const, 'TENANT' as const, 'CONFIGURATION' as const, 'BASE' as const),
  source: fc.constantFrom('shop', 'till'),
  tenant: fc.constantFrom(null, '1', '2'),
  status: fc.constantFrom('COMPLETED' as const, 'VERIFIED' as const, 'IN_PROGRESS' as const, 'FAILED' as const),
  daysOld: fc.double({ min: -2, max: 500, noNaN: true }),
  pinned: fc.boolean(),
  copies: fc.array(fc.record({ state: fc.constantFrom(...copyStates.slice(0, -1)), verified: fc.boolean() }), {
    minLength: 0,
    maxLength: 3,
  }),
});
const factsArbitrary: fc.Arbitrary<ExpiryFacts> = fc
  .record({
    backups: fc.array(backupArbitrary, { maxLength: 40 }),
    policies: fc.array(fc.option(policyArbitrary, { freq: 8 }), { minLength: 3, maxLength: 3 }),
    used: fc.array(fc.nat(40), { maxLength: 3 }),
  })
  .map(({ backups, policies, used }) => ({
    now,
    stores: storeNames.map((name, index) => ({ name, policy: policies[index] ?? null })),
    inUse: new Map(used.map((index) => [`B${index}`, 'Restore'])),
    backups: backups
      .toSorted((a, b) => b.daysOld - a.daysOld)
      .map(({ daysOld, copies, ...more }, index) => ({
        ...more,
        id: `B${index}`,
        createdAt: now - daysOld * dayMs,
        countsFrom: now - daysOld * dayMs,
        copies: copies.map((copy, which) => ({ ...copy, store: storeNames[which]!, sizeBytes: 1, reason: null })),
      })),
  }));

const keyOf = ({ id, store }: { id: string; store: string }) => `${id} ${store}`;
const familyOf = ({ source, tenant, kind }: ExpiringBackup) => `${source} ${tenant} ${kind}`;
const isGood = (one: ExpiringBackup, store: string) =>
  ['COMPLETED', 'VERIFIED'].includes(one.status) &&
  one.copies.some((copy) => copy.store === store && copy.state === 'STORED');

test('whatever there is, every copy is decided once, with a reason', () => {
  fc.assert(
    fc.property(factsArbitrary, (facts) => {
      const { delete: going, keep } = planExpiry(facts);
      const all = facts.backups.flatMap(({ id, copies }) => copies.map(({ store }) => keyOf({ id, store })));
      expect([...going, ...keep].map(keyOf).toSorted()).toEqual(all.toSorted());
      for (const { reason } of [...going, ...keep]) expect(reason).toMatch(/\w/);
    }),
  );
});

test('whatever there is, no store loses its newest good copy, and no source or tenant its last one', () => {
  fc.assert(
    fc.property(factsArbitrary, (facts) => {
      const gone = new Set(planExpiry(facts).delete.map(keyOf));
      for (const family of Map.groupBy(facts.backups, familyOf).values()) {
        for (const store of storeNames) {
          const [newest] = family.filter((one) => isGood(one, store)).toReversed();
          if (newest) expect(gone).not.toContain(keyOf({ id: newest.id, store }));
        }
        const had = family.filter((one) => storeNames.some((store) => isGood(one, store)));
        const has = had.filter(({ id, ...one }) =>
          storeNames.some((store) => isGood({ id, ...one }, store) && !gone.has(keyOf({ id, store }))),
        );
        expect(has.length > 0).toBe(had.length > 0);
      }
    }),
  );
});

test('whatever there is, what is pinned, in use or being made stays', () => {
  fc.assert(
    fc.property(factsArbitrary, (facts) => {
      const going = new Map(planExpiry(facts).delete.map((one) => [keyOf(one), one]));
      for (const { id, pinned, status, copies } of facts.backups)
        for (const { store, state } of copies) {
          const kept = facts.inUse.has(id) || status === 'IN_PROGRESS' || (pinned && state !== 'DELETING');
          if (kept) expect(going.has(keyOf({ id, store }))).toBe(false);
        }
    }),
  );
});

test('whatever there is, a second clean-up finds nothing to do', () => {
  fc.assert(
    fc.property(factsArbitrary, (facts) => {
      const gone = new Set(planExpiry(facts).delete.map(keyOf));
      const backups = facts.backups.map((one) => ({
        ...one,
        copies: one.copies.filter(({ store }) => !gone.has(keyOf({ id: one.id, store }))),
      }));
      expect(planExpiry({ ...facts, backups }).delete).toEqual([]);
    }),
  );
});

test('whatever there is, whether a tenant or source is still known changes nothing: it is not even asked', () => {
  fc.assert(
    fc.property(factsArbitrary, fc.constantFrom('shop', 'till'), (facts, source) => {
      const alone = planExpiry({ ...facts, backups: facts.backups.filter((one) => one.source === source) });
      const ofIt = new Set(facts.backups.filter((one) => one.source === source).map(({ id }) => id));
      expect(planExpiry(facts).delete.filter(({ id }) => ofIt.has(id))).toEqual(alone.delete);
    }),
  );
});

test('whatever there is, more days never delete more', () => {
  fc.assert(
    fc.property(factsArbitrary, fc.integer({ min: 1, max: 100 }), (facts, days) => {
      const [local] = facts.stores;
      if (!local?.policy || local.policy.days === null) return;
      const longer = { ...local.policy, days: local.policy.days + days };
      const only = (policy: RetentionPolicy) =>
        planExpiry({ ...facts, stores: [{ name: 'local', policy }] }).delete.map(keyOf);
      const before = new Set(only(local.policy));
      for (const key of only(longer)) expect(before).toContain(key);
    }),
  );
});

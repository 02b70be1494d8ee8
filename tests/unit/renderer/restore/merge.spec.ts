import { expect, test } from '@playwright/test';
import { emptyDraft, mergeAskOf, presetPolicies } from '../../../../renderer/screens/restore/wizard/draft.ts';
import { mergeSentences } from '../../../../renderer/screens/restore/wizard/merge/mergeSentences.ts';
import { effectOf, effectOfAll, policyIn } from '../../../../renderer/screens/restore/wizard/merge/policyWords.ts';

const table = {
  name: 'shop.sales',
  policy: 'skip' as const,
  insert: 5,
  differ: 3,
  same: 9,
  extra: 2,
  conflicts: 0,
  samples: [],
  conflictSamples: [],
};

test('tables that tell history are kept as they are, by their names only', () => {
  const names = [
    'shop.audit_log',
    'public.login_history',
    'audit.changes',
    'shop.catalog',
    'shop.logistics',
    'shop.sales',
  ];
  expect(Object.keys(presetPolicies(names.map((name) => ({ name }))))).toEqual(names.slice(0, 3));
});

test('a policy decides which rows are put back, overwritten and deleted', () => {
  expect(effectOf(table, 'skip')).toEqual({ putBack: 5, overwritten: 0, deleted: 0 });
  expect(effectOf(table, 'overwrite')).toEqual({ putBack: 5, overwritten: 3, deleted: 0 });
  expect(effectOf(table, 'mirror')).toEqual({ putBack: 5, overwritten: 3, deleted: 2 });
  expect(effectOf(table, 'leave')).toEqual({ putBack: 0, overwritten: 0, deleted: 0 });
});

test('what is set for a table goes before what is set for all', () => {
  const wish = { policy: 'mirror' as const, tablePolicies: { 'shop.audit_log': 'skip' as const } };
  const tables = [table, { ...table, name: 'shop.audit_log' }];
  expect(effectOfAll(tables, (name) => policyIn(wish, name))).toEqual({ putBack: 10, overwritten: 3, deleted: 2 });
});

test('the review says whose rows change and that nobody else notices', () => {
  const effect = { putBack: 0, overwritten: 3, deleted: 0 };
  const [done, others] = mergeSentences(effect, 'shop', { tenant: 'Juwelier Berg', others: 9 });
  expect(done).toContain('3 rows of Juwelier Berg will be overwritten');
  expect(others).toBe('9 other tenants stay as they are, which is proven before anything is committed.');
  const nothing = { putBack: 0, overwritten: 0, deleted: 0 };
  expect(mergeSentences(nothing, 'shop', { tenant: null, others: null })).toEqual([
    'Nothing is to be done: shop has every row of the backup that these choices ask for.',
  ]);
});

test('a merge goes into the live database, and no tenant means all rows', () => {
  const draft = { ...emptyDraft, aim: 'merge' as const, name: 'shop_restored' };
  expect(mergeAskOf(draft, '01ARZ3NDEKTSV4RRFFQ69G5FAV', 'shop')).toMatchObject({ into: 'shop', tenant: null });
  expect(mergeAskOf({ ...draft, tenant: '7' }, '01ARZ3NDEKTSV4RRFFQ69G5FAV', 'shop').tenant).toBe('7');
});

import { expect, test } from '@playwright/test';
import { splitConjunction } from '../../../main/postgres/policyPlan.ts';

test('a condition falls apart at its ANDs, and nowhere else', () => {
  expect(splitConjunction(`(t.id = 1)`)).toEqual(['t.id = 1']);
  expect(splitConjunction(`((t.id = 1) AND (t."a AND b" = ' AND '::text) AND (SubPlan 1))`)).toEqual([
    't.id = 1',
    `t."a AND b" = ' AND '::text`,
    'SubPlan 1',
  ]);
  expect(splitConjunction(`((t.id = 1) OR ((t.id = 2) AND (t.b = 3)))`)).toEqual([
    '(t.id = 1) OR ((t.id = 2) AND (t.b = 3))',
  ]);
  expect(splitConjunction(`(t.name = 'it''s ) AND ('::text)`)).toEqual([`t.name = 'it''s ) AND ('::text`]);
  expect(splitConjunction(`(((t.a = 1) AND (t.b = 2)) AND (t.c = 3))`)).toEqual(['t.a = 1', 't.b = 2', 't.c = 3']);
});

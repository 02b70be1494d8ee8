import { expect, test } from '@playwright/test';
import { dayMs } from '../../../main/alerts/rule.ts';
import { only, over } from './judging.ts';
import { aSource, facts, noon } from './someFacts.ts';

test('tenants without a backup and tenants that went are one alert for each database', () => {
  const tenants = (unprotected: number, vanished: number, ages: readonly number[] = []) => {
    const list = (count: number) => ({ count, names: ['Anna', 'Bert', 'Cora'].slice(0, count) });
    return facts({
      sources: [
        aSource({
          tenants: {
            unprotected: list(unprotected),
            protected: ages.map((days, index) => ({ name: `Old ${index}`, at: noon - days * dayMs })),
            vanished: { ...list(vanished), at: vanished ? noon : null },
          },
        }),
      ],
    });
  };
  const condition = only('TENANT_UNPROTECTED', tenants(5, 0));
  expect(condition.message).toBe('5 tenants of shop have no good backup of their own: Anna, Bert, Cora and 2 more');
  expect(only('TENANT_VANISHED', tenants(0, 1))).toMatchObject({ severity: 'INFO' });
  expect(over(condition, facts()), 'no tenants are known').toBeNull();
  expect(over(condition, tenants(0, 0))).toBe('every tenant has a good backup');

  const stopped = only('TENANT_UNPROTECTED', tenants(1, 0, [400, 10, 9, 1]));
  expect(stopped.message).toBe(
    '3 tenants of shop have no good backup of their own of the last 9 days: Anna, Old 0, Old 1',
  );
  expect(over(stopped, tenants(0, 0, [10])), 'one is still too old').toBeNull();
  expect(over(stopped, tenants(0, 0, [9]))).toBe('every tenant has a good backup');
});

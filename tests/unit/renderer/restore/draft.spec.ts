import { expect, test } from '@playwright/test';
import {
  emptyDraft,
  placeOf,
  problemsOf,
  suggestName,
  targetOf,
} from '../../../../renderer/screens/restore/wizard/draft.ts';

const day = new Date(2026, 10, 22);

test('a new database is named after the live one and the day', () => {
  expect(suggestName('shop', day, [])).toBe('shop_restored_20261122');
});

test('a name that an earlier restore has is numbered', () => {
  expect(suggestName('shop', day, ['shop_restored_20261122', 'shop_restored_20261122_2'])).toBe(
    'shop_restored_20261122_3',
  );
});

test('a long name is shortened to 63 bytes between two letters', () => {
  const name = suggestName('ü'.repeat(31), day, []);
  expect(new TextEncoder().encode(name).length).toBeLessThanOrEqual(63);
  expect(name).toMatch(/^ü+_restored_20261122$/);
});

test('the live name, no name and a name that is too long are wrong; a free one is not', () => {
  expect(problemsOf({ ...emptyDraft, name: 'shop' }, 'shop').name).toContain('shop is the live database');
  expect(problemsOf({ ...emptyDraft, name: '' }, 'shop').name).toBe('The new database needs a name');
  expect(problemsOf({ ...emptyDraft, name: 'x'.repeat(64) }, 'shop').name).toContain('this one has 64');
  expect(problemsOf({ ...emptyDraft, name: 'other' }, 'shop')).toEqual({});
});

test('the live name is right on another server, and whatever stands there is not looked at when replacing', () => {
  const there = { ...emptyDraft, elsewhere: true, host: 'db2', user: 'postgres' };
  expect(problemsOf({ ...there, name: 'shop' }, 'shop')).toEqual({});
  expect(problemsOf({ ...emptyDraft, aim: 'replace', name: '' }, 'shop')).toEqual({});
});

test('another server needs a host, a role and a database', () => {
  const problems = problemsOf({ ...emptyDraft, name: 'new', elsewhere: true, database: '' }, 'shop');
  expect(Object.keys(problems).toSorted()).toEqual(['database', 'host', 'user']);
});

test('a password is asked of the console only for another role or server, and an empty one is none', () => {
  const typed = { ...emptyDraft, name: 'new', host: 'db2', user: 'postgres', password: 'secret' };
  expect(targetOf(typed, 'ID', 'shop')).toMatchObject({ on: null, password: null, into: 'new' });
  expect(targetOf({ ...typed, elsewhere: true }, 'ID', 'shop')).toMatchObject({
    on: { host: 'db2' },
    password: 'secret',
  });
  expect(targetOf({ ...typed, elsewhere: true, password: '' }, 'ID', 'shop').password).toBeNull();
  expect(targetOf({ ...typed, aim: 'replace' }, 'ID', 'shop').into).toBe('shop');
});

test('another role begins at the server of the source, as who restored there last', () => {
  const url = 'postgresql://backup@[::1]:5433/shop';
  expect(placeOf(url, 'postgres@::1:5433')).toMatchObject({ host: '::1', port: 5433, user: 'postgres' });
  expect(placeOf(url, 'postgres@db2:5432')).toMatchObject({ host: '::1', port: 5433, user: '' });
  expect(placeOf('postgresql://backup@/var/run/postgresql:5432/shop', undefined)).toMatchObject({ host: '' });
});

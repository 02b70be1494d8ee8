import { expect, test } from '@playwright/test';
import { readConnectionUrl } from '../../../../renderer/forms/readConnectionUrl.ts';

test('a whole address fills everything', () => {
  expect(
    readConnectionUrl(' postgresql://backup:p%40ss%2Fword@db.shop.local:6432/the%20shop?sslmode=require '),
  ).toEqual({
    host: 'db.shop.local',
    port: 6432,
    user: 'backup',
    password: 'p@ss/word',
    database: 'the shop',
    sslmode: 'require',
  });
});

test('what an address leaves out is left to the form', () => {
  expect(readConnectionUrl('postgres://db.shop.local')).toEqual({ host: 'db.shop.local' });
});

test('an IPv6 address loses its brackets', () => {
  expect(readConnectionUrl('postgresql://[::1]:5433/shop')).toEqual({ host: '::1', port: 5433, database: 'shop' });
});

test('an sslmode that does not exist is not taken over', () => {
  expect(readConnectionUrl('postgresql://db/shop?sslmode=maybe')?.sslmode).toBeUndefined();
});

for (const text of [
  '',
  'shop',
  'http://db/shop',
  'postgresql://',
  'postgresql://db:70000/shop',
  'postgresql://a%ff@db/x',
])
  test(`"${text}" is no address of a database`, () => {
    expect(readConnectionUrl(text)).toBeNull();
  });

import { expect, test } from '@playwright/test';
import { parseConnectionUrl } from '../../../main/postgres/connectionUrl.ts';

const usual = { host: 'db.example', port: 5432, user: 'shop', database: 'shop', sslmode: 'prefer' };

for (const { url, is } of [
  { url: 'postgresql://shop@db.example/shop', is: usual },
  { url: 'postgres://shop@db.example/shop', is: usual },
  { url: 'postgresql://shop@db.example:6543/shop', is: { ...usual, port: 6543 } },
  { url: 'postgresql://shop@127.0.0.1/shop', is: { ...usual, host: '127.0.0.1' } },
  { url: 'postgresql://shop@[::1]:5433/shop', is: { ...usual, host: '::1', port: 5433 } },
  { url: 'postgresql://a%40b%3Ac@db.example/my%20sh%2Fop', is: { ...usual, user: 'a@b:c', database: 'my sh/op' } },
  { url: 'postgresql://shop@db.example/sälès', is: { ...usual, database: 'sälès' } },
  { url: 'postgresql://shop@db.example/Shop', is: { ...usual, database: 'Shop' } },
  { url: 'postgresql://shop@db.example/shop?sslmode=verify-full', is: { ...usual, sslmode: 'verify-full' } },
])
  test(`reads ${url}`, () => {
    expect(parseConnectionUrl(url)).toEqual(is);
  });

test('an option for the sslmode counts for more than the URL', () => {
  expect(parseConnectionUrl('postgresql://shop@db.example/shop?sslmode=disable', 'require').sslmode).toBe('require');
});

for (const { url, sentence } of [
  { url: 'db.example', sentence: 'the URL cannot be read' },
  { url: 'postgresql://shop@db.example:port/shop', sentence: 'the URL cannot be read' },
  { url: 'postgresql://shop@db.example/%zz', sentence: 'the URL cannot be read' },
  { url: 'postgresql://%zz@db.example/shop', sentence: 'the URL cannot be read' },
  { url: 'mysql://shop@db.example/shop', sentence: 'the URL is not a postgresql:// one' },
  { url: 'postgresql://db.example/shop', sentence: 'the URL lacks the user, the host or the database' },
  { url: 'postgresql://shop@db.example', sentence: 'the URL lacks the user, the host or the database' },
  { url: 'postgresql://shop@db.example/', sentence: 'the URL lacks the user, the host or the database' },
  { url: 'postgresql:///shop', sentence: 'the URL lacks the user, the host or the database' },
  { url: 'postgresql://shop@db.example/shop?sslmode=off', sentence: 'the sslmode off does not exist' },
])
  test(`refuses ${url}: ${sentence}`, () => {
    expect(() => parseConnectionUrl(url)).toThrow(expect.objectContaining({ code: 'USAGE', message: sentence }));
  });

test('refuses a password in the URL, and does not repeat it', () => {
  const refusal = () => parseConnectionUrl('postgresql://shop:hunter2@db.example/shop');
  expect(refusal).toThrow(
    expect.objectContaining({ code: 'USAGE', hint: expect.stringContaining('--password-stdin') }),
  );
  expect(refusal).not.toThrow(/hunter2/);
});

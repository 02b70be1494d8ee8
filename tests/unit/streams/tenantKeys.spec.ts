import { expect, test } from '@playwright/test';
import { TenantKeys } from '../../../main/streams/tenantKeys.ts';

/** Whose the rows are, told from bytes that come in pieces of this size. */
function owners(keys: readonly string[], text: string, size: number): number[] {
  const found = new TenantKeys(keys);
  const bytes = Buffer.from(text);
  const told: number[] = [];
  for (let at = 0; at < bytes.length;) {
    const until = Math.min(at + size, bytes.length);
    at = found.read(bytes, at, until);
    if (at === until) continue;
    told.push(found.owner());
    at++;
  }
  return told;
}

for (const size of [1, 2, 3, 1000])
  test(`a row is its own tenant’s, however its text is cut: in pieces of ${size}`, () => {
    const keys = ['1', '12', '123', '2', 'O\'Neil "the shop"', 'ünï∞'];
    const text = ['12', '1', '123', '2', 'O\'Neil "the shop"', 'ünï∞', '3', '1234', '\\N', ''].join('\t') + '\n';
    expect(owners(keys, text, size)).toEqual([1, 0, 2, 3, 4, 5, -1, -1, -1, -1]);
  });

test('an id is found as COPY writes it, and one that is written like NULL is not NULL', () => {
  const keys = ['a\tb', 'a\\b', 'a\nb', '\\N', '\b\f\r\v'];
  const text = ['a\\tb', 'a\\\\b', 'a\\nb', '\\\\N', '\\b\\f\\r\\v', '\\N', 'a'].join('\t') + '\t';
  expect(owners(keys, text, 1000)).toEqual([0, 1, 2, 3, 4, -1, -1]);
});

test('hundreds of long ids are told apart', () => {
  const keys = Array.from({ length: 300 }, (_, n) => `${'f3b2c1d0-'.repeat(4)}${n}`);
  expect(owners(keys, keys.map((key) => `${key}\t`).join(''), 77)).toEqual(keys.map((_, n) => n));
});

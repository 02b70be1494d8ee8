import { expect, test } from '@playwright/test';
import { checkKey, checkPrefix, isKey } from '../../../main/storage/keyRules.ts';

test('the keys of the repository format are allowed', () => {
  const keys = [
    'README.txt',
    'format.json',
    'b/01JD/9f86d0.dump.zst.age',
    'w/7/00000001/000000010000000000000001.zst.age',
  ];
  for (const key of keys) expect(() => checkKey(key)).not.toThrow();
});

test('keys that could leave the store or mean two things are refused', () => {
  const keys = [
    '',
    '/',
    '/etc/passwd',
    '../x',
    'a/../../x',
    'a/./b',
    'a//b',
    'a/',
    'C:\\x',
    'a\nb',
    'é',
    'a.',
    'a'.repeat(901),
  ];
  for (const key of [...keys, 'spool/x', 'spool']) {
    expect(isKey(key), key).toBe(false);
    expect(() => checkKey(key), key).toThrow('is not allowed in a store');
  }
});

test('a prefix may end in the middle of a name, and is still no way out', () => {
  for (const prefix of ['', 'b/', 'b/01', 'm/01JD.', 'a-']) expect(() => checkPrefix(prefix)).not.toThrow();
  for (const prefix of ['/', '../', '..', 'a/..', 'a//', 'a b']) expect(() => checkPrefix(prefix), prefix).toThrow();
});

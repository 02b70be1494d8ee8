import { scryptSync } from 'node:crypto';
import { expect, test } from '@playwright/test';
import { hashPin, isPin } from '../../../main/secrets/pinHash.ts';

test('a PIN is known again, and one that is a letter off is not', async () => {
  const stored = await hashPin('4711');
  expect(await isPin('4711', stored)).toBe(true);
  for (const wrong of ['4712', '471', '47111', ' 4711', '']) expect(await isPin(wrong, stored), wrong).toBe(false);
});

test('the hash says how it was made, in the PHC format, and does not hold the PIN', async () => {
  const stored = await hashPin('a long phrase');
  expect(stored).toMatch(/^\$scrypt\$ln=15,r=8,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
  expect(stored).not.toContain('phrase');
});

test('it is plain scrypt: another program with the same salt finds the same hash', async () => {
  const [, , , salt = '', hash = ''] = (await hashPin('4711')).split('$');
  const options = { N: 32_768, r: 8, p: 1, maxmem: 64 * 1024 * 1024 };
  const found = scryptSync('4711', Buffer.from(salt, 'base64'), 32, options);
  expect(found.toString('base64').replace(/=+$/, '')).toBe(hash);
});

test('the same PIN never has the same hash twice', async () => {
  expect(await hashPin('4711')).not.toBe(await hashPin('4711'));
});

test('a hash with another cost is looked at with that cost', async () => {
  const salt = Buffer.from('sixteen bytes ok');
  const hash = scryptSync('4711', salt, 32, { N: 1024, r: 4, p: 2 });
  const stored = `$scrypt$ln=10,r=4,p=2$${salt.toString('base64').replace(/=+$/, '')}$${hash.toString('base64').replace(/=+$/, '')}`;
  expect(await isPin('4711', stored)).toBe(true);
  expect(await isPin('4712', stored)).toBe(false);
});

test('letters with marks are the same, however a keyboard composes them', async () => {
  expect(await isPin('Zoe\u0308', await hashPin('Zo\u00eb'))).toBe(true);
});

for (const broken of ['', '4711', '$scrypt$ln=15,r=8,p=1$c2FsdA', '$argon2id$v=19$m=1,t=1,p=1$c2FsdA$aGFzaA'])
  test(`what is no hash is told and never taken for a right PIN: "${broken}"`, async () => {
    await expect(isPin('4711', broken)).rejects.toThrow('not in the format');
  });

test('a hash that asks for more memory than a PIN is worth is refused', async () => {
  await expect(isPin('4711', '$scrypt$ln=24,r=8,p=1$c2FsdA$aGFzaA')).rejects.toThrow(/memory/i);
});

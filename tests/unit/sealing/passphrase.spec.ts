import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { scrypt } from '../../../main/sealing/scrypt.ts';
import { sealWithPassphrase, unsealWithPassphrase } from '../../../main/sealing/passphrase.ts';
import { test } from '../../support/scratchFolder.ts';

test('what a passphrase seals, only that passphrase opens', async () => {
  const sealed = await sealWithPassphrase('a secret', 'four words at three');
  expect(await unsealWithPassphrase(sealed, 'four words at three')).toBe('a secret');
  expect(await unsealWithPassphrase(sealed, 'four words at four')).toBeNull();
});

test('a damaged document is no wrong passphrase', async () => {
  const sealed = await sealWithPassphrase('a secret', 'four words at three');
  sealed[sealed.length - 1]! ^= 1;
  await expect(unsealWithPassphrase(sealed, 'four words at three')).rejects.toThrow();
});

test('it is a file that age knows', async ({ folder }) => {
  const file = join(folder, 'machine.age');
  writeFileSync(file, await sealWithPassphrase('a secret', 'four words at three'));
  // age asks for the passphrase on a terminal, which is not here: it has understood the file when it wants to ask.
  let said = '';
  try {
    execFileSync('setsid', ['age', '--decrypt', file], { stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' });
  } catch (error) {
    said = (error as { stderr: string }).stderr;
  }
  expect(said).toMatch(/terminal|tty/);
});

test('the runtime derives keys as the specification does', () => {
  // RFC 7914, section 12.
  const key = scrypt('pleaseletmein', 'SodiumChloride', { N: 16_384, r: 8, p: 1, dkLen: 64 });
  expect(Buffer.from(key).toString('hex')).toBe(
    '7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2' +
      'd5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887',
  );
});

import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { keyFile } from '../../../main/secrets/keyStore.ts';
import { SecretFile, type Sealing } from '../../../main/secrets/secretFile.ts';
import { test as base } from '../../support/scratchFolder.ts';

/** Turns every bit over: enough to tell sealed from plain. */
const turned = (bytes: Uint8Array) => bytes.map((byte) => byte ^ 0xff);
const sealing: Sealing = { seal: async (plain) => turned(plain), unseal: async (sealed) => turned(sealed) };

const test = base.extend<{ path: string; secrets: SecretFile }>({
  path: async ({ folder }, use) => use(join(folder, 'keys', 'secrets.age')),
  secrets: async ({ path }, use) => use(new SecretFile(path, sealing)),
});

test('a secret that was never set is null, and asking writes nothing', async ({ secrets, path }) => {
  expect(await secrets.get('store:r2')).toBeNull();
  expect(existsSync(path)).toBe(false);
});

test('secrets are kept by name, and a new one replaces the old', async ({ secrets }) => {
  await secrets.set('store:r2', 'first');
  await secrets.set('source:shop:main', 'pässwörd "€"');
  await secrets.set('store:r2', 'second');
  expect(await secrets.get('store:r2')).toBe('second');
  expect(await secrets.get('source:shop:main')).toBe('pässwörd "€"');
});

test('a secret may be empty', async ({ secrets }) => {
  await secrets.set('source:shop:main', '');
  expect(await secrets.get('source:shop:main')).toBe('');
});

test('the next process finds them', async ({ secrets, path }) => {
  await secrets.set('store:r2', 'kept');
  expect(await new SecretFile(path, sealing).get('store:r2')).toBe('kept');
});

test('forgetting takes all whose name begins so, and no others', async ({ secrets }) => {
  for (const name of ['source:shop:main', 'source:shop:restore', 'source:shop2:main', 'store:shop'])
    await secrets.set(name, name);
  await secrets.forget('source:shop:');
  const left = await Promise.all(
    ['source:shop:main', 'source:shop:restore', 'source:shop2:main', 'store:shop'].map((name) => secrets.get(name)),
  );
  expect(left).toEqual([null, null, 'source:shop2:main', 'store:shop']);
});

test('secrets that are set at the same moment are all kept', async ({ secrets }) => {
  const names = Array.from({ length: 8 }, (_, i) => `store:${i}`);
  await Promise.all(names.map((name) => secrets.set(name, name)));
  expect(await Promise.all(names.map((name) => secrets.get(name)))).toEqual(names);
});

test('neither names nor secrets can be read in the file', async ({ secrets, path }) => {
  await secrets.set('store:r2', 'hunter2');
  const content = readFileSync(path, 'latin1');
  expect(content).not.toContain('hunter2');
  expect(content).not.toContain('store');
});

test('only the owner may read the file and enter its folder', async ({ secrets, path, folder }) => {
  test.skip(process.platform === 'win32', 'Windows has no such modes');
  await secrets.set('store:r2', 'x');
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(statSync(join(folder, 'keys')).mode & 0o777).toBe(0o700);
});

test('a file that others could read is closed to them by the next write', async ({ secrets, path }) => {
  test.skip(process.platform === 'win32', 'Windows has no such modes');
  await secrets.set('store:r2', 'x');
  chmodSync(path, 0o644);
  await secrets.set('store:r2', 'y');
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('the file is replaced whole: what a killed process left does not matter, and nothing is left', async ({
  secrets,
  path,
  folder,
}) => {
  await secrets.set('store:r2', 'x');
  writeFileSync(`${path}.part`, 'half of someth', { mode: 0o644 });
  await secrets.set('store:b2', 'y');
  expect(readdirSync(join(folder, 'keys'))).toEqual(['secrets.age']);
  expect(statSync(path).mode & 0o777).toBe(process.platform === 'win32' ? 0o666 : 0o600);
  expect(await secrets.get('store:r2')).toBe('x');
});

test('what cannot be sealed leaves the file as it was, and the next one can be set', async ({ secrets, path }) => {
  await secrets.set('store:r2', 'x');
  const before = readFileSync(path);
  const broken = { ...sealing, seal: () => Promise.reject(new Error('no key')) };
  await expect(new SecretFile(path, broken).set('store:r2', 'y')).rejects.toThrow('no key');
  expect(readFileSync(path).equals(before)).toBe(true);
  await secrets.set('store:r2', 'z');
  expect(await secrets.get('store:r2')).toBe('z');
});

test('a file that cannot be opened is told and not taken for an empty one', async ({ path, folder }) => {
  const locked = new SecretFile(path, { ...sealing, unseal: () => Promise.reject(new Error('another key')) });
  mkdirSync(join(folder, 'keys'));
  writeFileSync(path, 'sealed');
  await expect(locked.get('store:r2')).rejects.toThrow('another key');
  await expect(locked.set('store:r2', 'x')).rejects.toThrow('another key');
  expect(readFileSync(path, 'utf8')).toBe('sealed');
});

test.describe('the key of the machine', () => {
  test('comes back from its file, which only the owner may read', async ({ folder }) => {
    const path = join(folder, 'keys', 'machine.json');
    await keyFile(path).save('the key');
    expect(await keyFile(path).load()).toBe('the key');
    test.skip(process.platform === 'win32', 'Windows has no such modes');
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test('that is not there is KEY_MISSING, and the failure names the file', async ({ folder }) => {
    const path = join(folder, 'machine.json');
    await expect(keyFile(path).load()).rejects.toMatchObject({ code: 'KEY_MISSING', details: { path } });
  });
});

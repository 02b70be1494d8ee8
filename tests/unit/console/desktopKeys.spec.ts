import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { desktopKeys, type AskPassphrase, type Keychain } from '../../../main/console/desktopKeys.ts';
import { homeAt } from '../../../main/console/home.ts';
import { keyFile } from '../../../main/secrets/keyStore.ts';
import { test } from '../../support/scratchFolder.ts';

const secret = '{"identity":"AGE-SECRET-KEY-1…"}';

/** A keychain that seals by turning bytes round; its key can be changed, and then it says that what it opened is stale. */
class TurningKeychain implements Keychain {
  key = 1;
  objectionNow: string | null = null;
  broken: 'no' | 'locked' | 'forgetful' = 'no';
  objection = async () => this.objectionNow;
  async seal(plain: string) {
    return new Uint8Array([this.key, ...Buffer.from(plain).map((byte) => byte ^ 0x55)]);
  }
  async unseal([key = 0, ...bytes]: Uint8Array) {
    if (this.broken === 'locked') throw new Error('the keychain is locked');
    const plain = Buffer.from(bytes.map((byte) => byte ^ 0x55)).toString();
    return { secret: this.broken === 'forgetful' ? '' : plain, stale: key !== this.key };
  }
}

const nobody: AskPassphrase = () => {
  throw new Error('nobody is to be asked');
};

test('a new key goes into the keychain, and comes out of it again', async ({ folder }) => {
  const home = homeAt(folder);
  const keys = desktopKeys(home, new TurningKeychain(), nobody);
  await keys.save(secret);
  const file = join(folder, 'keys', 'machine.keychain');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readFileSync(file, 'utf8')).not.toContain('AGE-SECRET');
  expect(existsSync(home.machineKeyPath)).toBe(false);
  expect(await desktopKeys(home, new TurningKeychain(), nobody).load()).toBe(secret);
});

test('a key file that is there is used, and stays', async ({ folder }) => {
  const home = homeAt(folder);
  await keyFile(home.machineKeyPath).save(secret);
  const keychain = new TurningKeychain();
  keychain.broken = 'locked';
  expect(await desktopKeys(home, keychain, nobody).load()).toBe(secret);
  expect(await keyFile(home.machineKeyPath).load()).toBe(secret);
});

test('a key is sealed again when the keychain has changed its own', async ({ folder }) => {
  const home = homeAt(folder);
  const keychain = new TurningKeychain();
  await desktopKeys(home, keychain, nobody).save(secret);
  keychain.key = 2;
  expect(await desktopKeys(home, keychain, nobody).load()).toBe(secret);
  expect(readFileSync(join(folder, 'keys', 'machine.keychain'))[0]).toBe(2);
});

test('a keychain that is locked is a missing key, with a way out', async ({ folder }) => {
  const home = homeAt(folder);
  const keychain = new TurningKeychain();
  await desktopKeys(home, keychain, nobody).save(secret);
  keychain.broken = 'locked';
  await expect(desktopKeys(home, keychain, nobody).load()).rejects.toMatchObject({
    code: 'KEY_MISSING',
    hint: expect.stringContaining('recovery kit'),
  });
});

test('a keychain that does not give back what was put in is not trusted, and nothing is written', async ({
  folder,
}) => {
  const home = homeAt(folder);
  const keychain = new TurningKeychain();
  keychain.broken = 'forgetful';
  await expect(desktopKeys(home, keychain, nobody).save(secret)).rejects.toMatchObject({ code: 'KEYCHAIN_UNSAFE' });
  expect(existsSync(join(folder, 'keys', 'machine.keychain'))).toBe(false);
});

test('without a keychain the key is under a passphrase, which is asked for until it is right or nobody gives one', async ({
  folder,
}) => {
  const home = homeAt(folder);
  const keychain = new TurningKeychain();
  keychain.objectionNow = 'this desktop has no keychain';
  const occasions: string[] = [];
  const typing = (...typed: (string | null)[]): AskPassphrase => {
    return (occasion) => {
      occasions.push(occasion);
      return Promise.resolve(typed.shift() ?? null);
    };
  };
  const keys = desktopKeys(home, keychain, typing('correct horse'));
  await keys.save(secret);
  expect(await keys.load(), 'not asked twice in one sitting').toBe(secret);
  expect(await desktopKeys(home, keychain, typing('battery', 'correct horse')).load()).toBe(secret);
  await expect(desktopKeys(home, keychain, typing(null)).load()).rejects.toMatchObject({ code: 'CANCELLED' });
  expect(occasions).toEqual(['choose', 'enter', 'wrong', 'enter']);
});

test('the command line says where the key is that it cannot open', async ({ folder }) => {
  const home = homeAt(folder);
  await expect(keyFile(home.machineKeyPath).load()).rejects.toMatchObject({
    code: 'KEY_MISSING',
    message: 'the key of this machine is missing',
  });
  await desktopKeys(home, new TurningKeychain(), nobody).save(secret);
  await expect(keyFile(home.machineKeyPath).load()).rejects.toMatchObject({
    code: 'KEY_MISSING',
    message: expect.stringContaining('desktop app'),
  });
});

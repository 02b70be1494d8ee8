import { spawnSync } from 'node:child_process';
import { expect, test } from '@playwright/test';
import {
  handRestoreCommands,
  machineKeyKey,
  manifestKey,
  objectKey,
  objectPrefix,
  recoveryKitText,
  repositoryReadme,
  signatureKey,
} from '../../../shared/repositoryFormat.ts';

const id = '01K0000000000000000000000A';
const kit = {
  repositoryId: '01KREP',
  recoveryKey: 'AGE-SECRET-KEY-1EXAMPLE',
  recoveryRecipient: 'age1example',
  createdAt: '2026-01-02T03:04:05.678Z',
};

test('every object has its place', () => {
  expect(manifestKey(id)).toBe(`m/${id}.json.age`);
  expect(signatureKey(id)).toBe(`m/${id}.json.sig`);
  expect(machineKeyKey('0123')).toBe('keys/0123.json');
  expect(objectKey(id, 'abc', 'data', 'zst')).toBe(`b/${id}/abc.data.zst.age`);
  expect(objectKey(id, 'abc', 'data', 'zst').startsWith(objectPrefix(id))).toBe(true);
});

test('the commands restore tables first, then rows, then the rest', () => {
  const commands = handRestoreCommands({ id, codec: 'zstd' }, '/mnt/copy', '/root/key.txt');
  expect(commands.map((command) => /--section=([\w-]+)/.exec(command)?.[1])).toEqual(['pre-data', 'data', 'post-data']);
  expect(commands[0]).toMatch(/^createdb -T template0 NEWDB && /);
  for (const command of commands) {
    expect(command).toContain('age -d -i /root/key.txt ');
    expect(command).toContain(`/mnt/copy/b/${id}/*.`);
    expect(command).toContain('| zstd -d | pg_restore ');
  }
});

test('a backup in gzip is opened with gzip', () => {
  for (const command of handRestoreCommands({ id, codec: 'gzip' }, '.', 'key.txt')) {
    expect(command).toContain('.gz.age');
    expect(command).toContain('| gzip -d |');
    expect(command).not.toContain('zst');
  }
});

for (const codec of ['zstd', 'gzip'] as const)
  test(`a shell understands the commands for ${codec}`, () => {
    test.skip(process.platform === 'win32', 'there is no sh');
    for (const command of handRestoreCommands({ id, codec }, '.', 'key.txt')) {
      const { status, stderr } = spawnSync('sh', ['-n', '-c', command], { encoding: 'utf8' });
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    }
  });

test('the README in a store is enough to restore with, and tells nothing about the shop', () => {
  const readme = repositoryReadme();
  for (const command of handRestoreCommands({ id: 'ID', codec: 'zstd' }, '.', 'key.txt'))
    expect(readme).toContain(`  ${command}\n`);
  expect(readme).toContain('age -d -i key.txt m/ID.json.age');
  expect(readme).toMatch(/globals\.zst\.age \| zstd -d \| psql -d postgres/);
  expect(readme).not.toMatch(/shop|jewel|tenant|AGE-SECRET-KEY-1[A-Z]/i);
});

test('the README is the same for every repository', () => {
  expect(repositoryReadme()).toBe(repositoryReadme());
  expect(repositoryReadme()).not.toContain(kit.repositoryId);
});

test('the recovery kit holds the key, what it opens, and how to use it', () => {
  const text = recoveryKitText(kit);
  for (const value of Object.values(kit)) expect(text).toContain(value);
  for (const line of repositoryReadme().split('\n').filter(Boolean)) expect(text).toContain(`  ${line}\n`);
  expect(text).not.toMatch(/[^\S\n]\n/);
});

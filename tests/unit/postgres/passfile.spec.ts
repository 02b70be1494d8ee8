import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { sweepPassfiles, withLogin } from '../../../main/postgres/passfile.ts';
import type { Connection } from '../../../shared/source.ts';
import { test } from '../../support/scratchFolder.ts';

const connection: Connection = { host: 'db.example', port: 5432, user: 'shop', database: 'shop', sslmode: 'prefer' };

const contentFor = (folder: string, password: string) =>
  withLogin(folder, connection, password, async ({ passfile }) => readFileSync(passfile!, 'utf8'));

for (const { password, line } of [
  { password: 'plain', line: '*:*:*:*:plain' },
  { password: 'a:b', line: String.raw`*:*:*:*:a\:b` },
  { password: String.raw`a\b`, line: String.raw`*:*:*:*:a\\b` },
  { password: String.raw`\:`, line: String.raw`*:*:*:*:\\\:` },
  { password: 'ünï €*#', line: '*:*:*:*:ünï €*#' },
])
  test(`writes the password ${password} so that libpq reads the same`, async ({ folder }) => {
    expect(await contentFor(folder, password)).toBe(`${line}\n`);
  });

test('only the owner may read the file and enter its folder', async ({ folder }) => {
  test.skip(process.platform === 'win32', 'Windows has no such modes');
  const run = join(folder, 'run');
  const modes = await withLogin(run, connection, 'secret', async ({ passfile }) => [
    statSync(passfile!).mode & 0o777,
    statSync(run).mode & 0o777,
  ]);
  expect(modes).toEqual([0o600, 0o700]);
});

test('the work gets the login, and the file is gone when it is done', async ({ folder }) => {
  const login = await withLogin(folder, connection, 'secret', async (given) => given);
  expect(login).toEqual({ connection, password: 'secret', passfile: expect.any(String) });
  expect(existsSync(login.passfile!)).toBe(false);
});

test('the file is gone when the work fails, and the failure is told', async ({ folder }) => {
  const work = withLogin(folder, connection, 'secret', () => Promise.reject(new Error('the dump broke')));
  await expect(work).rejects.toThrow('the dump broke');
  expect(readdirSync(folder)).toEqual([]);
});

test('two at once do not share a file', async ({ folder }) => {
  const both = await withLogin(folder, connection, 'one', (first) =>
    withLogin(folder, connection, 'two', async (second) =>
      [first, second].map(({ passfile }) => readFileSync(passfile!, 'utf8')),
    ),
  );
  expect(both).toEqual(['*:*:*:*:one\n', '*:*:*:*:two\n']);
});

test('without a password no file is written, and libpq looks in its own places', async ({ folder }) => {
  const run = join(folder, 'run');
  const login = await withLogin(run, connection, null, async (given) => given);
  expect(login).toEqual({ connection, password: null, passfile: undefined });
  expect(existsSync(run)).toBe(false);
});

test('what a killed process left is swept, and nothing else', async ({ folder }) => {
  await withLogin(folder, connection, 'secret', async ({ passfile }) => {
    writeFileSync(join(folder, 'kept.txt'), 'mine');
    await sweepPassfiles(folder);
    expect(existsSync(passfile!)).toBe(false);
  });
  expect(readdirSync(folder)).toEqual(['kept.txt']);
});

test('there is nothing to sweep where nothing ever ran', async ({ folder }) => {
  await sweepPassfiles(join(folder, 'run'));
  expect(readdirSync(folder)).toEqual([]);
});

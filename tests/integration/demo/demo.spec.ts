import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import pg from 'pg';
import type { DemoAnswer } from '../../../main/requests/demo.ts';
import { test } from '../../support/fixtures.ts';
import { strongroom, succeed } from '../../support/strongroom.ts';

const launcher = join(import.meta.dirname, '../../../bin/strongroom.mjs');

async function demoFolders(): Promise<string[]> {
  return (await readdir(tmpdir())).filter((name) => name.startsWith('strongroom-demo-'));
}

test('the demo brings back every table of a destroyed shop, past a damaged copy', async ({ folder }) => {
  const before = await demoFolders();
  const answer = await succeed<DemoAnswer>({ home: folder }, 'demo', '--scale', '0.02');
  expect(answer.proof.ok).toBe(true);
  expect(answer.proof.tables.filter(({ same }) => !same)).toEqual([]);
  const destroyed = answer.proof.tables.filter((table) => table.destroyed?.fingerprint !== table.before?.fingerprint);
  expect(destroyed.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['shop.sales', 'shop.sale_items', 'shop.customers', 'shop.products', 'shop.events_rest']),
  );
  expect(answer.backup.copies.map(({ store, state }) => `${store} ${state}`)).toEqual([
    'local STORED',
    'nas STORED',
    'usb STORED',
  ]);
  expect(answer.restore.notes.join('\n')).toMatch(/local: the stored file is damaged/);
  expect(answer.restore.swapped).toBe(true);
  expect(await demoFolders()).toEqual(before);
});

test('a demo that is interrupted leaves no server and no folder', async ({ folder }) => {
  const before = await demoFolders();
  let stopped = false;
  const run = await strongroom(
    {
      home: folder,
      onStderr: (said, kill) => {
        if (stopped || !said.includes('backing up')) return;
        stopped = true;
        kill('SIGINT');
      },
    },
    'demo',
    '--scale',
    '0.02',
  );
  expect(run.status).toBe(130);
  expect(run.json).toMatchObject({ error: { code: 'CANCELLED' } });
  expect(await demoFolders()).toEqual(before);
});

test('a demo that is kept can be looked around in, and goes by the command that it names', async ({ folder }) => {
  const before = await demoFolders();
  const run = spawnSync(process.execPath, [launcher, 'demo', '--keep', '--scale', '0.01', '--home', folder], {
    encoding: 'utf8',
  });
  const told = (label: string) => new RegExp(`^${label}: +(.*)$`, 'm').exec(run.stdout)?.[1] ?? '';
  const [, url = '', passwordFile = ''] = /^The shop still runs: (\S+) \(password in (.*)\)$/m.exec(run.stdout) ?? [];
  const end = told('End and remove it');
  try {
    expect(run.status).toBe(0);
    const { port } = new URL(url);
    const password = readFileSync(passwordFile, 'utf8').trim();
    const client = new pg.Client({
      host: '127.0.0.1',
      port: Number(port),
      user: 'postgres',
      database: 'shop',
      password,
    });
    await client.connect();
    expect((await client.query('SELECT count(*)::int AS tenants FROM shop.tenants')).rows).toEqual([{ tenants: 12 }]);
    await client.end();
    const home = /--home (\S+) list$/.exec(told('Look around'))?.[1] ?? '';
    const { backups } = await succeed<{ backups: unknown[] }>({ home }, 'list');
    expect(backups).toHaveLength(1);
  } finally {
    execFileSync('sh', ['-c', end]);
  }
  expect(await demoFolders()).toEqual(before);
});

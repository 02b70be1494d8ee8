import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { expect } from '@playwright/test';
import type { DemoAnswer } from '../../../main/requests/demo.ts';
import { test } from '../../support/fixtures.ts';
import { strongroom, succeed } from '../../support/strongroom.ts';

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

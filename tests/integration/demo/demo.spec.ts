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

/** What a shop has that is hard to back up. */
const contents = `SELECT (SELECT count(*)::int FROM shop.tenants) AS tenants, (SELECT coalesce(json_agg(what), '[]') FROM (VALUES
  ('forced row-level security', EXISTS (SELECT FROM pg_class WHERE relrowsecurity AND relforcerowsecurity)),
  ('an enum', EXISTS (SELECT FROM pg_enum)),
  ('a domain', EXISTS (SELECT FROM pg_type WHERE typtype = 'd' AND typnamespace = 'shop'::regnamespace)),
  ('an identity', EXISTS (SELECT FROM pg_attribute WHERE attidentity <> '')),
  ('a generated column', EXISTS (SELECT FROM pg_attribute WHERE attgenerated <> '')),
  ('a trigger', EXISTS (SELECT FROM pg_trigger WHERE NOT tgisinternal)),
  ('a self-reference', EXISTS (SELECT FROM pg_constraint WHERE contype = 'f' AND conrelid = confrelid)),
  ('partitions', EXISTS (SELECT FROM pg_class WHERE relispartition)),
  ('jsonb', EXISTS (SELECT FROM pg_attribute WHERE atttypid = 'jsonb'::regtype AND attrelid = 'shop.products'::regclass)),
  ('a large object', EXISTS (SELECT FROM pg_largeobject_metadata))) AS has(what, there) WHERE NOT there) AS lacking`;

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

for (const [signal, step] of [
  ['SIGINT', 'starting a PostgreSQL cluster'],
  ['SIGHUP', 'filling a jewellery shop'],
  ['SIGINT', 'backing up'],
] as const)
  test(`a demo that gets ${signal} while it is ${step} leaves no server and no folder`, async ({ folder }) => {
    const before = await demoFolders();
    let stopped = false;
    const run = await strongroom(
      {
        home: folder,
        onStderr: (said, kill) => {
          if (stopped || !said.includes(step)) return;
          stopped = true;
          kill(signal);
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
  const after = (label: string) => new RegExp(`^${label}: +(.*)$`, 'm').exec(run.stdout)?.[1] ?? '';
  const [, url = '', passwordFile = ''] = /^The shop still runs: (\S+) \(password in (.*)\)$/m.exec(run.stdout) ?? [];
  const end = after('End and remove it');
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
    expect((await client.query(contents)).rows).toEqual([{ tenants: 12, lacking: [] }]);
    const [header, ...lines] = run.stdout.split('\n');
    expect(header).toMatch(/^TABLE +ROWS BEFORE +PRINT +AFTER THE DISASTER +PRINT +ROWS RESTORED +PRINT/);
    const told = lines.slice(0, lines.indexOf(''));
    expect(told.filter((line) => !/^shop\.\w+ +[\d,]+ +[0-9a-f]+ +.* same$/.test(line.trimEnd()))).toEqual([]);
    expect(told.filter((line) => / - +gone /.test(line))).not.toEqual([]);
    expect(run.stdout).toContain('PROVEN   every table holds again exactly the rows it held before');
    await client.end();
    const home = /--home (\S+) list$/.exec(after('Look around'))?.[1] ?? '';
    const { backups } = await succeed<{ backups: unknown[] }>({ home }, 'list');
    expect(backups).toHaveLength(1);
  } finally {
    execFileSync('sh', ['-c', end]);
  }
  expect(await demoFolders()).toEqual(before);
});

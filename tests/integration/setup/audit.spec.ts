import Database from 'better-sqlite3';
import { expect } from '@playwright/test';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { osUser } from '../../../main/console/osUser.ts';
import { homeAt } from '../../../main/console/home.ts';
import type { Backup } from '../../../shared/backup.ts';
import { auditFile } from '../../../shared/auditFile.ts';
import type { AuditEntry, ChainedAuditEntry } from '../../../shared/contract/access.ts';
import type { RestoreAnswer } from '../../../main/requests/restores.ts';
import { filesBelow, localConsole, test } from '../../support/shopConsole.ts';
import { refused, strongroom, succeed } from '../../support/strongroom.ts';

/** What the audit log of a state folder holds, oldest first, without times. */
function audited(home: string): string[] {
  const state = new Database(homeAt(home).statePath, { readonly: true });
  const entries = state.prepare('SELECT os_user AS osUser, person, action, subject, outcome FROM audit ORDER BY seq');
  try {
    return (entries.all() as AuditEntry[]).map(({ action, subject, outcome, person, osUser: account }) => {
      expect({ person, account }).toEqual({ person: null, account: osUser() });
      return `${action} | ${subject} | ${outcome}`;
    });
  } finally {
    state.close();
  }
}

test('every verb that changes something is in the audit log, and none that only looks', async ({
  folder,
  shop,
  cluster,
}) => {
  const home = join(folder, 'home');
  const cli = { home };
  await succeed(cli, 'init', '--recovery-kit', join(folder, 'kit.txt'));
  await succeed(cli, 'store', 'add', 'local', '--kind', 'local', '--path', join(folder, 'store'));
  const source = ['source', 'add', 'shop', '--url', shop.url, '--password-stdin'];
  const tenants = ['--tenant-table', 'shop.tenants', '--tenant-id', 'id', '--tenant-name', 'name'];
  const context = ['--tenant-setting', 'app.current_tenant', '--tenant-user', 'shop_app'];
  await succeed({ ...cli, stdin: cluster.password }, ...source, ...tenants, ...context);
  const { id } = await succeed<Backup>(cli, 'backup', 'full', 'shop', '--note', 'before the sale');
  const into = `${shop.name}_beside`;
  const { restoreId } = await succeed<RestoreAnswer>(cli, 'restore', id, '--into', into);
  await succeed(cli, 'swap', restoreId, '--live', shop.name);
  const { heldAs } = await succeed<RestoreAnswer>(cli, 'rollback', restoreId);
  await succeed(cli, 'verify', id);
  await succeed(cli, 'verify', '--sample');
  await succeed(cli, 'replicate');
  const { sources } = await succeed<{ sources: unknown[] }>(cli, 'source', 'list');
  const model = { table: 'shop.tenants', idColumn: 'id', nameColumn: 'name', setting: 'app.current_tenant' };
  expect(sources).toMatchObject([{ name: 'shop', url: shop.url, tenants: { ...model, user: 'shop_app' } }]);
  for (const look of [['list'], ['show', id], ['restores'], ['doctor'], ['source', 'list'], ['store', 'list']])
    await strongroom(cli, ...look);
  await strongroom(cli, 'source', 'test', 'shop');
  await strongroom(cli, 'store', 'test', 'local');
  await succeed(
    { ...cli, stdin: cluster.password },
    'source',
    'password',
    'shop',
    '--for',
    'restore',
    '--password-stdin',
  );
  await succeed(cli, 'store', 'remove', 'local');
  await succeed(cli, 'source', 'remove', 'shop');
  await succeed(cli, 'access', 'reset');
  expect(audited(home)).toEqual([
    'setUp.begin |  | done',
    'stores.add | local | done',
    'sources.add | shop | done',
    'backups.start | shop | done',
    `restores.start | ${id} · ${into} | done`,
    `restores.swap | ${restoreId} · ${shop.name} | done`,
    `restores.rollback | ${restoreId} | done`,
    `backups.verify | ${id} | done`,
    'integrity.start |  | done',
    'backups.replicate |  | done',
    'sources.setPassword | shop | done',
    'stores.remove | local | done',
    'sources.remove | shop | done',
    'access.reset |  | done',
  ]);
  await cluster.dropDatabase(heldAs!);
});

test('what was refused is in the audit log with its code, and what failed before anything was opened is not', async ({
  folder,
}) => {
  const { cli, home } = await localConsole(folder);
  await refused(cli, 'backup', 'full', 'nothing');
  await refused(cli, 'restore', 'latest', '--into', 'shop', '--swap');
  await refused(cli, 'source', 'remove', 'nothing');
  await refused(cli, 'backup', 'full');
  expect(audited(home).slice(2)).toEqual([
    'backups.start | nothing | SOURCE_NOT_FOUND',
    'restores.startSwap | latest · shop | BACKUP_NOT_FOUND',
    'sources.remove | nothing | SOURCE_NOT_FOUND',
  ]);
});

test('a power cut in the middle of a job leaves its entry', async ({ shopConsole }) => {
  const { cli, home } = shopConsole;
  const cut = await strongroom({ ...cli, env: { STRONGROOM_CRASH_AT: 'dump-sealed' } }, 'backup', 'full', 'shop');
  expect({ status: cut.status, signal: cut.signal }).not.toMatchObject({ status: 0 });
  expect(audited(home).at(-1)).toBe('backups.start | shop | done');
});

test('no password that a verb was given is in any file of the state folder', async ({ folder, shop, cluster }) => {
  const { cli, home } = await localConsole(folder);
  const source = ['source', 'add', 'shop', '--url', shop.url, '--password-stdin'];
  await succeed({ ...cli, stdin: cluster.password }, ...source);
  const hidden = 'some-hidden-password';
  await succeed({ ...cli, stdin: hidden }, 'source', 'password', 'shop', '--for', 'restore', '--password-stdin');
  await refused(cli, 'source', 'remove', `postgresql://ada:${hidden}@db/shop`);
  const state = new Database(homeAt(home).statePath);
  state.pragma('wal_checkpoint(TRUNCATE)');
  state.close();
  expect(audited(home).at(-1)).toBe('sources.remove | postgresql://ada:…@db/shop | SOURCE_NOT_FOUND');
  for (const file of filesBelow(home)) expect(readFileSync(join(home, file), 'latin1'), file).not.toContain(hidden);
});

test('the log is listed, exported and checked on the command line; what was tampered with shows', async ({
  folder,
}) => {
  const home = join(folder, 'home');
  const cli = { home };
  await succeed(cli, 'init', '--recovery-kit', join(folder, 'kit.txt'));
  for (const name of ['local', 'nas'])
    await succeed(cli, 'store', 'add', name, '--kind', 'local', '--path', join(folder, name));
  const { entries } = await succeed<{ entries: AuditEntry[] }>(cli, 'audit', 'list', '--limit', '2');
  expect(entries.map(({ action, subject }) => [action, subject])).toEqual([
    ['stores.add', 'nas'],
    ['stores.add', 'local'],
  ]);
  const log = await succeed<{ entries: ChainedAuditEntry[] }>(cli, 'audit', 'export');
  const exported = auditFile(log.entries, 'jsonl');
  const file = join(folder, 'audit.jsonl');
  writeFileSync(file, exported);
  const whole = { entries: 3, intact: true, brokenAt: null, lastHash: expect.stringMatching(/^[0-9a-f]{64}$/) };
  expect(await succeed(cli, 'audit', 'check')).toEqual({ ...whole, inLog: null });
  await succeed(cli, 'store', 'remove', 'nas');
  expect(await succeed(cli, 'audit', 'check', file)).toEqual({ ...whole, inLog: true });

  writeFileSync(file, exported.replace('"nas"', '"r2"'));
  const changed = await strongroom(cli, 'audit', 'check', file);
  expect([changed.status, changed.json]).toMatchObject([6, { intact: false, brokenAt: 3 }]);

  // Whoever writes the log anew, hashes and all, cannot make it agree with what was exported before.
  writeFileSync(file, exported);
  const other = join(folder, 'other');
  await succeed({ home: other }, 'init', '--recovery-kit', join(folder, 'other.txt'));
  const cut = await strongroom({ home: other }, 'audit', 'check', file);
  expect([cut.status, cut.json]).toMatchObject([6, { intact: true, inLog: false }]);
  writeFileSync(file, 'no log\n');
  expect(await refused(cli, 'audit', 'check', file)).toMatchObject({ code: 'USAGE', status: 2 });
});

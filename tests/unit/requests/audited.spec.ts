import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import type { AuditEntry } from '../../../shared/contract/access.ts';
import type { Workspace } from '../../../main/console/workspace.ts';
import { osUser } from '../../../main/console/osUser.ts';
import { AskingWindow } from '../../support/asking.ts';
import { test as base } from '../../support/openedWorkspace.ts';

const test = base.extend<{ window: AskingWindow }>({
  window: async ({ workspace, clock }, use) => use(new AskingWindow(workspace, clock)),
});

const told = ({ console }: Workspace) =>
  console.audit
    .page(null, 500)
    .toReversed()
    .map(({ person, action, subject, outcome }: AuditEntry) => [person, action, subject, outcome].join(' | '));

const noStore = { name: 'nas' };

test('what was done, refused and failed is all in the log, in its order, with who it was', async ({
  window,
  workspace,
  clock,
}) => {
  await window.outcome('stores.remove', noStore);
  const { people } = await window.ask('access.addPerson', { name: 'Ada', role: 'owner', pin: '1111' });
  const personId = people[0]!.id;
  await window.ask('setUp.finish', {});
  const locked = new AskingWindow(workspace, clock);
  await locked.outcome('stores.remove', noStore);
  await locked.outcome('jobs.cancel', { id: 'some job' });
  await window.ask('access.removePerson', { personId });
  expect(told(workspace)).toEqual([
    ' | stores.remove | nas | STORE_NOT_FOUND',
    ' | access.addPerson | Ada · owner | done',
    'Ada | setUp.finish |  | done',
    ' | stores.remove | nas | PIN_NEEDED',
    ' | jobs.cancel | some job | ROLE_NEEDED',
    'Ada | access.removePerson | Ada | done',
  ]);
  const [newest] = workspace.console.audit.page(null, 1);
  expect(newest).toMatchObject({ at: '2026-05-04T03:00:00.000Z', osUser: osUser() });
  expect(await workspace.console.audit.intact()).toBe(true);
});

test('unlocking, wrong PINs and lock-outs are in the log, with whose PIN it was', async ({ window, workspace }) => {
  const { people } = await window.ask('access.addPerson', { name: 'Ada', role: 'owner', pin: '1111' });
  const personId = people[0]!.id;
  await window.ask('access.lock', {});
  await window.outcome('access.unlock', { personId, pin: '0000' });
  await window.outcome('access.unlock', { personId, pin: '1111' });
  for (let i = 0; i < 4; i++) await window.outcome('access.unlock', { personId, pin: '0000' });
  await window.outcome('access.changePin', { oldPin: '0000', newPin: '2222' });
  await window.outcome('access.unlock', { personId: 5, pin: '0000' });
  expect(told(workspace).slice(1)).toEqual([
    ' | access.unlock | Ada | PIN_WRONG',
    'Ada | access.unlock | Ada | done',
    'Ada | access.unlock | Ada | PIN_WRONG',
    'Ada | access.unlock | Ada | PIN_WRONG',
    'Ada | access.unlock | Ada | PIN_LOCKED_OUT',
    'Ada | access.unlock | Ada | PIN_LOCKED_OUT',
    'Ada | access.changePin |  | PIN_LOCKED_OUT',
    'Ada | access.unlock | person 5 | PERSON_NOT_FOUND',
  ]);
});

test('what only reads leaves nothing in the log', async ({ window, workspace }) => {
  for (const name of ['console.state', 'access.state', 'stores.list', 'jobs.running', 'overview.show'] as const)
    await window.ask(name, {});
  await window.ask('access.audit', { before: null, limit: 10 });
  expect(told(workspace)).toEqual([]);
});

test('the first entry is the one that made the state folder; a fresh machine has no log to write to', async ({
  fresh,
  clock,
}) => {
  const window = new AskingWindow(fresh, clock);
  expect(await window.outcome('stores.remove', noStore)).toBe('HOME_MISSING');
  expect(fresh.ready).toBe(false);
  await window.ask('setUp.begin', {});
  expect(told(fresh)).toEqual([' | setUp.begin |  | done']);
});

test('the log is read in pages, and says whether it is intact', async ({ window }) => {
  for (let i = 0; i < 5; i++) await window.ask('setUp.finish', {});
  const { entries, intact } = await window.ask('access.audit', { before: null, limit: 3 });
  expect([entries.map(({ seq }) => seq), intact]).toEqual([[5, 4, 3], true]);
  const older = await window.ask('access.audit', { before: 3, limit: 3 });
  expect(older.entries.map(({ seq }) => seq)).toEqual([2, 1]);
});

test('no PIN and no password is in any file of the state folder', async ({ window, workspace }) => {
  const { people } = await window.ask('access.addPerson', { name: 'Ada', role: 'owner', pin: 'first-hidden-pin' });
  await window.outcome('access.unlock', { personId: people[0]!.id, pin: 'wrong-hidden-pin' });
  await window.ask('access.changePin', { oldPin: 'first-hidden-pin', newPin: 'next-hidden-pin' });
  await window.outcome('sources.setPassword', { name: 'shop', purpose: 'main', password: 'some-hidden-password' });
  workspace.console.state.pragma('wal_checkpoint(TRUNCATE)');
  const { dir } = workspace.home;
  const files = readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const contents = files.map((file) => readFileSync(join(file.parentPath, file.name), 'latin1')).join('\n');
  expect(contents).toContain('access.changePin');
  expect(contents).not.toContain('hidden');
  expect(contents).not.toContain('$scrypt$');
});

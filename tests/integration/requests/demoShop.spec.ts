import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { homeAt } from '../../../main/console/home.ts';
import { Workspace } from '../../../main/console/workspace.ts';
import { systemClock } from '../../../main/jobs/clock.ts';
import type { JobView } from '../../../shared/contract/jobs.ts';
import { AskingWindow } from '../../support/asking.ts';
import { test } from '../../support/fixtures.ts';

/** Waits for the end of a job that a window has started. */
function ended(workspace: Workspace, jobId: string): Promise<JobView> {
  return new Promise((resolve) => {
    const stop = workspace.announcer.listen((name, value) => {
      if (name !== 'jobEnded' || (value as JobView).id !== jobId) return;
      stop();
      resolve(value as JobView);
    });
  });
}

test('from nothing: one click makes a demo shop, which is backed up, proven, survives a restart and is removed again', async ({
  folder,
}) => {
  test.setTimeout(240_000);
  const home = homeAt(join(folder, 'home'));
  let workspace = await Workspace.open(home);
  let window = new AskingWindow(workspace, systemClock);
  const done = async (jobId: string) => expect(await ended(workspace, jobId)).toMatchObject({ status: 'DONE' });

  expect(await window.ask('console.state', {})).toMatchObject({ phase: 'fresh', demo: 'none' });
  expect(await window.outcome('sources.list', {})).toBe('HOME_MISSING');
  await done((await window.ask('demo.start', {})).jobId);
  expect(await window.ask('console.state', {})).toMatchObject({ phase: 'ready', demo: 'running', kitProven: false });
  expect(await window.outcome('demo.start', {})).toBe('done'); // starts a job, which is refused
  await workspace.board.settled(false);
  expect((await window.ask('jobs.recent', { limit: 1 })).jobs[0]).toMatchObject({ failure: { code: 'DEMO_EXISTS' } });

  const start = { source: 'demo-shop', note: 'the first', pinned: true, notify: 'failure' } as const;
  await done((await window.ask('backups.start', start)).jobId);
  const page = { filter: {}, sort: 'created', descending: true, cursor: null, limit: 10 } as const;
  const [backup] = (await window.ask('backups.page', page)).backups;
  expect(backup).toMatchObject({ status: 'COMPLETED', note: 'the first', pinned: true });
  await done((await window.ask('backups.verify', { ids: [backup!.id], store: null, deep: true })).jobId);
  const { evidence } = await window.ask('overview.show', {});
  expect(evidence).toMatchObject([{ source: 'demo-shop', state: 'good', backupId: backup!.id, goodCopies: 1 }]);
  expect(evidence[0]!.provenAt).not.toBeNull();

  await workspace.close();
  workspace = await Workspace.open(home);
  window = new AskingWindow(workspace, systemClock);
  await expect.poll(async () => (await window.ask('console.state', {})).demo).toBe('running');
  expect(await window.ask('sources.test', { name: 'demo-shop' })).toMatchObject({ obstacles: [] });

  await window.ask('demo.remove', {});
  expect(await window.ask('console.state', {})).toMatchObject({ demo: 'none' });
  expect(await window.ask('backups.page', page)).toMatchObject({ backups: [], total: 0 });
  expect(await window.ask('sources.list', {})).toEqual({ sources: [] });
  expect(existsSync(join(home.dir, 'demo-store'))).toBe(false);
  await workspace.close();
});

test('the recovery kit is shown until a line of it was typed back, and then its file is gone', async ({ folder }) => {
  const home = homeAt(join(folder, 'home'));
  const workspace = await Workspace.open(home);
  const window = new AskingWindow(workspace, systemClock);
  await window.ask('setUp.begin', {});
  const { text } = await window.ask('setUp.kit', {});
  const key = /AGE-SECRET-KEY-1\w+/.exec(text)![0];
  expect(text).toBe(readFileSync(join(home.dir, 'recovery-kit.txt'), 'utf8'));

  for (const line of ['', 'x', key.slice(-11), key.slice(0, 12), `${key.slice(0, -1)}${key.endsWith('Q') ? 'P' : 'Q'}`])
    expect(await window.outcome('setUp.proveKit', { line }), line).toBe('KIT_LINE_WRONG');
  expect(await window.ask('setUp.proveKit', { line: ` ${key.slice(-12).toLowerCase()} ` })).toMatchObject({
    kitProven: true,
  });
  expect(existsSync(join(home.dir, 'recovery-kit.txt'))).toBe(false);
  expect(await window.outcome('setUp.kit', {})).toBe('KIT_GONE');
  expect(await window.outcome('setUp.proveKit', { line: key.slice(-12) })).toBe('KIT_GONE');
  expect(await window.outcome('setUp.proveKit', { line: `Recovery key   ${key}` })).toBe('done');
  await workspace.close();
});

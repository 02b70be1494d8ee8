import { expect } from '@playwright/test';
import { JobBoard } from '../../../main/jobs/jobBoard.ts';
import { runJob } from '../../../main/jobs/jobRunner.ts';
import { JobLog } from '../../../main/state/jobLog.ts';
import type { JobView, RunningJob } from '../../../shared/contract/jobs.ts';
import { Failure } from '../../../shared/failure.ts';
import { HandClock } from '../../support/openedWorkspace.ts';
import { test as base } from '../../support/scratchFolder.ts';

interface Watched {
  log: JobLog;
  board: JobBoard;
  told: RunningJob[];
  ended: JobView[];
  clock: HandClock;
}

const test = base.extend<{ watched: Watched }>({
  watched: async ({ state }, use) => {
    const log = new JobLog(state);
    const told: RunningJob[] = [];
    const ended: JobView[] = [];
    const clock = new HandClock();
    const board = new JobBoard(
      log,
      { onProgress: (job) => told.push(job), onEnded: (job) => ended.push(job) },
      { clock, limits: () => ({ hangHours: 1, hangHoursOf: { 'backup full': 2 } }) },
    );
    await use({ log, board, told, ended, clock });
    board.close();
  },
});

test('a job is shown while it runs, with its stage and notes, and its outcome is in the log', async ({ watched }) => {
  const { board, log, told, ended } = watched;
  const id = board.start('backup full', 'shop', ({ jobId, signal, watcher }) =>
    runJob(log, { id: jobId, kind: 'backup full', subject: 'shop', signal, watcher }, async (job) => {
      job.stage('dumping', { bytes: 100, estimated: true });
      job.note('a table was skipped');
      await Promise.resolve();
      expect(board.running()).toMatchObject([{ id: jobId, stage: 'dumping', notes: ['a table was skipped'] }]);
    }),
  );
  await board.settled(false);
  expect(board.running()).toEqual([]);
  expect(told.map(({ stage }) => stage)).toContain('dumping');
  expect(ended).toMatchObject([{ id, status: 'DONE', notes: ['a table was skipped'], failure: null }]);
  expect(log.get(id)?.status).toBe('DONE');
});

test('a job that fails before its workflow begins is in the log all the same', async ({ watched }) => {
  const id = watched.board.start('restore full', 'x', () =>
    Promise.reject(new Failure('BACKUP_NOT_FOUND', 'there is no backup x', 'Look.')),
  );
  await watched.board.settled(false);
  expect(watched.ended).toMatchObject([{ id, status: 'FAILED', failure: { code: 'BACKUP_NOT_FOUND', hint: 'Look.' } }]);
});

test('a cancelled job is asked to end, says so meanwhile, and is logged as cancelled', async ({ watched }) => {
  const { board, log, told, ended } = watched;
  const id = board.start('backup full', 'shop', ({ jobId, signal, watcher }) =>
    runJob(log, { id: jobId, kind: 'backup full', subject: 'shop', signal, watcher }, async (job) => {
      await new Promise((_, reject) =>
        job.signal.addEventListener('abort', () => reject(new Failure('CANCELLED', 'cancelled', '')), { once: true }),
      );
    }),
  );
  board.cancel(id);
  expect(told.at(-1)).toMatchObject({ cancelling: true });
  await board.settled(false);
  expect(ended).toMatchObject([{ id, status: 'CANCELLED' }]);
  expect(() => board.cancel(id)).toThrow('not running any more');
});

test('two jobs of one kind about the same thing do not run at once, others do', async ({ watched }) => {
  const { board } = watched;
  const held = Promise.withResolvers<void>();
  const first = board.start('backup full', 'shop', () => held.promise);
  expect(() => board.start('backup full', 'shop', () => held.promise)).toThrow(
    expect.objectContaining({ code: 'JOB_RUNNING', details: { jobId: first } }),
  );
  board.start('backup full', 'other', () => held.promise);
  board.start('verify', 'shop', () => held.promise);
  expect(board.running()).toHaveLength(3);
  held.resolve();
  await board.settled(false);
  board.start('backup full', 'shop', () => Promise.resolve());
  await board.settled(false);
});

test('jobs that can wait begin when few enough run, in their order, and never beside their like', async ({
  watched,
}) => {
  const { board } = watched;
  const held = ['a', 'b', 'c'].map(() => Promise.withResolvers<void>());
  const begun: string[] = [];
  const start = (subject: string, index: number, waits: boolean) =>
    board.start(
      'backup full',
      subject,
      () => {
        begun.push(`${subject} ${index}`);
        return held[index]!.promise;
      },
      { waits },
    );
  start('shop', 0, false);
  start('shop', 1, true);
  start('other', 2, true);
  await Promise.resolve();
  expect(begun).toEqual(['shop 0', 'other 2']);
  expect(board.running()).toMatchObject([
    { subject: 'shop', waiting: false },
    { subject: 'shop', waiting: true, stage: 'waiting for its turn' },
    { subject: 'other', waiting: false },
  ]);
  held[0]!.resolve();
  await expect.poll(() => begun).toEqual(['shop 0', 'other 2', 'shop 1']);
  for (const { resolve } of held) resolve();
  await board.settled(false);
});

test('a job that is cancelled while it waits never begins, and is logged as cancelled', async ({ watched }) => {
  const { board, ended } = watched;
  const held = Promise.withResolvers<void>();
  board.start('backup full', 'shop', () => held.promise);
  let begun = false;
  const told: string[] = [];
  const id = board.start('backup full', 'shop', () => Promise.resolve((begun = true)), {
    waits: true,
    onEnded: (job) => told.push(job?.status ?? 'none'),
  });
  board.cancel(id);
  await expect.poll(() => ended).toMatchObject([{ id, status: 'CANCELLED' }]);
  held.resolve();
  await board.settled(false);
  expect(begun).toBe(false);
  expect(told).toEqual(['CANCELLED']);
});

test('a job without a byte for a minute has stalled, until it moves again; sleep does not count', async ({
  watched,
}) => {
  const { board, clock } = watched;
  const held = Promise.withResolvers<void>();
  let move = () => undefined as void;
  board.start('backup full', 'shop', ({ watcher }) => {
    let doneBytes = 0;
    move = () => watcher.onProgress?.({ stage: 'dumping', doneBytes: ++doneBytes, totalBytes: null, estimated: false });
    return held.promise;
  });
  const stalledSince = () => board.running()[0]?.stalledSince;
  move();
  clock.pass(55);
  expect(stalledSince()).toBeNull();
  clock.pass(10);
  expect(stalledSince()).not.toBeNull();
  move();
  expect(stalledSince()).toBeNull();
  clock.jump(8 * 3600);
  clock.pass(30);
  expect(stalledSince()).toBeNull();
  held.resolve();
  await board.settled(false);
});

test('a stage without bytes does not stall: nobody can know how long a server builds indexes', async ({ watched }) => {
  const { board, clock } = watched;
  const held = Promise.withResolvers<void>();
  const stages = [
    { stage: 'building indexes', doneBytes: 0, totalBytes: null, estimated: false },
    { stage: 'verifying', doneBytes: 9, totalBytes: 9, estimated: false },
    { stage: 'dumping', doneBytes: 0, totalBytes: 9, estimated: true },
  ];
  let next = () => undefined as void;
  board.start('backup full', 'shop', ({ watcher }) => {
    next = () => watcher.onProgress?.(stages.shift()!);
    return held.promise;
  });
  const stalls = () => {
    next();
    clock.pass(120);
    return board.running()[0]?.stalledSince !== null;
  };
  expect([stalls(), stalls(), stalls()]).toEqual([false, false, true]);
  held.resolve();
  await board.settled(false);
});

test('a job that hangs is cancelled, and has failed of that', async ({ watched }) => {
  const { board, log, clock } = watched;
  const id = board.start('backup full', 'shop', ({ jobId, signal, watcher }) =>
    runJob(
      log,
      { id: jobId, kind: 'backup full', subject: 'shop', signal, watcher },
      () => new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('cut off')))),
    ),
  );
  clock.jump(9 * 3600);
  clock.pass(3600);
  expect(board.running()).toHaveLength(1);
  clock.pass(3700);
  await board.settled(false);
  expect(log.get(id)).toMatchObject({ status: 'FAILED', failure: { code: 'JOB_HUNG' } });
});

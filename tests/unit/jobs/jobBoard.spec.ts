import { expect } from '@playwright/test';
import { JobBoard } from '../../../main/jobs/jobBoard.ts';
import { runJob } from '../../../main/jobs/jobRunner.ts';
import { JobLog } from '../../../main/state/jobLog.ts';
import type { JobView, RunningJob } from '../../../shared/contract/jobs.ts';
import { Failure } from '../../../shared/failure.ts';
import { test as base } from '../../support/scratchFolder.ts';

interface Watched {
  log: JobLog;
  board: JobBoard;
  told: RunningJob[];
  ended: JobView[];
}

const test = base.extend<{ watched: Watched }>({
  watched: async ({ state }, use) => {
    const log = new JobLog(state);
    const told: RunningJob[] = [];
    const ended: JobView[] = [];
    const board = new JobBoard(log, { onProgress: (job) => told.push(job), onEnded: (job) => ended.push(job) });
    await use({ log, board, told, ended });
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

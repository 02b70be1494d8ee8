import { expect } from '@playwright/test';
import { Scheduler } from '../../../main/scheduler/scheduler.ts';
import { Failure } from '../../../shared/failure.ts';
import { dayS, nightly, test } from './ran.ts';

const refuse = (table: string, doing: string) =>
  `CREATE TRIGGER disk_full BEFORE ${doing} ON ${table} BEGIN SELECT RAISE(ABORT, 'the disk is full'); END`;

test('a schedule that cannot be looked at keeps no other from starting', async ({ workspace, clock, ran, rule }) => {
  rule({ cron: 'nonsense', zone: 'UTC' });
  const scheduler = new Scheduler(workspace, ran.jobs, clock);
  clock.jump(2.1 * 3600);
  clock.pass(60);
  await workspace.board.settled(false);
  await scheduler.stop();
  expect(ran.list).toMatchObject([{ kind: 'cleanup' }]);
});

test('a run that cannot be noted in the audit log is not taken, and begins once when it can', async ({
  workspace,
  clock,
  ran,
  open,
}) => {
  const { console, board } = workspace;
  open(nightly);
  console.state.exec(refuse('audit', 'INSERT'));
  clock.pass(1860);
  await board.settled(false);
  const [schedule] = console.schedules.all();
  expect(ran.list).toEqual([]);
  expect(console.schedules.runs(schedule!.id, 5)).toEqual([]);
  console.state.exec('DROP TRIGGER disk_full');
  clock.pass(1860);
  await board.settled(false);
  expect(ran.list).toHaveLength(1);
  expect(console.schedules.runs(schedule!.id, 5)).toMatchObject([
    { nominal: '2026-05-04T03:30:00.000Z', outcome: 'DONE' },
  ]);
});

test('a run whose end cannot be noted is noted later, and the next one comes', async ({
  workspace,
  clock,
  ran,
  open,
}) => {
  const { console, board } = workspace;
  open(nightly);
  console.state.exec(refuse('scheduled_runs', 'UPDATE'));
  clock.pass(1860);
  await board.settled(false);
  const outcomes = () => {
    const [schedule] = console.schedules.all();
    return console.schedules.runs(schedule!.id, 5).map(({ outcome }) => outcome);
  };
  expect(outcomes()).toEqual([null]);
  console.state.exec('DROP TRIGGER disk_full');
  clock.pass(60);
  expect(outcomes()).toEqual(['DONE']);
  clock.jump(dayS);
  clock.pass(60);
  await board.settled(false);
  expect(ran.list).toHaveLength(2);
});

test('a job whose end cannot be logged keeps no job from its turn', async ({ workspace, clock, ran, open }) => {
  const { console, board } = workspace;
  open(nightly);
  console.state.exec(refuse('jobs', 'UPDATE'));
  clock.pass(1860);
  await board.settled(false);
  console.state.exec('DROP TRIGGER disk_full');
  clock.jump(dayS);
  clock.pass(60);
  await board.settled(false);
  expect(ran.list).toHaveLength(2);
  expect(board.running()).toEqual([]);
});

for (const doing of ['INSERT', 'UPDATE'])
  test(`a failed run whose end cannot be logged is never noted as done (${doing})`, async ({
    workspace,
    clock,
    ran,
    open,
  }) => {
    const { console, board } = workspace;
    open(nightly);
    ran.hold = Promise.reject(new Failure('TOOL_FAILED', 'pg_dump ended with 1', 'Read what it said.'));
    ran.hold.catch(() => undefined); // where the job cannot even be logged as begun, nobody waits for it
    console.state.exec(refuse('jobs', doing));
    clock.pass(1860);
    await board.settled(false);
    const run = () => console.schedules.runs(console.schedules.all()[0]!.id, 1)[0]!;
    expect(run().outcome).toBeNull();
    console.state.exec('DROP TRIGGER disk_full');
    clock.pass(60);
    expect(run().outcome).toBe('FAILED');
    expect(console.jobLog.get(run().jobId)).toMatchObject({ kind: 'backup full', subject: 'shop', status: 'FAILED' });
  });

test('old runs are forgotten while the console is open', ({ workspace, clock, open }) => {
  const { schedules, state } = workspace.console;
  open(nightly);
  const [schedule] = schedules.all();
  state
    .prepare(
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)
       INSERT INTO scheduled_runs SELECT ?, strftime('%Y-%m-%dT%H:%M:%fZ', '2020-01-01', i || ' minutes'), 'x', 'j', 0, 'DONE' FROM n`,
    )
    .run(schedule!.id);
  expect(schedules.runs(schedule!.id, 9999)).toHaveLength(3000);
  clock.jump(dayS);
  clock.pass(60);
  expect(schedules.runs(schedule!.id, 9999)).toHaveLength(2501);
});

test.describe('a run that failed because something was away', () => {
  const away = (code: 'STORE_FOLDER_MISSING' | 'STORE_FULL') =>
    Promise.reject(new Failure(code, 'it is away', 'Bring it back.'));
  const back = { failure: null, seen: {} };
  const gone = { failure: { code: 'STORE_FOLDER_MISSING', message: 'gone', hint: '' } };

  test('is made again once everything is back, and never again after it went well', async ({
    workspace,
    clock,
    ran,
    open,
  }) => {
    const { console, board } = workspace;
    console.settings.addStore('local', { kind: 'local', path: '/backups' });
    open(nightly);
    const look = (kind: 'store' | 'source', found: typeof back | typeof gone) =>
      console.looks.note(kind, kind === 'store' ? 'local' : 'shop', new Date(clock.now()).toISOString(), found);
    const later = async (minutes: number) => {
      clock.pass(minutes * 60);
      await board.settled(false);
      return ran.list.length;
    };
    look('source', back);
    look('store', back);
    ran.hold = away('STORE_FOLDER_MISSING');
    expect(await later(31)).toBe(1);
    clock.jump(70 * 60);
    expect(await later(1), 'nobody has looked since').toBe(1);
    look('source', back);
    look('store', gone);
    expect(await later(5), 'the store is away').toBe(1);
    look('store', back);
    expect(await later(1)).toBe(2);
    for (const kind of ['source', 'store'] as const) look(kind, back);
    clock.jump(118 * 60);
    expect(await later(1), 'the second time it waits for two hours').toBe(2);
    for (const kind of ['source', 'store'] as const) look(kind, back);
    ran.hold = Promise.resolve();
    expect(await later(2)).toBe(3);
    clock.jump(10 * 3600);
    expect(await later(1)).toBe(3);
    const [schedule] = console.schedules.all();
    const runs = console.schedules.runs(schedule!.id, 9);
    expect(runs.map(({ outcome }) => outcome)).toEqual(['DONE', 'FAILED', 'FAILED']);
    expect(new Set(runs.map(({ nominal }) => nominal)).size).toBe(3);
  });

  test('is made again by the next process, and not where somebody has run it meanwhile', async ({
    workspace,
    clock,
    ran,
    open,
  }) => {
    const { console, board } = workspace;
    const { signal } = new AbortController();
    const first = open(nightly);
    ran.hold = away('STORE_FOLDER_MISSING');
    clock.pass(1860);
    await board.settled(false);
    await first.stop();
    open();
    await console.run({ kind: 'backup full', subject: 'shop', part: { tenants: ['7'] }, signal }, async () => 1);
    ran.hold = Promise.resolve();
    const look = () => console.looks.note('source', 'shop', new Date(clock.now()).toISOString(), back);
    clock.jump(3600);
    look();
    clock.pass(60);
    await board.settled(false);
    expect(ran.list, 'the next process').toHaveLength(2);

    ran.hold = away('STORE_FOLDER_MISSING');
    clock.jump(23 * 3600);
    clock.pass(60);
    await board.settled(false);
    expect(ran.list).toHaveLength(3);
    look();
    await console.run({ kind: 'backup full', subject: 'shop', signal }, async () => 1);
    clock.jump(3 * 3600);
    clock.pass(60);
    await board.settled(false);
    expect(ran.list).toHaveLength(3);
  });

  test('is not made again where it would fail again, as of a disk that is full', async ({
    workspace,
    clock,
    ran,
    open,
  }) => {
    open(nightly);
    ran.hold = away('STORE_FULL');
    clock.pass(1860);
    await workspace.board.settled(false);
    workspace.console.looks.note('source', 'shop', new Date(clock.now()).toISOString(), back);
    clock.jump(12 * 3600);
    clock.pass(60);
    await workspace.board.settled(false);
    expect(ran.list).toHaveLength(1);
  });
});

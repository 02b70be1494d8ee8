import { expect, test } from '@playwright/test';
import { alertTypes } from '../../../shared/alert.ts';
import { alertRulesSchema, usualRules, type AlertRules } from '../../../shared/alertRules.ts';
import type { BackupSeries } from '../../../main/alerts/facts.ts';
import { allRules, evidenceOf, judge } from '../../../main/alerts/judge.ts';
import { dayMs, hourMs } from '../../../main/alerts/rule.ts';
import { only, over, types } from './judging.ts';
import { aCloud, aJob, aSource, aStore, downSince, facts, noon, tested } from './someFacts.ts';

const minuteMs = 60_000;
const withRules = (rules: object): AlertRules => alertRulesSchema.parse(rules);
test('nothing is wrong where nothing is', () => {
  expect(judge(facts(), usualRules)).toEqual([]);
});

test('each type of alert belongs to one rule', () => {
  const told = allRules.flatMap(({ types: own }) => own);
  expect(new Set(told).size).toBe(told.length);
  expect(told.toSorted()).toEqual([...alertTypes].toSorted());
});

test('a good backup may be as old as the RPO says, and not a second older', () => {
  const at = (age: number) => facts({ sources: [aSource({ newestGoodAt: noon - age })] });
  expect(types(at(26 * hourMs))).toEqual([]);
  const breach = only('RPO_BREACH', at(26 * hourMs + 1000));
  expect(breach).toMatchObject({ severity: 'CRITICAL', fingerprint: 'RPO_BREACH:shop' });
  expect(over(breach, at(26 * hourMs + 1000))).toBeNull();
  expect(over(breach, at(hourMs))).toBe('a good backup was taken 60 min ago');
});

test('a source has an RPO of its own where one was set', () => {
  const given = facts({ sources: [aSource({ newestGoodAt: noon - 5 * hourMs })] });
  expect(types(given, withRules({ rpoHoursOf: { shop: 4 } }))).toEqual(['RPO_BREACH']);
  expect(types(given, withRules({ rpoHoursOf: { other: 4 } }))).toEqual([]);
});

test('a database that was just added has time for its first backup', () => {
  const added = (age: number) =>
    facts({ sources: [aSource({ newestGoodAt: null, newestGoodId: null, provenAt: null, addedAt: noon - age })] });
  expect(types(added(26 * hourMs))).toEqual([]);
  expect(only('RPO_BREACH', added(27 * hourMs)).message).toBe('There is no good backup of shop');
});

test('a failed backup is told until a later one is good', () => {
  const failure = { code: 'TOOL_FAILED', message: 'pg_dump ended with 1', hint: 'Read what it said.' };
  const failed = facts({ jobs: [aJob({ status: 'FAILED', failure })] });
  const condition = only('BACKUP_FAILURE', failed);
  expect(condition).toMatchObject({
    severity: 'ERROR',
    fingerprint: 'BACKUP_FAILURE:full:shop',
    occurrence: '01J',
    message: 'The backup of shop failed: pg_dump ended with 1',
    hint: 'Read what it said.',
    about: { source: 'shop', jobId: '01J' },
  });
  expect(over(condition, facts({ jobs: [] })), 'a log that says nothing is no evidence').toBeNull();
  expect(over(condition, facts({ jobs: [aJob({ id: '01K' })] }))).toBe('a later backup of shop went well');
});

for (const kind of ['backup full', 'backup tenants', 'backup config'])
  test(`a ${kind} that is good but not in every store is no failed backup`, () => {
    const failure = { code: 'COPIES_MISSING', message: 'not everywhere', hint: '' };
    const job = aJob({ kind, status: 'FAILED', failure });
    const sources = [aSource({ newestGoodAt: job.startedAt + 1000 })];
    expect(types(facts({ jobs: [job], sources }))).toEqual([]);
    const other = { ...job, failure: { ...failure, code: 'STORE_FULL' } };
    const failed = kind === 'backup full' ? [] : ['BACKUP_FAILURE'];
    expect(types(facts({ jobs: [other], sources }))).toEqual(failed);
  });

test('a backup that was cut off says so', () => {
  const { message } = only('BACKUP_FAILURE', facts({ jobs: [aJob({ status: 'INTERRUPTED' })] }));
  expect(message).toContain('was cut off');
});

const series = (sizes: readonly number[], seconds: readonly (number | null)[] = []): BackupSeries => ({
  kind: 'FULL_DATABASE',
  tenant: null,
  backups: sizes.map((sizeBytes, index) => ({
    id: `01${String(900 - index)}`,
    sizeBytes,
    durationSeconds: seconds[index] ?? null,
  })),
});
const ofSeries = (one: BackupSeries) => facts({ sources: [aSource({ series: [one] })] });

test('a backup may differ by a fifth from the average, and not by more', () => {
  for (const size of [80, 100, 120]) expect(types(ofSeries(series([size, 100, 90, 110])))).toEqual([]);
  for (const size of [79, 121]) {
    const condition = only('SIZE_DEVIATION', ofSeries(series([size, 100, 90, 110])));
    expect(condition).toMatchObject({ severity: 'WARNING', occurrence: '01900', link: '/backups/01900' });
    expect(condition.message).toContain(`21% ${size < 100 ? 'smaller' : 'larger'} than usual`);
  }
  expect(types(ofSeries(series([121, 100, 90, 110])), withRules({ sizePercent: 21 }))).toEqual([]);
});

test('two backups are no average', () => {
  expect(types(ofSeries(series([900, 100, 100])))).toEqual([]);
});

test('a size is over once a newer backup is as usual, not because the average followed', () => {
  const given = ofSeries(series([200, 100, 100, 100]));
  const condition = only('SIZE_DEVIATION', given);
  expect(over(condition, given)).toBeNull();
  expect(over(condition, ofSeries({ ...series([100, 100, 100]), backups: [] }))).toBeNull();
  const newer = series([101, 200, 100, 100, 100, 100]);
  newer.backups[0]!.id = '01901';
  expect(over(condition, ofSeries(newer))).toBe('the newest backup is like those before it');
});

test('a backup may take twice as long as usual, and not longer; a short one is left alone', () => {
  const took = (newest: number, usual: number) => ofSeries(series([1, 1, 1, 1], [newest, usual, usual, usual]));
  expect(types(took(200, 100))).toEqual([]);
  expect(only('DURATION_THRESHOLD', took(201, 100)).message).toContain(
    'took 3 min 21 s, usually it is about 1 min 40 s',
  );
  expect(types(took(20, 1))).toEqual([]);
});

test('a store may be four fifths full; 95% is worse', () => {
  const full = (freeBytes: number) =>
    facts({
      stores: [
        aStore({
          look: { ...aStore().look!, seen: { writable: true, usedBytes: 1, capacityBytes: 100e9, freeBytes } },
        }),
      ],
    });
  expect(types(full(20e9))).toEqual([]);
  const condition = only('STORAGE_CAPACITY', full(19e9));
  expect(condition).toMatchObject({ severity: 'WARNING', message: 'The store local is 81% full: 19.0 GB are left' });
  expect(only('STORAGE_CAPACITY', full(4e9)).severity).toBe('ERROR');
  expect(over(condition, full(20e9))).toBe('local is 80% full');
});

test('a bucket is full by the quota that was set, and has none by itself', () => {
  const look = { ...aCloud().look!, seen: { writable: true, usedBytes: 81e9, capacityBytes: null, freeBytes: null } };
  const given = facts({ stores: [aStore(), aCloud({ look })] });
  expect(types(given)).toEqual([]);
  expect(only('STORAGE_CAPACITY', given, withRules({ quotaGigabytes: { r2: 100 } })).message).toBe(
    'The store r2 is 81% full: 19.0 GB are left',
  );
});

test('a store that could not be looked at does not resolve that it is full', () => {
  const condition = {
    type: 'STORAGE_CAPACITY' as const,
    fingerprint: 'STORAGE_CAPACITY:local',
    about: { ...none, store: 'local' },
  };
  expect(evidenceOf(condition, facts({ stores: [aStore({ look: downSince(noon - hourMs) })] }), usualRules)).toBeNull();
  expect(evidenceOf(condition, facts({ stores: [aStore({ look: null })] }), usualRules)).toBeNull();
});

const none = { source: null, tenant: null, store: null, backupId: null, restoreId: null, jobId: null };

test('a folder that is gone is told at once; a bucket when it was missed twice', () => {
  const local = only('STORE_UNREACHABLE', facts({ stores: [aStore({ look: downSince(noon - minuteMs) })] }));
  expect(local).toMatchObject({ severity: 'CRITICAL', about: { store: 'local' } });
  const cloud = (since: number) => facts({ stores: [aStore(), aCloud({ look: downSince(since, noon) })] });
  expect(types(cloud(noon))).toEqual([]);
  const condition = only('STORE_UNREACHABLE', cloud(noon - 5 * minuteMs));
  expect(condition).toMatchObject({ severity: 'ERROR', message: 'The store r2 cannot be used: nothing answers' });
  expect(over(condition, cloud(noon)), 'one look that fails again is no evidence').toBeNull();
  expect(over(condition, facts())).toBe('r2 can be written and read again');
});

test('a database that does not answer takes its consequences into itself, until it answers', () => {
  const late = { newestGoodAt: noon - 30 * hourMs };
  const failure = { code: 'SOURCE_UNREACHABLE', message: 'nothing answers', hint: '' };
  const jobs = [aJob({ status: 'FAILED', failure })];
  const down = facts({ sources: [aSource({ ...late, look: downSince(noon - hourMs) })], jobs });
  const root = only('SOURCE_UNREACHABLE', down);
  expect(root.severity, 'as bad as the worst of them').toBe('CRITICAL');
  expect(root.message).toContain('Because of it: The newest good backup of shop was taken 30 h ago');
  expect(root.message).toContain('(and 1 other alert)');
  expect(types(facts({ sources: [aSource(late)], jobs })).toSorted()).toEqual(['BACKUP_FAILURE', 'RPO_BREACH']);
});

test('clocks may differ by five seconds', () => {
  const skewed = (skewSeconds: number) =>
    facts({ sources: [aSource({ look: { ...aSource().look!, seen: { skewSeconds, tools: [] } } })] });
  expect(types(skewed(5))).toEqual([]);
  const condition = only('CLOCK_SKEW', skewed(5.1));
  expect(over(condition, skewed(0))).toBe('the clocks agree again');
  expect(over(condition, facts({ sources: [aSource({ look: downSince(noon) })] }))).toBeNull();
});

test('client programs that cannot dump are an error, old ones are worth knowing', () => {
  const tools = (...severities: ('ok' | 'warn' | 'block')[]) =>
    facts({
      sources: [
        aSource({
          look: {
            ...aSource().look!,
            seen: {
              skewSeconds: 0,
              tools: severities.map((severity) => ({ severity, message: `it is ${severity}`, hint: 'h' })),
            },
          },
        }),
      ],
    });
  expect(types(tools('ok'))).toEqual([]);
  expect(only('TOOL_PROBLEM', tools('ok', 'warn')).severity).toBe('INFO');
  const condition = only('TOOL_PROBLEM', tools('warn', 'block'));
  expect(condition).toMatchObject({ severity: 'ERROR', message: 'It is block' });
  expect(over(condition, tools('ok'))).toBe('the client programs are in order');
});

test('a backup may lack a copy for six hours, and one that is older than its store since that came', () => {
  const lacking = (oldest: number, addedAt = noon - 100 * dayMs) =>
    facts({ stores: [aStore(), aCloud({ addedAt, missing: { count: 2, oldestAt: noon - oldest, oldestId: '01A' } })] });
  expect(types(lacking(6 * hourMs))).toEqual([]);
  expect(types(lacking(50 * dayMs, noon - hourMs))).toEqual([]);
  const condition = only('REPLICA_MISSING', lacking(7 * hourMs));
  expect(condition).toMatchObject({ severity: 'ERROR', fingerprint: 'REPLICA_MISSING:r2' });
  expect(condition.message).toBe('2 good backups have no copy in r2; the oldest was taken 7 h ago');
  expect(over(condition, lacking(hourMs)), 'some are still missing').toBeNull();
  expect(over(condition, facts())).toBe('every good backup has its copy in r2');
});

test('what a store missed while it was away counts from when it came back: it is being copied', () => {
  const missing = { count: 2, oldestAt: noon - dayMs, oldestId: '01A' };
  const backSince = (ms: number) => facts({ stores: [aStore(), aCloud({ missing, backAt: noon - ms })] });
  expect(types(backSince(5 * hourMs))).toEqual([]);
  expect(types(backSince(7 * hourMs))).toEqual(['REPLICA_MISSING']);
});

test('copying that was cut off is told while a copy is missing, and is over without a later one when none is', () => {
  const cutOff = aJob({ kind: 'replicate', subject: '', status: 'INTERRUPTED' });
  const missing = { count: 1, oldestAt: noon - hourMs, oldestId: '01A' };
  const condition = only('JOB_FAILURE', facts({ jobs: [cutOff], stores: [aStore(), aCloud({ missing })] }));
  expect(condition.message).toBe('The copying of what is missing was cut off');
  expect(types(facts({ jobs: [cutOff] }))).toEqual([]);
  expect(over(condition, facts({ jobs: [cutOff] }))).toBe('every store has its copies');
});

test('missing copies are a part of the store that is away', () => {
  const missing = { count: 2, oldestAt: noon - dayMs, oldestId: '01A' };
  const root = only(
    'STORE_UNREACHABLE',
    facts({ stores: [aStore(), aCloud({ missing, look: downSince(noon - hourMs) })] }),
  );
  expect(root.message).toContain('Because of it: 2 good backups have no copy in r2');
});

test('bad copies are one alert for each store, and the worst where nothing else is left', () => {
  const bad = (count: number, lost: number) =>
    facts({ stores: [aStore(), aCloud({ bad: { count, lost, newestId: '01A', foundAt: noon - hourMs } })] });
  const condition = only('INTEGRITY_FAILURE', bad(3, 0));
  expect(condition).toMatchObject({ severity: 'ERROR', occurrence: '2026-11-22T11:00:00.000Z', link: '/backups/01A' });
  expect(condition.message).toBe('3 copies in r2 are damaged or gone');
  expect(only('INTEGRITY_FAILURE', bad(1, 1))).toMatchObject({
    severity: 'CRITICAL',
    message: '1 copy in r2 is damaged or gone, and one backup has no good copy anywhere',
  });
  expect(over(condition, bad(1, 0))).toBeNull();
  expect(over(condition, facts())).toBe('no copy in r2 is known to be bad');
});

test('a failed restore, a failed test restore, and one that differs', () => {
  const failed = {
    id: '01R',
    at: noon,
    target: 'shop_new',
    differs: false,
    link: '/restore/01R',
    restoreId: '01R',
    failure: null,
  };
  const restore = facts({ sources: [aSource({ failedRestore: failed })] });
  const condition = only('RESTORE_FAILURE', restore);
  expect(condition).toMatchObject({ severity: 'ERROR', link: '/restore/01R', about: { restoreId: '01R' } });
  expect(over(condition, restore)).toBeNull();
  expect(over(condition, facts({ sources: [aSource({ restoredAt: null, provenAt: null })] }))).toBeNull();
  expect(over(condition, facts())).toBe('a later restore of shop went well');

  const drill = only('DRILL_FAILURE', tested({ part: null, failed }));
  expect(drill.message).toBe('The test restore of shop failed');
  expect(only('DRILL_FAILURE', tested({ part: null, failed: { ...failed, differs: true } })).severity).toBe('CRITICAL');
  expect(over(drill, tested()), 'a restore of another kind is no evidence').toBeNull();
  expect(over(drill, tested({ part: null, failed: null }))).toBe('a later test restore of the same went well');
});

test('a proof may be 35 days old', () => {
  const proven = (age: number | null) => facts({ sources: [aSource({ provenAt: age === null ? null : noon - age })] });
  expect(types(proven(35 * dayMs))).toEqual([]);
  const condition = only('PROOF_OVERDUE', proven(35 * dayMs + 1000));
  expect(condition).toMatchObject({ severity: 'WARNING', message: 'The last proven restore of shop was 35 days ago' });
  expect(only('PROOF_OVERDUE', proven(null)).message).toBe('No restore of shop was ever proven');
  expect(over(condition, proven(dayMs))).toBe('a restore was proven 24 h ago');
});

test('without a backup there is nothing to prove', () => {
  const sources = [aSource({ provenAt: null, newestGoodId: null, newestGoodAt: null })];
  expect(types(facts({ sources }))).toEqual(['RPO_BREACH']);
});

test('a clean-up and an integrity check that failed; what the latter found is told by the copies', () => {
  const ended = (kind: string, code: string) =>
    facts({ jobs: [aJob({ kind, subject: '', status: 'FAILED', failure: { code, message: 'no', hint: 'h' } })] });
  const condition = only('CLEANUP_FAILURE', ended('cleanup', 'INTERNAL'));
  expect(condition.severity).toBe('ERROR');
  expect(only('JOB_FAILURE', ended('integrity', 'INTERNAL')).message).toBe('The integrity check failed: no');
  expect(types(ended('integrity', 'INTEGRITY_FAILURE'))).toEqual([]);
  expect(types(ended('verify', 'INTERNAL'))).toEqual([]);
  expect(over(condition, facts())).toBeNull();
  expect(over(condition, facts({ jobs: [aJob({ kind: 'cleanup', subject: '' })] }))).toBe('a later one went well');
});

test('a clean-up of one store that failed is over when one of all stores went well after it', () => {
  const ofOne = aJob({ kind: 'cleanup', subject: 'b2', status: 'FAILED', startedAt: noon - hourMs });
  const ofAll = (startedAt: number) => aJob({ kind: 'cleanup', subject: '', startedAt });
  const condition = only('CLEANUP_FAILURE', facts({ jobs: [ofOne, ofAll(noon - 2 * hourMs)] }));
  expect(over(condition, facts({ jobs: [ofOne, ofAll(noon - 2 * hourMs)] }))).toBeNull();
  expect(types(facts({ jobs: [ofOne, ofAll(noon)] }))).toEqual([]);
  expect(over(condition, facts({ jobs: [ofOne, ofAll(noon)] }))).toBe('a later one of all stores went well');
});

test('a job may stand still for ten minutes', () => {
  const running = (stood: number) =>
    facts({
      running: [
        {
          id: '01J',
          kind: 'backup full',
          subject: 'shop',
          stage: 'dumping',
          startedAt: noon - hourMs,
          movedAt: noon - stood,
        },
      ],
    });
  expect(types(running(10 * minuteMs))).toEqual([]);
  const condition = only('JOB_STALLED', running(11 * minuteMs));
  expect(condition.message).toBe('Backup of shop has stood still for 11 min 0 s (dumping)');
  expect(over(condition, running(0))).toBe('it moves again');
  expect(over(condition, facts())).toBe('it has ended');
});

test('a channel may fail for ten minutes before that is told by the others', () => {
  const failure = { code: 'CHANNEL_FAILED', message: 'nothing answers', hint: 'h' };
  const failing = (ms: number | null) =>
    facts({ channels: [{ name: 'mail', failingSince: ms === null ? null : noon - ms, failure: ms ? failure : null }] });
  expect(types(failing(10 * minuteMs))).toEqual([]);
  const condition = only('CHANNEL_FAILURE', failing(11 * minuteMs));
  expect(condition.message).toBe('The channel mail tells nobody of alerts: nothing answers');
  expect(over(condition, failing(minuteMs))).toBeNull();
  expect(over(condition, failing(null))).toBe('mail delivers again');
  expect(over(condition, facts())).toBe('the channel is not used any more');
});

test('a schedule may be paused for eight hours before it counts as forgotten', () => {
  const paused = (ms: number) => facts({ pause: { since: noon - ms, by: 'anna' } });
  expect(types(paused(8 * hourMs))).toEqual([]);
  const condition = only('SCHEDULE_HALTED', paused(9 * hourMs));
  expect(condition.message).toBe('Nothing runs by itself: anna paused the schedule 9 h ago');
  expect(over(condition, paused(hourMs))).toBeNull();
  expect(over(condition, facts())).toBe('the schedule runs again');
});

test('what is not watched any more has no alerts', () => {
  const condition = only('RPO_BREACH', facts({ sources: [aSource({ newestGoodAt: noon - 30 * hourMs })] }));
  expect(over(condition, facts({ sources: [] }))).toBe('shop is not watched any more');
});

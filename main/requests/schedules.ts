import cronstrue from 'cronstrue';
import { ulid } from 'ulid';
import type { ScheduleList, ScheduleView } from '../../shared/contract/schedules.ts';
import { Failure } from '../../shared/failure.ts';
import { defaultRules, type OneOff, type Rule, type ScheduledKind } from '../../shared/schedule.ts';
import type { Console } from '../console/console.ts';
import { saveSettings } from '../console/rebuildState.ts';
import { checkRule, nextRun } from '../scheduler/nextRun.ts';
import { pauseOf, setPause } from '../state/schedulePause.ts';
import type { ScheduledJob } from '../scheduler/scheduledJob.ts';
import type { KnownSchedule } from '../state/schedules.ts';
import { scheduledJobs } from './scheduledJobs.ts';
import { namedSource } from './sources.ts';

const shownOneOffs = 50;

/** Every schedule with its next and its last run. */
export function listSchedules(console: Console, now: number): ScheduleList {
  return {
    paused: pauseOf(console.preferences),
    zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    schedules: console.schedules
      .all()
      .filter(({ kind }) => scheduledJobs[kind])
      .map((schedule) => viewOf(console, schedule, now)),
    oneOffs: console.schedules.oneOffs(shownOneOffs),
    kinds: offeredKinds(),
  };
}

/** What this version can run. */
export function offeredKinds(): ScheduledKind[] {
  return (Object.keys(scheduledJobs) as ScheduledKind[]).filter((kind) => scheduledJobs[kind]);
}

/** A rule in words, and its next runs. @throws SCHEDULE_WRONG, ZONE_UNKNOWN */
export function previewRule(rule: Rule, now: number, count: number): { words: string; next: string[] } {
  checkRule(rule);
  const next: string[] = [];
  for (let at = nextRun(rule, now); at !== null && next.length < count; at = nextRun(rule, at))
    next.push(new Date(at).toISOString());
  return { words: ruleInWords(rule.cron), next };
}

/** @throws SCHEDULE_NOT_FOUND, SCHEDULE_WRONG, ZONE_UNKNOWN, REQUEST_REFUSED */
export async function setSchedule(
  console: Console,
  ask: { id: string; enabled: boolean } & Rule,
  now: number,
): Promise<ScheduleView> {
  const known = namedSchedule(console, ask.id);
  checkRule(ask);
  if (known.kind === 'health' && !ask.enabled)
    throw new Failure(
      'REQUEST_REFUSED',
      'the health check cannot be turned off: it tells of everything else that goes wrong',
      'Let it look less often: give it another time, such as */15 * * * *.',
    );
  const same = known.cron === ask.cron && known.zone === ask.zone && known.enabled === ask.enabled;
  // What would have been due by another rule, or while it was off, is not caught up with.
  if (!same) console.schedules.change({ ...ask, countsFrom: new Date(now).toISOString() });
  await saveSettings(console);
  return viewOf(console, namedSchedule(console, ask.id), now);
}

export async function pause(console: Console, by: string, now: number): Promise<void> {
  if (!pauseOf(console.preferences)) setPause(console.preferences, { since: new Date(now).toISOString(), by });
  await saveSettings(console);
}

export async function resume(console: Console): Promise<void> {
  setPause(console.preferences, null);
  await saveSettings(console);
}

/** Takes down what is wanted once. @throws MOMENT_PAST, SOURCE_NOT_FOUND, TENANT_MODEL_MISSING, TENANT_NOT_FOUND, USAGE */
export function addOneOff(console: Console, ask: Omit<OneOff, 'id'>, now: number): { id: string } {
  if (Date.parse(ask.at) <= now)
    throw new Failure('MOMENT_PAST', 'this moment has passed', 'Choose one to come, or run it now.', {
      details: { at: ask.at, now: new Date(now).toISOString() },
    });
  jobOf(ask.kind);
  checkSubject(console, ask.kind, ask.source);
  if (ask.tenants !== null && ask.kind !== 'tenants')
    throw new Failure('USAGE', 'only a backup of tenants is about tenants', 'Leave them out, or choose that kind.');
  if (ask.tenants !== null && ask.source !== null) checkTenants(console, ask.source, ask.tenants);
  const id = ulid(now);
  console.schedules.addOneOff({ ...ask, id, at: new Date(ask.at).toISOString() }, new Date(now).toISOString());
  return { id };
}

/**
 * Against the tenants that were there at the last look; the database is not asked. Where nobody has looked yet, only the
 * run can tell.
 * @throws TENANT_NOT_FOUND, USAGE
 */
function checkTenants(console: Console, source: string, tenants: readonly string[]): void {
  if (tenants.length === 0)
    throw new Failure('USAGE', 'no tenant was chosen', 'Name at least one, or leave the tenants out for all of them.');
  if (console.tenants.lookedAt(source) === null) return;
  const there = console.tenants.coverage(source).filter(({ goneSince }) => goneSince === null);
  const unknown = tenants.filter((id) => !there.some((tenant) => tenant.id === id));
  if (unknown.length === 0) return;
  throw new Failure(
    'TENANT_NOT_FOUND',
    `${source} had no tenant ${unknown.join(', ')} when it was last looked at`,
    `\`strongroom tenants ${source}\` looks again and shows their ids.`,
    { details: { unknown } },
  );
}

/** @throws SCHEDULE_NOT_FOUND */
export function cancelOneOff(console: Console, id: string): void {
  if (console.schedules.cancelOneOff(id)) return;
  throw new Failure(
    'SCHEDULE_NOT_FOUND',
    'nothing of this id waits for its moment',
    'It may have begun: the running jobs can be cancelled.',
  );
}

/** @throws SCHEDULE_NOT_FOUND */
export function namedSchedule(console: Console, id: string): KnownSchedule {
  const schedule = console.schedules.get(id);
  if (schedule) return schedule;
  throw new Failure('SCHEDULE_NOT_FOUND', 'there is no such schedule', '`strongroom schedule list` shows them.');
}

/** @throws USAGE for what this version cannot run */
export function jobOf(kind: ScheduledKind): ScheduledJob {
  const job = scheduledJobs[kind];
  if (job) return job;
  throw new Failure('USAGE', `this version cannot run ${kind}`, `It can run ${offeredKinds().join(', ')}.`);
}

/** Whether a job of this kind can be about that. @throws SOURCE_NOT_FOUND, TENANT_MODEL_MISSING, USAGE */
export function checkSubject(console: Console, kind: ScheduledKind, source: string | null): void {
  const { about } = defaultRules[kind];
  if (about === 'console' && source !== null)
    throw new Failure('USAGE', `${kind} is about everything, not about one source`, 'Leave the source out.');
  if (about === 'console') return;
  if (source === null) throw new Failure('USAGE', `of which source ${kind} shall run was not said`, 'Name the source.');
  const { tenants } = namedSource(console, source);
  if (about === 'tenants' && tenants === null)
    throw new Failure(
      'TENANT_MODEL_MISSING',
      `nobody has said how the tenants of ${source} are told apart`,
      'Say it under Tenants, or with `strongroom source tenants`.',
    );
}

/** `At 02:00, every day`, `At 03:00, only on Sunday`, `Every hour`. */
export function ruleInWords(cron: string): string {
  const atOneTime = /^\d+ \d+ /.test(cron);
  return cronstrue.toString(cron, { use24HourTimeFormat: true, verbose: atOneTime });
}

function viewOf(console: Console, schedule: KnownSchedule, now: number): ScheduleView {
  const { id, kind, source, cron, zone, enabled, countsFrom } = schedule;
  const [last = null] = console.schedules.runs(id, 1);
  const logged = last && console.jobLog.get(last.jobId);
  const due = enabled ? nextRun({ cron, zone }, Math.min(Date.parse(countsFrom), now)) : null;
  return {
    id,
    kind,
    source,
    cron,
    zone,
    enabled,
    words: ruleInWords(cron),
    next: due === null ? null : new Date(due).toISOString(),
    last: last && { ...last, endedAt: logged?.endedAt ?? null, reason: logged?.failure?.message ?? null },
  };
}

/** The next runs of all schedules that are on, in the order in which they come; `local` is the time in their zone. */
export function nextRuns(
  console: Console,
  filter: { kind?: ScheduledKind; source?: string },
  now: number,
  count: number,
): { at: string; local: string; zone: string; kind: ScheduledKind; source: string | null }[] {
  return console.schedules
    .all()
    .filter(({ kind, source, enabled }) => {
      // The health check runs all the time, and would stand first for ever.
      if (kind !== (filter.kind ?? kind) || (kind === 'health' && filter.kind === undefined)) return false;
      return enabled && scheduledJobs[kind] && (filter.source === undefined || source === filter.source);
    })
    .flatMap(({ kind, source, cron, zone }) =>
      previewRule({ cron, zone }, now, count).next.map((at) => ({
        at,
        local: wallClock(at, zone),
        zone,
        kind,
        source,
      })),
    )
    .toSorted((a, b) => a.at.localeCompare(b.at))
    .slice(0, count);
}

/** `Mon 23 Nov, 02:00` */
function wallClock(at: string, zone: string): string {
  return new Date(at).toLocaleString('en-GB', {
    timeZone: zone,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
  });
}

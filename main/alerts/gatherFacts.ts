import { z } from 'zod';
import { failureExits, type FailureCode } from '../../shared/failure.ts';
import type { JobPart } from '../../shared/job.ts';
import { jobPlace } from '../../shared/jobWords.ts';
import { storeSeenSchema } from '../../shared/storeSeen.ts';
import type { TenantCoverage } from '../../shared/tenant.ts';
import type { Channels } from '../state/channels.ts';
import type { Looks } from '../state/looks.ts';
import type { Preferences } from '../state/preferences.ts';
import type { Settings } from '../state/settings.ts';
import type { TenantLedger } from '../state/tenantLedger.ts';
import type { WatchedState } from '../state/watchedState.ts';
import { pauseOf } from '../state/schedulePause.ts';
import type {
  BackupSeries,
  EndedJob,
  Facts,
  FailedRestore,
  Look,
  RunningFacts,
  SourceFacts,
  SourceSeen,
  StoreFacts,
  TenantFacts,
} from './facts.ts';
import { dayMs, tenantsNamed } from './rule.ts';

/** Where the facts come from. */
export interface Watched {
  settings: Settings;
  watched: WatchedState;
  looks: Looks;
  tenants: TenantLedger;
  channels: Channels;
  preferences: Preferences;
}

const sourceSeenSchema = z.object({
  skewSeconds: z.number(),
  tools: z.array(z.object({ severity: z.enum(['ok', 'warn', 'block']), message: z.string(), hint: z.string() })),
}) satisfies z.ZodType<SourceSeen>;

/** The newest of a series and the ten before it. */
const seriesLength = 11;
/** Tenants are compared with themselves while their newest backup is this young. */
const recentMs = 2 * dayMs;
/** The tenants are backed up once a week: a new one waits for its first time. */
const firstBackupMs = 8 * dayMs;
const vanishedMs = 7 * dayMs;

/** Everything that the rules look at, as the state has it now. */
export function gatherFacts(from: Watched, running: readonly RunningFacts[], now: number): Facts {
  const sourcesAdded = from.watched.addedAt('sources');
  const storesAdded = from.watched.addedAt('stores');
  const stores = from.settings.stores();
  const pause = pauseOf(from.preferences);
  const jobs = from.watched.endedJobs().map((job): EndedJob => ({
    ...job,
    part: readPart(job.part),
    startedAt: Date.parse(job.startedAt),
    endedAt: Date.parse(job.endedAt),
    failure: readFailure(job.failure),
  }));
  const endOf = (kind: string) => jobs.find((job) => job.kind === kind && job.subject === '')?.endedAt ?? null;
  const primary = stores.find(({ settings }) => settings.kind === 'local')?.name;
  return {
    now,
    sources: from.settings
      .sources()
      .map(({ name }) => sourceFacts(from, name, timeOf(sourcesAdded.get(name)) ?? now, now)),
    stores: stores.map(({ name, settings }): StoreFacts => {
      const missing = from.watched.missingIn(name);
      const bad = from.watched.badIn(name);
      return {
        name,
        kind: settings.kind,
        primary: name === primary,
        addedAt: timeOf(storesAdded.get(name)) ?? now,
        backAt: timeOf(from.looks.get('store', name)?.backAt),
        look: lookOf(from.looks, 'store', name, storeSeenSchema),
        missing: { ...missing, oldestAt: timeOf(missing.oldestAt) },
        bad: { ...bad, foundAt: timeOf(bad.foundAt) },
      };
    }),
    jobs,
    checked: { integrity: endOf('integrity'), cleanup: endOf('cleanup') },
    running: [...running],
    channels: from.channels.all().map(({ name }) => {
      const { failingSince, failure } = from.channels.health(name);
      return { name, failingSince: timeOf(failingSince), failure };
    }),
    pause: pause && { since: Date.parse(pause.since), by: pause.by },
  };
}

function sourceFacts({ watched, looks, tenants }: Watched, name: string, addedAt: number, now: number): SourceFacts {
  const newest = watched.newestGood(name);
  const { provenAt, restoredAt } = watched.wentWell(name);
  const failed = watched.failedRestores(name).filter(isWorthTelling);
  const since = new Date(now - recentMs).toISOString();
  const series: BackupSeries[] = [
    ...(['FULL_DATABASE', 'CONFIGURATION'] as const).map((kind) => ({
      kind,
      tenant: null,
      backups: watched.series(name, kind, null, seriesLength),
    })),
    ...watched.tenantsBackedUpSince(name, since).map((tenant) => ({
      kind: 'TENANT' as const,
      tenant,
      backups: watched.series(name, 'TENANT', tenant, seriesLength),
    })),
  ];
  return {
    name,
    addedAt,
    look: lookOf(looks, 'source', name, sourceSeenSchema),
    newestGoodAt: timeOf(newest?.at),
    newestGoodId: newest?.id ?? null,
    configurationAt: timeOf(watched.newestGood(name, 'CONFIGURATION')?.at),
    series: series.filter(({ backups }) => backups.length > 0),
    provenAt: timeOf(provenAt),
    restoredAt: timeOf(restoredAt),
    failedRestore: toFailedRestore(failed[0]),
    tests: watched.testRestores(name).map((job) => ({
      part: readPart(job.part),
      failed: toFailedTest(job),
      gone: job.backupGone === 1,
    })),
    tenants: watched.hasTenantBackups(name) ? tenantFacts(tenants.coverage(name), now) : null,
  };
}

function tenantFacts(coverage: readonly TenantCoverage[], now: number): TenantFacts {
  const nameOf = ({ id, name }: TenantCoverage) => name ?? id;
  const unprotected = coverage.filter(
    ({ newest, goneSince, firstSeenAt, failed }) =>
      !newest &&
      !goneSince &&
      (failed !== null || (firstSeenAt !== null && now - Date.parse(firstSeenAt) > firstBackupMs)),
  );
  const vanished = coverage.filter(({ goneSince }) => goneSince !== null && now - Date.parse(goneSince) <= vanishedMs);
  const times = vanished.map(({ goneSince }) => Date.parse(goneSince!));
  return {
    unprotected: { count: unprotected.length, names: unprotected.slice(0, tenantsNamed).map(nameOf) },
    protected: coverage.flatMap((tenant) =>
      tenant.newest && !tenant.goneSince ? [{ name: nameOf(tenant), at: Date.parse(tenant.newest.createdAt) }] : [],
    ),
    vanished: {
      count: vanished.length,
      names: vanished.slice(0, tenantsNamed).map(nameOf),
      at: times.length === 0 ? null : Math.max(...times),
    },
  };
}

type FailedRow = ReturnType<WatchedState['failedRestores']>[number];

function toFailedRestore(row: FailedRow | undefined): FailedRestore | null {
  if (!row) return null;
  const { id, target, status } = row;
  const differs = status === 'MISMATCH';
  const failure = readFailure(row.failure);
  return { id, target, differs, failure, at: Date.parse(row.at), link: `/restore/${id}`, restoreId: id };
}

function toFailedTest(job: ReturnType<WatchedState['testRestores']>[number]): FailedRestore | null {
  if (job.status === 'DONE') return null;
  const { id, kind, subject } = job;
  const failure = readFailure(job.failure);
  const differs = exitOf(failure) === 6;
  const at = Date.parse(job.startedAt);
  return { id, target: '', differs, failure, at, link: jobPlace({ kind, subject }), restoreId: null };
}

/** Whoever cancelled a restore, or was refused it, sat in front of it and knows. */
function isWorthTelling({ failure }: FailedRow): boolean {
  const exit = exitOf(readFailure(failure));
  return exit !== 130 && exit !== 3;
}

/** The exit status that a failure stands for; one of another version is only a failure. */
function exitOf(failure: FailedRestore['failure']): number {
  return failure && failure.code in failureExits ? failureExits[failure.code as FailureCode] : 1;
}

function lookOf<Seen>(
  looks: Looks,
  kind: 'store' | 'source',
  name: string,
  schema: z.ZodType<Seen>,
): Look<Seen> | null {
  const known = looks.get(kind, name);
  if (!known) return null;
  // What another version has written, and this one does not understand, was not seen.
  const seen = schema.safeParse(known.seen);
  return {
    at: Date.parse(known.at),
    failure: known.failure,
    failingSince: timeOf(known.failingSince),
    seen: seen.success ? seen.data : null,
  };
}

function readFailure(json: string | null): EndedJob['failure'] {
  return json === null ? null : (JSON.parse(json) as NonNullable<EndedJob['failure']>);
}

function readPart(json: string | null): JobPart | null {
  return json === null ? null : (JSON.parse(json) as JobPart);
}

function timeOf(iso: string | null | undefined): number | null {
  return iso ? Date.parse(iso) : null;
}

import type { AlertRules } from '../../../shared/alertRules.ts';
import { formatBytes, formatDuration } from '../../../shared/format.ts';
import type { BackupSeries, Facts } from '../facts.ts';
import { about, type Condition, type Rule } from '../rule.ts';

/** The average is that of at most so many good backups before the newest one, and of at least so many. */
const [most, least] = [10, 3];
/** A backup of seconds that takes twice as long says nothing. */
const leastSeconds = 30;

/** Backups that are unlike those before them: half a shop may be missing, or a disk be dying. */
export const deviation: Rule = {
  types: ['SIZE_DEVIATION', 'DURATION_THRESHOLD'],
  conditions: ({ sources }, rules) =>
    sources.flatMap(({ name, series }) =>
      series.flatMap((one) => [...sizeCondition(name, one, rules), ...durationCondition(name, one, rules)]),
    ),
  evidence(alert, facts, rules) {
    const one = seriesOf(alert.fingerprint, facts);
    const newest = one?.series.backups[0];
    // The backup that was told of is no evidence of its own end.
    if (!one || !newest || (alert.about.backupId !== null && newest.id <= alert.about.backupId)) return null;
    const holds = deviation.conditions(facts, rules).some(({ fingerprint }) => fingerprint === alert.fingerprint);
    return holds ? null : 'the newest backup is like those before it';
  },
};

function seriesOf(fingerprint: string, { sources }: Facts): { series: BackupSeries } | undefined {
  return sources
    .flatMap(({ name, series }) => series.map((one) => ({ name, series: one })))
    .find(({ name, series }) => fingerprint.endsWith(suffixOf(name, series)));
}

function suffixOf(source: string, { kind, tenant }: BackupSeries): string {
  return `:${kind}:${source}${tenant === null ? '' : `:${tenant}`}`;
}

function sizeCondition(source: string, series: BackupSeries, rules: AlertRules): Condition[] {
  const [newest, ...before] = series.backups;
  const average = averageOf(before.map(({ sizeBytes }) => sizeBytes));
  if (!newest || average === null || average === 0) return [];
  const percent = ((newest.sizeBytes - average) / average) * 100;
  if (Math.abs(percent) <= rules.sizePercent) return [];
  const how = `${Math.round(Math.abs(percent))}% ${percent < 0 ? 'smaller' : 'larger'}`;
  return [
    {
      ...deviating('SIZE_DEVIATION', source, series, newest.id),
      message: `The newest ${nameOf(source, series)} is ${how} than usual: ${formatBytes(newest.sizeBytes)} instead of about ${formatBytes(average)}`,
      hint:
        percent < 0
          ? 'Look at the numbers of rows: are there tables or shops missing? If this is right, resolve it.'
          : 'Look at the numbers of rows: what grew? If this is right, resolve it, and look at the room in the stores.',
    },
  ];
}

function durationCondition(source: string, series: BackupSeries, rules: AlertRules): Condition[] {
  const [newest, ...before] = series.backups;
  const average = averageOf(before.map(({ durationSeconds }) => durationSeconds).filter((value) => value !== null));
  const seconds = newest?.durationSeconds ?? null;
  if (!newest || average === null || seconds === null) return [];
  if (seconds < leastSeconds || seconds <= average * rules.durationFactor) return [];
  return [
    {
      ...deviating('DURATION_THRESHOLD', source, series, newest.id),
      message: `The newest ${nameOf(source, series)} took ${formatDuration(seconds)}, usually it is about ${formatDuration(average)}`,
      hint: 'Look at the load of the database server, the disk of the local store and the network between them.',
    },
  ];
}

function deviating(
  type: 'SIZE_DEVIATION' | 'DURATION_THRESHOLD',
  source: string,
  series: BackupSeries,
  backupId: string,
): Omit<Condition, 'message' | 'hint'> {
  return {
    type,
    severity: 'WARNING',
    fingerprint: type + suffixOf(source, series),
    occurrence: backupId,
    about: about({ source, tenant: series.tenant, backupId }),
    link: `/backups/${backupId}`,
    causes: [],
  };
}

function nameOf(source: string, { kind, tenant }: BackupSeries): string {
  if (kind === 'CONFIGURATION') return `configuration backup of ${source}`;
  return tenant === null ? `backup of ${source}` : `backup of tenant ${tenant} of ${source}`;
}

function averageOf(values: readonly number[]): number | null {
  const recent = values.slice(0, most);
  return recent.length < least ? null : recent.reduce((sum, value) => sum + value, 0) / recent.length;
}

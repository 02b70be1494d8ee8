import { severities } from '../../shared/alert.ts';
import type { Health } from '../../shared/health.ts';
import type { Measures, SourceMeasures, StoreMeasures } from '../../shared/measures.ts';

/** What one scrape tells. */
export interface Reading {
  measures: Measures;
  health: Health;
}

interface Sample {
  labels: Record<string, string>;
  /** Null: not known, and so not told. */
  value: number | null;
}

/** One metric as Prometheus gets it: a gauge. */
export interface ExportedMetric {
  name: string;
  help: string;
  labels: readonly string[];
  samples(reading: Reading): Sample[];
}

const seconds = (ms: number | null) => (ms === null ? null : ms / 1000);
const bit = (yes: boolean | null) => (yes === null ? null : Number(yes));
const single = (value: number | null): Sample[] => [{ labels: {}, value }];

const ofSources = (valueOf: (source: SourceMeasures) => number | null) => (reading: Reading) =>
  reading.measures.sources.map((source) => ({ labels: { source: source.name }, value: valueOf(source) }));
const ofStores = (valueOf: (store: StoreMeasures) => number | null) => (reading: Reading) =>
  reading.measures.stores.map((store) => ({ labels: { store: store.name }, value: valueOf(store) }));
const ofSeries = (valueOf: (series: SourceMeasures['series'][number]) => number | null) => (reading: Reading) =>
  reading.measures.sources.flatMap(({ name, series }) =>
    series.map((one) => ({ labels: { source: name, kind: one.kind.toLowerCase() }, value: valueOf(one) })),
  );

/** Everything that Prometheus can be told. Labels are names that people chose and words of ours, never ids. */
export const exportedMetrics: readonly ExportedMetric[] = [
  {
    name: 'strongroom_build_info',
    help: 'Always 1: Strongroom runs and serves its metrics.',
    labels: ['version'],
    samples: ({ measures }) => [{ labels: { version: measures.version }, value: 1 }],
  },
  {
    name: 'strongroom_source_info',
    help: 'Always 1, for each database that is to be protected.',
    labels: ['source'],
    samples: ofSources(() => 1),
  },
  {
    name: 'strongroom_source_up',
    help: 'Whether the database answered the newest look, 1 or 0.',
    labels: ['source'],
    samples: ofSources(({ up }) => bit(up)),
  },
  {
    name: 'strongroom_backup_last_success_timestamp_seconds',
    help: 'The moment that the newest good backup of this kind in this store shows; of tenants: of any of them.',
    labels: ['source', 'kind', 'store'],
    samples: ({ measures }) =>
      measures.sources.flatMap(({ name, series }) =>
        series.flatMap(({ kind, newestIn }) =>
          newestIn.map(({ store, at }) => ({
            labels: { source: name, kind: kind.toLowerCase(), store },
            value: seconds(at),
          })),
        ),
      ),
  },
  {
    name: 'strongroom_backup_duration_seconds',
    help: 'How long the newest good backup of this kind took.',
    labels: ['source', 'kind'],
    samples: ofSeries(({ durationSeconds }) => durationSeconds),
  },
  {
    name: 'strongroom_backup_size_bytes',
    help: 'How large the newest good backup of this kind is, as it is stored.',
    labels: ['source', 'kind'],
    samples: ofSeries(({ sizeBytes }) => sizeBytes),
  },
  {
    name: 'strongroom_backup_copies',
    help: 'Stores that have a good copy of the newest good full backup.',
    labels: ['source'],
    samples: ofSources(({ goodCopies }) => goodCopies),
  },
  {
    name: 'strongroom_backup_success_ratio',
    help: 'Backups of the last 30 days that ended well in every store, of all that have ended; cancelled ones left out.',
    labels: ['source'],
    samples: ofSources(({ runs }) => (runs.ended === 0 ? null : runs.well / runs.ended)),
  },
  {
    name: 'strongroom_tenants_unprotected',
    help: 'Tenants of the tenant table that have no good backup of their own.',
    labels: ['source'],
    samples: ofSources(({ tenants }) => tenants && tenants.unprotected),
  },
  {
    name: 'strongroom_tenants_oldest_backup_timestamp_seconds',
    help: 'The newest good backup of the tenant that is furthest behind, among those that have one.',
    labels: ['source'],
    samples: ofSources(({ tenants }) => tenants && seconds(tenants.oldestAt)),
  },
  {
    name: 'strongroom_restore_test_last_success_timestamp_seconds',
    help: 'The newest restore, for a test or in earnest, that was compared with its backup and found equal.',
    labels: ['source'],
    samples: ofSources(({ provenAt }) => seconds(provenAt)),
  },
  {
    name: 'strongroom_rto_measured_seconds',
    help: 'How long that restore took, from its start until it was proven.',
    labels: ['source'],
    samples: ofSources(({ rtoSeconds }) => rtoSeconds),
  },
  {
    name: 'strongroom_store_up',
    help: 'Whether the store answered the newest look and can be written, 1 or 0.',
    labels: ['store'],
    samples: ofStores(({ up }) => bit(up)),
  },
  {
    name: 'strongroom_store_used_ratio',
    help: 'How full the disk of the store is, or its quota.',
    labels: ['store'],
    samples: ofStores(({ usedRatio }) => usedRatio),
  },
  {
    name: 'strongroom_store_backup_bytes',
    help: 'What the good copies in the store take.',
    labels: ['store'],
    samples: ofStores(({ backupBytes }) => backupBytes),
  },
  {
    name: 'strongroom_store_bad_copies',
    help: 'Copies in the store that are damaged or gone.',
    labels: ['store'],
    samples: ofStores(({ badCopies }) => badCopies),
  },
  {
    name: 'strongroom_alerts_open',
    help: 'Alerts that are not resolved.',
    labels: ['severity'],
    samples: ({ measures }) =>
      severities.map((severity) => ({
        labels: { severity: severity.toLowerCase() },
        value: measures.openAlerts[severity],
      })),
  },
  {
    name: 'strongroom_mean_time_to_recovery_seconds',
    help: 'The average of 90 days: alerts that were critical or errors until their end; restores until they were proven.',
    labels: ['history'],
    samples: ({ measures: { recovery } }) => [
      { labels: { history: 'alerts' }, value: recovery.alertSeconds },
      { labels: { history: 'restores' }, value: recovery.restoreSeconds },
    ],
  },
  {
    name: 'strongroom_health_score_ratio',
    help: 'How healthy the backups are, from 0 to 1; `strongroom health` explains every lost point.',
    labels: [],
    samples: ({ health }) => single(health.score),
  },
  {
    name: 'strongroom_health_part_ratio',
    help: 'The parts of the health score, each from 0 to 1.',
    labels: ['part'],
    samples: ({ health }) => health.parts.map(({ id, value }) => ({ labels: { part: id }, value })),
  },
  {
    name: 'strongroom_integrity_check_last_success_timestamp_seconds',
    help: 'When the newest integrity check ended that found or made every copy good.',
    labels: [],
    samples: ({ measures }) => single(seconds(measures.integrityAt)),
  },
  {
    name: 'strongroom_cleanup_last_success_timestamp_seconds',
    help: 'When the newest clean-up of all stores ended well.',
    labels: [],
    samples: ({ measures }) => single(seconds(measures.cleanUpAt)),
  },
  {
    name: 'strongroom_schedule_paused',
    help: 'Whether somebody has paused the schedule, 1 or 0.',
    labels: [],
    samples: ({ measures }) => single(bit(measures.schedulePaused)),
  },
];

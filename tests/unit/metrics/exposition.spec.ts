import { expect, test } from '@playwright/test';
import { usualRules } from '../../../shared/alertRules.ts';
import type { Measures } from '../../../shared/measures.ts';
import { healthOf } from '../../../main/health/score.ts';
import { exportedMetrics } from '../../../main/metrics/exported.ts';
import { exposition } from '../../../main/metrics/exposition.ts';
import { needPromtool, promtool } from '../../support/promtool.ts';
import { perfect, source } from '../../support/someMeasures.ts';

const exposed = (measures: Measures) => exposition({ measures, health: healthOf(measures, usualRules) });

/** The samples of a text, by name and labels. */
async function samples(measures: Measures): Promise<Map<string, number>> {
  const lines = (await exposed(measures)).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const end = line.lastIndexOf(' ');
      return [line.slice(0, end), Number(line.slice(end + 1))];
    }),
  );
}

const everything = perfect({
  sources: [
    source({ tenants: { unprotected: 2, oldestAt: perfect().now - 8 * 86_400_000 } }),
    source({ name: 'café' }),
  ],
});

test('every metric is told where everything is known, once for each of what it is about', async () => {
  const told = await samples(everything);
  for (const { name } of exportedMetrics)
    expect(
      [...told.keys()].filter((key) => key.split('{')[0] === name),
      name,
    ).not.toEqual([]);
  const at = (everything.now - 12 * 3_600_000) / 1000;
  expect(
    told.get('strongroom_backup_last_success_timestamp_seconds{source="shop",kind="full_database",store="b2"}'),
  ).toBe(at);
  expect(told.get('strongroom_backup_size_bytes{source="café",kind="full_database"}')).toBe(217_400_000);
  expect(told.get('strongroom_store_used_ratio{store="local"}')).toBe(0.41);
  expect(told.get('strongroom_alerts_open{severity="critical"}')).toBe(0);
  expect(told.get('strongroom_tenants_unprotected{source="shop"}')).toBe(2);
  expect(told.get('strongroom_mean_time_to_recovery_seconds{history="alerts"}')).toBe(2520);
  expect(told.get('strongroom_health_score_ratio')).toBe(1);
  expect(told.get('strongroom_build_info{version="1.2.3"}')).toBe(1);
});

test('what is not known is not told, and never told as 0', async () => {
  const told = await samples(
    perfect({
      sources: [
        source({ up: null, series: [], provenAt: null, rtoSeconds: null, runs: { ended: 0, well: 0 }, goodCopies: 0 }),
      ],
      stores: [{ name: 'r2', up: null, usedRatio: null, backupBytes: null, badCopies: 0 }],
      recovery: { days: 90, alerts: 0, alertSeconds: null, restores: 0, restoreSeconds: null },
      integrityAt: null,
      cleanUpAt: null,
    }),
  );
  expect([...told.keys()].toSorted()).toEqual([
    'strongroom_alerts_open{severity="critical"}',
    'strongroom_alerts_open{severity="error"}',
    'strongroom_alerts_open{severity="info"}',
    'strongroom_alerts_open{severity="warning"}',
    'strongroom_backup_copies{source="shop"}',
    'strongroom_build_info{version="1.2.3"}',
    'strongroom_health_part_ratio{part="alerts"}',
    'strongroom_health_part_ratio{part="backups"}',
    'strongroom_health_part_ratio{part="copies"}',
    'strongroom_health_part_ratio{part="proof"}',
    'strongroom_health_score_ratio',
    'strongroom_schedule_paused',
    'strongroom_source_info{source="shop"}',
    'strongroom_store_bad_copies{store="r2"}',
  ]);
});

test('a database that is away is told as 0', async () => {
  const told = await samples(perfect({ sources: [source({ up: false })] }));
  expect(told.get('strongroom_source_up{source="shop"}')).toBe(0);
});

test('no label is an id', () => {
  const allowed = ['source', 'kind', 'store', 'severity', 'history', 'part', 'version'];
  expect([...new Set(exportedMetrics.flatMap(({ labels }) => labels))].toSorted()).toEqual(allowed.toSorted());
});

test('Prometheus itself reads the text, and finds nothing to say against the names', async () => {
  needPromtool(test);
  expect(promtool(['check', 'metrics'], await exposed(everything))).toEqual({ status: 0, said: '' });
  const odd = perfect({ sources: [source({ name: 'a "b" \\ \n c' })] });
  expect(promtool(['check', 'metrics'], await exposed(odd))).toEqual({ status: 0, said: '' });
  expect(promtool(['check', 'metrics'], 'strongroom_up{source="shop} 1\n').status).not.toBe(0);
});

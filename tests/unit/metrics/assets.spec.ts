import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { exportedMetrics } from '../../../main/metrics/exported.ts';
import { needPromtool, promtool } from '../../support/promtool.ts';
import { test } from '../../support/scratchFolder.ts';

const assets = join(import.meta.dirname, '../../../assets');
const dashboardFile = join(assets, 'grafana/strongroom.json');
const rulesFile = join(assets, 'prometheus/strongroom.rules.yml');
const names = exportedMetrics.map(({ name }) => name);

interface Dashboard {
  panels: { id: number; title: string; gridPos: { x: number; w: number }; targets: { expr: string }[] }[];
}
const dashboard = JSON.parse(readFileSync(dashboardFile, 'utf8')) as Dashboard;
const queries = dashboard.panels.flatMap(({ title, targets }) => targets.map(({ expr }) => ({ title, expr })));

/** The metrics that a text speaks of. */
const metricsIn = (text: string) => [...new Set(text.match(/\bstrongroom_\w+/g))].toSorted();

test('the dashboard and the rules speak of metrics that are exported, and of no others', () => {
  for (const file of [dashboardFile, rulesFile])
    expect(
      metricsIn(readFileSync(file, 'utf8')).filter((name) => !names.includes(name)),
      file,
    ).toEqual([]);
});

test('the dashboard shows every metric', () => {
  const shown = metricsIn(readFileSync(dashboardFile, 'utf8'));
  const notDrawn = ['strongroom_build_info', 'strongroom_schedule_paused'];
  expect(names.filter((name) => !shown.includes(name) && !notDrawn.includes(name))).toEqual([]);
});

test('every panel has a place and an id of its own', () => {
  const { panels } = dashboard;
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  for (const { title, gridPos } of panels) expect(gridPos.x + gridPos.w, title).toBeLessThanOrEqual(24);
});

test('Prometheus itself reads the rules, and every query of the dashboard', ({ folder }) => {
  needPromtool(test);
  expect(promtool(['check', 'rules', rulesFile])).toMatchObject({
    status: 0,
    said: expect.stringContaining('SUCCESS'),
  });
  const rules = queries.map(({ expr }, index) => ({
    record: `query_${index}`,
    expr: expr.replaceAll('$source', '.*'),
  }));
  const file = join(folder, 'queries.yml');
  writeFileSync(file, JSON.stringify({ groups: [{ name: 'dashboard', rules }] })); // JSON is YAML
  expect(promtool(['check', 'rules', file])).toMatchObject({ status: 0, said: expect.stringContaining('SUCCESS') });
  expect(queries.length).toBeGreaterThan(15);
});

/** After 30 hours of these series the alert rings, or does not. */
function caseOf(alert: string, series: Record<string, string>, ringing: boolean) {
  const expr = `count(ALERTS{alertname="${alert}",alertstate="firing"})`;
  return {
    name: `${alert} ${ringing ? 'rings' : 'is quiet'}`,
    interval: '5m',
    input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
    promql_expr_test: [{ expr, eval_time: '30h', exp_samples: ringing ? [{ labels: '{}', value: 1 }] : [] }],
  };
}

const steady = (value: number) => `${value}x400`;
const taken = (store: string) =>
  `strongroom_backup_last_success_timestamp_seconds{source="shop",kind="full_database",store="${store}"}`;
const hour = 3600;

/** The tests of promtool begin at the moment 0, and look 30 hours later. */
const cases: { alert: string; quiet: Record<string, string>; rings: Record<string, string> }[] = [
  {
    alert: 'StrongroomSilent',
    quiet: { 'strongroom_build_info{version="1"}': steady(1) },
    rings: { other: steady(1) },
  },
  {
    alert: 'StrongroomNoBackup',
    quiet: { 'strongroom_source_info{source="shop"}': steady(1), [taken('local')]: steady(0) },
    rings: { 'strongroom_source_info{source="shop"}': steady(1), [taken('local').replace('shop', 'other')]: steady(0) },
  },
  {
    alert: 'StrongroomBackupTooOld',
    quiet: { [taken('local')]: steady(5 * hour), [taken('r2')]: steady(0) },
    rings: { [taken('local')]: steady(hour) },
  },
  {
    alert: 'StrongroomConfigurationTooOld',
    quiet: { [taken('local')]: steady(0), [taken('local').replace('full_database', 'configuration')]: steady(0) },
    rings: { [taken('local').replace('full_database', 'configuration')]: steady(-50 * hour) },
  },
  {
    alert: 'StrongroomTenantBackupTooOld',
    quiet: { 'strongroom_tenants_oldest_backup_timestamp_seconds{source="shop"}': steady(-180 * hour) },
    rings: { 'strongroom_tenants_oldest_backup_timestamp_seconds{source="shop"}': steady(-190 * hour) },
  },
  {
    alert: 'StrongroomStoreBehind',
    quiet: { [taken('local')]: steady(36 * hour), [taken('r2')]: steady(hour) },
    rings: { [taken('local')]: steady(40 * hour), [taken('r2')]: steady(hour) },
  },
  {
    alert: 'StrongroomStoreDown',
    quiet: { 'strongroom_store_up{store="r2"}': steady(1) },
    rings: { 'strongroom_store_up{store="r2"}': steady(0) },
  },
  {
    alert: 'StrongroomStoreFull',
    quiet: { 'strongroom_store_used_ratio{store="nas"}': steady(0.8) },
    rings: { 'strongroom_store_used_ratio{store="nas"}': steady(0.81) },
  },
  {
    alert: 'StrongroomBadCopies',
    quiet: { 'strongroom_store_bad_copies{store="nas"}': steady(0) },
    rings: { 'strongroom_store_bad_copies{store="nas"}': steady(1) },
  },
  {
    alert: 'StrongroomRestoreUnproven',
    quiet: {
      'strongroom_source_info{source="shop"}': steady(1),
      'strongroom_restore_test_last_success_timestamp_seconds{source="shop"}': steady(0),
    },
    rings: { 'strongroom_source_info{source="shop"}': steady(1) },
  },
  {
    alert: 'StrongroomRestoreTooSlow',
    quiet: { 'strongroom_rto_measured_seconds{source="shop"}': steady(3600) },
    rings: { 'strongroom_rto_measured_seconds{source="shop"}': steady(3601) },
  },
  {
    alert: 'StrongroomIntegrityUnchecked',
    quiet: { strongroom_integrity_check_last_success_timestamp_seconds: steady(7 * hour) },
    rings: { strongroom_integrity_check_last_success_timestamp_seconds: steady(0) },
  },
  {
    alert: 'StrongroomAlertsOpen',
    quiet: {
      'strongroom_alerts_open{severity="warning"}': steady(3),
      'strongroom_alerts_open{severity="error"}': steady(0),
    },
    rings: { 'strongroom_alerts_open{severity="error"}': steady(1) },
  },
  {
    alert: 'StrongroomUnhealthy',
    quiet: { strongroom_health_score_ratio: steady(0.7) },
    rings: { strongroom_health_score_ratio: steady(0.69) },
  },
  {
    alert: 'StrongroomSchedulePaused',
    quiet: { strongroom_schedule_paused: steady(0) },
    rings: { strongroom_schedule_paused: steady(1) },
  },
];

test('every rule rings when it should, and is quiet when it should not', ({ folder }) => {
  needPromtool(test);
  const alerts = [...readFileSync(rulesFile, 'utf8').matchAll(/- alert: (\w+)/g)].map(([, name]) => name);
  expect(cases.map(({ alert }) => alert)).toEqual(alerts);
  const tests = cases.flatMap(({ alert, quiet, rings }) => [caseOf(alert, quiet, false), caseOf(alert, rings, true)]);
  const file = join(folder, 'test.yml');
  writeFileSync(file, JSON.stringify({ rule_files: [rulesFile], evaluation_interval: '5m', tests }));
  expect(promtool(['test', 'rules', file])).toMatchObject({ status: 0, said: expect.stringContaining('SUCCESS') });
});
